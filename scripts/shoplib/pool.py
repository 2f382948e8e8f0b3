"""A pool of jobs: as many at a time as it is wide, each with its own log."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import console, paths
from .console import ShopError, say, started

PULSE_SECONDS = 60
WAITING, RUNNING, PASSED, FAILED = "waiting", "running", "passed", "FAILED"


@dataclass
class Job:
    """Something to do in a thread of its own; it passes if its work says so.

    :param work: called with the job; returns whether it passed
    :param needs: jobs that must have passed before
    :param repeat: the command line that does this job alone
    """

    name: str
    work: Callable
    needs: tuple = ()
    repeat: str = ""
    state: str = WAITING
    seconds: float = 0
    result: str = ""
    told: str = ""
    shown: bool = False
    began: float = field(default=0, repr=False)

    @property
    def log(self) -> Path:
        """Return the file with what its programs say."""
        return paths.log_file(f"test-{self.name.replace(' ', '-').replace('/', '-')}")

    def passes(self, command, env):
        """Run a program with its output in the log, or on the screen.

        :return: its exit code
        """
        if self.shown:
            with started(command, env=env) as process:
                return process.wait()
        with (
            self.log.open("a") as log,
            started(command, env=env, stdout=log, stderr=log) as process,
        ):
            return process.wait()

    def run(self):
        """Do the work; a failure to show is a job that did not pass."""
        self.log.unlink(missing_ok=True)
        try:
            passed = self.work(self)
        except ShopError as error:
            self.told, passed = str(error), False
        self.seconds = time.monotonic() - self.began
        return PASSED if passed else FAILED

    def output(self):
        """Return all that its programs said, and why it failed."""
        said = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(filter(None, [said.rstrip(), self.told]))


class Pool:
    """Does jobs in the order they are added, each as soon as what it needs is there.

    As a context manager it waits for all jobs; an exception in its block, Ctrl-C for
    one, stops them.
    """

    def __init__(self, width):
        self.width = width
        self.jobs = []
        self.began = time.monotonic()
        self._closed = False
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._work) for _n in range(width)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind, _error, _trace):
        try:
            if not kind:
                self.wait()
        finally:
            self._stop()

    def add(self, *jobs):
        """Have jobs done."""
        with self._changed:
            self.jobs += jobs
            self._changed.notify_all()

    def wait(self):
        """Wait until all jobs are done; tell now and then what goes on."""
        told = time.monotonic()
        with self._changed:
            while any(job.state in {WAITING, RUNNING} for job in self.jobs):
                self._changed.wait(1)
                if time.monotonic() - told > PULSE_SECONDS:
                    told = time.monotonic()
                    self._tell_running()

    def _tell_running(self):
        running = [
            f"{job.name} ({time.monotonic() - job.began:.0f} s)"
            for job in self.jobs
            if job.state == RUNNING
        ]
        self._say(f"running {', '.join(running)}")

    def _stop(self):
        """End the threads, and the programs they may still run."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            busy = any(job.state == RUNNING for job in self.jobs)
        if busy:
            console.end_all()
        for thread in self._threads:
            thread.join()

    def _work(self):
        while job := self._next():
            state = job.run()
            with self._changed:
                job.state = state
                self._changed.notify_all()
                if not self._closed:
                    self._say(describe(job))

    def _next(self):
        """Return a job that can start, once there is one; None when all is over."""
        with self._changed:
            while not self._closed:
                self._give_up()
                for job in self.jobs:
                    ready = all(needed.state == PASSED for needed in job.needs)
                    if job.state == WAITING and ready:
                        job.state, job.began = RUNNING, time.monotonic()
                        return job
                self._changed.wait()
        return None

    def _give_up(self):
        """Fail the jobs that wait for one that failed."""
        for job in self.jobs:
            failed = [needed.name for needed in job.needs if needed.state == FAILED]
            if job.state == WAITING and failed:
                job.state = FAILED
                job.told = f"It needs what did not pass: {', '.join(failed)}."
                self._say(describe(job))
                self._changed.notify_all()

    def _say(self, text):
        say(f"[{time.monotonic() - self.began:6.0f} s] {text}")


def describe(job):
    """Return the line that tells how a job ended."""
    result = f": {job.result}" if job.result else ""
    return f"{job.state:8} {job.seconds:5.0f} s  {job.name}{result}"
