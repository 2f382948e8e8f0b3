from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# who holds a card and by what it is found: only a manager says so
HELD = {
    "active",
    "code",
    "expiration_date",
    "member_ids",
    "order_id",
    "partner_id",
}
# what the ledger and the merging of customers say, nobody types it in
TOLD = {"bonus_tier_id", "merged_into_id", "program_id"}


class LoyaltyCard(models.Model):
    """Who may do what with a card of bonuses. Odoo lets salespeople write all cards."""

    _inherit = "loyalty.card"

    is_bonus_locked = fields.Boolean(
        compute="_compute_is_bonus_locked",
        export_string_translation=False,
        help="The user may not say whose card it is.",
    )

    @api.depends_context("uid")
    @api.depends("is_bonus")
    def _compute_is_bonus_locked(self):
        is_manager = self.env.user.has_group("auto_crm.auto_crm_group_manager")
        for card in self:
            card.is_bonus_locked = card.is_bonus and not is_manager

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `loyalty`: a new card of bonuses holds none."""
        cards = super().create(vals_list)
        bonus_cards = cards.filtered("is_bonus")
        bonus_cards._check_bonus_fields(HELD)
        bonus_cards._store_bonus_balance()
        return cards

    def _check_bonus_fields(self, names):
        """Refuse fields that only a manager, or nobody, writes.

        :param names: names of fields that are written
        :raise AccessError: for whoever is no manager
        :raise UserError: for what nobody types in
        """
        if not self or self.env.su:
            return
        if TOLD.intersection(names):
            raise UserError(
                self.env._(
                    "The programme, the tier and the merging of a card of bonuses are "
                    "not typed in."
                )
            )
        is_manager = self.env.user.has_group("auto_crm.auto_crm_group_manager")
        if HELD.intersection(names) and not is_manager:
            raise AccessError(
                self.env._(
                    "Only a manager of the car service makes and changes cards of "
                    "bonuses."
                )
            )

    def action_open_bonus_correct(self):
        """Ask how many bonuses to add or take, and why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the balance"),
            "res_model": "auto.bonus.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_card_id": self.id},
        }

    def action_view_bonus_entries(self):
        """Open the ledger of the cards."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_loyalty.auto_bonus_entry_action"
        )
        return {**action, "domain": [("card_id", "in", self.ids)]}

    def action_loyalty_update_balance(self):
        """Override of `loyalty`: bonuses are corrected with a reason, by a manager."""
        if self.is_bonus:
            return self.action_open_bonus_correct()
        return super().action_loyalty_update_balance()

    def _correct_bonus(self, points, reason):
        """Add points, or take them, and keep why.

        :param float points: below 0: they are taken
        :param str reason: why, in words
        :raise UserError: when fewer than 0 would be left, and none may be owed
        """
        self.ensure_one()
        vals = {"kind": "correction", "reason": reason}
        if points > 0:
            now = fields.Datetime.now()
            self._add_bonus(points, date_usable=now, **vals)
            return
        self._lock_bonus()
        if self.points + points < 0 and not self.program_id.bonus_is_debt:
            raise UserError(
                self.env._(
                    "%(customer)s has %(points)s bonuses: take no more than that.",
                    customer=self.partner_id.name,
                    points=self._format_bonus(max(self.points, 0.0)),
                )
            )
        self._take_bonus(-points, **vals)
