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
    _keep_caches_between_classes(TransactionCase)
    # freezegun lists the names of all modules each time it stops the clock
    freezegun.api._get_module_attributes_hash = _get_size_of_module


def _get_size_of_module(module):
    """Return what changes when a module gets another name, as of an import."""
    return f"{id(module)}-{len(getattr(module, '__dict__', ()))}"


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
            _clear_what_changed(registry, sequences)
            registry.cache_invalidated.update(before)

        with mock.patch.object(registry, "clear_all_caches", clear_what_changed):
            original(test)

    test_case.setUp = set_up


def _keep_caches_between_classes(test_case):
    """Let classes, too, clear what their set-up and their tests changed."""
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    original = test_case.setUpClass.__func__

    def set_up_class(cls):
        registry = Registry(get_db_name())
        sequences = dict(registry.cache_sequences)
        patcher = mock.patch.object(
            registry,
            "clear_all_caches",
            lambda: _clear_what_changed(registry, sequences),
        )
        # clean-ups run from last to first: Odoo's clears between these two
        cls.addClassCleanup(patcher.stop)
        original(cls)
        cls.addClassCleanup(patcher.start)

    test_case.setUpClass = classmethod(set_up_class)


def _clear_what_changed(registry, sequences):
    """Clear the caches that were invalidated, or told to other processes to be."""
    signalled = {
        name
        for name, sequence in registry.cache_sequences.items()
        if sequence != sequences[name]
    }
    names = registry.cache_invalidated | signalled
    if names:
        registry.clear_cache(*names)


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
