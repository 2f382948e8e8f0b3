"""Eight processes spend the same bonuses at once: one wins, the others are told.

Half of them agree estimates that the bonuses pay for, half pay agreed orders with them.
"""

import re

from race import RUN_RACE

PROCESSES = 8
ROUNDS = 3
POINTS = 500

RACE = """
import traceback
from functools import partial
from odoo import api, fields
from odoo.exceptions import UserError
from odoo.service.model import retrying

NAME = env.cr.dbname
LANGS = ["en_US", "ru_RU"]
cards = env["loyalty.card"]
program = env["loyalty.program"]._get_bonus_program(env.company)
if not program:
    program = env["loyalty.program"].create({{"name": "Bonuses", "is_bonus": True}})
program.write({{"bonus_limit_percent": 100, "bonus_min_balance": 0}})
rules = env["auto.bonus.rule"]
program.bonus_rule_ids = rules.create({{"program_id": program.id, "percent": 5}})
work = env["product.product"].search([("service_tracking", "=", "auto_job")], limit=1)


def make_round(number):
    customer = env["res.partner"].create({{"name": f"Spender {{number}}"}})
    card = cards._find_bonus_card(program, customer)
    card._add_bonus({points}, "opening", date_usable=fields.Datetime.now())
    orders = env["sale.order"].create([
        {{
            "is_work_order": True,
            "partner_id": customer.id,
            "order_line": [
                fields.Command.create({{"product_id": work.id, "price_unit": 2000}})
            ],
        }}
        for _racer in range({processes})
    ])
    for seed, order in enumerate(orders):
        if seed % 2:
            order.action_confirm()
        else:
            order._set_bonus_points({points})
    return card.id, orders.ids


ROUNDS = [make_round(number) for number in range({rounds})]


def spend(own, order, seed):
    order = own["sale.order"].browse(order)
    if seed % 2:
        order._set_bonus_points({points})
    else:
        order.action_confirm()


def race(seed, barrier):
    registry, answers, errors = Registry(NAME), [], []
    lang = LANGS[seed // 2 % 2]
    for _card, orders in ROUNDS:
        barrier.wait()
        with registry.cursor() as cr:
            own = api.Environment(cr, api.SUPERUSER_ID, {{"lang": lang}})
            try:
                sentence = retrying(partial(spend, own, orders[seed], seed), own)
            except UserError as error:
                cr.rollback()
                sentence = str(error)
            except Exception:
                cr.rollback()
                sentence = None
                errors.append(traceback.format_exc()[-600:])
        answers.append(sentence)
    return {{"lang": lang, "answers": answers, "errors": errors}}


results, env = run_race(race, {processes}, 300)
cards = env["loyalty.card"]
result = {{
    "results": results,
    "cards": [
        [card.points, sum(card.bonus_entry_ids.mapped("points")), card.bonus_usable]
        for card in cards.browse([card for card, _orders in ROUNDS])
    ],
}}
"""

# what the losers are told: how many there are, and what to do
SENTENCES = {
    "en_US": r"Up to 0 bonuses can pay for this order\."
    r"|Spender \d has 0 bonuses to spend now, .+",
    "ru_RU": r"[^A-Za-z]*(Spender \d)?[^A-Za-z]+",
}


def test_eight_processes_that_spend_the_same_bonuses(shop_copy):
    race = shop_copy.shell(
        RUN_RACE + RACE.format(processes=PROCESSES, rounds=ROUNDS, points=POINTS)
    )
    results = race["results"]
    assert [one["errors"] for one in results] == [[]] * PROCESSES
    assert race["cards"] == [[0.0, 0.0, 0.0]] * ROUNDS
    for number in range(ROUNDS):
        answers = [(one["lang"], one["answers"][number]) for one in results]
        lost = [(lang, sentence) for lang, sentence in answers if sentence]
        assert len(lost) == PROCESSES - 1, answers
        for lang, sentence in lost:
            assert re.fullmatch(SENTENCES[lang], sentence), sentence
