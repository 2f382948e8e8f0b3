"""Versions of the addons move with their schema; migrations fit them."""

import re

import pytest
from shoplib import manifests, paths, released, schema, upgrading
from shoplib.console import ShopError

OLD = {"auto_x": {"version": "19.0.1.2.0", "schema": "a"}}
MODEL = """
from odoo import fields, models

class Car(models.Model):
    _name = "auto.car"
    name = fields.Char(string="Name", required=True)
    owner_id = fields.Many2one("res.partner", ondelete="restrict")
    _unique = models.Constraint("UNIQUE (name)", "One only.")

    def drive(self):
        return 1
"""


def describe(version, schema_text):
    return {"auto_x": {"version": version, "schema": schema_text}}


def test_the_versions_of_the_addons_have_moved_with_their_schema():
    note = released.read()
    assert released.COMMIT.fullmatch(note["commit"])
    assert released.find_faults(note["addons"], released.describe()) == []


@pytest.mark.parametrize(
    ("now", "fault"),
    [
        (describe("19.0.1.2.0", "a"), None),
        (describe("19.0.1.10.0", "b"), None),
        (describe("19.0.1.2.0", "b"), "raise its version"),
        (describe("19.0.1.1.9", "a"), "older than"),
        ({}, None),
    ],
)
def test_a_schema_that_changed_wants_a_higher_version(now, fault):
    faults = released.find_faults(OLD, now)
    assert bool(faults) == bool(fault)
    assert not fault or fault in faults[0]


def fingerprint(folder, text):
    (folder / "models").mkdir(exist_ok=True)
    (folder / "models" / "car.py").write_text(text)
    return schema.fingerprint(folder)


@pytest.mark.parametrize(
    ("old", "new", "is_other"),
    [
        ('string="Name"', 'string="Plate"', False),
        ("return 1", "return 2", False),
        ("required=True", "required=False", True),
        ("restrict", "cascade", True),
        ("UNIQUE (name)", "UNIQUE (name, owner_id)", True),
        ("owner_id =", "holder_id =", True),
        ('"res.partner"', '"res.users"', True),
        ("fields.Char", "fields.Text", True),
        ('"auto.car"', '"auto.lorry"', True),
    ],
)
def test_the_fingerprint_changes_with_the_schema_only(tmp_path, old, new, is_other):
    before = fingerprint(tmp_path, MODEL)
    assert (fingerprint(tmp_path, MODEL.replace(old, new)) != before) is is_other


@pytest.mark.parametrize("name", manifests.own_addons())
def test_migrations_are_of_versions_that_there_are(name):
    version = manifests.own_addons()[name]["version"]
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", version)
    for folder in (paths.ADDONS / name / "migrations").glob("*"):
        number = released.to_numbers(folder.name)
        assert number <= released.to_numbers(version)
        scripts = [path.name for path in folder.glob("*.py")]
        assert scripts
        assert all(re.match("(pre|post|end)-", script) for script in scripts)


def test_a_commit_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(released, "_has", lambda _commit: False)
    monkeypatch.setattr(released, "_git", lambda *_words, **_options: b"")
    with pytest.raises(ShopError, match="--unshallow"):
        released.tree("0" * 40)


def test_what_an_update_loses_is_told():
    before = {"auto_car": 3, "auto_gone": 1, "crm_lead": 5}
    after = {"auto_car": 2, "crm_lead": 6}
    assert upgrading.find_losses(before, after) == [
        "auto_car: 2 rows of 3 are left",
        "auto_gone: 0 rows of 1 are left",
    ]


def test_what_differs_after_an_update_is_told():
    same = ({"a"}, {"a"})
    assert upgrading.find_differences({"views": same}) == []
    faults = upgrading.find_differences({"views": ({"a", "b"}, {"a", "c"})})
    assert faults == [
        "views, only after an update: 1\n    b",
        "views, only in a fresh database: 1\n    c",
    ]
    many = {str(number) for number in range(99)}
    [fault] = upgrading.find_differences({"views": (many, set())})
    assert fault.endswith("...")
