"""The jobs of a run of tests: linters, databases, addon tests, whole-shop tests."""

import os
import shlex
import sys

from . import manifests, paths, results, server, sharding
from .pool import Job
from .testing import addons_of, file_of, files_of, name_of

LINT_TAGS = "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint"
NO_TESTS = 5
ADDONS_DATABASE, DEMO_DATABASE = "shop_addon_tests", "shop_demo"
MAX_NAME = 48
# what a whole-shop test names if it works on the demo shop
DEMO_SIGNS = ("shop_copy", "shop_server", "open_page", "AUTO_SHOP_DEMO_DATABASE")
# how long races and stories are with --long
LONG = {
    "BOOKING_RACE_TRIES": "10000",
    "DISPATCH_MESSAGES": "10000",
    "MONEY_EXAMPLES": "300",
}


def database_of(addons):
    """Return the name of a database that has some addons.

    PostgreSQL cuts names of more than 63 characters, and copies have longer ones.
    """
    name = "_".join([ADDONS_DATABASE, *addons])
    if len(name) <= MAX_NAME:
        return name
    return f"{ADDONS_DATABASE}_{paths.short_hash(name)}"


def lint():
    """Return the job of all linters."""
    command = [sys.executable, paths.ROOT / "scripts" / "shop.py", "lint"]

    def work(job):
        return job.passes(command, os.environ) == 0

    return Job("lint", work, repeat="./shop lint")


class Jobs:
    """Makes the jobs of tests.

    :param selection: what to test
    :param width: how many jobs run at a time
    :param long: whether races and stories are as long as at night
    """

    def __init__(self, databases, selection, *, width, long=False):
        self.databases = databases
        self.selection = selection
        self.width = width
        self.env = LONG if long else {}
        self.known = sharding.known_durations()

    def all(self):
        """Return all jobs in the order in which they should start.

        What many need comes first, then what takes long.
        """
        jobs = [
            *(self._shop_tests() if self.selection.shop_paths else []),
            *(self._addon_tests() if self.selection.addon_paths else []),
        ]
        if len(jobs) == 1:
            jobs[0].shown = True
        needed = {job.name: job for one in jobs for job in one.needs}
        return [*reversed(needed.values()), *jobs]

    def _database(self, name, addons, *, demo=False):
        """Return the job that makes a database for tests."""

        def work(_job):
            self.databases.keep(name, addons=addons, demo=demo)
            return True

        return Job(f"database {name}", work)

    def addons_database(self):
        """Return the job that makes the database of addon tests, and its name."""
        addons = addons_of(self.selection.addon_paths)
        everything = addons == addons_of([paths.ADDONS])
        name = ADDONS_DATABASE if everything else database_of(addons)
        return self._database(name, addons), name

    def _addon_tests(self):
        """Return the jobs of the addons' tests: unit, HTTP and browser tests."""
        made, database = self.addons_database()
        files = files_of(self.selection.addon_paths)
        shards = [files]
        if not self.selection.chooses:  # few tests are not worth several starts
            shards = sharding.deal(files, width=self.width, known=self.known)
        jobs = [
            self._addon_job(made, database, number, len(shards), shard)
            for number, shard in enumerate(shards, 1)
        ]
        if self.selection.everything and not self._passed_odoo_lint().exists():
            jobs.insert(1, self._odoo_lint(made, database))
        return jobs

    def _passed_odoo_lint(self):
        """Return the file in the cache that tells that the addons pass as they are."""
        files = [
            path
            for path in paths.ADDONS.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        ]
        parts = [self.databases.odoo.tree.version, LINT_TAGS]
        key = paths.short_hash(" ".join([*parts, paths.hash_of_files(files)]))
        return paths.cache() / "lint" / f"odoo-{key}"

    def odoo_lint(self):
        """Return the jobs of Odoo's own linter alone."""
        made, database = self.addons_database()
        lint = self._odoo_lint(made, database)
        lint.shown = True
        return [made, lint]

    def _addon_job(self, made, database, number, count, shard):
        copy = f"{database}_{number}"

        def work(job):
            options = ["--odoo-http", f"--odoo-database={copy}"]
            with self.databases.copy_of(database, copy):
                return self._pytest(job, [*shard, *options])

        name = f"addon tests {number} of {count}"
        return Job(name, work, needs=(made,), repeat=self._repeat(shard))

    def _odoo_lint(self, made, database):
        """Return the job of Odoo's own linter over our addons."""
        odoo, copy = self.databases.odoo, f"{database}_lint"

        def work(job):
            command = odoo.command(
                "server",
                f"--database={copy}",
                "--init=test_lint",
                f"--test-tags={LINT_TAGS}",
                "--log-level=warn",
                # tests listen even with --no-http; the shop may be at the usual port
                f"--http-port={server.free_port()}",
            )
            marker = self._passed_odoo_lint()
            with self.databases.copy_of(database, copy):
                passed = job.passes(command, odoo.env()) == 0
            if passed:
                marker.parent.mkdir(parents=True, exist_ok=True)
                marker.touch()
            return passed

        return Job("Odoo's linter", work, needs=(made,), repeat="./shop lint --odoo")

    def _shop_tests(self):
        """Return the jobs of whole-shop tests, whose files start servers on copies."""
        files = files_of(self.selection.shop_paths)
        demo = [file for file in files if needs_demo(file)]
        demo.sort(key=lambda file: -sharding.weigh(file, self.known))
        top = [manifests.top_addon(manifests.own_addons(), demo=True)]
        made = self._database(DEMO_DATABASE, top, demo=True)
        jobs = [self._shop_job(name_of(file), [file], needs=(made,)) for file in demo]
        pure = [file for file in files if file not in demo]
        if pure:
            jobs.append(self._shop_job("tests without a shop", pure))
        return jobs

    def _shop_job(self, name, files, *, needs=()):
        env = {"AUTO_SHOP_DEMO_DATABASE": DEMO_DATABASE} if needs else {}

        def work(job):
            return self._pytest(job, ["-p", "no:odoo", *files], env)

        return Job(name, work, needs=needs, repeat=self._repeat(files))

    def _pytest(self, job, arguments, env=None):
        """Run pytest; no tests are a failure unless options choose among tests."""
        odoo, file = self.databases.odoo, results.file_of(job)
        file.unlink(missing_ok=True)
        command = [odoo.python, "-m", "pytest", "--rootdir", paths.ROOT]
        options = [f"--junitxml={file}", "-o", "junit_family=xunit1"]
        code = job.passes(
            [*command, *options, *arguments, *self.selection.options],
            {
                **odoo.env(),
                "ODOO_SCREENSHOTS": str(paths.STATE / "screenshots"),
                **self.env,
                **(env or {}),
            },
        )
        job.result = f"{len(results.of_job(job))} tests"
        return code == 0 or (code == NO_TESTS and self.selection.chooses)

    def _repeat(self, files):
        words = map(name_of, files)
        return shlex.join(["./shop", "test", *words, *self.selection.options])


def needs_demo(file):
    """Tell whether a file of whole-shop tests works on the demo shop."""
    text = file_of(file).read_text()
    return any(sign in text for sign in DEMO_SIGNS)
