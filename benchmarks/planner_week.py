"""The planner's week of 30 posts and 1 500 bookings.

On the server: all that the board shows, with working hours, absences and load, against
a bare `search_read` of the same fields. In Chromium: from the call of the action to
what is painted, against Odoo's calendar of the same bookings.
"""

import sys
from datetime import timedelta
from pathlib import Path

from lxml import etree
from playwright.sync_api import sync_playwright
from shoplib import odoo_tree, packages, server
from shoplib.odoo_process import Odoo

from odoo import Command, fields
from odoo.tools import SQL

env = globals()["env"]
bench = globals()["bench"]

POSTS = 30
DAYS = 5
HOURS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)  # of the day: 30 x 5 x 10 = 1 500
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OPEN = """
([view, drawn]) => new Promise((resolve, reject) => {
    const { action } = odoo.__WOWL_DEBUG__.root.env.services;
    const start = performance.now();
    const wait = () => {
        const found = document.querySelectorAll(drawn);
        if (found.length > 20) {
            found[0].getBoundingClientRect();  // all is laid out
            resolve();
        } else if (performance.now() - start > 120_000) {
            reject(new Error(`${found.length} of ${drawn} in the ${view}`));
        } else {
            setTimeout(wait, 5);
        }
    };
    action.doAction("auto_planner.auto_booking_action", {
        viewType: view,
        clearBreadcrumbs: true,
    });
    wait();
})
"""


def make_shop():
    """Return the Monday, 8:00, of a week full of bookings of cars and customers."""
    today = fields.Date.today()
    monday = fields.Datetime.to_datetime(today - timedelta(days=today.weekday()))
    monday += timedelta(hours=8)
    env.company.resource_calendar_id.tz = "UTC"
    posts = env["auto.post"].create([{"name": f"Lift {n}"} for n in range(POSTS)])
    bookings = env["auto.booking"].create(prepare_bookings(posts[0], monday))
    env.flush_all()
    multiply("auto_booking", "post_id", bookings.ids, posts[0].id, posts[1:].ids)
    env.cr.execute(
        SQL(
            "INSERT INTO auto_booking_slot"
            " (booking_id, resource_id, date_start, date_stop)"
            " SELECT booking.id, post.resource_id, date_start, date_stop"
            " FROM auto_booking booking JOIN auto_post post ON post.id = post_id"
            " WHERE booking.id NOT IN %s",
            tuple(bookings.ids),
        )
    )
    env.cr.execute("ANALYZE auto_booking, auto_booking_slot")
    env.invalidate_all()
    return monday


def prepare_bookings(post, monday):
    """Return values of the bookings of one post."""
    model = env["fleet.vehicle.model"].search([], limit=1)
    kinds = env["auto.work.type"].search([], limit=3)
    values = []
    for number in range(DAYS * len(HOURS)):
        day, hour = divmod(number, len(HOURS))
        partner = env["res.partner"].create({"name": f"Customer {number}"})
        vehicle = env["auto.vehicle"].create(
            {
                "partner_id": partner.id,
                "model_id": model.id,
                "license_plate": f"А{number:03d}ВС77",
            }
        )
        start = monday + timedelta(days=day, hours=HOURS[hour])
        values.append(
            {
                "post_id": post.id,
                "partner_id": partner.id,
                "vehicle_id": vehicle.id,
                "work_type_id": kinds[number % len(kinds)].id,
                "date_start": start,
                "date_stop": start + timedelta(minutes=45),
            }
        )
    return values


def multiply(table, column, ids, old, news):
    """Copy rows in the database, with each of the new values of a column."""
    columns = SQL(", ").join(
        SQL.identifier(name)
        for name, field in env["auto.booking"]._fields.items()
        if field.store and field.column_type and name not in ("id", column)
    )
    env.cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(column)s, %(columns)s)"
            " SELECT new, %(columns)s FROM %(table)s, unnest(%(news)s) new"
            " WHERE %(table)s.id IN %(ids)s AND %(column)s = %(old)s",
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            columns=columns,
            news=news,
            ids=tuple(ids),
            old=old,
        )
    )


def load_week(start):
    """Return what the planner's client asks for, and a bare reading of the same."""
    bookings = env["auto.booking"].with_user(advisor)
    stop = start + timedelta(days=7)
    names = planner_fields()
    specification = {
        name: {"fields": {"display_name": {}}}
        if bookings._fields[name].type == "many2one"
        else {}
        for name in names
    }

    def ours():
        result = bookings.planner_read(
            [("is_busy", "=", True)],
            specification,
            fields.Datetime.to_string(start),
            fields.Datetime.to_string(stop),
            ["post_id"],
            ["date_start", "date_stop"],
            tz="UTC",
        )
        assert len(result["records"]) == POSTS * DAYS * len(HOURS)

    def stock():
        domain = [
            ("is_busy", "=", True),
            ("date_start", "<", stop),
            ("date_stop", ">", start),
        ]
        bookings.search_read(domain, names)

    return ours, stock


def planner_fields():
    """Return the fields that the view of bookings reads."""
    view = env.ref("auto_planner.auto_booking_view_planner")
    arch = etree.fromstring(env["auto.booking"].get_view(view.id, "planner")["arch"])
    rows = [name for row in arch.iter("row") for name in row.get("fields").split(",")]
    shown = [node.get("name") for node in arch.iter("field")]
    dates = [arch.get("date_start"), arch.get("date_stop")]
    return [*dict.fromkeys(["display_name", *dates, *rows, *shown])]


def open_view(page, view, drawn):
    """Return a function that opens a view, from the other, until it is painted."""
    return lambda: page.evaluate(OPEN, [view, drawn])


def log_in(browser, address):
    """Return a page of the advisor, in the web client."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{address}/web/login")
    page.fill("input[name=login]", "bench_advisor")
    page.fill("input[name=password]", "bench_advisor")
    page.click("form.oe_login_form button[type=submit]")
    page.wait_for_url("**/odoo**")
    page.evaluate(
        "localStorage.setItem('auto_planner.settings', '{\"scale\": \"week\"}')"
    )
    page.goto(f"{address}/odoo/auto-planner?debug=1")
    page.locator(".o_auto_planner_pill").first.wait_for()
    page.bring_to_front()
    return page


advisor = env["res.users"].create(
    {
        "name": "Advisor",
        "login": "bench_advisor",
        "password": "bench_advisor",
        "tz": "UTC",
        "group_ids": [
            Command.link(env.ref("auto_crm.auto_crm_group_advisor").id),
        ],
    }
)
ours, stock = load_week(make_shop() - timedelta(hours=8))
env.cr.commit()  # the server of the browser has to see it
bench.compare(
    "Planner week of 1 500 against search_read",
    ours=ours,
    stock=stock,
    goal=1.5,
    repeat=21,
)
odoo = Odoo(Path(sys.executable), odoo_tree.ensure())
port = server.free_port()
with (
    server.serving(odoo, env.cr.dbname, port, "--max-cron-threads=0", log="bench"),
    sync_playwright() as playwright,
):
    browser = playwright.chromium.launch(
        executable_path=packages.browser(), args=CHROMIUM_FLAGS
    )
    page = log_in(browser, f"http://{server.HOST}:{port}")
    bench.compare(
        "First paint of the week against the calendar",
        ours=open_view(page, "planner", ".o_auto_planner_pill"),
        stock=open_view(page, "calendar", ".fc-event"),
        goal=1,
        repeat=3,  # a calendar of 1 500 takes its time
    )
    browser.close()
