"""The tests: which ones a command line asks for, and the runs of pytest and Odoo."""

from pathlib import Path
from typing import NamedTuple

from . import manifests, paths, server
from .console import ShopError, say, started

LINT_TAGS = "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint"
SHOP_TESTS = paths.ROOT / "tests"


class Selection(NamedTuple):
    """What to test: paths of addon tests, of whole-shop tests, options for pytest."""

    addon_paths: list
    shop_paths: list
    options: list
    everything: bool


def select(arguments):
    """Sort the command line's words into addons, files and options of pytest."""
    targets = [word for word in arguments if _target(word)]
    options = [word for word in arguments if not _target(word)]
    found = [_target(word) for word in targets]
    everything = not found
    if everything:
        found = [paths.ADDONS, SHOP_TESTS]
    in_shop = [path for path in found if path.is_relative_to(SHOP_TESTS)]
    in_addons = [path for path in found if not path.is_relative_to(SHOP_TESTS)]
    return Selection(in_addons, in_shop, options, everything)


def _target(word):
    """Return the path that a word of the command line names, or None."""
    name, _colons, node = word.partition("::")
    addon = paths.ADDONS / name
    if name and (addon / "__manifest__.py").exists():
        return addon
    path = Path(name).resolve()
    if name and path.is_relative_to(paths.ROOT) and path.exists():
        return Path(f"{path}::{node}") if node else path
    return None


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


def addon_tests(odoo, database, selection):
    """Run the addons' tests with pytest-odoo: unit, HTTP and browser tests.

    :return: whether they passed
    """
    options = ["--odoo-http", f"--odoo-database={database}", *selection.options]
    screenshots = paths.STATE / "screenshots"
    env = {**odoo.env(), "ODOO_SCREENSHOTS": str(screenshots)}
    return _pytest(odoo, [*selection.addon_paths, *options], env)


def shop_tests(odoo, demo_database, selection):
    """Run the whole-shop tests, which start servers on clones of the demo database."""
    env = {**odoo.env(), "AUTO_SHOP_DEMO_DATABASE": demo_database}
    return _pytest(
        odoo, ["-p", "no:odoo", *selection.shop_paths, *selection.options], env
    )


def odoo_lint(odoo, database):
    """Run Odoo's own linter over our addons."""
    command = odoo.command(
        "server",
        f"--database={database}",
        "--init=test_lint",
        f"--test-tags={LINT_TAGS}",
        "--log-level=warn",
        # tests listen even with --no-http; the shop may be running at the usual port
        f"--http-port={server.free_port()}",
    )
    return _passes(command, odoo.env())


def _pytest(odoo, arguments, env):
    command = [odoo.python, "-m", "pytest", "--rootdir", paths.ROOT, *arguments]
    return _passes(command, env)


def _passes(command, env):
    """Run a command on the screen and tell whether it passed; no tests is no pass."""
    with started(command, env=env) as process:
        return process.wait() == 0


def report(results):
    """Tell the outcome of each run.

    :raise ShopError: when one did not pass
    """
    failed = [name for name, passed in results.items() if not passed]
    for name in results:
        say(f"  {'FAILED' if name in failed else 'passed'}  {name}")
    if failed:
        raise ShopError(
            f"Not passed: {', '.join(failed)}. Read the output above; run one again"
            " with ./shop lint or ./shop test <addon or file>."
        )
