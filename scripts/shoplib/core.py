"""Odoo's own suites in two databases, one without our addons: what fails by us.

Both databases have Odoo's demo data, which many of those suites look for.
"""

import json
import subprocess
from typing import NamedTuple
from xml.etree import ElementTree

from . import manifests, paths
from .console import ShopError, say, started
from .database import template_key

SUITES = ("crm", "sale", "sale_crm", "website_crm", "hr_attendance")
FLOWS = "flows"  # not a suite: the queries of what people do with Odoo alone
SCRIPTS = paths.ROOT / "core"
KEPT, OURS = "shop_core_odoo", "shop_core_ours"
MORE_QUERIES = 1.05


class Failure(NamedTuple):
    """A test that failed, as pytest names it, and the end of what it said."""

    test: str
    message: str


def known(tree):
    """Return the modules of Odoo below our addons that have tests of their own."""
    found, waiting = set(), manifests.odoo_modules(manifests.own_addons())
    while waiting:
        name = waiting.pop()
        path = tree.manifest(name)
        if name not in found and path:
            found.add(name)
            waiting += manifests.read(path).get("depends", [])
    return {name for name in found if (tree.manifest(name).parent / "tests").is_dir()}


def chosen(names, tree):
    """Return the suites that a command line names, the usual ones if it names none.

    :raise ShopError: for a name that is none of them
    """
    suites = known(tree) | {FLOWS}
    unknown = sorted(set(names) - suites)
    if unknown:
        raise ShopError(
            f"Odoo has no tests of {', '.join(unknown)} that our addons could break;"
            f" name any of: {', '.join(sorted(suites))}."
        )
    return tuple(names) or (*SUITES, FLOWS)


# ------------------------------------------------------------------
# Databases
# ------------------------------------------------------------------


def make_theirs(databases):
    """Return a database with Odoo's modules and their demo data; it is kept."""
    modules = manifests.odoo_modules(manifests.own_addons())
    key = template_key(databases.odoo.tree.version, ["demo", *modules])
    name = f"{KEPT}_{key}"
    if not databases.exists(name):
        unfinished = f"{name}_part"
        databases.make_empty(unfinished)
        _install(databases, unfinished, modules, "--odoo-demo")
        databases.rename(unfinished, name)
    return name


def make_ours(databases, theirs):
    """Return a copy of the database with our addons; kept until they change."""
    key = paths.short_hash(f"{theirs} {manifests.code_key()}")
    if databases.exists(OURS) and databases.memory(OURS).get("key") == key:
        return OURS
    unfinished = f"{OURS}_part"
    databases.clone(theirs, unfinished)
    top = manifests.top_addon(manifests.own_addons(), demo=False)
    _install(databases, unfinished, [top])
    databases.rename(unfinished, OURS)
    databases.remember(OURS, demo=False, key=key)
    return OURS


def _install(databases, database, modules, *options):
    databases.odoo.task(
        "install",
        f"--database={database}",
        f"--modules={','.join(modules)}",
        # what browsers load: made in a test, it takes longer than the test waits
        "--assets",
        "--test-assets",
        *options,
        progress=databases.progress,
        hint="What could not be installed is in the log above.",
    )


# ------------------------------------------------------------------
# Suites
# ------------------------------------------------------------------


def compare(odoo, suite, *, ours, theirs):
    """Run a suite with our addons, and without them what has failed.

    What fails once only, as a test does that another one disturbs, is not ours.

    :param suite: name of a module of Odoo
    :return: what fails with our addons, and passes without
    """
    folder = odoo.tree.manifest(suite).parent / "tests"
    first = run(odoo, ours, [folder], name=f"{suite}-ours")
    if not first:
        return []
    tests = [failure.test for failure in first]
    passed = set(tests) - _names(run(odoo, theirs, tests, name=f"{suite}-odoo"))
    again = [test for test in tests if test in passed]
    if not again:
        return []
    return run(odoo, ours, again, name=f"{suite}-again")


