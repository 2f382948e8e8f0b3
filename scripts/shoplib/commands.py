"""The commands of `./shop`, each made of numbered steps."""

import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager

from . import (
    core,
    jobs,
    linting,
    manifests,
    matrix,
    mutating,
    odoo_tree,
    packages,
    paths,
    postgres,
    released,
    results,
    server,
    sharding,
    testing,
    upgrading,
)
from .console import Progress, ShopError, say, started
from .database import Databases, query
from .odoo_process import Odoo
from .pool import Pool
from .venv import Venv

LOGINS = (
    ("Manager", "manager"),
    ("Advisor", "advisor"),
    ("Mechanic", "mechanic"),
    ("Accountant", "accountant"),
    ("Customer (portal)", "customer"),
    ("Administrator", "admin"),
)
REQUIREMENTS = ("-r", "requirements.txt")
TEST_REQUIREMENTS = ("-r", "requirements-test.txt", "-r", "requirements.txt")


@contextmanager
def platform(progress, *, tests=False, durable=True):
    """Give Odoo and its databases: packages, tree, Python, PostgreSQL.

    :param tests: whether to bring what tests need
    :param durable: whether the databases must survive a crash
    """
    with progress.step("Programs of the distribution"):
        wanted = {**packages.RUN, **(packages.TEST if tests else {})}
        packages.ensure(wanted, database=not os.environ.get("PGHOST"))
        if tests:
            packages.link_browser()
    with progress.step("Odoo 19 source"):
        tree = odoo_tree.ensure()
    with progress.step("Python packages"):
        name, wanted = ("test", TEST_REQUIREMENTS) if tests else ("run", REQUIREMENTS)
        venv = Venv(name, wanted, tree)
        venv.ensure(on_line=_note_of_pip(progress))
    with ExitStack() as stack:
        with progress.step("PostgreSQL"):
            stack.enter_context(postgres.server(venv, durable=durable))
        yield Databases(Odoo(venv.python, tree), progress)


def _note_of_pip(progress):
    """Return what shows which package pip is at."""

    def show(line):
        if line.startswith(("Collecting ", "Installing ")):
            progress.note(" ".join(line.split()[:2]))

    return show


def run(options):
    """Start the shop and stay until Ctrl-C."""
    server.refuse_taken_port(options.port)
    progress = Progress(6)
    with platform(progress) as databases, ExitStack() as stack:
        with progress.step(f"Database {options.db}"):
            _bring_up_to_date(databases, options)
        with progress.step("Odoo server"):
            process = stack.enter_context(
                server.serving(databases.odoo, options.db, options.port)
            )
        _welcome(options)
        process.wait()
    raise ShopError(f"Odoo stopped by itself: read {paths.log_file('odoo')}.")


def _bring_up_to_date(databases, options):
    """Make the database if it is missing, update it if the code changed."""
    addons = manifests.own_addons()
    if not addons:
        raise ShopError("There is no addon in addons/: fetch the whole project.")
    if not databases.exists(options.db):
        databases.make_shop(
            options.db,
            addons=[manifests.top_addon(addons, demo=not options.no_demo)],
            demo=not options.no_demo,
            language=options.lang or user_language(os.environ),
        )
    elif options.lang or not databases.is_up_to_date(options.db):
        databases.update_shop(options.db, language=options.lang)


def user_language(environ):
    """Return the language of the shop for a user with this environment."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG")
    return "ru_RU" if (locale or "").startswith("ru") else "en_US"


def _welcome(options):
    """Tell the address, and a login for each role that the database has."""
    users = query("SELECT login FROM res_users WHERE active", options.db).splitlines()
    say(f"\n  The shop is open: http://{server.HOST}:{options.port}\n")
    say(f"  {'role':20} {'login':12} password")
    for role, login in LOGINS:
        if login in users:
            say(f"  {role:20} {login:12} {login}")
    say("\n  Ctrl-C stops it. Log: .run/log/odoo.log\n")


def update(options):
    """Bring the database up to date with the code, whatever its comment says."""
    progress = Progress(5)
    with platform(progress) as databases:
        _need(databases, options.db)
        with progress.step(f"Database {options.db}"):
            databases.update_shop(options.db, language=options.lang)


def shell(options):
    """Open Odoo's Python shell on the database."""
    progress = Progress(4)
    with platform(progress) as databases:
        _need(databases, options.db)
        odoo = databases.odoo
        command = odoo.command("shell", f"--database={options.db}", "--no-http")
        subprocess.run(list(map(str, command)), env=odoo.env(), check=False)


def _need(databases, name):
    if not databases.exists(name):
        raise ShopError(f"There is no database {name}: ./shop run makes it.")


def lint(options):
    """Run the linters over all files or those named, or Odoo's own over our addons."""
    if options.odoo:
        with _test_platform(Progress(5)) as databases, Pool(1) as pool:
            selection = testing.select([])
            pool.add(*jobs.Jobs(databases, selection, width=1).odoo_lint())
        results.report(pool.jobs)
    elif not linting.lint(Progress(2), options.arguments):
        raise ShopError(
            "Lint found something. What it could mend is mended: run it again."
        )


def test(options):
    """Run lint and all tests, or those of the addons and files named."""
    selection = testing.select(options.arguments)
    width = _width(options)
    with Pool(width) as pool:
        if selection.everything:
            pool.add(jobs.lint())  # beside the making of what the others need
        with _test_platform(Progress(5)) as databases:
            chosen = jobs.Jobs(databases, selection, width=width, long=options.long)
            pool.add(*chosen.all())
            pool.wait()
    if selection.everything and not selection.options:
        sharding.remember(results.durations(pool.jobs))
    results.report(pool.jobs)
    if not results.count(pool.jobs):
        raise ShopError("No test was run: the options chose none.")


