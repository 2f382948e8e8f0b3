"""Every text of the addons has a Russian one, and no text that is gone is kept."""

import polib
import pytest
from shoplib import paths

ADDONS = sorted(path.parent.name for path in paths.ADDONS.glob("*/__manifest__.py"))
EXPORT = f"""
import io
from odoo.tools.translate import trans_export
result = {{}}
for name in {ADDONS!r}:
    buffer = io.BytesIO()
    trans_export(None, [name], buffer, "po", env)
    result[name] = buffer.getvalue().decode()
"""


@pytest.fixture(scope="module")
def exported(shop_copy):
    """The terms of each addon, as Odoo exports them."""
    return shop_copy.shell(EXPORT)


@pytest.mark.parametrize("addon", ADDONS)
def test_every_term_has_a_russian_text(exported, addon):
    path = paths.ADDONS / addon / "i18n" / "ru.po"
    catalogue = polib.pofile(str(path)) if path.exists() else polib.POFile()
    assert not catalogue.fuzzy_entries()
    russian = {entry.msgid for entry in catalogue.translated_entries()}
    terms = {entry.msgid for entry in polib.pofile(exported[addon])}
    missing, gone = terms - russian, russian - terms
    assert not missing, "not translated"
    assert not gone, "no longer in the addon"