def run(odoo, database, tests, *, name):
    """Run tests of Odoo's modules in a database.

    :param tests: folders, or names of tests as `failures_of` returns them
    :param name: of the file that pytest writes
    :raise ShopError: when no test was run
    :return: the failures
    """
    log = paths.log_file(f"core-{name}")
    file = log.with_suffix(".xml")
    file.unlink(missing_ok=True)
    command = [odoo.python, "-m", "pytest", "-q", "--tb=short", "--rootdir"]
    command += [odoo.tree.folder, "-c", paths.ROOT / "pytest.ini"]
    command += ["-p", "no:cacheprovider", "-o", "junit_family=xunit1"]
    command += ["--odoo-http", f"--odoo-database={database}", f"--junitxml={file}"]
    env = {**odoo.env(), "ODOO_SCREENSHOTS": str(paths.STATE / "screenshots")}
    with log.open("w") as output:
        options = {"env": env, "cwd": odoo.tree.folder, "stdout": output}
        with started([*command, *tests], **options, stderr=output) as process:
            process.wait()
    try:
        # written by our own pytest
        root = ElementTree.parse(file).getroot()  # noqa: S314
    except (FileNotFoundError, ElementTree.ParseError) as error:
        raise ShopError(f"No test of {name} was run: read {log}.") from error
    return failures_of(root)


def failures_of(root):
    """Return the failures that a report of pytest tells, each test once.

    :param root: of the XML that pytest writes, in its form `xunit1`
    """
    found = {}
    for case in root.iter("testcase"):
        for kind in ("failure", "error"):
            for node in case.iter(kind):
                message = node.get("message") or node.text or ""
                found.setdefault(_name_of(case), message.strip())
    return [Failure(test, message) for test, message in found.items()]


def _name_of(case):
    """Return a test as one names it to pytest."""
    file = case.get("file")
    module = file.removesuffix(".py").replace("/", ".")
    inner = (case.get("classname") or "").rpartition(f"{module}.")[2]
    is_class = inner and not module.endswith(inner)
    parts = [file, *(inner.split(".") if is_class else []), case.get("name")]
    return "::".join(parts)


def _names(failures):
    return {failure.test for failure in failures}


# ------------------------------------------------------------------
# Queries
# ------------------------------------------------------------------


def count_queries(odoo, database):
    """Return how many queries each flow of `core/flows.py` takes, by its name."""
    command = odoo.command("shell", f"--database={database}", "--no-http")
    result = subprocess.run(
        list(map(str, command)),
        env=odoo.env(),
        input=(SCRIPTS / "flows.py").read_text(),
        text=True,
        capture_output=True,
        check=False,
    )
    lines = result.stdout.strip().splitlines()
    if result.returncode or not lines:
        raise ShopError(f"core/flows.py failed:\n{result.stderr[-3000:]}")
    return json.loads(lines[-1])


def compare_flows(odoo, ours, theirs):
    """Print the queries of the flows in both databases.

    :return: the flows that take too many with our addons
    """
    lines, missed = table_of(count_queries(odoo, ours), count_queries(odoo, theirs))
    say("\n".join([f"  {'queries':44} {'ours':>6} {'Odoo':>6}", *lines]))
    return missed


def table_of(ours, theirs):
    """Return the lines of a table of queries, and the flows that take too many.

    All flows together may take 5 % more; one of them, two queries or 5 %.

    :param ours: queries by flow, with our addons
    :param theirs: the same without them
    """
    rows = [*((name, ours[name], theirs[name]) for name in theirs)]
    rows.append(("all of them", sum(ours.values()), sum(theirs.values())))
    lines, missed = [], []
    for name, mine, odoos in rows:
        limit = odoos * MORE_QUERIES
        is_missed = mine > (limit if name == rows[-1][0] else max(limit, odoos + 2))
        lines.append(
            f"  {name:44} {mine:6} {odoos:6} {100 * mine / (odoos or 1) - 100:+6.1f} %"
            f"{'  too many' if is_missed else ''}"
        )
        if is_missed:
            missed.append(name)
    return lines, missed


# ------------------------------------------------------------------
# Report
# ------------------------------------------------------------------


def tell(failures_by_suite, missed):
    """Print what fails because of us.

    :param failures_by_suite: what `compare` returned, by suite
    :param missed: flows that take too many queries
    :raise ShopError: when anything does
    """
    for suite, failures in failures_by_suite.items():
        say(f"  {suite}: {len(failures)} fail only with our addons")
        for failure in failures:
            say(f"    {failure.test}\n        {failure.message.splitlines()[0][:200]}")
    broken = [suite for suite, failures in failures_by_suite.items() if failures]
    if broken or missed:
        raise ShopError(
            f"Because of us: {', '.join([*broken, *missed])}. What the tests said is in"
            f" {paths.log_file('core-*')}."
        )
