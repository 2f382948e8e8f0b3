"""The running shop: an Odoo server process that answers over HTTP."""

import socket
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from . import paths
from .console import ShopError, started, tail

HOST = "127.0.0.1"
PATIENCE = 120


def refuse_taken_port(port):
    """Stop early when another program listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((HOST, port)) == 0:
            raise ShopError(f"Port {port} is taken: name another one with --port.")


def free_port():
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@contextmanager
def serving(odoo, database, port, *options, log="odoo"):
    """Give an Odoo server that answers; it ends with the block.

    :raise ShopError: when it does not answer in time, with the end of its log
    """
    log_path = paths.log_file(log)
    command = odoo.command(
        "server",
        f"--database={database}",
        f"--db-filter=^{database}$",
        f"--http-port={port}",
        f"--http-interface={HOST}",
        *options,
    )
    with (
        log_path.open("a") as stream,
        started(command, env=odoo.env(), stdout=stream, stderr=stream) as process,
    ):
        _wait_until_ready(process, port, log_path)
        yield process


def _wait_until_ready(process, port, log_path):
    address = f"http://{HOST}:{port}/web/login"
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(address):
            return
        time.sleep(0.3)
    state = "stopped" if process.poll() is not None else "does not answer"
    raise ShopError(f"{tail(log_path)}\nOdoo {state}. Read its log: {log_path}.")


def _answers(address):
    try:
        # the address is ours
        with urllib.request.urlopen(address, timeout=60) as response:  # noqa: S310
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
