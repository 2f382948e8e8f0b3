"""How `./shop test` deals tests out to jobs, runs them side by side and reports."""

import os
import sys
import threading
import time

import pytest
from shoplib import console, jobs, paths, pool, results, sharding, testing
from shoplib.console import ShopError
from shoplib.pool import FAILED, PASSED, Job, Pool


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path):
    """Logs and results of the jobs here are not those of the run they are part of."""
    monkeypatch.setattr(paths, "STATE", tmp_path)
    monkeypatch.setattr(console, "_running", console._Running())


def python(code):
    """Return the work of a job that runs Python code."""
    return lambda job: job.passes([sys.executable, "-c", code], os.environ) == 0


def run(width, *added):
    """Have jobs done; return their states by name."""
    with Pool(width) as running:
        running.add(*added)
    return {job.name: job.state for job in added}


def test_jobs_run_side_by_side_as_many_as_the_pool_is_wide():
    both = threading.Barrier(2, timeout=30)

    def meet(_job):
        return both.wait() >= 0

    assert run(2, Job("one", meet), Job("two", meet)) == {"one": PASSED, "two": PASSED}


def test_no_more_jobs_run_than_the_pool_is_wide():
    order = []

    def work(job):
        order.append(f"{job.name} begins")
        time.sleep(0.01)
        order.append(f"{job.name} ends")
        return True

    run(1, Job("one", work), Job("two", work))
    assert order == ["one begins", "one ends", "two begins", "two ends"]


def test_a_job_waits_for_what_it_needs():
    order = []

    def work(job):
        order.append(job.name)
        return True

    database = Job("database", work)
    run(2, Job("tests", work, needs=(database,)), database)
    assert order == ["database", "tests"]


def test_a_job_whose_need_failed_fails_without_being_run():
    database = Job("database", lambda _job: False)
    tests = Job("tests", lambda _job: pytest.fail("was run"), needs=(database,))
    after = Job("after", lambda _job: pytest.fail("was run"), needs=(tests,))
    assert set(run(1, database, tests, after).values()) == {FAILED}
    assert "database" in tests.told


def test_a_failure_of_one_job_does_not_stop_the_others():
    def refuse(_job):
        raise ShopError("The disk is full.")

    states = run(1, Job("one", refuse), Job("two", python("print('hello')")))
    assert states == {"one": FAILED, "two": PASSED}


def test_ctrl_c_ends_the_programs_that_run(tmp_path):
    begun = tmp_path / "begun"
    code = f"import time; open({str(begun)!r}, 'w'); time.sleep(600)"
    sleeper, waiting = Job("sleeper", python(code)), Job("waiting", python("1"))
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Pool(1) as running:
        running.add(sleeper, waiting)
        while not begun.exists():
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert time.monotonic() - began < 300, "nobody waits until a program ends by itself"
    assert sleeper.state == FAILED
    assert waiting.state == pool.WAITING


def test_the_whole_output_of_what_failed_comes_after_all_jobs(capsys):
    good = Job("good", python("print('all is well')"))
    bad = Job(
        "bad", python("print('line 1'); 1 / 0"), repeat="./shop test tests/test_bad.py"
    )
    run(1, bad, good)
    with pytest.raises(ShopError, match=r"\./shop test tests/test_bad\.py"):
        results.report([bad, good])
    told = capsys.readouterr().out
    assert "line 1" in told
    assert "ZeroDivisionError" in told
    assert "all is well" not in told
    assert told.index("ZeroDivisionError") > told.index("passed ")


def junit(job, *cases):
    """Leave what pytest would have written of a job's tests."""
    text = "".join(
        f'<testcase file="{file}" name="{name}" time="{seconds}"/>'
        for file, name, seconds in cases
    )
    results.file_of(job).write_text(f"<testsuites>{text}</testsuites>")


