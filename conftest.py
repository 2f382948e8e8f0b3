"""For all tests: a skipped test is a failure, for what is not run is not known."""

import freezegun
import pytest

# a test that moves the clock takes no hours
freezegun.configure(extend_ignore_list=["_pytest.timing"])


def _refuse_skip(report):
    """Turn a skipped report into a failed one that keeps the reason."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if report.longrepr else "no reason"
        report.outcome = "failed"
        report.longrepr = f"Skipped tests are failures here: {reason}"


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport():
    """Refuse tests that are skipped, by a mark or while they run."""
    outcome = yield
    _refuse_skip(outcome.get_result())


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_make_collect_report():
    """Refuse files that are skipped as a whole."""
    outcome = yield
    _refuse_skip(outcome.get_result())
