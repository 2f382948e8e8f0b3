"""The pure parts of `./shop test-core`."""

from xml.etree import ElementTree

import pytest
import shop
from shoplib import console, core, odoo_tree

REPORT = """
<testsuites><testsuite>
  <testcase classname="odoo.addons.crm.tests.test_lead.TestLead" name="test_won"
            file="odoo/addons/crm/tests/test_lead.py" />
  <testcase classname="odoo.addons.crm.tests.test_lead.TestLead" name="test_lost"
            file="odoo/addons/crm/tests/test_lead.py">
    <failure message="Choose a reason">...</failure>
    <error message="and its teardown">...</error>
  </testcase>
  <testcase classname="odoo.addons.crm.tests.test_lead.TestLead" name="test_setup"
            file="odoo/addons/crm/tests/test_lead.py">
    <error message="failed on setup">...</error>
  </testcase>
  <testcase classname="odoo.addons.crm.tests.test_lead" name="test_function"
            file="odoo/addons/crm/tests/test_lead.py"><failure>Told</failure></testcase>
</testsuite></testsuites>
"""
FILE = "odoo/addons/crm/tests/test_lead.py"
LOST = core.Failure(f"{FILE}::TestLead::test_lost", "Choose a reason\nof them")


def test_failures_are_named_as_pytest_takes_them():
    failures = core.failures_of(ElementTree.fromstring(REPORT))
    assert failures == [
        core.Failure(f"{FILE}::TestLead::test_lost", "Choose a reason"),
        core.Failure(f"{FILE}::TestLead::test_setup", "failed on setup"),
        core.Failure(f"{FILE}::test_function", "Told"),
    ]


def test_suites_are_chosen_by_name():
    tree = odoo_tree.ensure()
    assert core.chosen([], tree) == (*core.SUITES, core.FLOWS)
    assert core.chosen(["stock", "flows"], tree) == ("stock", "flows")
    assert {*core.SUITES, "stock", "account", "hr"} <= core.known(tree)
    with pytest.raises(console.ShopError, match=r"name any of: .*sale_crm"):
        core.chosen(["mrp"], tree)
    assert shop.parse(["test-core", "crm"]).arguments == ["crm"]


class Runs:
    """Stands in for pytest: which tests fail in which database."""

    def __init__(self, **failing):
        self.failing = failing
        self.asked = []

    def __call__(self, _odoo, database, tests, *, name):
        self.asked.append((database, name))
        return [
            failure
            for failure in self.failing[database].pop(0)
            if not isinstance(tests[0], str) or failure.test in tests
        ]


@pytest.mark.parametrize(
    ("with_us", "without", "again", "ours"),
    [
        ([LOST], [], [LOST], [LOST]),
        ([LOST], [LOST], [], []),
        ([LOST], [], [], []),  # disturbed by another test
        ([], [], [], []),
    ],
)
def test_what_fails_without_us_or_once_only_is_not_ours(
    monkeypatch, with_us, without, again, ours
):
    runs = Runs(ours=[with_us, again], theirs=[without])
    monkeypatch.setattr(core, "run", runs)
    odoo = type("Odoo", (), {"tree": odoo_tree.ensure()})
    assert core.compare(odoo, "crm", ours="ours", theirs="theirs") == ours
    assert runs.asked[0] == ("ours", "crm-ours")


def test_flows_may_take_five_percent_more_and_small_ones_two_queries():
    theirs = {"small": 10, "large": 1000}
    _lines, missed = core.table_of({"small": 12, "large": 1040}, theirs)
    assert missed == []
    lines, missed = core.table_of({"small": 13, "large": 1050}, theirs)
    assert missed == ["small", "all of them"]
    assert "too many" in lines[0]
    assert "too many" not in lines[1]


def test_what_fails_because_of_us_is_told(capsys):
    core.tell({"crm": []}, [])
    with pytest.raises(console.ShopError, match=r"Because of us: crm, a flow\."):
        core.tell({"crm": [LOST], "sale": []}, ["a flow"])
    told = capsys.readouterr().out
    assert "crm: 1 fail only with our addons" in told
    assert f"{LOST.test}\n        Choose a reason\n" in told
