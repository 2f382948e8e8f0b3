"""Python environments, in the cache: clones with the same requirements share one."""

import fcntl
import os
import shutil
import sys
import time
import venv

from . import paths
from .console import run

CONSTRAINTS = "constraints.txt"
NO_DEPENDENCIES = ("--no-deps", "-r", "requirements-no-deps.txt")
HINT = "Check the network and pip's settings (pip config list), then run it again."
KEPT_SECONDS = 30 * 24 * 3600


class Venv:
    """A virtual environment; other requirements make another one.

    :param name: what it is for
    :param wanted: arguments of `pip install`
    :param tree: the Odoo tree to make importable; what Odoo takes without
        dependencies is installed, too
    """

    def __init__(self, name, wanted, tree=None):
        self.name = name
        self.tree = tree
        self.batches = [wanted, NO_DEPENDENCIES] if tree else [wanted]
        self.folder = paths.cache() / "venvs" / f"{name}-{self._key()}"
        self.python = self.folder / "bin" / "python"
        self._marker = self.folder / ".complete"

    def ensure(self, on_line=None):
        """Make the environment, unless that was done already; only one does it."""
        folder = self.folder.parent
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._marker.exists():
                self._remove_unused()
                self._make(on_line)
            self._marker.touch()  # it is in use

    def _make(self, on_line):
        venv.create(self.folder, with_pip=True, symlinks=True, clear=True)
        for batch in self.batches:
            # what is compiled when it is first imported is not compiled in vain
            pip = [self.python, "-m", "pip", "install", "--no-compile"]
            command = [*pip, "-c", CONSTRAINTS, *batch]
            run(
                command,
                log="pip",
                hint=HINT,
                env=self._pip_env(),
                cwd=paths.ROOT,
                on_line=on_line,
            )
        if self.tree:
            link = self._site_packages() / "odoo-tree.pth"
            link.write_text(f"{self.tree.folder}\n")

    def _remove_unused(self):
        """Remove environments of the same name that nobody used for long."""
        for marker in self.folder.parent.glob(f"{self.name}-*/.complete"):
            if time.time() - marker.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(marker.parent)

    def _key(self):
        """Return a short text that changes with what it is made from."""
        words = [word for batch in self.batches for word in batch]
        names = [CONSTRAINTS, *(name for name in words if name.endswith(".txt"))]
        files = [paths.ROOT / name for name in names]
        tree = str(self.tree.folder) if self.tree else ""
        python = [sys.version, sys.base_prefix]
        return paths.short_hash(
            "\n".join([*python, *words, paths.hash_of_files(files), tree])
        )

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