def test_the_slowest_tests_are_told(capsys):
    job = Job("tests", lambda _job: True)
    run(1, job)
    junit(job, *(("test_a.py", f"test_{n}", n) for n in range(20)))
    results.report([job])
    told = capsys.readouterr().out
    slowest = told.partition("Slowest tests:")[2].partition("20 tests in 1 jobs")[0]
    names = [line.rpartition("::")[2] for line in slowest.strip().splitlines()]
    assert names == [f"test_{n}" for n in range(19, 4, -1)]
    assert results.durations([job]) == {"test_a.py": 190}


def test_tests_are_counted():
    job, other = Job("tests", lambda _job: True), Job("lint", lambda _job: True)
    junit(job, ("test_a.py", "test_a", 1), ("test_a.py", "test_b", 1))
    assert results.count([job, other]) == 2
    assert results.count([other]) == 0


def test_what_was_ended_before_it_was_ready_has_no_tests():
    job = Job("tests", lambda _job: True)
    results.file_of(job).write_text("<testsuites><testcase file='test_a.py'")
    assert results.of_job(job) == []


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Six files of one test to six tests."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    made = []
    for number in range(1, 7):
        file = tmp_path / f"test_{number}.py"
        file.write_text("    def test_a(self): pass\n" * number)
        made.append(file)
    return made


def test_each_file_is_dealt_out_once_and_always_the_same(files):
    shards = sharding.deal(files, width=2)
    assert sorted(file for shard in shards for file in shard) == files
    assert sharding.deal(files, width=2) == shards


def test_shards_are_balanced_by_what_was_measured(files):
    known = {file.name: 10 for file in files} | {"test_3.py": 50}
    shards = sharding.deal(files, width=2, known=known)
    assert shards[0] == [files[2]]
    assert shards[1] == [file for file in files if file != files[2]]


def test_many_seconds_are_more_jobs_than_cores(files):
    known = dict.fromkeys((file.name for file in files), sharding.SECONDS_A_JOB / 2)
    assert len(sharding.deal(files, width=2, known=known)) == 3


def test_few_files_are_not_more_jobs_than_files(files):
    assert sharding.deal(files[:1], width=2) == [files[:1]]


@pytest.mark.parametrize(
    "word", ["auto_cmr", "tests/test_nothing.py", "docs", "README.md", "-k x /tmp", ""]
)
def test_a_mistyped_path_is_refused(word):
    with pytest.raises(ShopError, match="There are no tests at"):
        testing.select(word.split(" "))


def test_values_of_options_are_no_paths():
    selection = testing.select(["auto_crm", "-k", "board", "-x", "--maxfail", "3"])
    assert selection.addon_paths == [paths.ADDONS / "auto_crm"]
    assert selection.options == ["-k", "board", "-x", "--maxfail", "3"]
    assert selection.chooses
    assert not testing.select(["auto_crm", "-x"]).chooses


def test_files_are_found_below_what_is_named():
    addon = paths.ADDONS / "auto_crm"
    found = testing.files_of([addon, addon / "tests" / "test_vin.py"])
    assert found.count(addon / "tests" / "test_vin.py") == 1
    assert all(file.name.startswith("test_") for file in found)


def test_whole_shop_tests_that_need_the_demo_shop_are_known():
    tests = paths.ADDONS.parent / "tests"
    assert jobs.needs_demo(tests / "test_website.py")
    assert jobs.needs_demo(tests / "test_notify_kill.py")
    assert not jobs.needs_demo(tests / "test_scripts.py")


def test_names_of_databases_are_as_short_as_postgresql_wants_them():
    some = jobs.database_of(["auto_crm"])
    assert some == "shop_addon_tests_auto_crm"
    many = jobs.database_of(["auto_crm", "auto_notify", "auto_planner", "auto_service"])
    assert len(many) <= jobs.MAX_NAME
    assert many != jobs.database_of(["auto_crm", "auto_notify", "auto_planner"])
