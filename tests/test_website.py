"""The pages that anybody opens, in every language of the site."""

import urllib.request

import pytest

PAGES = ("", "/contactus", "/contactus-thank-you", "/book", "/web/login")
FACES = "document.fonts.load('16px Inter', 'Aя').then((faces) => faces.length)"


def get_prefixes(rpc):
    """Return how the address of a page begins, by language of the site."""
    names = ["default_lang_id", "language_ids"]
    [website] = rpc("website", "search_read", [], names, limit=1)
    default = website["default_lang_id"][0]
    return {
        lang["code"]: "" if lang["id"] == default else f"/{lang['url_code']}"
        for lang in rpc(
            "res.lang", "read", website["language_ids"], ["code", "url_code"]
        )
    }


def test_pages_answer_in_every_language(shop_server):
    prefixes = get_prefixes(shop_server.rpc())
    assert set(prefixes) == {"en_US", "ru_RU"}
    for prefix in prefixes.values():
        for path in PAGES:
            address = f"{shop_server.base_url}{prefix}{path}"
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200, address


def test_contacts_are_the_shops_own_in_every_language(shop_server):
    rpc = shop_server.rpc()
    company = rpc("res.company", "search_read", [], ["name", "phone"])[0]
    for prefix in get_prefixes(rpc).values():
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
