from odoo import Command

from odoo.addons.auto_crm.tests.order_common import AutoOrderCommon


class AutoNotifyCommon(AutoOrderCommon):
    """The small shop with one channel that only logs, and no rules but those made here.

    The shop and its customer live in Moscow, whatever the database says.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["auto.notify.rule"].search([]).active = False
        cls.env["auto.notify.channel"].search([]).active = False
        cls.env.flush_all()  # a company has one active channel of a kind
        cls.env["ir.config_parameter"].set_param("auto_notify.test_mode", False)
        cls.company.resource_calendar_id.tz = "Europe/Moscow"
        cls.customer.write({"lang": "en_US", "tz": "Europe/Moscow"})
        cls.channel = cls._create_channel()
        cls.order_template = cls._create_template("sale.order")
        cls.lead_template = cls._create_template("crm.lead")
        cls.order = cls._create_order(opportunity_id=cls.deal.id)
        cls.env.flush_all()
        cls.env.cr.precommit.run()  # what was made above is no news for a test

    @classmethod
    def _create_channel(cls, kind="log", **vals):
        return cls.env["auto.notify.channel"].create(
            {"name": f"Test {kind}", "kind": kind, **vals}
        )

    @classmethod
    def _create_template(cls, model="sale.order", body="Hello, {{ name }}!", **vals):
        return cls.env["auto.notify.template"].create(
            {
                "name": f"Text about {model}",
                "model_id": cls.env["ir.model"]._get_id(model),
                "body": body,
                **vals,
            }
        )

    @classmethod
    def _create_rule(cls, event="ready", kinds=("log",), **vals):
        """Make a rule without quiet hours.

        :param str event: a value of ``auto.notify.rule.event``
        :param kinds: kinds of channels in order, or pairs of a kind and minutes to wait
        :param vals: values of the rule; a text given as ``body`` makes its template
        """
        is_lead = event in ("request", "booked", "message")
        template = cls.lead_template if is_lead else cls.order_template
        if body := vals.pop("body", ""):
            template = cls._create_template(template.model, body)
        pairs = [kind if isinstance(kind, tuple) else (kind, 15) for kind in kinds]
        return cls.env["auto.notify.rule"].create(
            {
                "event": event,
                "template_id": template.id,
                "is_quiet": False,
                "channel_ids": [
                    Command.create(
                        {"sequence": sequence, "kind": kind, "wait_minutes": minutes}
                    )
                    for sequence, (kind, minutes) in enumerate(pairs)
                ],
                **vals,
            }
        )

    @classmethod
    def _get_messages(cls, records=None, **values):
        """Return the outbox's rows, of the documents and with the values given."""
        domain = [(name, "=", value) for name, value in values.items()]
        if records is not None:
            domain += [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
            ]
        return cls.env["auto.notify.message"].search(domain, order="id")

    @classmethod
    def _make_ready(cls, order=None):
        """Do all that leads to a ready car; the facts still wait for the commit."""
        order = order or cls.order
        if order.state != "sale":
            order.action_confirm()
        if not order.date_received:
            order.action_receive()
        order.job_ids.filtered(lambda job: job.state != "done").action_done()
        return order
