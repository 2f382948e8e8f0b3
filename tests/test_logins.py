"""The logins that `./shop run` prints work, on a desktop and on a phone."""

from urllib.parse import urlsplit

import pytest
from shoplib.commands import LOGINS

from conftest import DESKTOP, PHONE, log_in

BACKEND = ".o_action_manager .o_content, .o_action_manager .o-mail-Discuss"
FIRST_PAGE = {"customer": ".o_portal_my_home"}
HOMES = {
    "manager": "/odoo/auto-deals",
    "advisor": "/odoo/auto-deals",
    "mechanic": "/odoo/auto-my-jobs",
    "accountant": "/odoo/auto-orders-to-invoice",
    "admin": "/odoo/auto-deals",
    "customer": "/my",
}
APP = {"en_US": "Car Service", "ru_RU": "Автосервис"}
ROLES = {
    "manager": "auto_crm.auto_crm_group_manager",
    "advisor": "auto_crm.auto_crm_group_advisor",
    "mechanic": "auto_crm.auto_crm_group_mechanic",
    "accountant": "auto_crm.auto_crm_group_accountant",
    "customer": "base.group_portal",
}


@pytest.mark.parametrize("login", [login for _role, login in LOGINS])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_role_sees_its_first_page(open_page, login, viewport):
    page = open_page(viewport=viewport)
    log_in(page, login)
    page.wait_for_selector(FIRST_PAGE.get(login, BACKEND))
    assert urlsplit(page.url).path == HOMES[login]


@pytest.mark.parametrize("login", [login for login in HOMES if login != "customer"])
@pytest.mark.parametrize("lang", APP)
def test_nothing_of_the_menu_hides_behind_a_plus(open_page, shop_server, login, lang):
    rpc = shop_server.rpc()
    users = rpc("res.users", "search", [("login", "=", login)])
    rpc("res.users", "write", users, {"lang": lang})
    page = open_page()
    log_in(page, login)
    page.wait_for_selector(BACKEND)
    brand = page.locator(".o_menu_brand").text_content()
    assert brand.strip() == APP[lang], "the home belongs to the app of the shop"
    assert page.locator(".o_menu_sections > *").count() > 1
    assert page.locator(".o_menu_sections_more").count() == 0


def test_visitor_is_asked_to_log_in(page):
    page.goto("/odoo")
    page.wait_for_selector("input[name=login]")


def test_a_login_has_the_rights_of_its_role_and_no_more(shop_server):
    rpc = shop_server.rpc()
    users = rpc(
        "res.users",
        "search_read",
        [("login", "in", list(ROLES))],
        ["login", "group_ids"],
    )
    found = {
        user["login"]: list(
            rpc("res.groups", "get_external_id", user["group_ids"]).values()
        )
        for user in users
    }
    assert found == {login: [group] for login, group in ROLES.items()}
