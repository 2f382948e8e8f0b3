"""Free times and bookings of a month, against OCA's `resource_booking`.

The same shop on the same database: 10 posts, 20 mechanics, 2 000 bookings of half an
hour, any post with any mechanic (for OCA: 200 combinations). Both are asked when an
hour is free in the next 30 days, and have to give the same times.

Working hours of a month are remembered until somebody's change. "Warm" is a search
that finds them, as nearly all do; "cold" is the first one after a change.
"""

from datetime import datetime, time, timedelta
from itertools import islice

import pytz
from oca_wheels import install

from odoo.fields import Command
from odoo.tools import SQL

bench = bench  # noqa: F821, PLW0127 given by scripts/bench.py
env = install(
    env,  # noqa: F821 as above
    "resource_booking",
    "odoo-addon-web-calendar-slot-duration==19.*",
    "cssselect",
)
bench.env = env
POSTS, MECHANICS, BOOKINGS, DAYS = 10, 20, 2000, 30
HALF = timedelta(minutes=30)
NEXT = datetime.combine(datetime.now() + timedelta(days=1), time())  # noqa: DTZ005 UTC
QUIET = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
}


def make_calendar():
    """Return the hours of shop and people: from 9 to 17, every day of the week."""
    attendances = [
        Command.create(
            {
                "name": "Day",
                "dayofweek": str(day),
                "hour_from": 9,
                "hour_to": 17,
                "day_period": "full_day",
            }
        )
        for day in range(7)
    ]
    return env["resource.calendar"].create(
        {"name": "Shop", "tz": "UTC", "attendance_ids": attendances}
    )


def plan():
    """Yield (post, mechanic, start) of bookings that do not collide.

    All posts are taken until eleven, every fourth half-hour of a post after it.
    """
    for day in range(DAYS):
        for half in range(16):
            for post in range(POSTS):
                if half < 4 or (post + 2 * half + day) % 4 == 0:
                    start = NEXT + timedelta(days=day, hours=9) + half * HALF
                    yield post, (post + half * 3) % MECHANICS, start


def make_ours(calendar):
    """Make our posts, mechanics and bookings."""
    env["auto.post"].search([]).active = False
    env["hr.employee"].search([]).is_mechanic = False
    env.company.resource_calendar_id = calendar
    posts = env["auto.post"].create(
        [
            {"name": f"Post {n}", "resource_calendar_id": calendar.id, "tz": "UTC"}
            for n in range(POSTS)
        ]
    )
    mechanics = env["hr.employee"].create(
        [
            {
                "name": f"Mechanic {n}",
                "is_mechanic": True,
                "resource_calendar_id": calendar.id,
                "tz": "UTC",
            }
            for n in range(MECHANICS)
        ]
    )
    env["auto.booking"].with_context(**QUIET).create(
        [
            {
                "post_id": posts[post].id,
                "mechanic_ids": mechanics[mechanic].ids,
                "date_start": start,
                "date_stop": start + HALF,
            }
            for post, mechanic, start in islice(plan(), BOOKINGS)
        ]
    )
    return posts, mechanics


def make_theirs(calendar, partner):
    """Make the same in OCA's words: resources, combinations, a type, bookings."""
    resources = env["resource.resource"].create(
        [
            {
                "name": f"Resource {n}",
                "resource_type": "material",
                "calendar_id": calendar.id,
                "tz": "UTC",
            }
            for n in range(POSTS + MECHANICS)
        ]
    )
    combinations = env["resource.booking.combination"].create(
        [
            {"resource_ids": [Command.set([post.id, mechanic.id])]}
            for post in resources[:POSTS]
            for mechanic in resources[POSTS:]
        ]
    )
    kind = env["resource.booking.type"].create(
        {
            "name": "Visit",
            "duration": 1.0,
            "slot_duration": 0.5,
            "modifications_deadline": 0,
            "resource_calendar_id": calendar.id,
            "combination_rel_ids": [
                Command.create({"combination_id": one.id}) for one in combinations
            ],
        }
    )
    first, *others = [
        (combinations[post * MECHANICS + mechanic].id, start)
        for post, mechanic, start in islice(plan(), BOOKINGS)
    ]
    booking = env["resource.booking"].create(
        {
            "type_id": kind.id,
            "partner_ids": [Command.set(partner.ids)],
            "combination_auto_assign": False,
            "combination_id": first[0],
            "start": first[1],
            "duration": 0.5,
        }
    )
    env.flush_all()
    copy_theirs(booking, others)
    return kind, combinations


def copy_theirs(booking, others):
    """Multiply an OCA booking and its meeting in the database: the ORM takes minutes.

    :param others: (id of a combination, start) of each copy
    """
    env.cr.execute(
        SQL(
            "CREATE TEMP TABLE wanted AS SELECT row_number() OVER () AS number, * FROM "
            "(VALUES %s) AS rows (combination, start)",
            SQL(", ").join(SQL("(%s, %s::timestamp)", *other) for other in others),
        )
    )
    number = SQL("'Copy ' || wanted.number")
    stop = SQL("wanted.start + interval '30 minutes'")
    dates = {"name": number, "start": SQL("wanted.start"), "stop": stop}
    copy_row(booking.meeting_id, dates, SQL("wanted"))
    copy_row(
        booking,
        {
            **dates,
            "combination_id": SQL("wanted.combination"),
            "meeting_id": SQL("event.id"),
        },
        SQL("wanted JOIN calendar_event AS event ON event.name = %s", number),
    )
    env.invalidate_all()


