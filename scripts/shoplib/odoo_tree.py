"""The Odoo 19 source tree: found where the user says, in the cache, or fetched."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from . import apt, paths
from .console import ShopError, output_of, run, say

GIT_ADDRESS = "https://github.com/odoo/odoo"
BRANCH = "19.0"
DEBIAN_PACKAGE = "odoo-19"
# the package links into these
LINKED_SID = (
    "fonts-glyphicons-halflings",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# these have other file names in sid
LINKED_STABLE = ("fonts-font-awesome", "fonts-inconsolata")
STRIPPED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


class OdooTree(NamedTuple):
    """A folder that holds the package `odoo`, and a text that names its version."""

    folder: Path
    version: str

    @property
    def addons(self):
        """Return the folders of Odoo's own modules; Debian's tree has only one."""
        inner = self.folder / "odoo" / "addons"
        return [inner] if (inner / "web").is_dir() else [inner, self.folder / "addons"]

    def manifest(self, module):
        """Return the path of a module's manifest, or None."""
        candidates = (folder / module / "__manifest__.py" for folder in self.addons)
        return next((path for path in candidates if path.exists()), None)


def ensure():
    """Return the Odoo tree, fetching it when neither user nor cache has it."""
    if os.environ.get("ODOO_HOME"):
        return _of_user(Path(os.environ["ODOO_HOME"]).expanduser().resolve())
    found = _cached_debian() or _cached_git()
    if found:
        return found
    failures = []
    for fetch in (_fetch_debian, _fetch_git):
        try:
            return fetch()
        except ShopError as error:
            failures.append(str(error))
    raise ShopError(
        "\n".join(failures)
        + "\nOdoo 19 could not be fetched: set ODOO_HOME to a folder with its source."
    )


def _of_user(folder):
    if not (folder / "odoo" / "release.py").exists():
        raise ShopError(
            f"ODOO_HOME={folder} holds no Odoo: name the folder above odoo/."
        )
    head = output_of(["git", "-C", str(folder), "rev-parse", "HEAD"])
    release = (folder / "odoo" / "release.py").read_text()
    return OdooTree(folder, f"home {folder} {(head or release).strip()}")


def _cached_debian():
    root = paths.cache() / "odoo"
    marker = root / ".version"
    folder = root / "usr" / "lib" / "python3" / "dist-packages"
    return OdooTree(folder, marker.read_text()) if marker.exists() else None


def _cached_git():
    folder = paths.cache() / "odoo-git"
    head = output_of(["git", "-C", str(folder), "rev-parse", "HEAD"])
    return OdooTree(folder, f"git {head.strip()}") if head else None


def _fetch_debian():
    """Unpack Debian's package and what it links to into the cache."""
    source = apt.machine_mirror()
    if not source:
        raise ShopError("No Debian mirror is configured on this machine.")
    say("             Debian's package, 123 MB, unpacked privately")
    root = paths.cache() / "odoo"
    unpacked = root.with_name("odoo.part")
    work = root.with_name("apt.part")
    for folder in (unpacked, work, root):
        shutil.rmtree(folder, ignore_errors=True)
    unpacked.mkdir(parents=True)
    sid = apt.PrivateApt(work / "sid", source, "sid")
    sid.unpack([DEBIAN_PACKAGE, *LINKED_SID], unpacked)
    apt.PrivateApt(work / "stable", source, "stable").unpack(LINKED_STABLE, unpacked)
    version = sid.version(DEBIAN_PACKAGE)
    shutil.rmtree(work)
    _complete(unpacked)
    (unpacked / ".version").write_text(f"debian {version}")
    unpacked.rename(root)
    return _cached_debian()


def _complete(unpacked):
    """Put back what Debian strips; a missing file is an error in every page."""
    stripped = unpacked / "usr/lib/python3/dist-packages/odoo/addons" / STRIPPED
    stripped.parent.mkdir(parents=True, exist_ok=True)
    stripped.write_text(
        "/* Not shipped by Debian: it blurs the background of calls. */\n"
    )
    broken = [path for path in unpacked.rglob("*") if _is_broken_link(path)]
    if broken:
        raise ShopError(
            f"Debian's Odoo package links to files that are missing: {broken[0]}."
            " Set ODOO_HOME to an Odoo 19 tree."
        )


def _is_broken_link(path):
    return path.is_symlink() and not path.exists()


def _fetch_git():
    """Clone Odoo's repository, without its history."""
    if not shutil.which("git"):
        apt.update()
        apt.install(["git"])
    say("             git clone of Odoo, about 1 GB")
    target = paths.cache() / "odoo-git"
    unfinished = target.with_name("odoo-git.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    run(
        ["git", "clone", "--depth", "1", "--branch", BRANCH, GIT_ADDRESS, unfinished],
        log="git",
        hint="Check the network, or set ODOO_HOME to an Odoo 19 tree.",
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
    )
    unfinished.rename(target)
    return _cached_git()
