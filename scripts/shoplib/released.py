"""The version whose databases today's code must be able to update.

`released.json` names its commit, and of each addon the version and the schema it had.
"""

import json
import re
import subprocess
import tarfile

from . import manifests, paths, schema
from .console import ShopError

FILE = paths.ROOT / "released.json"
COMMIT = re.compile("[0-9a-f]{40}")


def read(file=FILE):
    """Return what was released: dict of `commit` and, by name, `addons`."""
    return json.loads(file.read_text())


def write(file=FILE):
    """Note that what is committed now is released."""
    head = _git("rev-parse", "HEAD").decode().strip()
    note = {"commit": head, "addons": describe(tree(head) / "addons")}
    file.write_text(json.dumps(note, indent=2) + "\n")


def describe(folder=paths.ADDONS):
    """Return version and schema of the addons in a folder, by name."""
    return {
        name: {
            "version": manifest["version"],
            "schema": schema.fingerprint(folder / name),
        }
        for name, manifest in manifests.own_addons(folder).items()
    }


def to_numbers(version):
    """Return a version as what can be compared."""
    return [int(part) for part in version.split(".")]


def find_faults(before, now):
    """Return what is wrong with the versions of addons, a sentence each.

    :param dict before: see `describe`, as it was released
    :param dict now: as it is
    """
    faults = []
    for name, old in before.items():
        new = now.get(name)
        if not new:
            continue
        old_number, number = to_numbers(old["version"]), to_numbers(new["version"])
        if number < old_number:
            faults.append(f"{name}: {new['version']} is older than what was released.")
        if new["schema"] != old["schema"] and number <= old_number:
            faults.append(
                f"{name}: its fields, constraints or indexes have changed since "
                f"{old['version']}: raise its version, and write a migration if data "
                "have to follow."
            )
    return faults


def tree(commit):
    """Return the folder of a commit's files; it is fetched if the clone lacks it.

    :raise ShopError: when it can't be had
    """
    folder = paths.STATE / "released" / commit[:10]
    if not (folder / "addons").exists():
        if not _has(commit):
            _git("fetch", "--depth=1", "origin", commit, check=False)
        if not _has(commit):
            raise ShopError(
                f"This clone has no commit {commit}, which released.json names, and "
                "it cannot be fetched: git fetch --unshallow, then run it again."
            )
        archive = paths.STATE / "released" / f"{commit[:10]}.tar"
        archive.parent.mkdir(parents=True, exist_ok=True)
        archive.write_bytes(_git("archive", commit, "addons"))
        with tarfile.open(archive) as files:
            files.extractall(folder, filter="data")
        archive.unlink()
    return folder


def _has(commit):
    return bool(_git("cat-file", "-t", commit, check=False))


def _git(*words, check=True):
    """Return what git prints.

    :raise ShopError: when it fails, unless that is looked at by who asks
    """
    command = ["git", "-C", str(paths.ROOT), *words]
    result = subprocess.run(command, capture_output=True, check=False)
    if check and result.returncode:
        raise ShopError(f"git {words[0]} failed: {result.stderr.decode().strip()}")
    return b"" if result.returncode else result.stdout
