"""PostgreSQL: the server the user names, else a private cluster in `.run`."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import paths
from .console import ShopError, advice, output_of, run, tail

SUPERUSER = "odoo"
# for the data of a clone in a folder that the owner of the server cannot enter
ELSEWHERE = Path("/var/lib/auto-shop")
PGSERVER = "pgserver==0.1.4"
SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
wal_level = minimal
max_wal_senders = 0
jit = off
# a power cut may lose the last moments, never the database
synchronous_commit = off
"""
# for databases that can be made again: a crash may destroy them
THROW_AWAY = """
fsync = off
full_page_writes = off
"""


def distribution_bin():
    """Return the folder of the newest PostgreSQL server programs, or None."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: float(path.parts[-3]), default=None)
    initdb = newest or shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def _bin(venv):
    """Return the folder of the programs, getting the wheel when there is no other."""
    found = distribution_bin()
    if found:
        return found
    hint = "Install PostgreSQL, or name a server with PGHOST."
    run([venv.python, "-m", "pip", "install", PGSERVER], log="pip", hint=hint)
    programs = venv.folder.glob("lib/python3*/site-packages/pgserver/pginstall/bin")
    return next(programs)


@contextmanager
def server(venv, *, durable=True):
    """Give a PostgreSQL server for the time of the block, as PG… in the environment.

    :param durable: whether the databases must survive a crash of the machine
    """
    if os.environ.get("PGHOST"):
        if output_of(["psql", "-d", "postgres", "-Atc", "SELECT 1"]) is None:
            raise ShopError(
                "The PostgreSQL server of PGHOST does not answer: check PGHOST, PGPORT,"
                " PGUSER and PGPASSWORD, or unset PGHOST for a private server."
            )
        yield
        return
    programs = _bin(venv)
    os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
    cluster = Cluster(programs, "postgres" if durable else "postgres-test", durable)
    with cluster.running():
        os.environ.update(PGHOST=str(cluster.socket), PGUSER=SUPERUSER)
        yield


class Cluster:
    """A private cluster on a unix socket, shared by all commands of this clone."""

    def __init__(self, programs, name, durable):
        self.durable = durable
        self.name = name
        self.owner = _unprivileged_user() if os.geteuid() == 0 else None
        self.folder = self._place()
        self.programs = self._copied(programs)
        # a socket's path must be short, and the owner must reach it
        key = paths.short_hash(str(paths.STATE / name))
        folder = "/tmp" if self.owner else tempfile.gettempdir()  # noqa: S108
        self.socket = Path(folder) / f"auto-shop-{key}"

    def _place(self):
        """Return the real path of the data: in `.run`, or where the owner can reach it.

        A link in `.run` leads there for `clean`; the owner cannot follow it.
        """
        folder = paths.STATE / self.name
        paths.STATE.mkdir(parents=True, exist_ok=True)
        if not self._reaches(paths.STATE) and not folder.is_symlink():
            elsewhere = ELSEWHERE / paths.short_hash(str(folder))
            # of a state folder that was removed by hand
            shutil.rmtree(elsewhere, ignore_errors=True)
            elsewhere.parent.mkdir(parents=True, exist_ok=True)
            if folder.exists():
                shutil.move(folder, elsewhere)
            elsewhere.mkdir(exist_ok=True)
            folder.symlink_to(elsewhere)
        return folder.resolve()

    def _copied(self, programs):
        """Return programs that the owner can start: a copy of those he cannot reach."""
        if self._reaches(programs):
            return programs
        copy = self.folder / "programs"
        if not copy.exists():
            shutil.copytree(programs.parent, copy, symlinks=True)
        return copy / programs.name

    def _reaches(self, folder):
        """Tell whether the owner can enter a folder."""
        command = [*self._as_owner(), "test", "-x", str(folder)]
        return not self.owner or output_of(command, cwd="/") is not None

    @contextmanager
    def running(self):
        """Start the cluster unless it runs; the last command to leave stops it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (paths.STATE / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)
            if not self._is_running():
                self._start()
            try:
                yield
            finally:
                if _is_last(lock):
                    self._control("stop", "-m", "fast")

    def _is_running(self):
        return self._data_exists() and self._control("status", check=False) == 0

    def _data_exists(self):
        return (self.folder / "data" / "PG_VERSION").exists()

    def _start(self):
        if not self._data_exists():
            self._create()
        self.socket.mkdir(mode=0o700, exist_ok=True)
        self._give(self.socket)
        self._control("start", "-l", self.folder / "server.log")

    def _create(self):
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        self._give(self.folder)
        command = [self.programs / "initdb", "-D", self.folder / "data", "-A", "trust"]
        run(
            [*self._as_owner(), *command, "-U", SUPERUSER, "-E", "UTF8", *_locale()],
            log="postgres",
            hint="Read the lines above, or name a server with PGHOST.",
            cwd="/",
        )
        settings = SETTINGS + ("" if self.durable else THROW_AWAY)
        with (self.folder / "data" / "postgresql.conf").open("a") as conf:
            conf.write(f"{settings}unix_socket_directories = '{self.socket}'\n")

    def _control(self, action, *options, check=True):
        """Run pg_ctl; its server must not hold our pipes, so the output is a file."""
        command = [self.programs / "pg_ctl", "-w", "-D", self.folder / "data", action]
        log = paths.log_file("postgres")
        with log.open("a") as stream:
            code = subprocess.run(
                [*map(str, (*self._as_owner(), *command, *options))],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd="/",
                check=False,
                start_new_session=True,
            ).returncode
        if check and code:
            server_log = self.folder / "server.log"
            told = tail(log) + (tail(server_log) if server_log.exists() else "")
            hint = "Name another server with PGHOST, or run ./shop clean."
            raise ShopError(
                f"{told}\nPostgreSQL does not {action}, see {log} and {server_log}."
                f" {advice(told, hint)}"
            )
        return code

    def _as_owner(self):
        return ["runuser", "-u", self.owner, "--"] if self.owner else []

    def _give(self, folder):
        if self.owner:
            shutil.chown(folder, self.owner)


def _is_last(lock):
    """Tell whether no other command holds the lock."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _locale():
    """Return a locale that knows the lower case of Cyrillic letters."""
    known = (output_of(["locale", "-a"]) or "").lower().replace("-", "").split()
    name = "C.UTF-8" if "c.utf8" in known or sys.platform != "linux" else "C"
    return [f"--locale={name}"]


def _unprivileged_user():
    """Return the user who runs the server for root: it refuses to run as root."""
    users = [
        line.split(":")[0] for line in Path("/etc/passwd").read_text().splitlines()
    ]
    return "postgres" if "postgres" in users else "nobody"
