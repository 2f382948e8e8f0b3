from odoo import api, fields, models


class AutoBonusPay(models.TransientModel):
    """Ask how many bonuses a customer wants to pay a work order with."""

    _name = "auto.bonus.pay"
    _description = "Pay With Bonuses"

    order_id = fields.Many2one(comodel_name="sale.order", required=True)
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    bonus_usable = fields.Float(related="order_id.bonus_usable", string="Has")
    bonus_limit = fields.Float(related="order_id.bonus_limit", string="Can Pay Up To")
    hindrance = fields.Char(
        string="Why Not", compute="_compute_hindrance", compute_sudo=True
    )
    points = fields.Float(
        string="Pay With",
        digits=(16, 2),
        compute="_compute_points",
        store=True,
        readonly=False,
        precompute=True,
        help="0: pays without bonuses.",
    )

    @api.depends("order_id")
    def _compute_hindrance(self):
        for wizard in self:
            order = wizard.order_id
            card = order._get_bonus_card()
            if not card:
                wizard.hindrance = wizard.env._("The customer has no bonuses yet.")
            else:
                wizard.hindrance = order._get_bonus_hindrance(card)

    @api.depends("order_id")
    def _compute_points(self):
        for wizard in self:
            order = wizard.order_id
            wizard.points = order.bonus_spent or order.bonus_limit

    def action_pay(self):
        """Put the bonuses on the order.

        :raise UserError: when it is more than the order takes or the customer has
        """
        self.ensure_one()
        self.order_id.check_access("write")
        self.order_id._set_bonus_points(self.points)
        return {"type": "ir.actions.act_window_close"}

    def action_pay_without(self):
        """Take the bonuses off the order."""
        self.ensure_one()
        self.points = 0.0
        return self.action_pay()
