from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.sale.controllers.portal import CustomerPortal

OPEN_RECOMMENDATIONS = ("advised", "declined", "deferred")


class AutoCustomerPortal(CustomerPortal):
    """A customer's garage: his home page and his cars.

    Records are found through the user's own rules *and* his commercial partner, so that
    an employee sees here only what he owns himself; a missing car and a foreign one
    answer the same. Then they are read with sudo for the page, as `sale` does: makes,
    models and products are catalogues a customer has no right on.
    """

    _home_limit = 5
    _history_per_page = 10
    _readings_limit = 12
    _cars_per_page = 20

    # ------------------------------------------------------------------
    # Home
    # ------------------------------------------------------------------

    def _prepare_home_portal_values(self, counters):
        """Override of `sale`: count cars; work orders to sign have their own list."""
        values = super()._prepare_home_portal_values(counters)
        vehicle_model = request.env["auto.vehicle"]
        if "vehicle_count" in counters:
            values["vehicle_count"] = (
                vehicle_model.search_count(self._get_vehicle_domain())
                if vehicle_model.has_access("read")
                else 0
            )
        if values.get("quotation_count"):
            domain = self._prepare_quotations_domain(request.env.user.partner_id)
            values["quotation_count"] = request.env["sale.order"].search_count(
                Domain(domain) & Domain("is_work_order", "=", False)
            )
        return values

    @route()
    def home(self, **kw):
        """Override of `portal`: what goes on with the customer's cars comes first."""
        response = super().home(**kw)
        if response.is_qweb:
            response.qcontext.update(self._prepare_garage_values())
        return response

    def _prepare_garage_values(self):
        """Return what the home page shows of the customer's cars, orders and debts.

        Hook: bookings, bonuses and messages of upper addons join here.
        """
        env = request.env
        if not env["auto.vehicle"].has_access("read"):
            return {}
        vehicles = env["auto.vehicle"].search(
            self._get_vehicle_domain(), limit=self._home_limit + 1
        )
        return {
            "garage": True,
            "garage_more_vehicles": len(vehicles) > self._home_limit,
            "garage_vehicles": vehicles[: self._home_limit].sudo(),
            "garage_orders": self._get_open_orders().sudo(),
            "garage_to_agree": self._get_orders_to_agree(),
            "garage_agreed": self._get_agreed_orders(),
            "garage_to_pay": self._prepare_to_pay(),
            "garage_recommendations": self._get_due_recommendations(vehicles)[
                : self._home_limit
            ].sudo(),
        }

    def _get_own_domain(self):
        """Return the domain of documents of the user's commercial partner."""
        partner = request.env.user.partner_id.commercial_partner_id
        return Domain("partner_id", "child_of", [partner.id])

    def _get_vehicle_domain(self):
        """Return the domain of the user's own cars."""
        return self._get_own_domain()

    def _get_work_order_domain(self):
        """Return the domain of the user's work orders that he was shown: not drafts."""
        return (
            self._get_own_domain()
            & Domain("is_work_order", "=", True)
            & Domain("state", "in", ("sent", "sale"))
        )

    def _search_orders(self, domain, **kwargs):
        """Search the user's orders; empty for staff without the right to read them."""
        order_model = request.env["sale.order"]
        if not order_model.has_access("read"):
            return order_model
        return order_model.search(domain, **kwargs)

    def _get_open_orders(self, vehicle=None):
        """Return the orders whose car is in the shop now, the latest first."""
        domain = self._get_work_order_domain() & Domain(
            "work_state", "in", ("received", "in_progress", "on_hold", "ready")
        )
        if vehicle:
            domain &= Domain("vehicle_id", "=", vehicle.id)
        return self._search_orders(
            domain, order="date_received desc, id desc", limit=self._home_limit
        )

    def _get_orders_to_agree(self, vehicle=None):
        """Return the orders that wait for the customer's signature."""
        domain = self._get_work_order_domain() & (
            Domain("state", "=", "sent") | Domain("consent_state", "=", "extra")
        )
        if vehicle:
            domain &= Domain("vehicle_id", "=", vehicle.id)
        orders = self._search_orders(domain, order="date_order desc, id desc", limit=50)
        return orders.sudo().filtered(lambda order: order._is_to_agree_online())

    def _get_agreed_orders(self):
        """Return the agreed orders that wait for something the customer does next."""
        orders = self._search_orders(
            self._get_work_order_domain()
            & Domain("state", "=", "sale")
            & Domain("work_state", "=", "new")
            & Domain("consent_state", "!=", "extra"),
            order="date_order desc, id desc",
            limit=self._home_limit,
        ).sudo()  # sudo: as on the order's own page
        return orders.filtered(
            lambda order: (order._get_portal_next_step() or {}).get("is_open")
        )

    def _get_unpaid_invoices(self):
        """Return the posted invoices of the user that wait for money."""
        move_model = request.env["account.move"]
        if not move_model.has_access("read"):
            return move_model
        invoices = move_model.search(
            self._get_own_domain()
            & Domain("state", "=", "posted")
            & Domain("move_type", "=", "out_invoice")
            & Domain("amount_residual", ">", 0),
            order="invoice_date_due, id",
            limit=50,
        )
        # sudo: his own invoices; a customer reads no payments
        return invoices.sudo()._filter_unpaid_invoices()

    def _get_orders_with_balance(self):
        """Return the orders that ask for money, or hold some that must go back.

        An order asks when its car is ready; before, its invoices do.
        """
        is_ready = Domain("work_state", "in", ("ready", "released"))
        domain = self._get_own_domain() & Domain("is_work_order", "=", True)
        return self._search_orders(
            domain
            & (
                Domain("state", "=", "sale") & is_ready & Domain("amount_due", ">", 0)
                | Domain("amount_due", "<", 0)
            ),
            limit=50,
        ).sudo()

    def _prepare_to_pay(self):
        """Return the sums to pay by currency and the documents that ask for them.

        An order stands with what its open invoices do not ask for: all rows of an order
        add up to what is due.

        :return: dict(totals=[(currency, amount)], refunds=[(currency, amount)],
            unused=[(currency, amount)], documents=[dict(name, url, amount, ...)])
        """
        orders = self._get_orders_with_balance()
        documents = [
            self._prepare_invoice_to_pay(invoice)
            for invoice in self._get_unpaid_invoices()
        ]
        documents += filter(None, map(self._prepare_order_to_pay, orders))
        to_refund = orders.filtered(lambda order: order.amount_due < 0)
        with_money = self._search_orders(
            self._get_work_order_domain(), order="id desc", limit=50
        ).sudo()
        return {
            "totals": self._sum_by_currency(
                (document["currency"], document["amount"]) for document in documents
            ),
            "refunds": self._sum_by_currency(
                (order.currency_id, -order.amount_due) for order in to_refund
            ),
            "unused": self._sum_by_currency(
                (order.currency_id, order.amount_unused)
                for order in with_money
                if order.amount_unused
            ),
            "documents": documents,
        }

    def _prepare_invoice_to_pay(self, invoice):
        """Return the row of an open invoice."""
        return {
            "name": invoice.name,
            "url": invoice.get_portal_url(),
            "amount": invoice._get_open_amount(),
            "currency": invoice.currency_id,
            "date_due": invoice.invoice_date_due,
        }

    def _prepare_order_to_pay(self, order):
        """Return the row of an order, None when its invoices ask for all of it."""
        asked = sum(
            invoice._get_open_amount()
            for invoice in order._get_portal_unpaid_invoices()
        )
        amount = order.currency_id.round(max(order.amount_due, 0.0) - asked)
        if order.currency_id.is_zero(amount):
            return None
        return {
            "name": order.name,
            "url": order._get_portal_payment_url(),
            "amount": amount,
            "currency": order.currency_id,
            "date_due": False,
        }

    def _sum_by_currency(self, amounts):
        """Sum (currency, amount) pairs up, one of each currency."""
        totals = {}
        for currency, amount in amounts:
            totals[currency] = totals.get(currency, 0.0) + amount
        return list(totals.items())

    def _get_due_recommendations(self, vehicles):
        """Return the advised work of the cars, the unsafe and the soonest first."""
        ranks = {"danger": 0, "soon": 1, "safe": 2}
        recommendations = request.env["auto.recommendation"].search(
            self._get_recommendation_domain(vehicles), limit=50
        )
        return recommendations.sorted(
            lambda advice: (
                ranks.get(advice.severity, 1),
                advice.date_due or fields.Date.end_of(fields.Date.today(), "year"),
                advice.id,
            )
        )

    def _get_recommendation_domain(self, vehicles):
        """Return the domain of the advised work of the cars that still waits."""
        return Domain("vehicle_id", "in", vehicles.ids) & Domain(
            "state", "in", OPEN_RECOMMENDATIONS
        )

    # ------------------------------------------------------------------
    # Cars
    # ------------------------------------------------------------------

    def _find_vehicle(self, vehicle_id):
        """Return the user's own car.

        :raise NotFound: for a missing, archived and foreign car alike
        """
        if not request.env["auto.vehicle"].has_access("read"):
            raise NotFound
        vehicle = request.env["auto.vehicle"].search(
            self._get_vehicle_domain() & Domain("id", "=", vehicle_id), limit=1
        )
        if not vehicle:
            raise NotFound
        return vehicle

    @route(
        ["/my/cars", "/my/cars/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def portal_my_cars(self, page=1, **_kw):
        """List the customer's cars."""
        vehicle_model = request.env["auto.vehicle"]
        if not vehicle_model.has_access("read"):
            return request.redirect("/my")
        domain = self._get_vehicle_domain()
        pager = portal_pager(
            url="/my/cars",
            total=vehicle_model.search_count(domain),
            page=page,
            step=self._cars_per_page,
        )
        vehicles = vehicle_model.search(
            domain, limit=self._cars_per_page, offset=max(pager["offset"], 0)
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {"page_name": "vehicle", "vehicles": vehicles.sudo(), "pager": pager}
        )
        return request.render("auto_crm.portal_my_cars", values)

    @route(
        ["/my/cars/<int:vehicle_id>", "/my/cars/<int:vehicle_id>/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        sitemap=False,
    )
    def portal_my_car(self, vehicle_id, page=1, message=None, **_kw):
        """Show one car: what is done with it now, what is due, its history."""
        vehicle = self._find_vehicle(vehicle_id)
        values = self._prepare_car_page_values(vehicle, page)
        values["message"] = message
        return request.render("auto_crm.portal_my_car", values)

    def _prepare_car_page_values(self, vehicle, page=1):
        """Return the values of a car's page.

        Orders are those of the user's own partner: a former owner's stay his.
        """
        domain = self._get_work_order_domain() & Domain("vehicle_id", "=", vehicle.id)
        order_model = request.env["sale.order"]
        total = (
            order_model.search_count(domain) if order_model.has_access("read") else 0
        )
        pager = portal_pager(
            url=f"/my/cars/{vehicle.id}",
            total=total,
            page=page,
            step=self._history_per_page,
        )
        orders = self._search_orders(
            domain,
            order="date_order desc, id desc",
            limit=self._history_per_page,
            offset=max(pager["offset"], 0),
        )
        values = self._prepare_portal_layout_values()
        values.update(
            {
                "page_name": "vehicle",
                "vehicle": vehicle.sudo(),
                "open_orders": self._get_open_orders(vehicle).sudo(),
                "to_agree": self._get_orders_to_agree(vehicle),
                "orders": orders.sudo(),
                "pager": pager,
                "recommendations": self._get_due_recommendations(vehicle).sudo(),
                "readings": request.env["auto.odometer"]
                .search([("vehicle_id", "=", vehicle.id)], limit=self._readings_limit)
                .sudo(),
                "errors": {},
                "form": {},
            }
        )
        return values
