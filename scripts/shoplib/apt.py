"""Packages of Debian and Ubuntu: the machine's sources, installing, unpacking."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from .console import ShopError, run

APT_FOLDER = Path("/etc/apt")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
DEBIAN_SUITES = {
    "bookworm",
    "forky",
    "oldstable",
    "sid",
    "stable",
    "testing",
    "trixie",
    "unstable",
}


class Source(NamedTuple):
    """One line of sources.list or one stanza of a *.sources file."""

    uris: tuple
    suites: tuple
    components: tuple
    signed_by: str


def parse_one_line(text):
    """Return the sources of a classic sources.list."""
    sources = []
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if match:
            options, uri, suite, components = match.groups()
            signed_by = re.search(r"signed-by=(\S+)", options or "")
            sources.append(
                Source(
                    uris=(uri,),
                    suites=(suite,),
                    components=tuple(components.split()),
                    signed_by=signed_by.group(1) if signed_by else "",
                )
            )
    return sources


def parse_deb822(text):
    """Return the enabled binary sources of a deb822 *.sources file."""
    sources = []
    for stanza in re.split(r"\n\s*\n", text):
        lines = [line for line in stanza.splitlines() if not line.startswith("#")]
        fields = _fields("\n".join(lines))
        enabled = fields.get("enabled", "yes").lower() not in {"no", "false"}
        if enabled and "deb" in fields.get("types", "").split():
            sources.append(
                Source(
                    uris=tuple(fields.get("uris", "").split()),
                    suites=tuple(fields.get("suites", "").split()),
                    components=tuple(fields.get("components", "").split()),
                    signed_by=fields.get("signed-by", "").strip(),
                )
            )
    return sources


def _fields(stanza):
    """Return the fields of a deb822 stanza; names in lower case, lines joined."""
    pattern = r"^([\w-]+):(.*(?:\n[ \t].*)*)"
    return {
        name.lower(): value.strip()
        for name, value in re.findall(pattern, stanza, flags=re.MULTILINE)
    }


def machine_sources(folder=APT_FOLDER):
    """Return all sources this machine is configured with."""
    sources = []
    for path in [folder / "sources.list", *sorted(folder.glob("sources.list.d/*"))]:
        if path.is_file():
            parse = parse_deb822 if path.suffix == ".sources" else parse_one_line
            sources += parse(path.read_text(errors="replace"))
    return sources


def debian_mirror(sources):
    """Return the source that is a mirror of Debian itself, or None.

    Other vendors reuse Debian's suite names, but not the component `main` on an
    address that ends like a Debian mirror's.
    """
    for source in sources:
        for uri in source.uris:
            is_mirror = uri.startswith("mirror+") or uri.rstrip("/").endswith("/debian")
            if (
                is_mirror
                and "main" in source.components
                and DEBIAN_SUITES.intersection(source.suites)
            ):
                return source._replace(uris=(uri,))
    return None


class PrivateApt:
    """An apt configuration in a folder of ours; the system's is not touched."""

    hint = "Check this machine's Debian mirror."

    def __init__(self, folder, source, suite):
        self.folder = folder
        for name in ("lists/partial", "archives/partial"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        signed_by = source.signed_by or (KEYRING if Path(KEYRING).exists() else "")
        option = f"[signed-by={signed_by}] " if signed_by.startswith("/") else ""
        (folder / "sources.list").write_text(
            f"deb {option}{source.uris[0]} {suite} main\n"
        )
        (folder / "status").touch()
        self._apt("update")

    def unpack(self, packages, target):
        """Unpack the packages, and only them, into the target."""
        self._apt("download", *packages, cwd=self.folder / "archives")
        self._unpack_archives(target)

    def unpack_with_dependencies(self, packages, target):
        """Unpack the packages with all they need, down to the C library."""
        none_installed = f"-oDir::State::status={self.folder}/status"
        install = ["install", "-y", "--no-install-recommends", "--download-only"]
        self._apt(none_installed, *install, *packages)
        self._unpack_archives(target)

    def version(self, package):
        """Return the file name of a package that was unpacked, without its end."""
        return next((self.folder / "archives").glob(f"{package}_*.deb")).stem

    def _unpack_archives(self, target):
        for package in sorted((self.folder / "archives").glob("*.deb")):
            run(["dpkg", "-x", package, target], log="apt", hint=self.hint)

    def _apt(self, *arguments, cwd=None):
        """Run apt-get inside the folder."""
        options = [
            f"-oDir::Etc::sourcelist={self.folder}/sources.list",
            "-oDir::Etc::sourceparts=/dev/null",
            f"-oDir::State::lists={self.folder}/lists",
            f"-oDir::Cache={self.folder}",
            f"-oAPT::Sandbox::User={_user_name()}",
            "-oAPT::Keep-Downloaded-Packages=true",
            "-oDebug::NoLocking=true",
        ]
        command = ["apt-get", *options, *arguments]
        run(command, log="apt", hint=self.hint, cwd=cwd)


def _user_name():
    """Return the name of the current user, which apt shall not change."""
    return "root" if os.geteuid() == 0 else os.environ.get("USER", "nobody")


def update():
    """Ask the mirrors what they offer, if this user may."""
    prefix = _root_prefix()
    if prefix is not None:
        hint = "Run as root: apt-get update"
        run([*prefix, "apt-get", "update"], log="apt", hint=hint)


def install(packages):
    """Install packages of the distribution: as root, or with sudo.

    :raise ShopError: when neither is possible, naming the command to run
    """
    prefix = _root_prefix()
    line = f"apt-get install {' '.join(packages)}"
    hint = f"Run as root: {line}"
    if prefix is None:
        raise ShopError(f"Missing packages and no way to become root. {hint}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if prefix:
        command = ["env", "DEBIAN_FRONTEND=noninteractive", *command]
    run([*prefix, *command], log="apt", hint=hint, env=env)


def _root_prefix():
    """Return what to put before a command to run it as root, None if impossible."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    # asks for the password here, on the terminal, before the output goes to a log
    allowed = subprocess.run(["sudo", "-v"], check=False).returncode == 0
    return ["sudo"] if allowed else None


def machine_mirror():
    """Return the Debian mirror this machine is configured with, or None."""
    return debian_mirror(machine_sources()) if shutil.which("dpkg") else None


def has_candidate(package):
    """Tell whether the distribution offers the package."""
    if not shutil.which("apt-cache"):
        return False
    result = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False
    )
    return "Candidate:" in result.stdout and "Candidate: (none)" not in result.stdout