def _width(options):
    """Return how many jobs to do at a time."""
    return options.jobs or len(os.sched_getaffinity(0))


def mutate(options):
    """Change a file here and there, and tell which changes no test notices."""
    file, tests = mutating.select(options.arguments)
    width = _width(options)
    with _test_platform(Progress(5)) as databases, Pool(width) as pool:
        pool.add(*mutating.jobs_of(databases, file, tests, width))
    mutating.report(file, pool.jobs)


@contextmanager
def _test_platform(progress):
    """Give the databases of tests; that of Odoo's modules is there."""
    with platform(progress, tests=True, durable=False) as databases:
        with progress.step("Database of Odoo's modules"):
            databases.template()
        yield databases


@contextmanager
def _phase(passed, name):
    """Let a failure of one phase be its result, so that the others are run."""
    try:
        yield
    except ShopError as error:
        say(f"\n{error}\n")
        passed[name] = False


def test_matrix(options):
    """Run the tests of `matrix/` beside other modules of Odoo, and after ours went."""
    cases = matrix.chosen(options.arguments)
    progress, passed = Progress(4 + 2 * len(cases)), {}
    with platform(progress, tests=True, durable=False) as databases:
        for name, order in cases:
            case = f"{name}, {order}"
            with _phase(passed, case):
                with progress.step(f"Database: {case}"):
                    database = matrix.make(databases, name, order)
                with progress.step(f"Tests: {case}"):
                    passed[case] = matrix.run_tests(
                        databases.odoo, database, name, order
                    )
                databases.drop(database)
    testing.report(passed)


def test_upgrade(options):
    """Update a database of the released version, and compare it with a fresh one."""
    demo = not options.no_demo
    progress = Progress(7)
    with platform(progress, tests=True, durable=False) as databases:
        with progress.step("Database of the released version"):
            upgrading.make_old(databases, demo=demo)
        with progress.step("Update"):
            faults = upgrading.update(databases, demo=demo)
        with progress.step("Fresh database"):
            upgrading.make_fresh(databases)
        faults += upgrading.compare()
    upgrading.report(faults)
    say("An update makes what a fresh installation makes.")


def release(_options):
    """Note that databases of what is committed now are in use."""
    released.write()
    say(f"{released.FILE.name} names the present commit. Commit it, too.")


def test_core(options):
    """Run Odoo's own suites with our addons and without, and tell what fails by us."""
    suites = core.chosen(options.arguments, odoo_tree.ensure())
    progress, failures, missed = Progress(6 + len(suites)), {}, []
    with platform(progress, tests=True, durable=False) as databases:
        with progress.step("Database: Odoo with its demo data"):
            theirs = core.make_theirs(databases)
        with progress.step("Database: our addons on top"):
            ours = core.make_ours(databases, theirs)
        for suite in suites:
            with progress.step(suite):
                if suite == core.FLOWS:
                    missed = core.compare_flows(databases.odoo, ours, theirs)
                else:
                    failures[suite] = core.compare(
                        databases.odoo, suite, ours=ours, theirs=theirs
                    )
    core.tell(failures, missed)


def bench(options):
    """Run the benchmarks, each on a fresh database without demo data."""
    files = _benchmarks(options.arguments)
    progress = Progress(5 + len(files))
    missed = []
    # some measure what a browser draws
    with platform(progress, tests=True, durable=False) as databases:
        with progress.step("Database"):
            top = manifests.top_addon(manifests.own_addons(), demo=False)
            databases.make_shop(
                "shop_bench", addons=[top], demo=False, language="en_US"
            )
        for path in files:
            with progress.step(path.name):
                if not _bench(databases, path):
                    missed.append(path.name)
    if missed:
        raise ShopError(f"Goals missed or failed: {', '.join(missed)}. See the table.")


def _benchmarks(names):
    """Return the files of the benchmarks named, or all; the others are helpers."""
    folder = paths.ROOT / "benchmarks"
    files = [
        path
        for path in sorted(folder.glob("*.py"))
        if "bench.compare(" in path.read_text() or "bench.measure(" in path.read_text()
    ]
    chosen = [
        path for path in files if not names or {path.name, path.stem} & set(names)
    ]
    if not chosen:
        known = ", ".join(path.stem for path in files) or "none"
        raise ShopError(f"No such benchmark; known: {known}.")
    return chosen


def _bench(databases, path):
    """Run one benchmark on a clone that it may fill and spoil."""
    name = "shop_bench_run"
    databases.clone("shop_bench", name)
    odoo = databases.odoo
    script = paths.ROOT / "scripts" / "bench.py"
    command = [odoo.python, script, f"--database={name}", path]
    with started(command, env=odoo.env()) as process:
        passed = process.wait() == 0
    databases.drop(name)
    return passed


def clean(_options):
    """Remove the state folder: databases, attachments, logs."""
    if not paths.STATE.exists():
        say("Nothing to remove.")
        return
    for path in sorted(paths.STATE.iterdir()):
        say(f"removing {path.relative_to(paths.ROOT)}")
        if path.is_symlink():
            shutil.rmtree(path.resolve(), ignore_errors=True)
    shutil.rmtree(paths.STATE)
    say(f"Kept for other clones: {paths.cache()} (remove it by hand).")
