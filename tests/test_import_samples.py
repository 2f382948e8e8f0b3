"""The samples of the manual are those that the addons offer and their tests import."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_samples_of_the_manual_are_those_of_the_addons():
    manual = ROOT / "docs" / "import"
    addons = (ROOT / "addons").glob("*/static/import/*")
    samples = {path.name: path.read_bytes() for path in addons}
    assert len(samples) == 10
    assert {path.name: path.read_bytes() for path in manual.iterdir()} == samples
