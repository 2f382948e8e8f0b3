"""Programs of the distribution that the shop calls, and how to get them."""

import ctypes.util
import shutil
from pathlib import Path

from . import apt, paths, postgres, wkhtmltopdf
from .console import ShopError, say

# draws no window around the pages, which takes the others most of their time
SHELL = "chromium-headless-shell"
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome")
FONTS = Path("/usr/share/fonts/truetype")
# program, library or file that must be there -> package that brings it
RUN = {
    "wkhtmltopdf": "wkhtmltopdf",
    FONTS / "dejavu": "fonts-dejavu-core",
    "libcairo": "libcairo2",
}
TEST = {
    "browser": "chromium",
    SHELL: SHELL,
    "pdftotext": "poppler-utils",
    FONTS / "liberation": "fonts-liberation",
    FONTS / "noto": "fonts-noto-color-emoji",
    # an SMS gateway, tried for real
    Path("/usr/sbin/smsbox"): "kannel",
    Path("/usr/lib/kannel/test/fakesmsc"): "kannel-extras",
}
# without these a part of the shop is missing, but it runs
OPTIONAL = {
    "wkhtmltopdf": "This distribution has no wkhtmltopdf.",
    "fonts-dejavu-core": "Install the fonts of fonts-dejavu-core for Cyrillic PDFs.",
    "libcairo2": "Install the library cairo: it draws QR codes and barcodes.",
    SHELL: "Without it browser tests take twice as long.",
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
        apt.update()
        offered = [name for name in missing if _is_offered(name)]
        if SHELL in offered:  # one browser is enough
            offered = [name for name in offered if name != "chromium"]
        apt.install(offered)
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
    if program == "browser":
        return bool(browser())
    if program.startswith("lib"):
        return bool(ctypes.util.find_library(program.removeprefix("lib")))
    return bool(shutil.which(program))


def browser():
    """Return the path of a Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def link_browser():
    """Let Odoo's browser tests, which look for the first of these names, find ours."""
    link = paths.BROWSER / "google-chrome"
    paths.BROWSER.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(browser())
