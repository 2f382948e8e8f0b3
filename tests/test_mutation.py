"""`./shop mutate` finds the changes that no test notices."""

import json
import subprocess
import sys

import mutate
import pytest
from shoplib import console, mutating, mutation, paths
from shoplib.pool import Job

SAMPLE = '''
"""A sample."""

import contextlib

LIMIT = 3 + 4


def price(hours: int | float, rate, *, is_urgent=False):
    """Return what it costs."""
    if is_urgent and hours < 2:
        return rate * 2
    return hours * rate


@contextlib.contextmanager
def shop(name):
    opened = not name.startswith("closed")
    yield name if opened else None


def never(number):
    number += 1
    return number in (1, 2)
'''
TESTS = """
import sample


def test_price():
    assert sample.price(3, 100) == 300
    assert sample.price(1, 100, is_urgent=True) == 200


class TestShop:
    def test_shop(self):
        with sample.shop("Rivet") as name:
            assert name == "Rivet"
"""


def changes(source):
    """Return the changes of a source as texts."""
    return [str(mutant).partition(": ")[2] for mutant in mutation.mutants(source)]


def in_function(text):
    return f"def f(a, b):\n    {text}\n"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("a = a == b", ["a == b  ->  a != b"]),
        (
            "a = a < b <= 1",
            ["a < b <= 1  ->  a <= b <= 1", "a < b <= 1  ->  a < b < 1"],
        ),
        ("a = a not in b", ["a not in b  ->  a in b"]),
        ("a = a and b", ["a and b  ->  a or b"]),
        ("a = not b", ["not b  ->  not not b"]),
        ("a -= b", ["a -= b  ->  a += b"]),
        ("a = b * 2", ["b * 2  ->  b // 2"]),
        ("return b", ["return b  ->  return None"]),
        ("return True", ["True  ->  False"]),
        ("if a: pass", ["if a:  ->  if not a:"]),
        ("a = 1 if a else 2", ["1 if a else 2  ->  1 if not a else 2"]),
        ("a = '%s' % b", []),
        ("a = b % (1, 2)", []),
        ("return", []),
        ("a: int | None = b", []),
    ],
)
def test_operators_and_returns_are_changed(statement, expected):
    assert changes(in_function(statement)) == expected


def test_what_is_done_when_a_file_is_loaded_is_left_alone():
    assert changes("A = 1 + 2\nclass B:\n    c = A == 3\n") == []


def test_a_forgotten_return_is_still_evaluated():
    [mutant] = mutation.mutants("def f(a):\n    return a.append(1)\n")
    names, a = {}, []
    exec(compile(mutant.tree, "sample", "exec"), names)
    assert names["f"](a) is None
    assert a == [1]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A file and its tests, as `./shop mutate` meets them."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "sample.py").write_text(SAMPLE)
    (folder / "test_sample.py").write_text(TESTS)
    return folder


@pytest.fixture(scope="module")
def states(sample):
    """What became of all changes of the sample."""
    return run(sample)


def run(folder, *options):
    """Let the script try all mutants of the sample; return states by change."""
    result = folder / "result.json"
    command = [sys.executable, mutating.SCRIPT, f"--result={result}", *options]
    done = subprocess.run(
        [*map(str, command), "sample.py", "test_sample.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(paths.ROOT / "scripts"), "PATH": ""},
    )
    if done.returncode:
        return done.stderr
    rows = json.loads(result.read_text())
    return {text.partition(": ")[2]: state for _line, state, text in rows}


def test_what_tests_notice_is_told_from_what_they_do_not(states):
    assert {change for change, state in states.items() if state == "survived"} == {
        "is_urgent and hours < 2  ->  is_urgent or hours < 2",
        "hours < 2  ->  hours <= 2",
    }
    assert {change for change, state in states.items() if state == "unreached"} == {
        "number += 1  ->  number -= 1",
        "return number in (1, 2)  ->  return None",
        "number in (1, 2)  ->  number not in (1, 2)",
    }
    assert states["hours * rate  ->  hours // rate"] == "noticed"


def test_parts_make_up_the_whole(sample, states):
    parts = [run(sample, "--parts=5", f"--part={part}") for part in (0, 4)]
    assert parts[0].items() < states.items()
    assert list(parts[0]) == list(states)[::5]
    assert list(parts[1]) == list(states)[4::5]


def test_tests_of_a_class_are_run_together_the_quick_ones_first():
    seconds = {"a::A::x": 1, "a::A::y": 5, "a::B::x": 2, "a::z": 3}
    tests = ["a::A::y", "a::z", "a::B::x", "a::A::x"]
    assert mutate.in_order(tests, seconds) == [
        "a::A::x",
        "a::A::y",
        "a::B::x",
        "a::z",
    ]


def test_tests_that_fail_anyhow_notice_nothing(tmp_path):
    (tmp_path / "sample.py").write_text(SAMPLE)
    (tmp_path / "test_sample.py").write_text("def test_a():\n    assert False\n")
    assert "mend that first" in run(tmp_path)


def test_what_no_test_noticed_is_told(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    job = Job("mutants 1 of 1", None, state="passed")
    rows = [[1, "survived", "line 1: a"], [2, "unreached", "line 2: b"]]
    mutating._result_of(job).write_text(
        json.dumps([*rows, [3, "noticed", "line 3: c"]])
    )
    mutating.report(paths.ROOT / "addons" / "x.py", [job])
    told = capsys.readouterr().out
    assert "No test noticed:\n  line 1: a" in told
    assert "No test came there:\n  line 2: b" in told
    assert "line 3" not in told
    assert "addons/x.py: 3 changes, 1 noticed, 1 survived, 1 unreached." in told


def test_the_tests_of_a_file_are_those_of_its_addon():
    file = paths.ADDONS / "auto_crm" / "hooks.py"
    assert mutating.select([str(file)]) == (file, [paths.ADDONS / "auto_crm"])
    named = "addons/auto_crm/tests/test_vin.py"
    assert mutating.select([str(file), named])[1] == [paths.ROOT / named]
    ours = paths.ROOT / "scripts" / "shoplib" / "pool.py"
    assert paths.ROOT / "tests" / "test_pool.py" in mutating.select([str(ours)])[1]


@pytest.mark.parametrize("words", [[], ["nothing.py"], ["addons"]])
def test_a_file_must_be_named(words):
    with pytest.raises(console.ShopError, match="Name a Python file"):
        mutating.select(words)
