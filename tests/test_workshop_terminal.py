"""A mechanic's day at the terminal of the workshop, with and without a connection.

A real browser of the size of a tablet, then of a phone: nothing that was pressed is
lost, nothing is done twice, and the times are those of the presses.
"""

import base64
import struct
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from shoplib import paths

from conftest import PHONE

SHOTS = paths.STATE / "screenshots" / "terminal"
TABLET = {"width": 1024, "height": 768}
BADGE, PIN = "BADGE4711", "4711"
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    return [...document.body.querySelectorAll("*")].filter((el) =>
        el.getBoundingClientRect().right > width + 1
    ).map((el) => el.outerHTML.slice(0, 80));
}"""
TOO_SMALL = """() => [...document.querySelectorAll("button")].filter((el) => {
    const box = el.getBoundingClientRect();
    return box.height && (box.height < 40 || box.width < 44);
}).map((el) => el.outerHTML.slice(0, 80))"""


def wait_until(is_so, seconds=60):
    """Wait for what the server does after it has heard of it."""
    end = time.monotonic() + seconds
    while not (value := is_so()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.3)
    return value


class Workshop:
    """A terminal, a mechanic with badge and PIN, and two cars to repair."""

    def __init__(self, rpc):
        self.rpc = rpc
        rpc("ir.config_parameter", "set_param", "auto_notify.test_mode", "True")
        [company] = rpc("res.company", "search", [], limit=1)
        [self.mechanic] = rpc(
            "hr.employee",
            "create",
            [
                {
                    "name": "Pavel Terminalov",
                    "is_mechanic": True,
                    "pin": PIN,
                    "barcode": BADGE,
                    "company_id": company,
                }
            ],
        )
        [self.labour] = rpc(
            "product.product",
            "create",
            [
                {
                    "name": "Front pads",
                    "type": "service",
                    "norm_hours": 1.5,
                    "service_tracking": "auto_job",
                }
            ],
        )
        self.reason = rpc.ref("auto_crm.hold_reason_parts")
        self.tool = rpc.ref("auto_crm.hold_reason_tool")

    def link(self, **vals):
        """Make a screen; return its path."""
        vals = {"name": "Tablet", "lang": "en_US", **vals}
        screen = self.rpc("auto.terminal", "create", [vals])
        [values] = self.rpc("auto.terminal", "read", screen, ["url"])
        return "/" + values["url"].split("/", 3)[3]

    def job(self):
        """Receive a car; return its job and order."""
        [vehicle] = self.rpc(
            "auto.vehicle",
            "search_read",
            [("partner_id", "!=", False)],
            ["partner_id"],
            limit=1,
            offset=self.rpc("auto.job", "search_count", []) % 20,
        )
        [order] = self.rpc(
            "sale.order",
            "create",
            [
                {
                    "partner_id": vehicle["partner_id"][0],
                    "vehicle_id": vehicle["id"],
                    "is_work_order": True,
                    "wish": "It knocks on the left",
                    "order_line": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.labour,
                                "mechanic_ids": [(6, 0, [self.mechanic])],
                            },
                        )
                    ],
                }
            ],
        )
        self.rpc("sale.order", "action_confirm", [order])
        self.rpc("sale.order", "action_receive", [order])
        [job] = self.rpc("auto.job", "search", [("order_id", "=", order)])
        return job, order

    def value_of(self, model, record, field):
        [values] = self.rpc(model, "read", [record], [field])
        return values[field]

    def logs(self):
        """Return what the mechanic did: kind, job, start, stop."""
        logs = self.rpc(
            "auto.time.log",
            "search_read",
            [("employee_id", "=", self.mechanic)],
            ["kind", "job_id", "date_start", "date_stop"],
            order="date_start",
        )
        return [
            (
                log["kind"],
                log["job_id"] and log["job_id"][0],
                self.moment(log["date_start"]),
                self.moment(log["date_stop"]),
            )
            for log in logs
        ]

    def moment(self, text):
        return text and datetime.fromisoformat(text).replace(tzinfo=UTC)

    def presses(self):
        return self.rpc(
            "auto.time.event",
            "search_read",
            [("employee_id", "=", self.mechanic)],
            ["action", "state", "sequence", "device"],
            order="id",
        )


@pytest.fixture(scope="module")
def workshop(shop_server):
    return Workshop(shop_server.rpc("admin"))


@pytest.fixture
def touch(browser, shop_server):
    """A function that makes a browser with touch, which may lose its connection."""
    contexts = []

    def touch(viewport, **options):
        context = browser.new_context(
            viewport=viewport,
            has_touch=True,
            base_url=shop_server.base_url,
            timezone_id="Asia/Tokyo",  # the tablet's own zone is nobody's business
            **options,
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        return context

    yield touch
    for context in contexts:
        context.close()


def look(page, name):
    """Photograph a page and find what does not fit a finger or the screen."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    assert page.evaluate(TOO_WIDE) == [], name
    assert page.evaluate(TOO_SMALL) == [], name


