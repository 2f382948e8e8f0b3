"""Change one operator or return of a file at a time, and tell what no test notices.

Run by `./shop mutate`, with Odoo loaded for a file of an addon. The tests are run once
to learn which of them reach which line. Then each mutant has a process of its own, a
fork of this one, so that Odoo is loaded once, and runs only the tests that reach it.
"""

import argparse
import builtins
import json
import os
import signal
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import pytest
from shoplib import mutation

NOTICED, SURVIVED, UNREACHED = "noticed", "survived", "unreached"
PATIENCE = 60  # seconds a mutant may take beside three times what its tests take


class Changed:
    """A plugin of pytest: changes the code once all tests have been imported."""

    def __init__(self, path, source, tree):
        self.change = (path, source, tree)

    def pytest_collection_finish(self):
        """Put the changed functions in the place of those that were imported."""
        mutation.put_in_place(*self.change)


class Watcher(Changed):
    """Learns which tests reach which lines, and what they take."""

    def __init__(self, path, source):
        super().__init__(path, source, mutation.with_probes(source))
        self.test = ""
        self.reached = defaultdict(set)
        self.seconds = {}
        setattr(builtins, mutation.PROBE, self.reach)

    def reach(self, line):
        """Note that the test that runs now reaches a line."""
        self.reached[line].add(self.test)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item):
        """Note all tests of a class or file for what is prepared for them."""
        self.test = item.nodeid.rpartition("::")[0]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item):
        """Note the test itself from now on."""
        self.test = item.nodeid

    def pytest_runtest_logreport(self, report):
        """Remember how long the tests take."""
        self.seconds[report.nodeid] = (
            self.seconds.get(report.nodeid, 0) + report.duration
        )


def main():
    """Try a part of the mutants, and write what became of them."""
    options = parse_arguments()
    path = str(Path(options.file).resolve())
    source = Path(path).read_text()
    # unraisableexception collects garbage at the end of each run: slow with Odoo loaded
    settings = ["-x", "-p", "no:cacheprovider", "-p", "no:unraisableexception"]
    settings += ["-p", "no:odoo"]
    if options.database:
        load_odoo(options.database)
        settings[-2:] = ["--odoo-http", f"--odoo-database={options.database}"]
    reached, seconds = learn(path, source, [*options.tests, *settings])
    starts = mutation.statement_lines(source)
    outcome = []
    for mutant in mutation.mutants(source)[options.part :: options.parts]:
        tests = reached.get(starts[mutant.line], set())
        changed = Changed(path, source, mutant.tree)
        state = try_out(changed, tests, seconds, settings)
        outcome.append([mutant.line, state, str(mutant)])
        sys.stdout.write(f"{state:10} {mutant}\n")
        sys.stdout.flush()
    Path(options.result).write_text(json.dumps(outcome))


def parse_arguments():
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", help="for a file of an addon")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--result", required=True)
    parser.add_argument("file")
    parser.add_argument("tests", nargs="+")
    return parser.parse_args()


def load_odoo(database):
    """Load Odoo and the database's registry, and leave no connection open."""
    # not at the top: a file outside of addons needs no Odoo
    import odoo.init
    import odoo.sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["--database", database, "--log-level=critical"])
    Registry(database)
    odoo.sql_db.close_all()


def learn(path, source, arguments):
    """Run the tests as they are; return tests by line, and seconds by test."""

    def run():
        watcher = Watcher(path, source)
        code = int(pytest.main(arguments, plugins=[watcher]))
        lines = {line: sorted(tests) for line, tests in watcher.reached.items()}
        return [code, lines, watcher.seconds]

    answer = in_child(run)
    if not answer or answer[0]:
        sys.exit("The tests do not pass without any change: mend that first.")
    return {int(line): set(tests) for line, tests in answer[1].items()}, answer[2]


def try_out(changed, tests, seconds, settings):
    """Run the tests that reach a change; return what became of it."""
    if not tests:
        return UNREACHED
    ordered = in_order(tests, seconds)
    patience = PATIENCE + 3 * sum(map(seconds.get, tests & seconds.keys()))

    def run():
        return int(pytest.main([*ordered, *settings], plugins=[changed]))

    # what never ends is noticed
    return SURVIVED if in_child(run, patience) == 0 else NOTICED


def in_order(tests, seconds):
    """Return tests, the quick ones first, those of a class together.

    So what a class prepares is prepared once.
    """
    classes = defaultdict(list)
    for test in sorted(tests, key=lambda test: seconds.get(test, PATIENCE)):
        classes[test.rpartition("::")[0]].append(test)
    return [test for together in classes.values() for test in together]


def in_child(function, patience=None):
    """Run a function in a fork; return its JSON, or None if it ended without."""
    sys.stdout.flush()
    with tempfile.TemporaryFile("w+") as answer:
        pid = os.fork()
        if not pid:
            os.setpgid(0, 0)
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            json.dump(function(), answer)
            answer.flush()
            os._exit(0)
        _wait(pid, patience)
        answer.seek(0)
        text = answer.read()
    return json.loads(text) if text else None


def _wait(pid, patience):
    """Wait for a child and kill it, with all it started, if it takes too long."""
    began = time.monotonic()
    try:
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if patience and time.monotonic() - began > patience:
                os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return
            time.sleep(0.02)
    except BaseException:
        os.killpg(pid, signal.SIGKILL)
        raise


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main()
