from unittest.mock import patch

from odoo import Command, fields

from .order_common import AutoOrderCommon


class AutoMoneyCommon(AutoOrderCommon):
    """The ways an order is billed and paid, each done by whoever does it in a shop."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.labour + cls.part).invoice_policy = "order"
        cls.labour.norm_hours = 1.5
        cls._set_stock(cls.part, 100)
        cls.method = cls.env.ref("payment.payment_method_unknown")
        cls.method.support_refund = "partial"
        cls.provider = cls._create_provider()

    @classmethod
    def _create_provider(cls):
        """Make a provider whose payments come to the bank's journal."""
        method_model = type(cls.env["account.payment.method"])
        get_information = method_model._get_payment_method_information

        def _get_payment_method_information(self):
            information = {"mode": "electronic", "type": ("bank",)}
            return {**get_information(self), "none": information}

        cls.startClassPatcher(
            patch.object(
                cls.registry["payment.provider"],
                "_compute_feature_support_fields",
                lambda providers: providers.update(
                    {
                        "support_express_checkout": False,
                        "support_manual_capture": "full_only",
                        "support_refund": "partial",
                        "support_tokenization": False,
                    }
                ),
            )
        )
        provider = cls.env["payment.provider"].create(
            {"name": "Test", "code": "none", "state": "test"}
        )
        with patch.object(
            method_model,
            "_get_payment_method_information",
            _get_payment_method_information,
        ):
            cls.env["account.payment.method"].create(
                {"name": "Test", "code": "none", "payment_type": "inbound"}
            )
            provider.journal_id = cls.env["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
            )
        return provider

    @classmethod
    def _set_up_stories(cls):
        """Make what the stories of `money_shop` need: a service, and taxes by kind."""
        cls.wash = cls.env["product.product"].create(
            {"name": "Wash", "type": "service", "invoice_policy": "order"}
        )
        excluded, included = cls.env["account.tax"].create(
            [
                {
                    "name": f"20% {kind}",
                    "amount": 20,
                    "price_include_override": f"tax_{kind}",
                }
                for kind in ("excluded", "included")
            ]
        )
        cls.taxes = {
            "none": cls.env["account.tax"],
            "excluded": excluded,
            "included": included,
        }

    def _create_fixture(self, **vals):
        """Make an agreed order: works of 6,000 and a part of 3,000, no taxes."""
        return self._create_agreed((self.labour, 4), (self.part, 1), **vals)

    def _make_ready(self, order):
        order.action_receive()
        order.job_ids.action_done()
        return order

    def _bill(self, orders, method="delivered", amount=0.0):
        """Make a draft by the wizard, as the advisor does."""
        field = "fixed_amount" if method == "fixed" else "amount"
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_user(self.advisor)
            .create(
                {
                    "advance_payment_method": method,
                    field: amount,
                    "sale_order_ids": [Command.set(orders.ids)],
                }
            )
        )
        return wizard._create_invoices(orders.with_user(self.advisor)).sudo(False)

    def _post(self, moves):
        moves.with_user(self.accountant).action_post()
        return moves

    def _advance(self, order, method="percentage", amount=100):
        return self._post(self._bill(order, method, amount))

    def _settle(self, move, amount=None):
        """Take the money of an invoice, or pay a credit note out."""
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({} if amount is None else {"amount": amount})
        )
        return wizard._create_payments()

    def _credit(self, move, kind="refund_moves"):
        """Reverse an invoice by the wizard.

        :return: the draft credit note, or by `modify_moves` the draft made anew
        """
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.accountant)
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        return move.browse(getattr(wizard, kind)()["res_id"])

    def _pay_online(self, orders, amount, state="done", process=True):
        """Let the customer pay on the portal."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": amount,
                "currency_id": orders.currency_id.id,
                "partner_id": orders.partner_id.id,
                "reference": self.env["payment.transaction"]._compute_reference(
                    "none", prefix=orders[0].name
                ),
                "operation": "online_direct",
                "sale_order_ids": [Command.set(orders.ids)],
            }
        )
        return self._process_online(transaction, state=state, process=process)

    def _process_online(self, transaction, state="done", process=True):
        """Let the provider answer."""
        getattr(transaction, f"_set_{state}")()
        if process:
            transaction._post_process()
        return transaction

    def _refund_online(self, transaction, amount):
        """Send money back by the provider, as the accountant does."""
        transaction.with_user(self.accountant).action_refund(amount_to_refund=amount)
        refund = transaction.child_transaction_ids.filtered(
            lambda child: child.operation == "refund" and child.state == "draft"
        )
        return self._process_online(refund)

    def _pay_on_account(self, order, amount):
        """Take money that names the order, before there is an invoice."""
        payment = (
            self.env["account.payment"]
            .with_user(self.accountant)
            .create(
                {
                    "amount": amount,
                    "partner_id": order.partner_id.id,
                    "payment_type": "inbound",
                    "memo": f"For {order.name}, in advance",
                    "date": fields.Date.today(),
                }
            )
        )
        payment.action_post()
        return payment

    def _pay_without_entries(self):
        """Payments have no journal entry of their own, as OCA's and Odoo's own
        accounting have it: they are money although the invoice's residual stands."""
        return patch.object(
            self.registry["account.move"],
            "_get_invoice_in_payment_state",
            lambda move: "in_payment",
        )

    def _get_paper(self, order):
        """Return the sums that the order's paper prints: {label: text}."""
        values = self.env["auto.document"]._get_values(order)
        return {row["label"]: row["amount"] for row in values["totals"]}
