"""Programs of the distribution that the shop calls, and how to get them."""

import ctypes.util
import shutil
from pathlib import Path

from . import apt, postgres, wkhtmltopdf
from .console import ShopError, say

FONTS = Path("/usr/share/fonts/truetype")
# program, library or file that must be there -> package that brings it
RUN = {
    "wkhtmltopdf": "wkhtmltopdf",
    FONTS / "dejavu": "fonts-dejavu-core",
    "libcairo": "libcairo2",
}
TEST = {
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
    FONTS / "liberation": "fonts-liberation",
    FONTS / "noto": "fonts-noto-color-emoji",
    # an SMS gateway, tried for real
    Path("/usr/sbin/smsbox"): "kannel",
    Path("/usr/lib/kannel/test/fakesmsc"): "kannel-extras",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# without these a part of the shop is missing, but it runs
OPTIONAL = {
    "wkhtmltopdf": "This distribution has no wkhtmltopdf.",
    "fonts-dejavu-core": "Install the fonts of fonts-dejavu-core for Cyrillic PDFs.",
    "libcairo2": "Install the library cairo: it draws QR codes and barcodes.",
    "postgresql": "Falling back to the PostgreSQL of the pgserver wheel.",
}


def ensure(wanted, *, database=True):
    """Install what is missing; refuse to go on without what is needed."""
    missing = [name for program, name in wanted.items() if not _is_there(program)]
    if database and not postgres.distribution_bin():
        missing.append("postgresql")
    if missing:
        _install(missing)
    for name in missing:
        if name in OPTIONAL and not _is_installed(name, wanted):
            say(f"             {OPTIONAL[name]}")
    try:
        wkhtmltopdf.ensure()
    except ShopError as error:
        say(f"             {error}")


def _install(missing):
    """Install packages; go on without the optional ones."""
    say(f"             apt-get install {' '.join(missing)}")
    try:
        apt.install([name for name in missing if _is_offered(name)])
    except ShopError as error:
        if set(missing) - set(OPTIONAL):
            raise
        say(f"             {str(error).splitlines()[-1]}")


def _is_offered(name):
    """Tell whether to ask apt for a package; needed ones are always asked for."""
    return name not in OPTIONAL or apt.has_candidate(name)


def _is_installed(name, wanted):
    if name == "postgresql":
        return bool(postgres.distribution_bin())
    return all(_is_there(what) for what, package in wanted.items() if package == name)


def _is_there(program):
    if isinstance(program, Path):
        return program.exists()
    if program == "chromium":
        return bool(browser())
    if program.startswith("lib"):
        return bool(ctypes.util.find_library(program.removeprefix("lib")))
    return bool(shutil.which(program))


def browser():
    """Return the path of a Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
