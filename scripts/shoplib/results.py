"""What became of the jobs of a run of tests, and how it is told."""

from typing import NamedTuple
from xml.etree import ElementTree

from .console import ShopError, say
from .pool import FAILED, describe

SLOWEST = 15


class Result(NamedTuple):
    """A test that was run."""

    file: str
    name: str
    seconds: float


def file_of(job):
    """Return where pytest writes what became of a job's tests."""
    return job.log.with_suffix(".xml")


def of_job(job):
    """Return the tests of a job that were run."""
    file = file_of(job)
    try:
        # written by our own pytest, which may have been ended before it was ready
        cases = ElementTree.parse(file).iter("testcase")  # noqa: S314
    except (FileNotFoundError, ElementTree.ParseError):
        return []
    return [
        Result(
            case.get("file", ""),
            f"{case.get('file')}::{case.get('name')}",
            float(case.get("time", 0)),
        )
        for case in cases
    ]


def report(jobs):
    """Tell what failed, the slowest tests and the outcome of each job.

    :raise ShopError: when a job did not pass
    """
    results = [result for job in jobs for result in of_job(job)]
    failed = [job for job in jobs if job.state == FAILED]
    for job in failed:
        _show(job)
    if results:
        say("\nSlowest tests:")
    for result in sorted(results, key=lambda result: -result.seconds)[:SLOWEST]:
        say(f"  {result.seconds:6.1f} s  {result.name}")
    say(f"\n{len(results)} tests in {len(jobs)} jobs:")
    for job in jobs:
        say(f"  {describe(job)}")
    if failed:
        again = "".join(f"\n  {job.repeat}" for job in failed if job.repeat)
        raise ShopError(
            f"Not passed: {', '.join(job.name for job in failed)}. Read the output"
            f" above. To repeat one of them alone:{again}"
        )


def count(jobs):
    """Return how many tests were run."""
    return sum(len(of_job(job)) for job in jobs)


def _show(job):
    """Print all that a job said which did not pass."""
    said = job.told if job.shown else job.output()
    say(f"\n{f' {job.name} ':=^80}\n{said}")


def durations(jobs):
    """Return how many seconds each file's tests took."""
    seconds = {}
    for job in jobs:
        for result in of_job(job):
            seconds[result.file] = seconds.get(result.file, 0) + result.seconds
    return {file: round(total, 1) for file, total in seconds.items()}