def copy_row(record, changes, source):
    """Insert copies of a record's row, one for each row of a source."""
    names = [
        name
        for name, field in record._fields.items()
        if field.store and field.column_type and name != "id"
    ]
    values = [changes.get(name, SQL.identifier("old", name)) for name in names]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS old CROSS JOIN %s"
            " WHERE old.id = %s",
            SQL.identifier(record._table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(values),
            SQL.identifier(record._table),
            source,
            record.id,
        )
    )


calendar = make_calendar()
customer = env["res.partner"].create({"name": "Customer", "email": "c@example.com"})
posts, mechanics = make_ours(calendar)
kind, combinations = make_theirs(calendar, customer)
wanted = env["resource.booking"].create(
    {"type_id": kind.id, "partner_ids": [Command.set(customer.ids)]}
)
env.flush_all()
env.cr.precommit.run()
env.cr.execute("ANALYZE")
env.cr.commit()
START, STOP = NEXT, NEXT + timedelta(days=DAYS)


def find_ours():
    """Return our free times."""
    slots = env["auto.booking"]._find_free_slots(1.0, start=START, stop=STOP)
    return [slot["start"] for slot in slots]


def find_theirs():
    """Return OCA's free times: what its page calls for a month."""
    slots = wanted._get_available_slots(
        pytz.utc.localize(START), pytz.utc.localize(STOP)
    )
    return [start.replace(tzinfo=None) for day in slots.values() for start in day]


def find_ours_cold():
    """Return our free times with no working hours remembered."""
    env.registry.clear_cache()
    return find_ours()


def count_queries(function):
    """Return how many queries a call makes with nothing in the ORM's cache."""
    env.invalidate_all()
    before = env.cr.sql_log_count
    function()
    return env.cr.sql_log_count - before


mine, theirs = find_ours(), find_theirs()
if mine != theirs:
    raise SystemExit(f"Not the same times: {set(mine) ^ set(theirs)}")
cold, warm = count_queries(find_ours_cold), count_queries(find_ours)
if warm > 6:
    raise SystemExit(f"{warm} queries, 6 are the goal")
bench.measure(
    f"{len(mine)} free times, cold ({cold} queries)", find_ours_cold, limit=0.5
)
bench.compare(
    f"{len(mine)} free times, warm ({warm} queries)",
    ours=find_ours,
    stock=find_theirs,
    goal=0.01,
    repeat=1,  # OCA takes long
)

later = iter(range(10_000))
later_too = iter(range(10_000))


def get_start(number):
    """Return the start of a booking that is like no other."""
    return STOP + timedelta(days=number // 16 + 2, hours=9) + number % 16 * HALF


def create_ours(**vals):
    """Make a booking, and what follows it at the end of a transaction."""
    start = get_start(next(later))
    env["auto.booking"].create(
        {
            "post_id": posts[0].id,
            "mechanic_ids": mechanics[0].ids,
            "date_start": start,
            "date_stop": start + HALF,
            **(vals or {"partner_id": customer.id}),
        }
    )
    env.flush_all()
    env.cr.precommit.run()


def create_theirs():
    """Make a booking of OCA's."""
    env["resource.booking"].create(
        {
            "type_id": kind.id,
            "partner_ids": [Command.set(customer.ids)],
            "combination_auto_assign": False,
            "combination_id": combinations[0].id,
            "start": get_start(next(later_too)),
            "duration": 0.5,
        }
    )
    env.flush_all()
    env.cr.precommit.run()


def make_order(number):
    """Return an agreed order of a customer's car, with the deal it is for."""
    partner = env["res.partner"].create(
        {"name": f"Customer {number}", "phone": "+7 916 123-45-67"}
    )
    vehicle = env["auto.vehicle"].create(
        {"partner_id": partner.id, "license_plate": f"А{number:03}ВС777"}
    )
    deal = env["crm.lead"].create(
        {
            "name": "Brakes",
            "type": "opportunity",
            "partner_id": partner.id,
            "vehicle_id": vehicle.id,
        }
    )
    order = env["sale.order"].create(
        {
            "is_work_order": True,
            "partner_id": partner.id,
            "vehicle_id": vehicle.id,
            "opportunity_id": deal.id,
            "order_line": [Command.create({"product_id": labour.id})],
        }
    )
    order.action_confirm()
    return order


labour = env["product.product"].create(
    {
        "name": "Brakes",
        "type": "service",
        "service_tracking": "auto_job",
        "norm_hours": 0.5,
    }
)
orders = [make_order(number) for number in range(20)]
env.flush_all()
env.cr.precommit.run()
deals = env["crm.lead"].union(*(order.opportunity_id for order in orders))
to_book = iter(orders)


def create_ours_of_order():
    """Make a booking of an order: its deal moves, and tells it in the chatter."""
    create_ours(order_id=next(to_book).id)


bench.compare("A booking made", ours=create_ours, stock=create_theirs, goal=0.5)
# more than OCA's does: it has no deal to move
bench.compare(
    "A booking made of an order with its deal",
    ours=create_ours_of_order,
    stock=create_theirs,
    goal=1,
)
booked = deals.filtered(lambda deal: deal.stage_id.auto_event == "booked")
if len(booked) < 7:
    raise SystemExit("Deals were not moved by their bookings")
