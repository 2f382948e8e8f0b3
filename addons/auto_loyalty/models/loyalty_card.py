from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.auto_crm.tools import groups

from ..tools.points import compare, round_points


class LoyaltyCard(models.Model):
    """A card of bonuses: its points are the sum of its ledger, whoever writes them."""

    _inherit = "loyalty.card"

    is_bonus = fields.Boolean(
        related="program_id.is_bonus", store=True, precompute=True
    )
    bonus_entry_ids = fields.One2many(
        comodel_name="auto.bonus.entry",
        inverse_name="card_id",
        string="Bonuses",
        groups=f"{groups.ADVISOR},{groups.BOOKS}",
    )
    bonus_usable = fields.Float(
        string="Usable Bonuses",
        compute="_compute_bonus_balance",
        compute_sudo=True,
        digits=(16, 2),
    )
    bonus_pending = fields.Float(
        string="Bonuses Not Usable Yet",
        compute="_compute_bonus_balance",
        compute_sudo=True,
        digits=(16, 2),
    )
    bonus_tier_id = fields.Many2one(
        comodel_name="auto.bonus.tier",
        string="Tier",
        readonly=True,
        ondelete="set null",
        groups=f"{groups.ADVISOR},{groups.BOOKS}",
    )
    member_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="loyalty_card_member_rel",
        string="Shared With",
        help="Family or colleagues who earn and spend the same bonuses.",
    )
    merged_into_id = fields.Many2one(
        comodel_name="loyalty.card",
        string="Put Into",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _bonus_holder_unique = models.UniqueIndex(
        "(program_id, partner_id) WHERE active AND is_bonus",
        "The customer has a card of this programme already.",
    )

    @api.depends("bonus_entry_ids.remaining")
    def _compute_bonus_balance(self):
        lots_by_card = self._search_bonus_lots().grouped("card_id")
        now = fields.Datetime.now()
        for card in self:
            lots = lots_by_card.get(card, self.env["auto.bonus.entry"])
            debt = sum(lot.remaining for lot in lots if lot.remaining < 0)
            usable = sum(lot.remaining for lot in lots if lot._is_usable(now))
            card.bonus_usable = max(usable + debt, 0.0)
            card.bonus_pending = sum(
                lot.remaining
                for lot in lots
                if lot.remaining > 0 and lot.date_usable and lot.date_usable > now
            )

    def write(self, vals):
        """Override of `loyalty`: the points of a bonus card follow its ledger only.

        What Odoo adds at confirmation, takes back at cancellation, sums up when
        customers are merged or somebody types in is not written: the ledger has it from
        the documents. Whose card it is, only a manager says.

        :raise AccessError: for whoever is no manager
        :raise UserError: for what nobody types in
        """
        self.filtered("is_bonus")._check_bonus_fields(vals)
        if "points" not in vals:
            return super().write(vals)
        bonus_cards = self.filtered("is_bonus")
        rest = {name: value for name, value in vals.items() if name != "points"}
        if bonus_cards and rest:
            super(LoyaltyCard, bonus_cards).write(rest)
        others = self - bonus_cards
        return super(LoyaltyCard, others).write(vals) if others else True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        if self.sudo().bonus_entry_ids:  # sudo: whoever deletes cards
            raise UserError(
                self.env._(
                    "Cards with bonuses booked on them are archived, not deleted."
                )
            )

    def _store_bonus_balance(self):
        """Let the points of the cards be the sums of their ledgers."""
        sums = dict(
            self.env["auto.bonus.entry"]
            .sudo()  # sudo: the balance is the same for whoever books
            ._read_group([("card_id", "in", self.ids)], ["card_id"], ["points:sum"])
        )
        # sudo, no tracking: the ledger tells each change, a note in the chatter nothing
        for card in self.sudo().with_context(
            loyalty_no_mail=True, tracking_disable=True
        ):
            points = round_points(sums.get(card, 0.0))
            if compare(points, card.points):
                card._write_points(points)

    def _write_points(self, points):
        """Store the balance, past the override of `write` that leaves it alone."""
        return super().write(  # pylint: disable=super-method-mismatch
            {"points": points}
        )

    @api.model
    def _search_bonus_card(self, program, partner):
        """Return the card that a customer earns and spends with, empty if he has none.

        :param program: the bonus programme
        :param partner: who orders
        """
        return self._map_bonus_cards(program, partner).get(partner, self.browse())

    @api.model
    def _map_bonus_cards(self, program, partners):
        """Return the cards that customers earn and spend with, see above.

        His own, else one that is shared with him.

        :return: {partner: card}
        """
        holders = {
            partner: holder
            for partner in partners
            if program and (holder := program._get_bonus_holder(partner))
        }
        if not holders:
            return {}
        people = self.env["res.partner"].union(*holders, *holders.values()).ids
        # sudo: who works with orders need not read cards of other programmes
        cards = self.sudo().search(
            Domain("program_id", "=", program.id)
            & (Domain("partner_id", "in", people) | Domain("member_ids", "in", people))
        )
        by_holder = cards.grouped("partner_id")
        result = {}
        for partner, holder in holders.items():
            own = by_holder.get(holder)
            who = holder | partner
            result[partner] = (
                own or cards.filtered(lambda card, who=who: card.member_ids & who)[:1]
            )
        return result

    @api.model
    def _find_bonus_card(self, program, partner):
        """Return the customer's card, made if he has none and may have one."""
        card = self._search_bonus_card(program, partner)
        holder = program and program._get_bonus_holder(partner)
        if card or not holder:
            return card
        # sudo: cards are made by what documents say, not by hand
        return (
            self.sudo()
            .with_context(loyalty_no_mail=True, tracking_disable=True)
            .create({"program_id": program.id, "partner_id": holder.id, "points": 0.0})
        )

    def _get_live(self):
        """Return the card that this one has been put into, else itself."""
        self.ensure_one()
        card = self
        while card.merged_into_id:
            card = card.merged_into_id
        return card
