"""What the user sees: numbered steps with elapsed time, and programs with a log."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

from . import paths

NOTE_SECONDS = 10
AS_ANOTHER = ("runuser", "sudo")
# words of a failed program -> what to do about it
ADVICE = {
    "No space left on device": "The disk is full: free some space.",
    "Permission denied": (
        "It may not enter or write that folder: clone the project into another one, or"
        " change the folder's rights."
    ),
}


class ShopError(Exception):
    """A failure to show to the user: what went wrong and what to do about it."""


def say(text=""):
    """Print a line at once, also when the output is a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Progress:
    """Numbers the steps of one command and tells how long each takes."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.started = time.monotonic()
        self._note = ""

    @contextmanager
    def step(self, title):
        """Announce a step; while it lasts tell now and then that it goes on."""
        self.done += 1
        self._note = ""
        started = time.monotonic()
        say(f"[{self.done}/{self.total} {started - self.started:4.0f} s] {title}")
        over = threading.Event()
        pulse = threading.Thread(target=self._pulse, args=(started, over), daemon=True)
        pulse.start()
        try:
            yield self
        finally:
            over.set()
            pulse.join()
        took = time.monotonic() - started
        if took >= 2:
            say(f"             done in {took:.0f} s")

    def note(self, text):
        """Set what the step is at; it is shown every few seconds."""
        self._note = text

    def _pulse(self, started, over):
        """Show the note when it has changed, and once in a while all the same."""
        shown, quiet = "", 0
        while not over.wait(NOTE_SECONDS):
            quiet += NOTE_SECONDS
            if self._note and (self._note != shown or quiet >= 3 * NOTE_SECONDS):
                say(f"             {time.monotonic() - started:4.0f} s  {self._note}")
                shown, quiet = self._note, 0


def run(command, *, log, hint, env=None, cwd=None, on_line=None):
    """Run a command with its output in a log file.

    :param log: name of the log file in `.run/log`
    :param hint: one sentence of what to do when the command fails and the output has
        no advice of its own
    :param on_line: called with each line of the output
    :raise ShopError: when the command fails, with the end of its output
    """
    log_path = paths.log_file(log)
    with log_path.open("a", buffering=1) as log_stream:
        log_stream.write(f"\n$ {' '.join(map(str, command))}\n")
        with started(
            command, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            for line in process.stdout:
                log_stream.write(line)
                if on_line:
                    on_line(line)
            code = process.wait()
    if code:
        told = tail(log_path)
        raise ShopError(
            f"{told}\n{_program(command)} failed, see {log_path}. {advice(told, hint)}"
        )


def tail(path, count=15):
    """Return the last lines of a file."""
    return "".join(path.read_text(errors="replace").splitlines(True)[-count:])


def advice(told, hint):
    """Return what to do about a failure: what the output tells, else the hint."""
    known = (text for cause, text in ADVICE.items() if cause in told)
    return next(known, hint)


def _program(command):
    """Return the name of the program, also of one that is run as another user."""
    words = [str(word) for word in command]
    if words[0] in AS_ANOTHER and "--" in words:
        words = words[words.index("--") + 1 :]
    return words[0]


def output_of(command, *, env=None, cwd=None):
    """Return what a command prints, or None when it fails or does not exist."""
    try:
        result = subprocess.run(
            command, env=env, cwd=cwd, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return result.stdout if result.returncode == 0 else None


class _Running:
    """The programs that run now; once they were all ended no other may start."""

    def __init__(self):
        self.lock = threading.Lock()
        self.processes = set()
        self.stopped = False


_running = _Running()


def end_all():
    """End all programs that run; used when the user wants to stop."""
    with _running.lock:
        _running.stopped = True
        processes = list(_running.processes)
    for process in processes:
        _signal(process, signal.SIGTERM)
    for process in processes:
        _end_group(process)


@contextmanager
def started(command, *, env=None, cwd=None, stdout=None, stderr=None):
    """Start a process in its own group, and end the whole group on the way out."""
    with _running.lock:
        if _running.stopped:
            raise ShopError("Stopped.")
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=env,
                cwd=cwd or paths.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise ShopError(
                f"Cannot start {command[0]}: {error}. Install it."
            ) from error
        _running.processes.add(process)
    try:
        yield process
    finally:
        _end_group(process)
        with _running.lock:
            _running.processes.discard(process)


def _end_group(process):
    """Ask the group to end, and insist after a while."""
    for number, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        if not _signal(process, number):
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _signal(process, number):
    """Send a signal to the whole group, and tell whether there was anybody."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return False
    return True
