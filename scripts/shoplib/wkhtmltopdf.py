"""wkhtmltopdf where the distribution has dropped it, as Debian 13 has.

The last Debian release that has it is unpacked into the cache, with all libraries down
to the C library, and called through a small script. The system is not touched.
"""

import os
import shutil

from . import apt, paths
from .console import ShopError, say

SUITE = "bookworm"
SCRIPT = """#!/bin/sh
# wkhtmltopdf of another Debian release, with the libraries of that release
export QT_PLUGIN_PATH='{libraries}/qt5/plugins'
exec '{loader}' --library-path '{libraries}:{base}' '{root}/usr/bin/wkhtmltopdf' "$@"
"""


def ensure():
    """Put wkhtmltopdf on the PATH of the programs we start."""
    if shutil.which("wkhtmltopdf"):
        return
    folder = paths.cache() / "wkhtmltopdf"
    if not (folder / "bin" / "wkhtmltopdf").exists():
        _fetch(folder)
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


def _fetch(folder):
    source = apt.machine_mirror()
    if not source:
        raise ShopError("Install wkhtmltopdf by hand: PDF documents are made with it.")
    say("             wkhtmltopdf with its libraries, 105 MB, unpacked privately")
    root, work = folder / "root", folder / "apt"
    shutil.rmtree(folder, ignore_errors=True)
    root.mkdir(parents=True)
    private = apt.PrivateApt(work, source, SUITE)
    private.unpack_with_dependencies(["wkhtmltopdf"], root)
    shutil.rmtree(work)
    libraries = next(root.glob("usr/lib/*-linux-gnu"))
    base = root / "lib" / libraries.name
    script = folder / "bin" / "wkhtmltopdf"
    script.parent.mkdir()
    loader = next(base.glob("ld-linux-*.so.*"))
    script.write_text(
        SCRIPT.format(libraries=libraries, base=base, loader=loader, root=root)
    )
    script.chmod(0o755)
