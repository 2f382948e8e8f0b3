"""Eight processes fight for the same slots: nobody gets what somebody else has.

BOOKING_RACE_TRIES=10000 is the full race; without it a short one is run.
"""

import json
import os

PROCESSES = 8
TRIES = int(os.environ.get("BOOKING_RACE_TRIES", "480"))

# One process loads Odoo, its children are real processes with connections of their own.
RACE = """
import json, multiprocessing, random, time, traceback
from datetime import datetime, timedelta
from functools import partial
from odoo import api, sql_db
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying

NAME, UID = env.cr.dbname, env.uid
POSTS, MECHANICS, TRIES = {posts}, {mechanics}, {tries}
START = datetime(2035, 1, 8)


def pick(rng):
    # every fourth try is for one and the same slot, the others overlap anyhow
    if rng.random() < 0.25:
        return 40, 4, POSTS[0], MECHANICS[:1]
    mechanics = rng.sample(MECHANICS, rng.randint(0, 2))
    post = rng.choice(POSTS) if rng.random() < 0.8 or not mechanics else False
    return rng.randrange(0, 96), rng.randint(1, 8), post, mechanics


def book(own, quarter, length, post, mechanics):
    start = START + timedelta(minutes=15 * quarter)
    bookings = own["auto.booking"]
    vals = {{
        "post_id": post,
        "mechanic_ids": mechanics,
        "date_start": start,
        "date_stop": start + timedelta(minutes=15 * length),
    }}
    mine = bookings.search([("note", "=", own.context["racer"])], limit=1)
    if mine and quarter % 3 == 0:  # move one, others make a new one
        mine.write(vals)
    else:
        bookings.create({{**vals, "note": own.context["racer"]}})


def fight(seed, barrier, queue):
    rng = random.Random(seed)
    won = lost = longest = 0
    sentences, errors = set(), []
    registry = Registry(NAME)
    barrier.wait()
    for _try in range(TRIES):
        began = time.monotonic()
        with registry.cursor() as cr:
            own = api.Environment(cr, UID, {{"racer": f"racer {{seed}}"}})
            try:
                retrying(partial(book, own, *pick(rng)), own)
                won += 1
            except UserError as error:
                cr.rollback()
                lost += 1
                sentences.add(str(error))
            except Exception:
                cr.rollback()
                errors.append(traceback.format_exc()[-600:])
        longest = max(longest, time.monotonic() - began)
    queue.put({{"won": won, "lost": lost, "errors": errors[:3],
               "sentences": sorted(sentences)[:500], "longest": longest}})


env.cr.commit()
sql_db.close_all()  # no connection may be shared with a child
fork = multiprocessing.get_context("fork")
barrier, queue = fork.Barrier({processes}), fork.Queue()
children = [
    fork.Process(target=fight, args=(seed, barrier, queue))
    for seed in range({processes})
]
began = time.monotonic()
for child in children:
    child.start()
results = [queue.get(timeout=540) for _child in children]
for child in children:
    child.join()
result = {{"results": results, "seconds": time.monotonic() - began}}
env = env(cr=Registry(NAME).cursor())  # the one it came with was closed
"""

OVERLAPS = """
env.cr.execute('''
    SELECT count(*)
      FROM auto_booking one
      JOIN auto_booking other ON other.id > one.id
       AND other.date_start < one.date_stop AND other.date_stop > one.date_start
     WHERE one.is_busy AND other.is_busy
       AND (one.post_id = other.post_id OR EXISTS (
                SELECT FROM auto_booking_hr_employee_rel a
                  JOIN auto_booking_hr_employee_rel b USING (hr_employee_id)
                 WHERE a.auto_booking_id = one.id AND b.auto_booking_id = other.id))
''')
overlaps = env.cr.fetchone()[0]
env.cr.execute('''
    SELECT count(*) FROM auto_booking booking
     WHERE date_start >= '2035-01-01' AND is_busy AND (
           SELECT count(*) FROM auto_booking_slot slot
            WHERE slot.booking_id = booking.id
              AND slot.date_start = booking.date_start
              AND slot.date_stop >= booking.date_stop
       ) <> (
           SELECT count(*) FROM auto_booking_hr_employee_rel
            WHERE auto_booking_id = booking.id
       ) + (booking.post_id IS NOT NULL)::int
''')
result = {"overlaps": overlaps, "without_slots": env.cr.fetchone()[0]}
"""


def test_many_tries_of_eight_processes_make_no_double_booking(shop_server):
    rpc = shop_server.rpc()
    posts = [rpc("auto.post", "create", {"name": f"Race {n}"}) for n in range(3)]
    mechanics = [
        rpc("hr.employee", "create", {"name": f"Racer {n}", "is_mechanic": True})
        for n in range(4)
    ]
    race = shop_server.shell(
        RACE.format(
            processes=PROCESSES,
            tries=TRIES // PROCESSES,
            posts=json.dumps(posts),
            mechanics=json.dumps(mechanics),
        )
    )
    results = race["results"]
    won, lost = (sum(one[name] for one in results) for name in ("won", "lost"))
    assert [one["errors"] for one in results] == [[]] * PROCESSES
    told = f"{won} won, {lost} lost in {race['seconds']:.0f} s"
    assert won + lost == TRIES // PROCESSES * PROCESSES, told
    assert shop_server.shell(OVERLAPS) == {"overlaps": 0, "without_slots": 0}
    names = {f"Race {n}" for n in range(3)} | {f"Racer {n}" for n in range(4)}
    for sentence in {text for one in results for text in one["sentences"]}:
        name, _taken, rest = sentence.partition(" is taken by ")
        assert name in names, sentence
        assert " until " in rest, sentence
        assert "Free from " in rest, sentence
    assert min(won, lost) > TRIES / 50, f"the race was about nothing: {told}"
