"""The demo shop's story: three months of work and a believable board of today.

Everything is made through the real flows (orders, stock, jobs, invoices, payments);
only the dates are then set back, because a flow always happens "now".
"""

import random
from datetime import datetime, timedelta
from itertools import cycle

from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..hooks import pre_init_hook
from . import demo_story as story

LANGUAGE = "ru_RU"


class AutoDemoShop(models.AbstractModel):
    _name = "auto.demo.shop"
    _description = "Demo Shop"

    # -- the shop itself --------------------------------------------------------------

    @api.model
    def _set_up_company(self):
        """Roubles, a generic chart of accounts, no VAT, as many small garages work.

        :raise UserError: for a company with entries, of Odoo's demo data for example
        """
        pre_init_hook(self.env)  # the demo data may be asked for later
        company = self.env.ref("base.main_company")
        company._set_up_for_country(self.env.ref("base.ru"), "Europe/Moscow")
        company.name = company.partner_id.name
        self.env.ref("base.RUB").symbol = "₽"
        self.env.ref("website.default_website")._clean_site()
        self._install_language()

    def _install_language(self):
        """Teach the database Russian, which the shop and its customers speak."""
        languages = self.env["res.lang"]
        if not languages._get_data(code=LANGUAGE):
            languages._activate_lang(LANGUAGE)
            modules = self.env["ir.module.module"].search([("state", "=", "installed")])
            modules._update_translations([LANGUAGE])

    def _translate(self):
        """Take the names of works and parts now: Odoo loads them after the demo data.

        What customers read of them is written into the lines of their orders.
        """
        self.env.flush_all()
        self.env["ir.module.module"]._load_module_terms(
            ["auto_service_demo"], [LANGUAGE]
        )
        self.env.invalidate_all()

    @api.model
    def _build(self):
        """Make the demo shop's past and present. Dates are relative to today."""
        self._translate()
        shop = self.with_user(self.env.ref("base.user_admin")).with_context(
            lang=LANGUAGE, tz="Europe/Moscow", mail_notrack=False
        )
        rng = random.Random(19)  # noqa: S311 - no secret: the same demo every time
        shop._set_up_portal_customer()
        shop._set_up_payment()
        shop._set_up_messengers()
        shop._receive_stock()
        shop._set_up_absences()
        shop._set_up_loyalty()
        shop._build_history(rng)
        shop._pay_mechanics()
        shop._check_in_mechanics()
        shop._build_board(rng)
        shop._build_recommendations(rng)
        shop._book_online()
        shop._build_acceptances()
        shop._build_talks()

    def _set_up_portal_customer(self):
        """The customer of the first car may enter the portal."""
        partner = self._ref("customer_1")
        self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": partner.name,
                "login": "customer",
                "password": "customer",
                "partner_id": partner.id,
                "lang": "ru_RU",
                "tz": "Europe/Moscow",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )

    def _set_up_payment(self):
        """Payments in the portal go through Odoo's demo provider."""
        provider = self.env.ref("payment.payment_provider_demo")
        provider.write({"state": "test", "is_published": True})

    def _receive_stock(self):
        """Put the parts of ``demo_story.STOCK`` onto the shelf by an inventory."""
        location = (
            self.env["stock.warehouse"]
            .search([("company_id", "=", self.env.company.id)], limit=1)
            .lot_stock_id
        )
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            [
                {
                    "product_id": self._ref(f"part_{code}").id,
                    "location_id": location.id,
                    "inventory_quantity": quantity,
                }
                for code, quantity in story.STOCK.items()
                if quantity
            ]
        ).action_apply_inventory()

    # -- three months of closed orders -------------------------------------------------

    def _build_history(self, rng):
        """Released and paid orders, six a week for twelve weeks, and lost deals."""
        today = fields.Date.context_today(self)
        days = [
            today - timedelta(days=days_ago)
            for days_ago in range(88, 4, -1)
            if (today - timedelta(days=days_ago)).weekday() < 6
        ]
        busy = rng.sample(days, story.BUSY_DAYS)
        plans = [
            self._plan_visit(rng, rng.choice(busy)) for _visit in range(story.VISITS)
        ]
        plans += [
            self._plan_visit(rng, today - timedelta(days=days_ago))
            for days_ago, count in self._get_recent_visits().items()
            for _visit in range(count)
        ]
        latest = fields.Datetime.now() - timedelta(hours=4)
        for plan in plans:
            plan["date"] = min(plan["date"], latest)
        plans.sort(key=lambda plan: plan["date"])
        self._stock_up_for(plans)
        orders = self._make_orders(plans)
        self._agree(orders - self._agree_with_bonuses(orders, plans))
        self._go_through_workshop(orders, plans)
        self._invoice_and_pay(orders, plans)
        orders.action_release()
        self._earn_bonuses(orders, plans)
        self._settle()
        self._book_history(orders, plans)
        for order, plan in zip(orders, plans, strict=True):
            self._set_back(order, plan["date"])
        self._clock_history(orders, plans)
        self._settle()
        self._forget_messages()
        self._build_lost(rng, today)

    def _get_recent_visits(self):
        """How many cars were served on which of the last days, by days ago.

        Nobody has been served today before the shop has opened.
        """
        is_open = self._get_local_now().hour >= 13
        return {
            days_ago: count
            for days_ago, count in story.RECENT_VISITS.items()
            if days_ago or is_open
        }

    def _plan_visit(self, rng, date, car=None, stories=None):
        """Return what a visit is about: by default of any car, for anything that fits.

        :param date: the day
        :param stories: of `demo_story`, to choose one from that has parts for the car
        """
        car = car or self._ref(f"car_{rng.randint(1, 60)}")
        lines = {
            number: self._find_lines(car, visit["lines"])
            for number, visit in enumerate(stories or story.VISIT_STORIES)
        }
        number = rng.choice([number for number, found in lines.items() if found])
        return {
            "date": datetime.combine(date, datetime.min.time())
            + timedelta(hours=rng.randint(6, 12), minutes=rng.choice((0, 15, 30, 45))),
            "car": car,
            "story": (stories or story.VISIT_STORIES)[number],
            "lines": lines[number],
            "advisor": self._ref(rng.choice(("user_advisor", "user_advisor2"))),
            "source": rng.choice(story.SOURCES),
            "mechanic": self._ref(rng.choice(story.MECHANICS)),
            "booked_by": rng.choice(("staff", "staff", "site", "walk_in")),
        }

    def _find_lines(self, car, lines):
        """Return lines with the parts for a car, none if there is no part for it.

        :param lines: pairs of work, part or role of a part, and quantity
        """
        [model] = car.model_id.get_external_id().values()
        model = model.removeprefix("auto_crm.fleet_model_")
        found = []
        for code, quantity in lines:
            is_work = code.startswith("work_")
            product = code if is_work else self._find_part(model, code)
            if not product:
                return []
            found.append((product, quantity))
        return found

    def _find_part(self, model, code):
        """Return the part that fits a model: a part itself, or one of the role."""
        if code.startswith("part_"):
            models = story.FITS.get(code.removeprefix("part_"))
            return code if models is None or model in models else None
        for part, models in story.FITS.items():
            if f"{part}_".startswith(f"{code}_") and model in models:
                return f"part_{part}"
        return None

    def _stock_up_for(self, plans):
        """What the past used had been on the shelf."""
        location = (
            self.env["stock.warehouse"]
            .search([("company_id", "=", self.env.company.id)], limit=1)
            .lot_stock_id
        )
        for plan in plans:
            for code, quantity in plan["lines"]:
                if code.startswith("part_"):
                    self.env["stock.quant"]._update_available_quantity(
                        self._ref(code), location, quantity
                    )

    def _make_orders(self, plans):
        """A deal and its work order per plan, in one batch each."""
        leads = self.env["crm.lead"].create([self._prepare_lead(p) for p in plans])
        return self.env["sale.order"].create(
            [
                self._prepare_order(plan, lead)
                for plan, lead in zip(plans, leads, strict=True)
            ]
        )

    def _prepare_lead(self, plan):
        """Values of the deal of a visit."""
        car = plan["car"]
        return {
            "name": plan["story"]["name"],
            "type": "opportunity",
            "partner_id": car.partner_id.id,
            "vehicle_id": car.id,
            "wish": plan["story"]["wish"],
            "user_id": plan["advisor"].id,
            "source_id": self._ref(plan["source"]).id,
            "medium_id": self.env.ref("utm.utm_medium_website").id,
            "work_type_id": self._ref(plan["story"]["work_type"]).id,
        }

    def _prepare_order(self, plan, lead):
        """Values of the work order of a visit's deal."""
        return {
            "partner_id": lead.partner_id.id,
            "vehicle_id": lead.vehicle_id.id,
            "is_work_order": True,
            "opportunity_id": lead.id,
            "wish": lead.wish,
            "user_id": lead.user_id.id,
            "work_type_id": lead.work_type_id.id,
            "source_id": lead.source_id.id,
            "medium_id": lead.medium_id.id,
            "order_line": [
                Command.create(self._prepare_line(plan, code, quantity))
                for code, quantity in plan["lines"]
            ],
        }

    def _get_odometer(self, car, date):
        """What the car's odometer shows on a day: 40 km a day since it was made."""
        return (date - fields.Date.to_date(f"{car.year}-03-01")).days * 40 + car.id % 97

    def _prepare_line(self, plan, code, quantity):
        """Values of a line: a work with the visit's mechanic, or a part."""
        vals = {"product_id": self._ref(code).id}
        if code.startswith("work_"):
            vals["mechanic_ids"] = [Command.set(plan["mechanic"].ids)]
        else:
            vals["product_uom_qty"] = quantity
        return vals

    def _agree(self, orders):
        """The customers agree by phone: the estimates become work orders."""
        orders._record_consent("phone")
        orders.action_confirm()

    def _receive(self, orders, plans):
        """The cars come in, each with what its odometer shows on the day."""
        for order, plan in zip(orders, plans, strict=True):
            order.odometer = self._get_odometer(order.vehicle_id, plan["date"].date())
        orders.action_receive()

    def _go_through_workshop(self, orders, plans):
        self._receive(orders, plans)
        jobs = orders.job_ids.sudo()  # sudo: nobody is clocked by what is set back
        jobs.action_start()
        jobs.action_done()

    def _invoice_and_pay(self, orders, plans):
        """One posted invoice per order, paid on the day of the visit."""
        invoices = orders._create_invoices(grouped=True)
        date_by_order = {
            order: plan["date"].date()
            for order, plan in zip(orders, plans, strict=True)
        }
        for invoice in invoices:
            order = invoice.invoice_line_ids.sale_line_ids.order_id
            invoice.invoice_date = date_by_order[order]
        invoices.action_post()
        for date, paid in invoices.grouped("invoice_date").items():
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=paid.ids
            ).create({"payment_date": date, "group_payment": False})._create_payments()

    def _build_lost(self, rng, today):
        for number, (name, wish, reason) in enumerate(story.LOST):
            car = self._ref(f"car_{rng.randint(1, 60)}")
            lead = self.env["crm.lead"].create(
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": car.partner_id.id,
                    "vehicle_id": car.id,
                    "wish": wish,
                    "user_id": self._ref("user_advisor").id,
                    "source_id": self._ref(rng.choice(story.SOURCES)).id,
                }
            )
            lead.action_set_lost(lost_reason_id=self.env.ref(reason).id)
            when = datetime.combine(today, datetime.min.time()) - timedelta(
                days=9 * number + 4, hours=-9
            )
            self._write_past(lead, create_date=when, date_last_stage_update=when)

    # -- the board of today -----------------------------------------------------------

    def _build_board(self, rng):
        """Today's deals, stage by stage, as on the page this product starts from."""
        cars = [self._ref(f"car_{number}") for number in range(1, 61)]
        rng.shuffle(cars)
        own, second = self._ref("car_1"), self._ref("car_60")
        waiting = [self._ref(plot["car"]) for plot in story.PARTS_STORIES]
        cars = [car for car in cars if car not in (own, second, *waiting)]
        awaited, in_repair, ready, missed = (
            cars[: story.AWAITED],
            cars[story.AWAITED : story.AWAITED + 4],
            cars[story.AWAITED + 4 : story.AWAITED + 7],
            cars[story.AWAITED + 7],
        )
        others = cars[story.AWAITED + 8 :]
        self._build_requests()
        self._build_agreement(rng, [second, *others[: story.ESTIMATES]])
        self._build_parts(rng, waiting)
        self._build_in_repair(rng, [own, *in_repair])
        self._build_ready(rng, ready)
        self._build_awaiting(rng, awaited)
        self._build_no_show(rng, missed)

    def _build_requests(self):
        """Two requests of this hour from the site."""
        now = fields.Datetime.now()
        for minutes, values in zip((25, 70), story.REQUESTS, strict=True):
            lead = self.env["crm.lead"]._receive_request(
                {
                    **values,
                    "user_id": self._ref("user_advisor").id,
                    "source_id": self._ref(story.SOURCES[0]).id,
                    "medium_id": self.env.ref("utm.utm_medium_website").id,
                }
            )
            when = now - timedelta(minutes=minutes)
            self._write_past(lead, create_date=when, date_last_stage_update=when)

    def _plan_today(self, rng, car, stories=None):
        """Return what a car is here for today."""
        today = fields.Date.context_today(self)
        return self._plan_visit(rng, today, car=car, stories=stories)

    def _build_agreement(self, rng, cars):
        plans = [self._plan_today(rng, car) for car in cars]
        orders = self._make_orders(plans)
        self._settle()
        orders[::2].action_quotation_sent()
        self._settle()
        now = fields.Datetime.now()
        for number, order in enumerate(orders):
            self._age(order, now - timedelta(hours=5 + number * 6))
        self._forget_messages()

    def _build_parts(self, rng, cars):
        """Four orders wait for parts ordered yesterday, two have them since today."""
        plans = [
            self._plan_today(rng, car, [visit_story])
            for car, visit_story in zip(cars, story.PARTS_STORIES, strict=True)
        ]
        orders = self._make_orders(plans)
        self._agree(orders)
        self._settle()
        purchases = orders._get_purchase_orders()
        purchases.button_confirm()
        for number, purchase in enumerate(purchases):
            purchase.order_line.date_planned = fields.Datetime.now() + timedelta(
                days=1 + number % 2
            )
        self._settle()
        arrived = orders[4:]._get_purchase_orders()
        for picking in arrived.picking_ids:
            picking.button_validate()
        self._settle()
        now = fields.Datetime.now()
        for number, order in enumerate(orders):
            hours = 26 - number if number < 4 else 3
            self._age(order, now - timedelta(hours=hours))

    def _build_awaiting(self, rng, cars):
        """The cars that are expected: the first today, the rest in the next days."""
        plans = [self._plan_today(rng, car, story.STOCK_STORIES) for car in cars]
        orders = self._make_orders(plans)
        self._agree(orders)
        self._settle()
        self._book_awaiting(orders)
        self._settle()
        for number, order in enumerate(orders):
            self._age(order, fields.Datetime.now() - timedelta(hours=2 + 5 * number))

    def _build_no_show(self, rng, car):
        """A car that was expected yesterday and did not come."""
        plan = self._plan_today(rng, car, story.STOCK_STORIES)
        order = self._make_orders([plan])
        self._agree(order)
        self._settle()
        self._book_no_show(order)
        self._age(order, fields.Datetime.now() - timedelta(hours=20))

    def _build_in_repair(self, rng, cars):
        plans = [self._plan_today(rng, car, story.STOCK_STORIES) for car in cars]
        for plan, mechanic in zip(plans, cycle(story.MECHANICS), strict=False):
            plan["mechanic"] = self._ref(mechanic)
        orders = self._make_orders(plans)
        self._agree(orders)
        self._receive(orders, plans)
        for order in orders[:4]:
            order.job_ids[:1].action_start()
        self._book_in_repair(orders)
        self._settle()
        for number, order in enumerate(orders):
            self._age(order, fields.Datetime.now() - timedelta(hours=2 + 4 * number))

    def _build_ready(self, rng, cars):
        plans = [self._plan_today(rng, car, story.STOCK_STORIES) for car in cars]
        orders = self._make_orders(plans)
        self._agree(orders)
        self._go_through_workshop(orders, plans)
        for order in orders[:2]:
            order._create_invoices().action_post()
        self._book_ready(orders)
        self._settle()
        for number, order in enumerate(orders):
            self._age(order, fields.Datetime.now() - timedelta(hours=1 + 3 * number))

    def _build_recommendations(self, rng):
        today = fields.Date.context_today(self)
        self.env["auto.recommendation"].create(
            [
                {
                    "name": name,
                    "vehicle_id": self._ref("car_1" if not i else f"car_{i * 3}").id,
                    "product_id": self._ref(product).id,
                    "severity": severity,
                    "date_advised": today - timedelta(days=rng.randint(20, 90)),
                    "date_due": today + timedelta(days=rng.randint(-20, 60)),
                }
                for i, (name, product, severity) in enumerate(story.RECOMMENDATIONS)
            ]
        )

    # -- tools -------------------------------------------------------------------------

    def _ref(self, name):
        return self.env.ref(name if "." in name else f"auto_service_demo.{name}")

    def _settle(self):
        """What a commit does: write the facts, then move the deals."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.flush_all()

    def _forget_messages(self):
        """Customers are told of today's facts only, not of what happened long ago."""
        self.env["auto.notify.message"].sudo().search([("id", ">", 0)]).unlink()

    def _age(self, order, when):
        """Let the order's deal be made, and have come to its stage, at ``when``."""
        self._write_past(order, create_date=when, date_order=when)
        deal = order.opportunity_id
        self._write_past(
            deal,
            create_date=when - timedelta(hours=2),
            date_last_stage_update=when,
            date_contact=when,
        )
        days = (fields.Datetime.now() - when).days
        for activity in deal.activity_ids:
            activity.date_deadline -= timedelta(days=days)

    def _set_back(self, order, when):
        """Move a closed order, its deal, jobs, moves and messages into the past."""
        done = min(when + timedelta(hours=6), fields.Datetime.now())
        self._write_past(
            order,
            create_date=when - timedelta(days=2),
            date_order=when - timedelta(days=1),
            date_received=when,
            date_released=done,
        )
        self._write_past(
            order.opportunity_id,
            create_date=when - timedelta(days=2),
            date_open=when - timedelta(days=2),
            date_last_stage_update=done,
            date_closed=done,
        )
        self._write_past(order.job_ids, date_started=when, date_done=done)
        self._write_past(order.picking_ids, date_done=done)
        self._write_past(order.picking_ids.move_ids, date=done)

    def _write_past(self, records, **values):
        """Set dates that no flow can set, straight in the database."""
        if not records:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id IN %s",
                SQL.identifier(records._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in values.items()
                ),
                tuple(records.ids),
            )
        )
        records.invalidate_recordset(list(values))
