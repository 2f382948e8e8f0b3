"""Eight processes clock one mechanic at the same moment: one log runs, the losers are
told what he does, in their language.

Half of them press as a terminal does, half by the button of *My Jobs*.
"""

import re

from race import RUN_RACE

PROCESSES = 8
ROUNDS = 6

RACE = """
import traceback
from datetime import timedelta
from functools import partial
from odoo import Command, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying

NAME = env.cr.dbname
LANGS = ["en_US", "ru_RU"]
labour = env["product.product"].search([("service_tracking", "=", "auto_job")], limit=1)
vehicle = env["auto.vehicle"].search([("partner_id", "!=", False)], limit=1)


def make_mechanic(number):
    user = env["res.users"].create({{
        "name": f"Racer {{number}}",
        "login": f"racer{{number}}",
        "group_ids": [Command.set(env.ref("auto_crm.auto_crm_group_mechanic").ids)],
    }})
    mechanic = env["hr.employee"].create({{
        "name": user.name, "user_id": user.id, "is_mechanic": True,
    }})
    env["hr.attendance"].create({{
        "employee_id": mechanic.id,
        "check_in": fields.Datetime.now() - timedelta(hours=1),
    }})
    return mechanic


def make_jobs(mechanic):
    order = env["sale.order"].create({{
        "is_work_order": True,
        "partner_id": vehicle.partner_id.id,
        "vehicle_id": vehicle.id,
        "order_line": [
            Command.create({{
                "product_id": labour.id,
                "name": f"Work {{number}}",
                "mechanic_ids": [Command.set(mechanic.ids)],
            }})
            for number in range({processes})
        ],
    }})
    order.action_confirm()
    order.action_receive()
    return order.job_ids.ids


mechanics = [make_mechanic(number) for number in range({rounds})]
ROUNDS = [(one.id, one.user_id.id, make_jobs(one)) for one in mechanics]


def start(own, mechanic, user, job, is_button):
    # as a terminal does, or as the mechanic's button, whose question is his sentence
    job = own["auto.job"].browse(job)
    if not is_button:
        own["hr.employee"].browse(mechanic)._clock_start(job)
        return None
    question = job.with_user(user).action_start()
    if question is True or question is None:
        return None
    wizard = own[question["res_model"]].with_user(user)
    return wizard.with_context(**question["context"]).create({{}}).question


def race(seed, barrier):
    registry, answers, errors = Registry(NAME), [], []
    lang = LANGS[seed // 2 % 2]
    for mechanic, user, jobs in ROUNDS:
        barrier.wait()
        with registry.cursor() as cr:
            own = api.Environment(cr, api.SUPERUSER_ID, {{"lang": lang}})
            call = partial(start, own, mechanic, user, jobs[seed], seed % 2)
            try:
                sentence = retrying(call, own)
            except UserError as error:
                cr.rollback()
                sentence = str(error)
            except Exception:
                cr.rollback()
                sentence = None
                errors.append(traceback.format_exc()[-600:])
        answers.append(sentence)
    return {{"seed": seed, "lang": lang, "answers": answers, "errors": errors}}


results, env = run_race(race, {processes}, 300)
logs = env["auto.time.log"]
result = {{
    "results": results,
    "running": [
        logs.search([("employee_id", "=", one)]).mapped(
            lambda log: [log.job_id.name, not log.date_stop]
        )
        for one, _user, _jobs in ROUNDS
    ],
    "started": [
        env["auto.job"].search_count([("id", "in", jobs), ("state", "!=", "todo")])
        for _one, _user, jobs in ROUNDS
    ],
}}
"""

# what the losers are told: the job he is on, and what to do
SENTENCES = {
    "en_US": (
        r"Racer \d is on “{job}” since .+: finish or pause it, or switch\.",
        r"Racer \d is on “{job}” since .+: look again, and switch if needed\.",
        r"Racer \d is on “{job}” since .+ and leaves it\.",
        r"Racer \d has just been clocked by somebody else: look again\.",
    ),
    "ru_RU": (
        r"Racer \d с .+ занят работой «{job}»: завершите её, .+ переключитесь\.",
        r"Racer \d с .+ занят: «{job}»\. Посмотрите ещё раз и .+, если нужно\.",
        r"Racer \d с .+ занят работой «{job}» и оставит её\.",
        r"Время механика Racer \d только что отметил кто-то другой: .+ ещё раз\.",
    ),
}


def test_eight_processes_that_start_for_one_mechanic_make_one_log(shop_copy):
    race = shop_copy.shell(RUN_RACE + RACE.format(processes=PROCESSES, rounds=ROUNDS))
    results = race["results"]
    assert [one["errors"] for one in results] == [[]] * PROCESSES
    assert race["started"] == [1] * ROUNDS, "no car of a loser is at work"
    for number, logs in enumerate(race["running"]):
        [[job, is_running]] = logs
        assert is_running
        won = [one["seed"] for one in results if one["answers"][number] is None]
        assert job == f"Work {won[0]}"
        assert len(won) == 1
        for one in results:
            sentence = one["answers"][number]
            if sentence is not None:
                patterns = [text.format(job=job) for text in SENTENCES[one["lang"]]]
                told = any(re.fullmatch(text, sentence) for text in patterns)
                assert told, sentence
