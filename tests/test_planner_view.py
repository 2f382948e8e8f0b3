"""The planner's board under a real mouse, keyboard and finger, in real browsers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import TimeoutError
from shoplib.database import query

from conftest import PHONE

# not tomorrow: that may have become today when the last test begins
DAY = (datetime.now(UTC) + timedelta(days=2)).replace(
    hour=0, minute=0, second=0, microsecond=0
)
PLANNER = ("/odoo/auto-planner", "auto_planner.auto_booking_action")
PILL = ".o_auto_planner_pill[data-id='{}']"
LATE = re.compile(r"4\d min late")
STATES = """
    UPDATE sale_order SET parts_state = :'parts', payment_status = :'paid'
     WHERE id = :id
"""
LANE = ".o_auto_planner_row[data-row='post_id:{}'] .o_auto_planner_lane"


def at(hour):
    """Return an hour of the day under test as the server writes it."""
    return (DAY + timedelta(hours=hour)).strftime("%Y-%m-%d %H:%M:%S")


def go_to_day(page):
    """Turn from today, as the browser knows it, to the day under test."""
    for _day in range((DAY.date() - datetime.now(UTC).date()).days):
        page.locator(".o_auto_planner_next").click()


def wait_for_drawing(page):
    """Wait until the browser has drawn what it was told."""
    page.evaluate(
        "() => new Promise((done) =>"
        " requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def wait_for_tip(pill, text):
    """Rest the mouse on a pill until its tip says so; news and scrolling close it."""
    page = pill.page
    tip = page.locator(".o_auto_planner_tip", has_text=text)
    for _try in range(20):
        pill.hover()
        try:
            tip.wait_for(timeout=2000)
        except TimeoutError:
            page.mouse.move(5, 5)
        else:
            return tip
    raise AssertionError(f"No tip says {text!r}.")


class Board:
    """The planner of an advisor, on the day under test."""

    def __init__(self, page, shop):
        self.page = page
        self.shop = shop
        go_to_day(page)
        self.pill(shop.edges[0]).wait_for()

    def pill(self, booking):
        return self.page.locator(PILL.format(booking)).first

    def box(self, booking):
        return self.pill(booking).bounding_box()

    @property
    def hour(self):
        """Pixels of an hour: the bookings at the edges of the day are an hour each."""
        first, last = (self.box(booking)["x"] for booking in self.shop.edges)
        return (last - first) / 11

    def x(self, hour):
        return self.box(self.shop.edges[0])["x"] + (hour - 8) * self.hour

    def y(self, post):
        box = self.page.locator(LANE.format(post)).bounding_box()
        return box["y"] + 20

    def drag(self, start, stop, *, steps=12):
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*stop, steps=steps)
        mouse.up()
        wait_for_drawing(self.page)

    def drag_pill(self, booking, hours=0, post=None):
        """Drag a pill so many hours to the right, and maybe to another post."""
        box = self.box(booking)
        x, y = box["x"] + box["width"] / 2, box["y"] + 15
        target = self.y(post) if post else y
        self.drag((x, y), (x + hours * self.hour, target))

    def save_drawn(self, note):
        """Save the form of what was drawn on Lift A, and return the booking."""
        dialog = self.page.locator(".modal .o_form_view")
        dialog.wait_for()
        assert "Lift A" in dialog.locator("[name=post_id] input").input_value()
        dialog.locator("[name=note] textarea").fill(note)
        self.page.locator(".modal .o_form_button_save").click()
        dialog.wait_for(state="detached")
        [made] = self.shop.rpc("auto.booking", "search", [("note", "=", note)])
        self.pill(made).wait_for()
        return made

    def settle(self):
        """Wait until the server has answered everything."""
        wait_for_drawing(self.page)
        self.page.locator(".o_auto_planner_pill.o_pending").first.wait_for(
            state="detached"
        )
        self.page.wait_for_timeout(400)


class Shop:
    """Posts of their own, and bookings of the day under test."""

    def __init__(self, rpc):
        self.rpc = rpc
        self.posts = [
            rpc("auto.post", "create", [{"name": name, "sequence": -50 + number}])[0]
            for number, name in enumerate(("Edge", "Lift A", "Lift B", "Lift C"))
        ]
        self.edges = [self.book(0, 8), self.book(0, 19)]

    def book(self, post, hour, hours=1.0, **values):
        [booking] = self.rpc(
            "auto.booking",
            "create",
            [
                {
                    "post_id": self.posts[post],
                    "date_start": at(hour),
                    "date_stop": at(hour + hours),
                    **values,
                }
            ],
        )
        return booking

    def look_up(self, booking):
        """Return post (by its number), start and stop in hours of the day."""
        [data] = self.rpc(
            "auto.booking",
            "read",
            [booking],
            ["post_id", "date_start", "date_stop", "state"],
        )
        hours = [
            (
                datetime.fromisoformat(data[name]).replace(tzinfo=UTC) - DAY
            ).total_seconds()
            / 3600
            for name in ("date_start", "date_stop")
        ]
        return [self.posts.index(data["post_id"][0]), *hours]

    def state(self, booking):
        return self.rpc("auto.booking", "read", [booking], ["state"])[0]["state"]

    def clear(self):
        mine = [("post_id", "in", self.posts), ("id", "not in", self.edges)]
        expected = [*mine, ("state", "in", ("tentative", "confirmed"))]
        for domain, method in ((expected, "action_cancel"), (mine, "unlink")):
            self.rpc("auto.booking", method, self.rpc("auto.booking", "search", domain))


@pytest.fixture(scope="module")
def the_shop(shop_server):
    return Shop(shop_server.rpc())


@pytest.fixture
def shop(the_shop):
    yield the_shop
    the_shop.clear()


@pytest.fixture
def open_board(open_page, shop):
    def open_board(**options):
        return Board(open_page("advisor", again=PLANNER, **options), shop)

    return open_board


def test_a_booking_is_made_on_free_time(open_board, shop):
    board = open_board()
    y = board.y(shop.posts[1])
    board.drag((board.x(10) + 3, y), (board.x(12), y))
    assert shop.look_up(board.save_drawn("drawn")) == [1, 10, 12]


def test_a_booking_is_moved_to_another_time_and_post(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board()
    board.drag_pill(booking, 2.5, shop.posts[2])
    board.page.get_by_text("Moved to").wait_for()
    board.settle()
    assert shop.look_up(booking) == [2, 11.5, 12.5]
    assert abs(board.box(booking)["x"] - board.x(11.5)) < 3


def test_a_move_is_undone_by_the_button_and_by_the_keyboard(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board()
    board.drag_pill(booking, 2, shop.posts[2])
    board.page.get_by_role("button", name="Undo").click()
    board.settle()
    assert shop.look_up(booking) == [1, 9, 10]
    board.drag_pill(booking, 4)
    board.page.get_by_text("Moved to").first.wait_for()
    board.page.keyboard.press("Control+z")
    board.settle()
    assert shop.look_up(booking) == [1, 9, 10]


def test_the_edges_resize(open_board, shop):
    booking = shop.book(1, 10, 2)
    board = open_board()
    box = board.box(booking)
    y = box["y"] + 15
    board.pill(booking).hover()
    board.drag((box["x"] + box["width"] - 3, y), (board.x(13.25) - 3, y))
    board.settle()
    assert shop.look_up(booking) == [1, 10, 13.25]
    board.drag((box["x"] + 1, y), (board.x(9.5) + 1, y))
    board.settle()
    assert shop.look_up(booking) == [1, 9.5, 13.25]


def test_a_refused_move_goes_back_and_says_why(open_board, shop):
    booking = shop.book(1, 9)
    shop.book(2, 11, 2)
    board = open_board()
    before = board.box(booking)
    board.drag_pill(booking, 2.5, shop.posts[2])
    board.page.locator(f"{PILL.format(booking)}.o_refused").wait_for()
    board.page.locator(".o_notification", has_text="Lift B is taken by").wait_for()
    board.settle()
    assert board.box(booking)["x"] == pytest.approx(before["x"], abs=1)
    assert board.box(booking)["y"] == pytest.approx(before["y"], abs=1)
    assert shop.look_up(booking) == [1, 9, 10]
    board.page.wait_for_timeout(2600)
    assert "o_refused" not in board.pill(booking).get_attribute("class")


def test_two_quick_moves_both_arrive(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board()
    board.drag_pill(booking, 1)
    board.drag_pill(booking, 1)
    board.settle()
    assert shop.look_up(booking) == [1, 11, 12]


def test_escape_gives_a_drag_up(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board()
    box = board.box(booking)
    mouse = board.page.mouse
    mouse.move(box["x"] + 10, box["y"] + 10)
    mouse.down()
    mouse.move(box["x"] + 200, box["y"] + 60, steps=5)
    board.page.locator(".o_auto_planner_ghost").wait_for()
    board.page.keyboard.press("Escape")
    mouse.up()
    board.page.locator(".o_auto_planner_ghost").wait_for(state="detached")
    assert shop.look_up(booking) == [1, 9, 10]


def test_a_card_of_the_list_is_planned_and_taken_back(open_board, shop):
    board = open_board()
    card = board.page.locator(".o_auto_planner_card").first
    card.wait_for()
    key = card.get_attribute("data-key")
    box = card.bounding_box()
    start = (box["x"] + 60, box["y"] + 25)
    board.drag(start, (board.x(14) + 2, board.y(shop.posts[3])))
    board.page.get_by_text("Booked for").wait_for()
    mine = [("post_id", "=", shop.posts[3])]
    [made] = shop.rpc("auto.booking", "search", mine)
    assert shop.look_up(made)[:2] == [3, 14]
    board.pill(made).wait_for()
    listed = board.page.locator(f".o_auto_planner_card[data-key='{key}']")
    listed.wait_for(state="detached")
    board.page.get_by_role("button", name="Undo").click()
    board.pill(made).wait_for(state="detached")
    assert shop.state(made) == "cancelled"
    listed.wait_for()


def test_the_list_is_searched(open_board):
    board = open_board()
    card = board.page.locator(".o_auto_planner_card").first
    card.wait_for()
    board.page.locator(".o_auto_planner_side_list input").fill("no such car")
    board.page.get_by_text("Nothing found.").wait_for()


def test_others_see_a_change_at_once(open_board, open_page, shop):
    booking = shop.book(1, 9)
    mine, theirs = open_board(), Board(open_page("manager", again=PLANNER), shop)
    mine.drag_pill(booking, 3, shop.posts[3])
    mine.settle()
    theirs.page.wait_for_function(
        "([selector, x]) => Math.abs(document.querySelector(selector)"
        ".getBoundingClientRect().x - x) < 3",
        arg=[PILL.format(booking), theirs.x(12)],
    )
    added = shop.book(2, 15)
    for board in (mine, theirs):
        board.pill(added).wait_for()
    shop.rpc("auto.booking", "action_cancel", [added])
    shop.rpc("auto.booking", "unlink", [added])
    for board in (mine, theirs):
        board.pill(added).wait_for(state="detached")


def test_the_keyboard_moves_and_opens_and_cancels(open_board, shop):
    booking, other = shop.book(1, 9), shop.book(1, 13)
    board = open_board()
    keyboard = board.page.keyboard
    board.pill(booking).click()
    keyboard.press("Shift+ArrowRight")
    keyboard.press("Shift+ArrowRight")
    board.settle()
    assert shop.look_up(booking) == [1, 9.5, 10.5]
    keyboard.press("Shift+ArrowDown")
    board.settle()
    assert shop.look_up(booking) == [2, 9.5, 10.5]
    keyboard.press("ArrowUp")
    focused = board.page.evaluate("document.activeElement.dataset.id")
    assert focused == str(other)
    keyboard.press("Enter")
    board.page.locator(".modal .o_form_view").wait_for()
    keyboard.press("Escape")
    board.page.locator(".modal").wait_for(state="detached")
    board.pill(booking).click()
    keyboard.press("Delete")
    board.page.get_by_role("button", name="Cancel it").click()
    board.pill(booking).wait_for(state="detached")
    assert shop.state(booking) == "cancelled"
    keyboard.press("Control+z")
    board.pill(booking).wait_for()
    assert shop.state(booking) == "tentative"


def test_the_menu_confirms(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board()
    board.pill(booking).click(button="right")
    board.page.get_by_role("menuitem", name="Confirm").click()
    board.page.locator(f"{PILL.format(booking)}.o_info").wait_for()
    assert shop.state(booking) == "confirmed"


def test_a_hover_tells_all(open_board, shop):
    [vehicle] = shop.rpc(
        "auto.vehicle", "search", [("partner_id", "!=", False)], limit=1
    )
    booking = shop.book(1, 9, vehicle_id=vehicle, note="Bring the spare key")
    board = open_board()
    tip = wait_for_tip(board.pill(booking), "Bring the spare key")
    board.page.mouse.move(5, 5)
    tip.wait_for(state="detached")


def test_a_free_time_has_a_menu(open_board, shop):
    board = open_board()
    board.page.mouse.click(board.x(14) + 2, board.y(shop.posts[2]), button="right")
    board.page.get_by_role("menuitem", name="New at").click()
    dialog = board.page.locator(".modal .o_form_view")
    dialog.wait_for()
    assert "Lift B" in dialog.locator("[name=post_id] input").input_value()
    board.page.locator(".o_placeholder").wait_for()
    board.page.keyboard.press("Escape")
    board.page.locator(".o_placeholder").wait_for(state="detached")


def test_a_card_is_planned_by_its_form(open_board, shop):
    board = open_board()
    card = board.page.locator(".o_auto_planner_card[data-key^=order]").first
    card.focus()
    board.page.keyboard.press("Enter")
    board.page.get_by_role("menuitem", name="Choose a time").click()
    order = board.page.locator(".modal .o_form_view [name=order_id] input")
    order.wait_for()
    assert order.input_value()


def test_an_undo_goes_where_it_was_done(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board()
    board.drag_pill(booking, 2)
    board.settle()
    board.page.locator(".o_auto_planner_next").click()
    board.pill(booking).wait_for(state="detached")
    board.page.keyboard.press("Control+z")
    board.pill(booking).wait_for()
    board.settle()
    assert shop.look_up(booking) == [1, 9, 10]


def test_what_is_cancelled_stays_where_it_was(open_board, shop):
    booking = shop.book(1, 9)
    shop.rpc("auto.booking", "action_cancel", [booking])
    board = open_board()
    board.page.locator(".o_facet_remove").click()  # the filter Not cancelled
    board.pill(booking).wait_for()
    board.drag_pill(booking, 2, shop.posts[2])
    board.page.locator(".o_notification", has_text="cannot be moved").wait_for()
    board.settle()
    assert shop.look_up(booking) == [1, 9, 10]
    assert not board.page.get_by_text("Moved to").count()


def test_a_card_takes_the_time_of_the_post(open_board, shop):
    post = shop.posts[3]
    shop.rpc("auto.post", "write", [post], {"efficiency": 200})
    try:
        cards = shop.rpc("auto.booking", "planner_side_list")["records"]
        key, hours = next(
            (card["key"], card["paces"]["200"])
            for card in cards
            if card.get("paces") and card["paces"]["200"] < card["hours"]
        )
        board = open_board()
        card = board.page.locator(f".o_auto_planner_card[data-key='{key}']")
        card.scroll_into_view_if_needed()
        box = card.bounding_box()
        start = (box["x"] + 60, box["y"] + 25)
        board.drag(start, (board.x(9) + 2, board.y(post)))
        board.page.get_by_text("Booked for").wait_for()
        [made] = shop.rpc("auto.booking", "search", [("post_id", "=", post)])
        assert shop.look_up(made) == [3, 9, 9 + hours]
        board.pill(made).wait_for()
        length = board.box(made)["width"] + 2
        assert length == pytest.approx(hours * board.hour, abs=2)
    finally:
        shop.rpc("auto.post", "write", [post], {"efficiency": 100})


def test_a_post_shows_its_colour_and_what_it_keeps_free(open_board, shop):
    post = shop.posts[2]
    shop.rpc("auto.post", "write", [post], {"color": 3})
    booking = shop.book(2, 9, buffer_minutes=30)
    board = open_board()
    row = board.page.locator(f".o_auto_planner_row[data-row='post_id:{post}']")
    assert row.locator(".o_auto_planner_color_3").count() == 1
    tail, box = row.locator(".o_auto_planner_tail").bounding_box(), board.box(booking)
    assert tail["width"] == pytest.approx(board.hour / 2, abs=2)
    assert tail["x"] == pytest.approx(box["x"] + box["width"], abs=3)


def test_a_car_that_is_late_says_so(open_page, shop):
    now = datetime.now(UTC)
    start = now - timedelta(minutes=40)
    late, coming = (
        shop.book(1, (moment - DAY).total_seconds() / 3600, 6)
        for moment in (start, start + timedelta(days=1))
    )
    # where it is noon now: all of it is on the board's today
    page = open_page("advisor", timezone_id=f"Etc/GMT{now.hour - 12:+d}")
    page.goto("/odoo/auto-planner")
    pill = page.locator(PILL.format(late)).first
    pill.locator(".o_auto_planner_late", has_text=LATE).wait_for()
    wait_for_tip(pill, LATE)
    page.locator(".o_auto_planner_next").click()
    page.locator(PILL.format(coming)).wait_for()
    assert not page.locator(PILL.format(coming)).locator(".o_auto_planner_late").count()


def test_badges_tell_parts_and_payment(open_board, shop_server, shop):
    orders = shop.rpc("sale.order", "search", [("is_work_order", "=", True)], limit=3)
    states = (("missing", "due"), ("ordered", "prepaid"), ("arrived", "paid"))
    for order, (parts, paid) in zip(orders, states, strict=True):
        query(STATES, shop_server.database, id=order, parts=parts, paid=paid)
    bookings = [
        shop.book(1, 9 + 3 * number, 3, order_id=order)
        for number, order in enumerate(orders)
    ]
    board = open_board()
    for booking, titles in zip(
        bookings,
        (
            ["Parts to order"],
            ["Parts ordered", "Deposit paid"],
            ["Parts arrived", "Paid"],
        ),
        strict=True,
    ):
        badges = board.pill(booking).locator(
            ".o_auto_planner_badge:not(.o_auto_planner_state)"
        )
        assert [
            badges.nth(index).get_attribute("title") for index in range(badges.count())
        ] == titles
    deposit = board.pill(bookings[1]).get_by_title("Deposit paid")
    assert "text-success" not in deposit.get_attribute("class")


def test_a_date_is_gone_to(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board()
    page = board.page
    title = page.locator(".o_auto_planner_title")
    before = title.inner_text()
    page.locator(".o_auto_planner_today").click()
    board.pill(booking).wait_for(state="detached")
    title.click()
    page.locator(".o_datetime_picker .o_today").wait_for()
    if DAY.month != datetime.now(UTC).month:
        page.locator(".o_datetime_picker .o_next").click()
    days = page.locator(".o_date_item_cell:not(.o_out_of_range)")
    days.get_by_text(str(DAY.day), exact=True).click()
    page.locator(".o_auto_planner_title", has_text=before).wait_for()
    board.pill(booking).wait_for()


def test_a_car_that_comes_is_seen_at_once(open_board, shop):
    agreed = [("is_work_order", "=", True), ("work_stage", "=", "agreed")]
    order = shop.rpc("sale.order", "search", agreed, limit=1)
    booking = shop.book(1, 9, order_id=order[0])
    board = open_board()
    board.pill(booking).wait_for()
    assert "o_primary" not in board.pill(booking).get_attribute("class")
    shop.rpc("sale.order", "action_receive", order)
    board.page.locator(f"{PILL.format(booking)}.o_primary").wait_for()


def test_a_double_click_opens_the_form(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board()
    board.pill(booking).dblclick()
    board.page.locator(".modal .o_form_view").wait_for()


class Finger:
    """A finger on the glass, through the browser's own input."""

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def touch(self, kind, *points):
        self.session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    def press(self, x, y, milliseconds=1000):
        self.touch("touchStart", (x, y))
        self.page.wait_for_timeout(milliseconds)

    def drag(self, start, stop):
        self.press(*start)
        self.slide(start, stop)
        self.lift()

    def slide(self, start, stop, steps=10):
        for step in range(1, steps + 1):
            self.touch(
                "touchMove",
                tuple(
                    a + (b - a) * step / steps for a, b in zip(start, stop, strict=True)
                ),
            )
            self.page.wait_for_timeout(15)

    def lift(self):
        self.touch("touchEnd")


