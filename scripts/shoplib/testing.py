"""The tests: which ones a command line asks for, and runs of pytest on the screen."""

import itertools
from pathlib import Path
from typing import NamedTuple

from . import manifests, paths
from .console import ShopError, say, started

SHOP_TESTS = paths.ROOT / "tests"
# options of pytest whose value is a word of its own
WITH_VALUE = {
    *("-c", "-k", "-m", "-o", "-p", "-r", "-W"),
    *("--basetemp", "--capture", "--color", "--deselect", "--durations"),
    *("--durations-min", "--ignore", "--ignore-glob", "--log-cli-level"),
    *("--log-level", "--maxfail", "--odoo-log-level", "--show-capture", "--tb"),
}
# options that choose few of many tests
CHOOSING = {"-k", "-m", "--lf", "--last-failed", "--sw", "--stepwise"}


class Selection(NamedTuple):
    """What to test: paths of addon tests, of whole-shop tests, options for pytest."""

    addon_paths: list
    shop_paths: list
    options: list
    everything: bool

    @property
    def chooses(self):
        """Tell whether options choose among the tests of the paths."""
        return not CHOOSING.isdisjoint(self.options)


def select(arguments):
    """Sort the command line's words into addons, files and options of pytest.

    :raise ShopError: for a word that names no tests
    """
    found, options = [], []
    words = iter(arguments)
    for word in words:
        if word in WITH_VALUE:
            options += [word, *itertools.islice(words, 1)]
        elif word.startswith("-"):
            options.append(word)
        else:
            found.append(_target(word))
    everything = not found
    if everything:
        found = [paths.ADDONS, SHOP_TESTS]
    in_shop = [path for path in found if path.is_relative_to(SHOP_TESTS)]
    in_addons = [path for path in found if not path.is_relative_to(SHOP_TESTS)]
    return Selection(in_addons, in_shop, options, everything)


def _target(word):
    """Return the path that a word of the command line names."""
    name, _colons, node = word.partition("::")
    addon = paths.ADDONS / name
    path = addon if (addon / "__manifest__.py").exists() else Path(name).resolve()
    has_tests = path.is_relative_to(SHOP_TESTS) or path.is_relative_to(paths.ADDONS)
    if not name or not path.exists() or not has_tests:
        addons = ", ".join(manifests.own_addons())
        raise ShopError(
            f"There are no tests at {word or 'an empty word'}: name an addon"
            f" ({addons}), a file or folder of tests in one, or one of tests/."
        )
    return Path(f"{path}::{node}") if node else path


def addons_of(selected):
    """Return the addons to install for the selected paths."""
    ours = manifests.installable(manifests.own_addons())
    named = {
        path.relative_to(paths.ADDONS).parts[0]
        for path in selected
        if path != paths.ADDONS
    }
    return (
        ours if paths.ADDONS in selected else [name for name in ours if name in named]
    )


def files_of(selected):
    """Return the files of tests below paths; a path with the name of a test stays."""
    files = []
    for path in selected:
        found = sorted(path.rglob("test_*.py")) if path.is_dir() else [path]
        files += [file for file in found if file not in files]
    return files


def file_of(path):
    """Return the file of a path that may end with the name of a test."""
    return Path(str(path).partition("::")[0])


def name_of(path):
    """Return a path as one types it in the root of the project."""
    return str(path.relative_to(paths.ROOT))


def addon_tests(odoo, database, selection):
    """Run addon tests with pytest-odoo on the screen: unit, HTTP and browser tests.

    :return: whether they passed; no tests is no pass
    """
    options = ["--odoo-http", f"--odoo-database={database}", *selection.options]
    command = [odoo.python, "-m", "pytest", "--rootdir", paths.ROOT]
    env = {**odoo.env(), "ODOO_SCREENSHOTS": str(paths.STATE / "screenshots")}
    with started([*command, *selection.addon_paths, *options], env=env) as process:
        return process.wait() == 0


def report(results):
    """Tell the outcome of each run.

    :raise ShopError: when one did not pass
    """
    failed = [name for name, passed in results.items() if not passed]
    for name in results:
        say(f"  {'FAILED' if name in failed else 'passed'}  {name}")
    if failed:
        raise ShopError(f"Not passed: {', '.join(failed)}. Read the output above.")
