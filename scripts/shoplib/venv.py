"""The Python environment with Odoo's libraries, in `.run/venv`."""

import os
import sys
import venv

from . import paths
from .console import run

NO_DEPENDENCIES = ("--no-deps", "-r", "requirements-no-deps.txt")
HINT = "Check the network and pip's settings (pip config list), then run it again."


class Venv:
    """A virtual environment that is made again when its requirements change."""

    def __init__(self, name="venv"):
        self.folder = paths.STATE / name
        self.python = self.folder / "bin" / "python"
        self._stamp = self.folder / ".requirements"

    def ensure(self, wanted, tree=None, on_line=None):
        """Install the wanted requirements, unless that was done already.

        :param wanted: arguments of `pip install`
        :param tree: the Odoo tree to make importable; what Odoo takes without
            dependencies is installed, too
        """
        batches = [wanted, NO_DEPENDENCIES] if tree else [wanted]
        stamp = self._key([word for batch in batches for word in batch])
        if not self._stamp.exists() or self._stamp.read_text() != stamp:
            venv.create(self.folder, with_pip=True, symlinks=True, clear=True)
            for batch in batches:
                command = [self.python, "-m", "pip", "install", *batch]
                run(command, log="pip", hint=HINT, env=self._pip_env(), on_line=on_line)
            self._stamp.write_text(stamp)
        if tree:
            self._site_packages().joinpath("odoo-tree.pth").write_text(
                f"{tree.folder}\n"
            )

    def _key(self, wanted):
        """Return what the environment is made from, as text."""
        files = [paths.ROOT / name for name in wanted if name.endswith(".txt")]
        return f"{sys.version} {' '.join(wanted)} {paths.hash_of_files(files)}"

    def _pip_env(self):
        cache = paths.cache() / "pip"
        return {
            "PIP_CACHE_DIR": str(cache),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            **os.environ,
        }

    def _site_packages(self):
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"
