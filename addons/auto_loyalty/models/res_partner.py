from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.auto_crm.tools import groups


class ResPartner(models.Model):
    """What bonuses know of a customer."""

    _inherit = "res.partner"

    birthday = fields.Date()
    bonus_invited_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Invited By",
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="Who has recommended the car service: gets bonuses after the first visit.",
    )
    bonus_card_id = fields.Many2one(
        comodel_name="loyalty.card",
        compute="_compute_bonus_card",
        compute_sudo=True,
        groups=groups.ADVISOR,
    )
    bonus_balance = fields.Float(
        string="Bonuses",
        compute="_compute_bonus_card",
        compute_sudo=True,
        digits=(16, 2),
        groups=f"{groups.ADVISOR},{groups.BOOKS}",
    )

    bonus_card_code = fields.Char(
        string="Number of the Bonus Card",
        compute="_compute_bonus_card",
        compute_sudo=True,
        search="_search_bonus_card_code",
        groups=groups.ADVISOR,
    )

    @api.depends_context("company")
    def _compute_bonus_card(self):
        cards = self.env["loyalty.card"]
        program = cards.program_id._get_bonus_program(self.env.company)
        by_partner = cards._map_bonus_cards(program, self)
        for partner in self:
            card = by_partner.get(partner, cards)
            partner.bonus_card_id = card
            partner.bonus_balance = card.points
            partner.bonus_card_code = card.code

    def _search_bonus_card_code(self, operator, value):
        holders = self._search_bonus_holders(operator, value)
        return Domain("id", "in", holders.ids)

    @api.model
    def _search_display_name(self, operator, value):
        """Override of the ORM: the code of a card finds its customer."""
        domain = super()._search_display_name(operator, value)
        if holders := self._search_bonus_holders(operator, value):
            domain = Domain(domain) | Domain("id", "in", holders.ids)
        return domain

    @api.model
    def _search_bonus_holders(self, operator, value):
        """Return the customers whose card of bonuses has exactly that code.

        :param str operator: of a search by name
        :param value: text, or texts
        """
        is_desk = self.env.su or self.env.user.has_group(groups.ADVISOR)
        if not is_desk or operator not in (
            "=",
            "in",
            "like",
            "ilike",
            "=like",
            "=ilike",
        ):
            return self.browse()
        texts = {value} if isinstance(value, str) else set(value or ())
        codes = {text.strip() for text in texts if isinstance(text, str)}
        codes |= {code.lower() for code in codes} | {code.upper() for code in codes}
        if not codes - {""}:
            return self.browse()
        # sudo: the customer is found; whether the user reads him, his search decides
        cards = (
            self.env["loyalty.card"]
            .sudo()
            .search([("code", "in", list(codes)), ("is_bonus", "=", True)])
        )
        return cards.partner_id.sudo(False)

    def action_view_bonus_card(self):
        """Open the card that the customer earns and spends with."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bonus card"),
            "res_model": "loyalty.card",
            "view_mode": "form",
            "res_id": self.bonus_card_id.id,
        }
