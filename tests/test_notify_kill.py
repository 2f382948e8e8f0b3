"""Dispatchers of the outbox are killed, at every step, with SIGKILL.

Real processes, a real database, and a provider that listens on a port: what it has
received is compared with what the outbox says. Nothing may be lost or doubled; where a
provider cannot tell what it has, a message may be marked as not known, and only then.
"""

import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from shoplib.console import Progress
from shoplib.database import Databases

MODES = ("plain", "asked", "idempotent")
# "call": by the provider, once it has the message; "line": before it has read it
STEPS = (
    "claiming",
    "claimed",
    "starting",
    "started",
    "call",
    "line",
    "answered",
    "recording",
    "recorded",
    "settling",
    "taking over",
)
MESSAGES = int(os.environ.get("DISPATCH_MESSAGES", "1000"))
DRIVER = Path(__file__).parent / "notify_driver.py"


class FakeProvider(ThreadingHTTPServer):
    """Receives messages, remembers them, and may kill who is sending."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.lock = threading.Lock()
        self.delivered = defaultdict(list)  # texts → keys
        self.keys = set()
        self.pids = Counter()
        self.kill = None  # (moment, after how many requests)
        self.busy = 0

    def receive(self, body):
        """Take a message, as the kind of provider does it that the caller expects."""
        with self.lock:
            self.pids[body["pid"]] += 1
            if not (body["mode"] == "idempotent" and body["key"] in self.keys):
                self.delivered[body["text"]].append(body["key"])
            self.keys.add(body["key"])
        return {"state": "accepted", "ref": body["key"]}

    def find(self, body):
        """Tell what is known about a message."""
        state = "accepted" if body["key"] in self.keys else "later"
        return {"state": state, "ref": body["key"]}

    def kill_at(self, moment, pid):
        """Kill the caller if it is time."""
        with self.lock:
            if not self.kill or self.kill[0] != moment:
                return False
            self.kill = (moment, self.kill[1] - 1)
            if self.kill[1] > 0:
                return False
        os.kill(pid, signal.SIGKILL)
        return True

    def settle(self):
        """Wait until nothing of a killed caller is on the way any more."""
        quiet = 0
        while quiet < 30:
            time.sleep(0.01)
            quiet = 0 if self.busy else quiet + 1


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_POST(self):
        """Receive a message, or tell about one."""
        server = self.server
        with server.lock:
            server.busy += 1
        try:
            body = json.loads(
                self.rfile.read(int(self.headers["Content-Length"])) or b"{}"
            )
            if self.path == "/lookup":
                self._answer(server.find(body))
            elif not server.kill_at("line", body["pid"]):
                answer = server.receive(body)
                if not server.kill_at("call", body["pid"]):
                    self._answer(answer)
        except OSError:  # pylint: disable=except-pass
            pass  # the caller was killed
        finally:
            with server.lock:
                server.busy -= 1

    def _answer(self, answer):
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Write nothing."""


class Driver:
    """The process that starts dispatchers."""

    def __init__(self, odoo, database, url):
        self.process = subprocess.Popen(
            [str(odoo.python), str(DRIVER), database, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=odoo.env(),
        )

    def __call__(self, command, **values):
        """Have a command done, and return its answer."""
        self.process.stdin.write(f"{json.dumps({'do': command, **values})}\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("ANSWER "):
                return json.loads(line.removeprefix("ANSWER "))
        raise AssertionError("The driver has ended.")

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def run(self, **values):
        """Let a dispatcher run to its end, and return how it has ended."""
        return self("wait", pid=self("start", **values))

    def finish(self):
        """Let dispatchers run until nothing waits any more."""
        for _turn in range(20):
            assert self.run() == 0
            waiting = ("queued", "deferred", "sending")
            states = self("states")
            if not any(state[0] in waiting for state in states.values()):
                return states
            self("pass_time")
        rest = {text: state for text, state in states.items() if state[0] in waiting}
        raise AssertionError(f"Messages wait for ever: {rest}")


@pytest.fixture
def provider():
    """A provider that listens."""
    with FakeProvider() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def database(odoo):
    """A copy of the demo shop, without a server."""
    source = os.environ.get("AUTO_SHOP_DEMO_DATABASE")
    assert source, "Run ./shop test tests/, which makes the demo database."
    databases = Databases(odoo, Progress(1))
    name = f"{source}_notify_kill"
    databases.clone(source, name)
    yield name
    databases.drop(name)


@pytest.fixture
def driver(odoo, database, provider):
    """The process that starts dispatchers."""
    process = Driver(odoo, database, provider.url)
    yield process
    process.close()


def test_a_killed_dispatcher_neither_loses_nor_doubles(driver, provider):
    world = driver("prepare")
    kills = Counter()
    count = 0
    for nth in (1, 2):
        for step in STEPS:
            for mode in MODES:
                texts = [f"{mode} {count + number}" for number in range(5)]
                count += len(texts)
                driver("queue", mode=mode, texts=texts, **world)
                kills[step] += kill(driver, provider, step, nth)
    states = driver.finish()
    assert sum(kills.values()) >= 50, kills
    assert all(kills[step] for step in STEPS), kills
    check(states, provider, count)


def kill(driver, provider, step, nth):
    """Start a dispatcher and kill it at a step; return whether it was."""
    is_by_provider = step in ("call", "line")
    provider.kill = (step, nth) if is_by_provider else None
    pid = driver("start", step=None if is_by_provider else step, nth=nth)
    code = driver("wait", pid=pid)
    provider.kill = None
    provider.settle()
    driver("pass_time")
    assert code in (0, -signal.SIGKILL)
    return code == -signal.SIGKILL


def check(states, provider, count):
    """Compare what the outbox says with what the provider has received."""
    assert len(states) == count
    unsure = [text for text, state in states.items() if state[1]]
    lost = [
        text for text in states if text not in unsure and not provider.delivered[text]
    ]
    doubled = [text for text in states if len(provider.delivered[text]) > 1]
    assert not lost
    assert not doubled
    for text, (state, is_unsure, has_activity) in states.items():
        if is_unsure:
            assert text.startswith("plain"), "the others can tell"
            assert (state, has_activity) == ("failed", True), "shown to staff"
        else:
            assert state == "delivered", text
    assert unsure, "calls of a provider that cannot tell were interrupted"


def test_many_messages_and_two_dispatchers(driver, provider):
    world = driver("prepare")
    texts = [f"plain {number}" for number in range(MESSAGES)]
    del world["lead"]
    driver("queue", mode="plain", texts=texts, parallel=50, **world)
    pids = [driver("start"), driver("start")]
    assert [driver("wait", pid=pid) for pid in pids] == [0, 0]
    states = driver("states")
    assert {state for state, *_rest in states.values()} == {"delivered"}
    assert len(states) == len(texts)
    assert {len(provider.delivered[text]) for text in texts} == {1}
    assert set(provider.pids) == set(pids), "both have worked"


def test_a_fact_told_by_two_processes_makes_one_message(driver):
    world = driver("prepare")
    texts = [f"plain {number}" for number in range(500)]
    values = {"mode": "plain", "texts": texts, "partner": world["partner"]}
    pids = [driver("start_creating", **values) for _process in range(3)]
    assert [driver("wait", pid=pid) for pid in pids] == [0, 0, 0]
    assert len(driver("states")) == len(texts)