def card(page, job):
    return page.locator(f"[data-job='{job}']")


def tap(page, job, name):
    """Press a button of a job; return when that was."""
    card(page, job).locator(f"button[name={name}]").tap()
    return datetime.now(UTC)


def pause(page, job, reason):
    tap(page, job, "pause")
    page.locator(f"[data-reason='{reason}']").tap()
    return datetime.now(UTC)


def show_badge(page, badge=BADGE):
    page.locator(".o_auto_person").first.wait_for()
    page.keyboard.type(badge)
    page.keyboard.press("Enter")
    page.locator("[name=my_day]").wait_for()


def about(moment, other):
    """Whether two moments are one press, the second's fraction and the tap aside."""
    return abs(moment - other) < timedelta(seconds=4)


def test_a_day_with_a_lost_connection(workshop, touch):
    rpc = workshop.rpc
    first, first_order = workshop.job()
    second, second_order = workshop.job()
    link = workshop.link()
    context = touch(TABLET)
    page = context.new_page()
    page.goto(link)
    page.locator(".o_auto_person", has_text="Terminalov").wait_for()
    look(page, "1-people")
    show_badge(page)
    page.locator("button[name=in]").tap()
    look(page, "2-jobs")

    started = tap(page, first, "start")
    wait_until(lambda: workshop.value_of("auto.job", first, "state") == "in_progress")
    time.sleep(2)  # what lasts less than a second is dropped
    tap(page, first, "pause")
    look(page, "3-why")
    page.locator(f"[data-reason='{workshop.reason}']").tap()
    paused = datetime.now(UTC)
    wait_until(
        lambda: workshop.value_of("sale.order", first_order, "work_state") == "on_hold"
    )
    page.locator("[name=pausing]").wait_for()
    look(page, "4-waiting")
    time.sleep(2)
    switched = tap(page, second, "start")
    wait_until(lambda: workshop.value_of("auto.job", second, "state") == "in_progress")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function(
        "caches.open('auto_worktime').then((one) => one.keys())"
        ".then((all) => all.length > 2)"
    )

    context.set_offline(True)
    time.sleep(2)
    done = tap(page, second, "done")
    again = tap(page, first, "start")
    time.sleep(2)
    tool = pause(page, first, workshop.tool)
    page.locator("[name=unsent]", has_text="3").wait_for()
    page.locator("button[name=sign_out]").tap()
    page.locator("[name=error]").wait_for()
    assert card(page, second).get_attribute("data-state") == "done"
    assert card(page, first).get_attribute("data-state") == "on_hold"
    look(page, "5-offline")
    page.goto("about:blank")  # a page that closes would be let online for a moment
    page.close()

    page = context.new_page()
    page.goto(link)
    page.locator("[name=unsent]", has_text="3").wait_for()
    assert card(page, second).get_attribute("data-state") == "done"
    page.locator("button[name=break]").tap()
    rest = datetime.now(UTC)
    page.locator("[name=unsent]", has_text="4").wait_for()
    assert workshop.value_of("auto.job", second, "state") == "in_progress"
    time.sleep(6)  # what is sent now was pressed some time ago

    lost = []

    def lose_answer(route):
        """The server takes it, and the tablet never hears of it."""
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())
            route.abort()

    page.route("**/send", lose_answer)
    context.set_offline(False)
    page.locator("[name=unsent]").wait_for(state="detached")
    assert len(lost) == 1
    wait_until(
        lambda: workshop.value_of("sale.order", second_order, "work_state") == "ready"
    )
    logs = workshop.logs()
    assert [log[:2] for log in logs] == [
        ("work", first),
        ("idle", first),
        ("work", second),
        ("work", first),
        ("idle", first),
        ("break", first),
    ]
    for log, moment in zip(logs[:3], (started, paused, switched), strict=True):
        assert about(log[2], moment)
    assert about(logs[2][3], done)
    assert about(logs[-1][2], rest)
    assert logs[-1][3] is False
    for log, moment in zip(logs[3:-1], (again, tool), strict=False):
        assert about(log[2], moment)
    presses = workshop.presses()
    assert [one["action"] for one in presses] == [
        "in",
        "start",
        "pause",
        "start",
        "done",
        "start",
        "pause",
        "break",
    ]
    assert {one["state"] for one in presses} == {"done"}
    assert len({one["device"] for one in presses}) == 1
    assert len({one["sequence"] for one in presses}) == len(presses)

    page.locator("button[name=sign_out]").tap()
    page.locator(".o_auto_person").first.wait_for()
    assert rpc("auto.time.event", "search_count", [("state", "=", "refused")]) == 0


