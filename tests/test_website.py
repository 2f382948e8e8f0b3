"""The pages that anybody opens, in every language of the site."""

import urllib.request

import pytest

PAGES = ("", "/contactus", "/contactus-thank-you", "/book", "/web/login")
FACES = "document.fonts.load('16px Inter', 'Aя').then((faces) => faces.length)"
LANGUAGES = """
website = env["website"].search([], limit=1)
default = website.default_lang_id
result = {
    lang.code: "" if lang == default else f"/{lang.url_code}"
    for lang in website.language_ids
}
"""


def test_pages_answer_in_every_language(shop_server):
    prefixes = shop_server.shell(LANGUAGES)
    assert set(prefixes) == {"en_US", "ru_RU"}
    for prefix in prefixes.values():
        for path in PAGES:
            address = f"{shop_server.base_url}{prefix}{path}"
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200, address


def test_contacts_are_the_shops_own_in_every_language(shop_server):
    company = shop_server.rpc()("res.company", "search_read", [], ["name", "phone"])[0]
    for prefix in shop_server.shell(LANGUAGES).values():
        address = f"{shop_server.base_url}{prefix}/contactus"
        with urllib.request.urlopen(address) as answer:
            text = answer.read().decode()
        assert company["name"] in text
        assert company["phone"] in text
        assert "Buena Vista" not in text


@pytest.mark.parametrize("path", PAGES)
def test_pages_ask_no_other_host(page, path):
    page.goto(path or "/", wait_until="networkidle")
    assert page.evaluate(FACES) == 2, "Latin and Cyrillic letters, from this server"
