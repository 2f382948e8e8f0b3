"""Customers book by themselves, on a phone: a stranger, and one with a car of his own.

A real browser of 390 px; each page is photographed and looked at for what would be
wrong with it: something wider than the screen, a button too small for a finger.
"""

import pytest
from shoplib import paths

from conftest import PHONE

SHOTS = paths.STATE / "screenshots" / "booking"
STRANGER = "+7 903 765-43-21"
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    const main = document.querySelector("main");
    const scrolls = (el) => el && el !== main && (
        ["auto", "scroll", "hidden"].includes(getComputedStyle(el).overflowX) ||
        scrolls(el.parentElement));
    return [...main.querySelectorAll("*")].filter((el) =>
        el.getBoundingClientRect().right > width + 1 && !scrolls(el.parentElement)
    ).map((el) => el.outerHTML.slice(0, 80));
}"""
TOO_SMALL = """() => [
    ...document.querySelectorAll("main button, main .btn")
].filter((el) => {
    const box = el.getBoundingClientRect();
    return box.height && (box.height < 36 || box.width < 44);
}).map((el) => el.outerHTML.slice(0, 80))"""


class Shop:
    """What the customers meet: packages on the menu, posts with free time."""

    def __init__(self, rpc):
        self.rpc = rpc
        rpc("auto.notify.channel", "write", self._get_sms(), {"active": False})
        rpc("ir.config_parameter", "set_param", "auto_notify.test_mode", "True")
        self.packages = rpc("auto.package", "search", [], limit=6)
        rpc("auto.package", "write", self.packages, {"is_online": True})
        for number in range(2):
            rpc("auto.post", "create", [{"name": f"Online lift {number}"}])
        self.company = rpc("res.company", "search", [], limit=1)
        rpc(
            "res.company",
            "write",
            self.company,
            {"auto_booking_is_online": True, "auto_booking_change_hours": 0},
        )

    def _get_sms(self):
        return self.rpc("auto.notify.channel", "search", [("kind", "=", "sms")])

    def name(self, number=0):
        """Return the name of a package on the menu that fits any car."""
        found = self.rpc(
            "auto.package",
            "search_read",
            [("id", "in", self.packages)],
            ["name", "brand_ids", "model_ids"],
        )
        fits = [one["name"] for one in found if not one["brand_ids"] + one["model_ids"]]
        return (fits or [one["name"] for one in found])[number]

    def code(self):
        """Return the code of the last message, as the phone would show it."""
        [message] = self.rpc(
            "auto.notify.message",
            "search_read",
            [("key", "=like", "code:%")],
            ["secret"],
            limit=1,
            order="id desc",
        )
        return message["secret"]

    def last(self, *names):
        """Return the newest booking made online."""
        [booking] = self.rpc(
            "auto.booking",
            "search_read",
            [("source", "in", ("site", "portal")), ("date_hold", "=", False)],
            ["state", "date_start", "partner_id", "vehicle_id", "lead_id", *names],
            limit=1,
            order="id desc",
        )
        return booking


@pytest.fixture(scope="module")
def shop(shop_server):
    return Shop(shop_server.rpc("admin"))


@pytest.fixture
def look():
    """A function that photographs a page and finds what does not fit a phone."""

    def look(page, name):
        page.wait_for_load_state("networkidle")
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
        assert page.evaluate(TOO_WIDE) == [], name
        assert page.evaluate(TOO_SMALL) == [], name

    return look


@pytest.fixture
def phone(open_page):
    return open_page(viewport=PHONE, has_touch=True, is_mobile=True)


def arrive(page, address):
    """Wait for a page, not for all that it loads."""
    page.wait_for_url(address, wait_until="commit", timeout=60_000)
    page.locator("main h1").wait_for()


def choose_work(page, work, plate="О551ТР97", model="Lada Vesta"):
    page.fill("input[name=plate]", plate)
    page.fill("input[name=model]", model)
    page.locator(".o_auto_book_package", has_text=work).first.tap()
    page.get_by_role("button", name="Choose a time").tap()
    arrive(page, "**/book/time")


def choose_day(page, number):
    """Choose one of the days offered; of today's times, few may be left.

    :return: the day in ISO format
    """
    days = page.locator(".o_auto_book_day")
    day = days.nth(number).get_attribute("data-day")
    days.nth(number).tap()
    page.locator(f".o_auto_book_day[aria-current][data-day='{day}']").wait_for()
    return day


def give_contact(page, name="Anna", phone=STRANGER):
    page.fill("input[name=name]", name)
    page.fill("input[name=phone]", phone)
    page.get_by_role("button", name="Book", exact=True).tap()


def state_of(page):
    return page.locator("[name=state]").get_attribute("data-state")


def test_a_stranger_books_moves_and_cancels(phone, shop, look):
    phone.goto("/book")
    look(phone, "1-work")
    phone.get_by_role("button", name="Choose a time").tap()
    phone.locator("[name=error_car]").wait_for()
    look(phone, "1-work-errors")
    choose_work(phone, shop.name())
    look(phone, "2-time")

    # another day without loading the page anew
    phone.wait_for_selector("body[is-ready=true]")
    phone.evaluate("window.stayed = true")
    wanted = choose_day(phone, 2)
    assert phone.evaluate("window.stayed")
    phone.locator(".o_auto_book_chip").nth(3).tap()
    arrive(phone, "**/book/contact")
    phone.locator(".o_auto_book_minutes", has_text="10").wait_for()
    look(phone, "3-contact")

    give_contact(phone, phone="12")
    phone.locator("#book_phone_error").wait_for()
    assert phone.input_value("input[name=name]") == "Anna"
    give_contact(phone)
    arrive(phone, "**/book/code")
    look(phone, "4-code")
    phone.fill("input[name=code]", "000000")
    phone.get_by_role("button", name="Confirm and book").tap()
    phone.locator("[name=refusal]").wait_for()
    phone.fill("input[name=code]", shop.code())
    phone.get_by_role("button", name="Confirm and book").tap()
    arrive(phone, "**/booking/*")
    look(phone, "5-booked")
    assert state_of(phone) == shop.last()["state"]

    first = shop.last()["date_start"]
    assert first.startswith(wanted)
    phone.locator("[name=move]").tap()
    arrive(phone, "**/time")
    look(phone, "6-move")
    choose_day(phone, 4)
    phone.locator(".o_auto_book_chip").first.tap()
    arrive(phone, "**/booking/*")
    assert shop.last()["date_start"] != first
    look(phone, "7-moved")

    phone.locator("summary").tap()
    look(phone, "8-cancel")
    phone.get_by_role("button", name="Yes, cancel the booking").tap()
    phone.locator("[data-state=cancelled]").wait_for()
    look(phone, "9-cancelled")
    assert shop.last()["state"] == "cancelled"


def test_a_time_pressed_twice_is_held_once(phone, shop):
    held = [("date_hold", "!=", False)]
    before = shop.rpc("auto.booking", "search_count", held)
    phone.goto("/book")
    choose_work(phone, shop.name())
    choose_day(phone, 1)
    phone.wait_for_load_state("networkidle")
    phone.locator(".o_auto_book_chip").nth(2).dblclick()
    arrive(phone, "**/book/contact")
    assert shop.rpc("auto.booking", "search_count", held) == before + 1


def test_a_file_for_the_calendar_comes_with_it(phone, shop):
    phone.goto("/book")
    choose_work(phone, shop.name())
    choose_day(phone, 1)
    phone.locator(".o_auto_book_chip").first.tap()
    give_contact(phone, phone="+7 903 765-43-22")
    arrive(phone, "**/book/code")
    phone.fill("input[name=code]", shop.code())
    phone.get_by_role("button", name="Confirm and book").tap()
    arrive(phone, "**/booking/*")
    answer = phone.request.get(phone.locator("[name=calendar]").get_attribute("href"))
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "BEGIN:VEVENT" in answer.text()
    assert phone.locator("[name=map]").get_attribute("href").startswith("https://")


def test_a_request_when_no_time_suits(phone, shop, look):
    phone.goto("/book")
    choose_work(phone, shop.name())
    phone.locator("[name=request]").tap()
    arrive(phone, "**/book/request")
    look(phone, "request")
    phone.fill("input[name=name]", "Boris")
    phone.fill("input[name=phone]", "+7 903 765-43-23")
    phone.get_by_role("button", name="Send the request").tap()
    phone.locator("[name=done]").wait_for()
    look(phone, "requested")
    leads = shop.rpc("crm.lead", "search", [("partner_id.name", "=", "Boris")])
    assert len(leads) == 1


def test_a_customer_books_his_own_car(open_page, shop, look):
    page = open_page("customer", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/my")
    page.locator("a.btn[name=book]").tap()
    arrive(page, "**/book")
    assert page.locator("[name=vehicle_id]:checked").input_value()
    assert not page.locator("input[name=plate]").is_visible()
    look(page, "own-1-work")
    page.locator(".o_auto_book_package:visible").first.tap()
    page.get_by_role("button", name="Choose a time").tap()
    arrive(page, "**/book/time")
    choose_day(page, 1)
    page.locator(".o_auto_book_chip").first.tap()
    arrive(page, "**/book/contact")
    look(page, "own-2-contact")
    page.get_by_role("button", name="Book", exact=True).tap()
    arrive(page, "**/booking/*")  # known already: no code
    look(page, "own-3-booked")
    booking = shop.last("source")
    assert booking["source"] == "portal"
    assert booking["vehicle_id"]
    page.goto("/my")
    page.locator("[name=booking]").first.wait_for()
    page.screenshot(path=SHOTS / "own-4-home.png")


def test_only_what_fits_the_own_car_is_offered(open_page, shop):
    rpc = shop.rpc
    brand = rpc("fleet.vehicle.model.brand", "create", [{"name": "Nobodysla"}])
    rpc(
        "auto.package",
        "create",
        [{"name": "Nobodys brakes", "is_online": True, "brand_ids": [(6, 0, brand)]}],
    )
    page = open_page("customer", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/book")
    unfit = page.locator(".o_auto_book_package", has_text="Nobodys brakes")
    unfit.wait_for(state="hidden")
    page.get_by_text("Another car").tap()
    unfit.wait_for()


def test_it_looks_well_on_a_desktop(open_page, shop, look):
    page = open_page(has_touch=True)
    page.goto("/book")
    look(page, "desktop-1-work")
    choose_work(page, shop.name())
    look(page, "desktop-2-time")
    choose_day(page, 1)
    page.locator(".o_auto_book_chip").first.click()
    arrive(page, "**/book/contact")
    look(page, "desktop-3-contact")
