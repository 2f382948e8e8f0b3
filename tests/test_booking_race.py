"""Eight processes fight for the same slots: nobody gets what somebody else has."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

PROCESSES = 8
TRIES = 10_000
START_AFTER = 40  # seconds until the processes have loaded Odoo

FIGHTER = """
import random, time
from datetime import datetime, timedelta
from functools import partial
from odoo.exceptions import UserError
from odoo.service.model import retrying

rng = random.Random({seed})
lost, won, sentences = 0, 0, set()

def book(env, quarter, length, post, mechanics):
    start = datetime(2035, 1, 8) + timedelta(minutes=15 * quarter)
    env["auto.booking"].create({{
        "post_id": post,
        "mechanic_ids": mechanics,
        "date_start": start,
        "date_stop": start + timedelta(minutes=15 * length),
    }})

time.sleep(max({begin} - time.time(), 0))
for _try in range({tries}):
    arguments = (
        rng.randrange(0, 96),
        rng.randint(1, 8),
        rng.choice({posts}),
        rng.sample({mechanics}, rng.randint(0, 2)),
    )
    with env.registry.cursor() as cr:
        own = env(cr=cr)
        try:
            retrying(partial(book, own, *arguments), own)
            won += 1
        except UserError as error:
            cr.rollback()
            lost += 1
            sentences.add(str(error).split(" is taken by ")[0])
result = {{"won": won, "lost": lost, "sentences": sorted(sentences)}}
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
env.cr.execute("SELECT count(*) FROM auto_booking WHERE date_start >= '2035-01-01'")
result = {"overlaps": overlaps, "bookings": env.cr.fetchone()[0]}
"""


def test_ten_thousand_tries_of_eight_processes_make_no_double_booking(shop_server):
    rpc = shop_server.rpc()
    posts = [rpc("auto.post", "create", {"name": f"Race {n}"}) for n in range(3)]
    mechanics = [
        rpc("hr.employee", "create", {"name": f"Racer {n}", "is_mechanic": True})
        for n in range(4)
    ]
    begin = time.time() + START_AFTER
    codes = [
        FIGHTER.format(
            seed=seed,
            begin=begin,
            tries=TRIES // PROCESSES,
            posts=json.dumps(posts),
            mechanics=json.dumps(mechanics),
        )
        for seed in range(PROCESSES)
    ]
    with ThreadPoolExecutor(PROCESSES) as pool:
        results = list(pool.map(shop_server.shell, codes))
    won = sum(result["won"] for result in results)
    assert won + sum(result["lost"] for result in results) == TRIES
    found = shop_server.shell(OVERLAPS)
    assert found == {"overlaps": 0, "bookings": won}
    names = {name for result in results for name in result["sentences"]}
    assert names <= {f"Race {n}" for n in range(3)} | {f"Racer {n}" for n in range(4)}
    assert won > 50, "the race was about nothing"
