"""A model's code stands where one looks for it: read from the source alone."""

from collections import defaultdict

import pytest
import source_names as names

# what Odoo calls for every record: two overrides of an addon would run in the order in
# which its files happen to be imported
OVERRIDES = {"create", "write", "unlink", "copy", "copy_data"}


def overrides(folder):
    """Return the classes of an addon that override such a method, by model and name."""
    found = defaultdict(list)
    for path in names.files(folder, ".py"):
        for model, method in names.methods(path):
            if method in OVERRIDES:
                found[model, method].append(path.name)
    return found


def test_the_source_is_read():
    found = overrides(names.own_folders()["auto_planner"])
    assert found["auto.booking", "write"] == ["auto_booking.py"]
    assert found["crm.lead", "write"] == ["crm_lead.py"]


@pytest.mark.parametrize("addon", sorted(names.own_folders()))
def test_an_addon_overrides_what_makes_or_changes_records_once_a_model(addon):
    found = overrides(names.own_folders()[addon])
    assert {key: files for key, files in found.items() if len(files) > 1} == {}
