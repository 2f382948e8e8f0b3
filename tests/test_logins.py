"""The logins that `./shop run` prints work, on a desktop and on a phone."""

import pytest
from shoplib.commands import LOGINS

from conftest import DESKTOP, PHONE


@pytest.mark.parametrize("login", [login for _role, login in LOGINS])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_role_sees_its_first_page(open_page, login, viewport):
    page = open_page(login, viewport=viewport)
    if login == "customer":
        page.wait_for_selector("#wrap .o_portal")
    else:
        page.wait_for_selector(".o_main_navbar")
        page.wait_for_selector(".o_action_manager > *")


def test_visitor_is_asked_to_log_in(page):
    page.goto("/odoo")
    page.wait_for_selector("input[name=login]")
