from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.points import compare


class AutoBonusCorrect(models.TransientModel):
    """Correct the balance of a card by hand: a manager says how much, and why."""

    _name = "auto.bonus.correct"
    _description = "Correct Bonuses"

    card_id = fields.Many2one(
        comodel_name="loyalty.card", required=True, domain=[("is_bonus", "=", True)]
    )
    partner_id = fields.Many2one(related="card_id.partner_id", string="Customer")
    balance = fields.Float(related="card_id.points", string="Balance")
    points = fields.Float(
        string="Add", digits=(16, 2), help="With a minus: take from the card."
    )
    balance_after = fields.Float(
        string="Will Be", digits=(16, 2), compute="_compute_balance_after"
    )
    reason = fields.Char(required=True)

    @api.depends("card_id", "points")
    def _compute_balance_after(self):
        for wizard in self:
            wizard.balance_after = wizard.balance + wizard.points

    def action_correct(self):
        """Book the correction.

        :raise UserError: without a number or a reason, or when too few would be left
        """
        self.ensure_one()
        if not self.env.user.has_group("auto_crm.auto_crm_group_manager"):
            raise AccessError(self.env._("Only a manager corrects bonuses."))
        self.card_id.check_access("write")
        if not self.card_id.is_bonus:
            raise UserError(self.env._("The card is none of a bonus programme."))
        if not compare(self.points):
            raise UserError(self.env._("Enter how many bonuses to add or to take."))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the balance is corrected."))
        self.card_id._correct_bonus(self.points, self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
