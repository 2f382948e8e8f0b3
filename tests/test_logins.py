"""The logins that `./shop run` prints work, on a desktop and on a phone."""

import pytest
from shoplib.commands import LOGINS

from conftest import DESKTOP, PHONE

BACKEND = ".o_action_manager .o_content, .o_action_manager .o-mail-Discuss"
FIRST_PAGE = {"customer": ".o_portal_my_home"}


@pytest.mark.parametrize("login", [login for _role, login in LOGINS])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_role_sees_its_first_page(open_page, login, viewport):
    page = open_page(login, viewport=viewport)
    page.wait_for_selector(FIRST_PAGE.get(login, BACKEND))


def test_visitor_is_asked_to_log_in(page):
    page.goto("/odoo")
    page.wait_for_selector("input[name=login]")
