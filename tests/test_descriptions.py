"""What *Apps* shows of each addon: an icon, and a text that people can read."""

import struct

import pytest
from lxml import etree, html
from shoplib import manifests, paths

ADDONS = manifests.own_addons()


@pytest.mark.parametrize("name", ADDONS)
def test_it_has_an_icon_of_odoos_size_and_its_drawing(name):
    folder = paths.ADDONS / name / "static" / "description"
    picture = (folder / "icon.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (100, 100)
    drawing = etree.fromstring((folder / "icon.svg").read_bytes())
    assert drawing.get("viewBox") == "0 0 100 100"


@pytest.mark.parametrize("name", ADDONS)
def test_it_has_a_description_that_is_not_read_as_restructured_text(name):
    # without one Odoo reads README.md as reST, and complains on each update
    page = paths.ADDONS / name / "static" / "description" / "index.html"
    section = html.fromstring(page.read_text())
    title, text = section.findtext("h2"), section.findtext("p")
    assert title.startswith(ADDONS[name]["name"].partition(":")[0])
    assert len(text) > 40
    assert (paths.ADDONS / name / "README.md").exists()


def test_no_two_addons_look_the_same():
    icons = [
        (paths.ADDONS / name / "static" / "description" / "icon.png").read_bytes()
        for name in ADDONS
    ]
    assert len(icons) == len(set(icons))
