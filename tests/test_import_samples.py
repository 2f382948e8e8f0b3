"""The samples of the manual are those that the addon offers and its tests import."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_samples_of_the_manual_are_those_of_the_addon():
    manual = ROOT / "docs" / "import"
    addon = ROOT / "addons" / "auto_crm" / "static" / "import"
    samples = {path.name: path.read_bytes() for path in addon.iterdir()}
    assert len(samples) == 8
    assert {path.name: path.read_bytes() for path in manual.iterdir()} == samples
