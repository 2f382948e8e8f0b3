"""A request on the site is planned by drag and told; the car arrives, another does not.

One story told in order: a visitor, an advisor at the planner, the outbox whose only
channel is the log, the cron that looks for those who did not come.
"""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from shoplib.database import query

from conftest import write_on_the_site

CARS = {"К111ОТ 199": "Кирилл Котов", "Н222ЕТ 199": "Нина Нетова"}
YESTERDAY = (
    "UPDATE auto_booking SET create_date = create_date - INTERVAL '1 day'"
    " WHERE id = :id"
)


class Story:
    """What the chapters know of each other."""

    orders = None
    bookings = None


@pytest.fixture(scope="module")
def story():
    return Story()


def deal_of(rpc, plate):
    [deal] = rpc(
        "crm.lead",
        "search_read",
        [("vehicle_id.license_plate", "=", plate)],
        ["stage_id", "date_booking", "work_order_id", "activity_ids"],
    )
    return deal


def stage_event(rpc, plate):
    """Return the event of the stage in which a car's deal stands."""
    [stage_id, _name] = deal_of(rpc, plate)["stage_id"]
    return rpc("crm.stage", "read", [stage_id], ["auto_event"])[0]["auto_event"]


def wait_for_messages(rpc, booking):
    """Return what was told of a booking; what staff may take back leaves later."""
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        rpc.run_cron("auto_notify.ir_cron_send")
        found = rpc(
            "auto.notify.message",
            "search_read",
            [
                ("res_model", "=", "auto.booking"),
                ("res_id", "=", booking["id"]),
                ("event", "=", "booking_made"),
                ("state", "=", "delivered"),
            ],
            ["body", "channel_id"],
        )
        if found:
            return found
        time.sleep(1)
    return []


def test_01_two_visitors_write_on_the_site(open_page, shop_server):
    for number, (plate, name) in enumerate(CARS.items()):
        write_on_the_site(
            open_page(),
            contact_name=name,
            phone=f"+7 916 555-01-0{number}",
            email_from=f"visitor{number}@example.com",
            vehicle_line=f"{plate} Kia Rio",
            wish="Замена масла",
        )
    rpc = shop_server.rpc("advisor")
    assert {stage_event(rpc, plate) for plate in CARS} == {"request"}


def test_02_the_estimates_are_agreed(shop_server, story):
    rpc = shop_server.rpc("advisor")
    work = rpc.ref("auto_service_demo.work_oil")
    story.orders = {}
    for plate in CARS:
        deal = deal_of(rpc, plate)
        [data] = rpc("crm.lead", "read", [deal["id"]], ["partner_id", "vehicle_id"])
        order = rpc(
            "sale.order",
            "create",
            {
                "partner_id": data["partner_id"][0],
                "vehicle_id": data["vehicle_id"][0],
                "opportunity_id": deal["id"],
                "is_work_order": True,
                "order_line": [(0, 0, {"product_id": work})],
            },
        )
        rpc("sale.order", "action_confirm", [order])
        story.orders[plate] = order


def test_03_the_advisor_drags_both_onto_the_board(open_page, shop_server, story):
    rpc = shop_server.rpc()
    post = rpc("auto.post", "create", {"name": "Story's lift", "sequence": -100})
    page = open_page("advisor")
    page.goto("/odoo/auto-planner")
    today = page.locator(".o_auto_planner_title").inner_text()
    page.locator(".o_auto_planner_next").click()
    page.locator(".o_auto_planner_title", has_not_text=today).wait_for()
    lane = page.locator(
        f".o_auto_planner_row[data-row='post_id:{post}'] .o_auto_planner_lane"
    )
    lane.wait_for()
    for number, plate in enumerate(CARS):
        badge = re.compile(plate.replace(" ", r"\s*"))
        search = page.locator(".o_auto_planner_side_list input")
        search.fill(plate.split()[0])
        card = page.locator(".o_auto_planner_card", has_text=badge).first
        card.wait_for()
        page.locator(".o_auto_planner_card").nth(1).wait_for(state="detached")
        source, target = card.bounding_box(), lane.bounding_box()
        page.mouse.move(source["x"] + 30, source["y"] + 15)
        page.mouse.down()
        page.mouse.move(
            target["x"] + target["width"] * (0.25 + 0.3 * number),
            target["y"] + target["height"] / 2,
            steps=15,
        )
        page.mouse.up()
        page.locator(".o_auto_planner_pill", has_text=badge).first.wait_for()
    page.locator(".o_auto_planner_pill.o_pending").first.wait_for(state="detached")
    story.bookings = {
        plate: rpc(
            "auto.booking",
            "search_read",
            [("order_id", "=", order)],
            ["post_id", "date_start", "state", "lead_id"],
        )
        for plate, order in story.orders.items()
    }
    for [booking] in story.bookings.values():
        assert booking["post_id"][0] == post
        assert booking["lead_id"]
    assert {stage_event(rpc, plate) for plate in CARS} == {"booked"}


def test_04_the_log_has_address_and_time(shop_server, story):
    rpc = shop_server.rpc()
    for [booking] in story.bookings.values():
        [message] = wait_for_messages(rpc, booking)
        start = datetime.fromisoformat(booking["date_start"]) + timedelta(hours=3)
        assert f"{start:%-I:%M %p}" in message["body"]  # Moscow's time
        assert "Шоссейная" in message["body"]
        assert "Log" in message["channel_id"][1]


def test_05_the_car_arrives(open_page, shop_server, story):
    came = next(iter(CARS))
    page = open_page("advisor")
    page.goto(f"/odoo/auto-work-orders/{story.orders[came]}")
    page.get_by_role("button", name="Receive car").click()
    page.locator(".modal [name=odometer] input").fill("54321")
    page.locator(".modal-footer button.btn-primary").click()
    page.locator(".o_arrow_button_current", has_text="Received").wait_for()
    rpc = shop_server.rpc()
    [booking] = rpc("auto.booking", "read", [story.bookings[came][0]["id"]], ["state"])
    assert booking["state"] == "arrived"
    assert stage_event(rpc, came) == "received"


def test_06_the_other_never_comes(shop_server, story):
    rpc = shop_server.rpc()
    missing = list(CARS)[1]
    [booking] = story.bookings[missing]
    past = datetime.now(UTC) - timedelta(hours=8)
    rpc(
        "auto.booking",
        "write",
        [booking["id"]],
        {
            "date_start": f"{past:%Y-%m-%d %H:%M:00}",
            "date_stop": f"{past + timedelta(hours=1):%Y-%m-%d %H:%M:00}",
        },
    )
    # booked yesterday: what is entered when it is over is not waited for
    query(YESTERDAY, shop_server.database, id=booking["id"])
    rpc.run_cron("auto_planner.ir_cron_no_show")
    [data] = rpc("auto.booking", "read", [booking["id"]], ["state"])
    assert data["state"] == "no_show"
    assert stage_event(rpc, missing) in ("no_show", "estimate")
    assert deal_of(rpc, missing)["activity_ids"]
