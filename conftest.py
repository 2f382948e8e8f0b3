"""For all tests: a skipped test is a failure, for what is not run is not known."""

from unittest import mock

import freezegun
import pytest

# a test that moves the clock takes no hours
freezegun.configure(extend_ignore_list=["_pytest.timing"])


def pytest_configure(config):
    """Let Odoo's tests keep the caches that they did not invalidate."""
    if not config.pluginmanager.hasplugin("odoo"):
        return
    from odoo.tests.common import TransactionCase

    _keep_caches(TransactionCase)


def _keep_caches(test_case):
    """Let tests clear the caches as Odoo does when a request fails: what was changed.

    Odoo clears all of them after each test, which is a fifth of the suite's time.
    """
    original = test_case.setUp

    def set_up(test):
        registry = test.registry
        before = set(registry.cache_invalidated)
        sequences = dict(registry.cache_sequences)
        registry.cache_invalidated.clear()

        def clear_what_changed():
            signalled = {
                name
                for name, sequence in registry.cache_sequences.items()
                if sequence != sequences[name]
            }
            names = registry.cache_invalidated | signalled
            if names:
                registry.clear_cache(*names)
            registry.cache_invalidated.update(before)

        with mock.patch.object(registry, "clear_all_caches", clear_what_changed):
            original(test)

    test_case.setUp = set_up


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