def test_a_long_press_drags(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    box = board.box(booking)
    start = (box["x"] + box["width"] / 2, box["y"] + 15)
    stop = (start[0] + 2 * board.hour, board.y(shop.posts[2]))
    finger.drag(start, stop)
    board.page.get_by_text("Moved to").wait_for()
    board.settle()
    assert shop.look_up(booking) == [2, 11, 12]


def test_a_long_press_without_a_move_opens_the_menu(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    box = board.box(booking)
    finger.press(box["x"] + 20, box["y"] + 15)
    finger.lift()
    board.page.locator(".o_auto_planner_menu").wait_for()


def test_a_finger_resizes(open_board, shop):
    booking = shop.book(1, 9, 2)
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    box = board.box(booking)
    edge = (box["x"] + box["width"] - 6, box["y"] + 15)
    finger.press(*edge)
    finger.slide(edge, (edge[0] + board.hour, edge[1]))
    finger.lift()
    board.page.get_by_text("It takes").wait_for()
    board.settle()
    assert shop.look_up(booking) == [1, 9, 12]


def test_a_finger_plans_a_card(open_board, shop):
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    card = board.page.locator(".o_auto_planner_card").first
    card.wait_for()
    box = card.bounding_box()
    start = (box["x"] + 60, box["y"] + 25)
    finger.press(*start)
    finger.slide(start, (board.x(14) + 2, board.y(shop.posts[3])))
    finger.lift()
    board.page.get_by_text("Booked for").wait_for()
    [made] = shop.rpc("auto.booking", "search", [("post_id", "=", shop.posts[3])])
    assert shop.look_up(made)[:2] == [3, 14]


def test_a_long_press_on_free_time_makes_a_booking(open_board, shop):
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    finger.press(board.x(14) + 2, board.y(shop.posts[2]))
    finger.lift()
    board.page.get_by_role("menuitem", name="New at").wait_for()


def test_a_finger_draws_a_booking(open_board, shop):
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    y = board.y(shop.posts[1])
    start, stop = (board.x(10) + 3, y), (board.x(12), y)
    finger.drag(start, stop)
    assert shop.look_up(board.save_drawn("drawn by a finger")) == [1, 10, 12]


def test_a_finger_is_refused_and_told_why(open_board, shop):
    booking = shop.book(1, 9)
    shop.book(2, 11, 2)
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    before = board.box(booking)
    start = (before["x"] + before["width"] / 2, before["y"] + 15)
    stop = (start[0] + 2.5 * board.hour, board.y(shop.posts[2]))
    finger.drag(start, stop)
    board.page.locator(".o_notification", has_text="Lift B is taken by").wait_for()
    board.settle()
    assert board.box(booking)["x"] == pytest.approx(before["x"], abs=1)
    assert board.box(booking)["y"] == pytest.approx(before["y"], abs=1)
    assert shop.look_up(booking) == [1, 9, 10]


def test_a_finger_takes_a_move_back(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    box = board.box(booking)
    start = (box["x"] + box["width"] / 2, box["y"] + 15)
    stop = (start[0] + 2 * board.hour, board.y(shop.posts[2]))
    finger.drag(start, stop)
    board.page.get_by_role("button", name="Undo").tap()
    board.settle()
    assert shop.look_up(booking) == [1, 9, 10]


def test_a_swipe_moves_nothing(open_board, shop):
    booking = shop.book(1, 9)
    board = open_board(has_touch=True)
    finger = Finger(board.page)
    box = board.box(booking)
    start = (box["x"] + 20, box["y"] + 15)
    finger.touch("touchStart", start)
    finger.slide(start, (start[0] + 150, start[1]))
    finger.lift()
    board.page.wait_for_timeout(600)
    assert shop.look_up(booking) == [1, 9, 10]


def test_rows_and_scales_are_switched(open_board, shop):
    board = open_board()
    page = board.page
    page.locator(".o_auto_planner_rows").click()
    page.get_by_role("menuitem", name="Mechanics", exact=True).click()
    page.locator(".o_auto_planner_row[data-row^='mechanic_ids:']").first.wait_for()
    page.locator(".o_auto_planner_rows").click()
    page.get_by_role("menuitem", name="Posts and mechanics").click()
    page.locator(".o_auto_planner_section").first.wait_for()
    page.locator("[data-scale=month]").click()
    cells = page.locator(".o_auto_planner_cell")
    cells.first.wait_for()
    cells.nth(3).click()
    page.locator(".o_auto_planner_board").wait_for()
    page.locator("[data-scale=week]").click()
    page.wait_for_function(
        "document.querySelectorAll('.o_auto_planner_day').length > 1"
    )


def test_groups_of_the_search_become_rows(open_board):
    board = open_board()
    page = board.page
    page.locator(".o_searchview_dropdown_toggler").click()
    page.get_by_role("menuitemcheckbox", name="State", exact=True).click()
    page.locator(".o_auto_planner_row[data-row='state:tentative']").wait_for()


def test_groups_that_are_no_rows_are_told(open_board, shop):
    board = open_board()
    page = board.page
    page.locator(".o_searchview_dropdown_toggler").click()
    groups = page.locator(".o_group_by_menu")
    groups.locator(".o_accordion_toggle", has_text="Day").click()
    groups.locator(".o_item_option", has_text="Day").click()
    page.locator(".o_notification", has_text="no rows by Start").wait_for()
    page.locator(LANE.format(shop.posts[1])).wait_for()


def test_on_a_phone_the_day_is_a_list(open_page, shop):
    booking = shop.book(1, 9)
    page = open_page("advisor", viewport=PHONE)
    page.goto("/odoo/auto-planner")
    page.locator(".o_auto_planner_agenda").wait_for()
    go_to_day(page)
    page.locator(f".o_auto_planner_agenda_item {PILL.format(booking)}").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator(PILL.format(booking)).click()
    post = page.locator(".o_form_view [name=post_id] input")
    post.wait_for()
    assert post.input_value() == "Lift A"
    assert not page.locator(".modal, .o_datetime_picker").count()


def test_on_a_phone_what_waits_is_planned(open_page, shop):
    page = open_page("advisor", viewport=PHONE, has_touch=True)
    page.goto("/odoo/auto-planner")
    page.locator(".o_auto_planner_toggle_list").tap()
    card = page.locator(".o_auto_planner_card[data-key^=order]").first
    card.tap()
    page.get_by_role("menuitem", name="Choose a time").tap()
    order = page.locator(".modal .o_form_view [name=order_id] input")
    order.wait_for()
    assert order.input_value()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_every_other_view_of_bookings_opens(open_page, shop):
    shop.book(1, 9)
    page = open_page("advisor")
    page.goto("/odoo/auto-planner")
    page.locator(".o_auto_planner_pill").first.wait_for()
    for view, drawn in (
        ("calendar", ".fc-event"),
        ("list", ".o_data_row"),
        ("kanban", ".o_kanban_record"),
        ("pivot", ".o_pivot table"),
        ("planner", ".o_auto_planner_pill"),
    ):
        page.locator(f".o_switch_view.o_{view}").click()
        page.locator(drawn).first.wait_for()
    page.get_by_role("menuitem", name="Deals").click()
    page.locator(".o_kanban_record").first.wait_for()
