"""The jobs of `./shop mutate`, and what they tell."""

import json
import os
from collections import Counter
from pathlib import Path

from . import paths, testing
from .console import ShopError, say
from .jobs import Jobs, needs_demo
from .pool import FAILED, Job

SCRIPT = paths.ROOT / "scripts" / "mutate.py"
# how `mutate.py` names what no test notices
KINDS = {
    "survived": "No test noticed:",
    "unreached": "No test came there:",
}


def select(words):
    """Return the file to change and the tests that should notice.

    :raise ShopError: when the first word names no Python file, or another no tests
    """
    if not words or not Path(words[0]).resolve().is_file():
        raise ShopError("Name a Python file to change: ./shop mutate FILE [TESTS].")
    file = Path(words[0]).resolve()
    selection = testing.select(words[1:])
    if not selection.everything:
        return file, [*selection.addon_paths, *selection.shop_paths]
    if file.is_relative_to(paths.ADDONS):
        return file, [paths.ADDONS / file.relative_to(paths.ADDONS).parts[0]]
    return file, [
        path for path in testing.files_of([testing.SHOP_TESTS]) if not needs_demo(path)
    ]


def jobs_of(databases, file, tests, width):
    """Return jobs that try a part of the mutants each."""
    made = database = None
    if file.is_relative_to(paths.ADDONS):
        selection = testing.Selection([file, *tests], [], [], False)
        made, database = Jobs(databases, selection, width=width).addons_database()

    def make(number):
        def work(job):
            parts = [f"--part={number}", f"--parts={width}"]
            words = [*parts, f"--result={_result_of(job)}", file, *tests]
            return _try_out(job, databases, words, database, number)

        name = f"mutants {number + 1} of {width}"
        return Job(name, work, needs=(made,) if made else ())

    return [*filter(None, [made]), *map(make, range(width))]


def _try_out(job, databases, words, database, number):
    """Run `mutate.py`, on a copy of the database if it needs one."""
    odoo = databases.odoo
    command = [odoo.python, SCRIPT]
    _result_of(job).unlink(missing_ok=True)
    if not database:
        return job.passes([*command, *words], odoo.env()) == 0
    with databases.copy_of(database, f"{database}_mutants_{number}") as copy:
        return job.passes([*command, f"--database={copy}", *words], odoo.env()) == 0


def _result_of(job):
    return job.log.with_suffix(".json")


def report(file, jobs):
    """Tell which changes of a file no test noticed.

    :raise ShopError: when a job did not get so far
    """
    rows = []
    for job in jobs:
        if job.state == FAILED:
            say(job.output())
            raise ShopError(f"{job.name} failed: read the output above.")
        if _result_of(job).exists():
            rows += json.loads(_result_of(job).read_text())
    for kind, title in KINDS.items():
        lines = [text for _line, state, text in sorted(rows) if state == kind]
        if lines:
            say("\n".join([f"\n{title}", *(f"  {line}" for line in lines)]))
    counts = Counter(state for _line, state, _text in rows)
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    say(f"\n{os.path.relpath(file, paths.ROOT)}: {len(rows)} changes, {told}.")