def test_a_phone_tells_the_office(workshop, touch):
    job, order = workshop.job()
    rpc = workshop.rpc
    russian = rpc("res.lang", "search_count", [("code", "=", "ru_RU")])
    lang = "ru_RU" if russian else "en_US"
    page = touch(PHONE, is_mobile=True).new_page()
    page.goto(workshop.link(name="Phone", lang=lang, is_shared=False))
    page.locator(".o_auto_person", has_text="Terminalov").tap()
    page.locator("button[name=enter]").wait_for()
    look(page, "phone-1-pin")
    for digit in "0000":
        page.get_by_role("button", name=digit, exact=True).tap()
    page.locator("button[name=enter]").tap()
    page.locator("[name=error]").wait_for()
    for digit in PIN:
        page.get_by_role("button", name=digit, exact=True).tap()
    page.locator("button[name=enter]").tap()
    page.locator("[name=my_day]").wait_for()
    look(page, "phone-2-jobs")
    tap(page, job, "more")
    look(page, "phone-3-more")
    tap(page, job, "note")
    look(page, "phone-4-note")
    page.fill("textarea[name=text]", "The bolt is broken")
    page.locator("button[name=tell]").tap()
    page.locator("[name=said]").wait_for()
    tap(page, job, "finding")
    page.fill("textarea[name=text]", "Ball joint is worn")
    page.locator("input[name=is_urgent]").check()
    page.locator("button[name=tell]").tap()
    tap(page, job, "finding")
    page.fill("textarea[name=text]", "Brake hose is burst")
    page.locator("button[name=extra]").tap()
    look(page, "phone-5-extra")
    page.locator("button[name=tell]").tap()
    tap(page, job, "part")
    page.fill("textarea[name=text]", "Hose clamp 20 mm")
    page.locator("button[name=tell]").tap()
    photo = {"name": "p.png", "mimeType": "image/png", "buffer": make_png()}
    tap_photo = card(page, job).locator("button[name=photo]")
    with page.expect_file_chooser() as chooser:
        tap_photo.tap()
    chooser.value.set_files(photo)
    page.locator("[name=said]").wait_for()
    look(page, "phone-6-said")

    if page.locator("button[name=in]").count():
        page.locator("button[name=in]").tap()
    tap(page, job, "start")
    page.locator("[name=bar]").tap()
    page.locator("[name=rows] li", has_text="Front pads").first.wait_for()
    look(page, "phone-7-day")
    page.locator("button[name=cancel]").tap()

    def has_photo():
        domain = [
            ("res_model", "=", "sale.order"),
            ("res_id", "=", order),
            ("mimetype", "=", "image/jpeg"),
        ]
        return rpc("ir.attachment", "search_count", domain)

    wait_until(has_photo)
    found = [("order_id", "=", order), ("severity", "=", "danger")]
    assert rpc("auto.recommendation", "search_count", found) == 1
    extra = [("order_id", "=", order), ("is_extra", "=", True)]
    [found] = rpc("auto.recommendation", "search_read", extra, ["name"])
    assert found["name"] == "Brake hose is burst"
    activities = [("res_model", "=", "sale.order"), ("res_id", "=", order)]
    assert rpc("mail.activity", "search_count", activities) >= 3


def test_the_board_follows_what_happens(workshop, touch):
    job, order = workshop.job()
    rpc = workshop.rpc
    post = rpc("auto.post", "create", [{"name": "Lift of the test"}])[0]
    start = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    slot = {
        "order_id": order,
        "post_id": post,
        "date_start": str(start - timedelta(minutes=10)),
        "date_stop": str(start + timedelta(minutes=50)),
    }
    rpc("auto.booking", "create", [slot])
    russian = rpc("res.lang", "search_count", [("code", "=", "ru_RU")])
    link = workshop.link(name="TV", kind="board", lang="ru_RU" if russian else "en_US")
    page = touch({"width": 1366, "height": 768}).new_page()
    page.goto(link)
    row = page.locator(f"[data-post='{post}']")
    row.locator("[name=time]").wait_for()
    page.wait_for_timeout(3000)  # it listens by then
    rpc("auto.job", "action_hold", [job], workshop.reason)
    # sooner than it would read anew by itself
    row.locator("[name=waits]").wait_for(timeout=30_000)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "board.png")
    assert page.evaluate(TOO_WIDE) == []


def make_png(size=64):
    """Return a small picture, made by hand."""
    rows = b"".join(b"\0" + b"\xc8\x32\x28" * size for _row in range(size))

    def chunk(kind, data):
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (
        base64.b64decode("iVBORw0KGgo=")
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
