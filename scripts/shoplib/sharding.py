"""How the files of addon tests are dealt out to jobs of about the same length."""

import json
import re

from . import paths
from .testing import file_of, name_of

# what a test takes, until it was measured; one that asks over HTTP starts a server
SECONDS_A_TEST = 0.5
SECONDS_A_FILE = 2
# a job costs a copy of the database and the loading of Odoo, so it should last
SECONDS_A_JOB = 200


def deal(files, *, width, known=None):
    """Return lists of files, the longest list first; files keep their order.

    The same files and durations give the same lists.

    :param width: how many jobs run at a time
    :param known: seconds by file, of an earlier run
    """
    weights = {file: weigh(file, known or {}) for file in files}
    count = min(len(files), max(width, round(sum(weights.values()) / SECONDS_A_JOB)))
    shards = [[] for _number in range(count)]
    for file in sorted(files, key=lambda file: (-weights[file], str(file))):
        min(shards, key=lambda shard: sum(map(weights.get, shard))).append(file)
    shards.sort(key=lambda shard: -sum(map(weights.get, shard)))
    return [[file for file in files if file in shard] for shard in shards]


def weigh(file, known):
    """Return how many seconds a file is thought to take."""
    name = name_of(file_of(file))
    if name in known:
        return known[name]
    text = file_of(file).read_text()
    tests = len(re.findall(r"^ *def test_", text, flags=re.MULTILINE))
    return SECONDS_A_FILE + SECONDS_A_TEST * tests


def _durations():
    return paths.cache() / "seconds-of-tests.json"


def known_durations():
    """Return what files took in the last run of all tests on this machine."""
    file = _durations()
    return json.loads(file.read_text()) if file.exists() else {}


def remember(seconds):
    """Keep what files took, for the next run."""
    file = _durations()
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(seconds, indent=1, sort_keys=True))
    unfinished.rename(file)
