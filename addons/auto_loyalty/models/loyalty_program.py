from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from odoo.addons.auto_crm.tools import groups
from odoo.addons.auto_crm.tools.fact import get_now

from ..tools.points import DIGITS
from ..tools.terms import Term

# by what the programme of a company is found
CHOSEN_BY = {"is_bonus", "active", "company_id", "date_from", "date_to", "sequence"}


class LoyaltyProgram(models.Model):
    """A bonus programme of the car service.

    It has no rules of Odoo's, so that Odoo credits nothing at confirmation. Its one
    reward makes a point worth some money: a discount per point.
    """

    _inherit = "loyalty.program"

    is_bonus = fields.Boolean(
        string="Bonuses of the car service",
        help="Earned with work orders that are released and paid.",
    )
    bonus_rule_ids = fields.One2many(
        comodel_name="auto.bonus.rule",
        inverse_name="program_id",
        string="What Earns",
        groups=groups.ADVISOR,
    )
    bonus_tier_ids = fields.One2many(
        comodel_name="auto.bonus.tier",
        inverse_name="program_id",
        string="Tiers",
        groups=f"{groups.ADVISOR},{groups.BOOKS}",
    )
    bonus_holder = fields.Selection(
        selection=[
            ("person", "Persons only"),
            ("contact", "Each contact, also of companies"),
            ("company", "Persons, and companies with all their contacts"),
        ],
        string="Who Has a Card",
        default="person",
        required=True,
    )
    bonus_value = fields.Float(
        string="A Bonus Is Worth",
        compute="_compute_bonus_value",
        inverse="_inverse_bonus_value",
        help="In the programme's currency.",
    )
    bonus_usable_hours = fields.Integer(
        string="Usable After, Hours", default=24, help="0: at once."
    )
    bonus_valid_days = fields.Integer(
        string="Expire After, Days", default=365, help="0: never."
    )
    bonus_is_whole = fields.Boolean(
        string="Whole Bonuses Only", default=True, help="Fractions are not given."
    )
    bonus_is_debt = fields.Boolean(
        string="May Be Owed",
        default=True,
        help="What a refund takes back and is spent already is owed: the next bonuses "
        "pay it off. Otherwise it is waived.",
    )
    bonus_limit_percent = fields.Float(
        string="Pays Up To, %",
        default=20.0,
        help="Of the lines that can be paid with bonuses.",
    )
    bonus_min_balance = fields.Float(
        string="Balance Needed to Spend", help="Bonuses. 0: any."
    )
    bonus_code_above = fields.Float(
        string="Code by Phone Above",
        help="Bonuses. A customer who spends more than this in the portal types a code "
        "sent to the phone. 0: always.",
    )
    bonus_earn_discounted = fields.Boolean(string="Discounted Lines Earn", default=True)
    bonus_pay_discounted = fields.Boolean(
        string="Discounted Lines Can Be Paid", default=True
    )
    bonus_with_promo = fields.Boolean(
        string="Together With Promo Codes",
        default=True,
        help="Bonuses also pay for orders with a promotion or a discount code.",
    )
    bonus_first_points = fields.Float(string="For the First Visit")
    bonus_friend_points = fields.Float(string="For an Invited Friend")
    bonus_invited_points = fields.Float(string="To the Invited Friend")
    bonus_birthday_points = fields.Float(string="For a Birthday")
    bonus_birthday_before = fields.Integer(string="Days Before", default=3)
    bonus_birthday_valid = fields.Integer(
        string="Birthday Bonuses Expire After, Days", default=30
    )
    bonus_remind_days = fields.Integer(
        string="Remind Before They Expire, Days", default=14
    )

    _bonus_numbers_positive = models.Constraint(
        "CHECK (bonus_usable_hours >= 0 AND bonus_valid_days >= 0"
        " AND bonus_limit_percent >= 0 AND bonus_limit_percent <= 100"
        " AND bonus_min_balance >= 0 AND bonus_code_above >= 0"
        " AND bonus_first_points >= 0 AND bonus_friend_points >= 0"
        " AND bonus_invited_points >= 0 AND bonus_birthday_points >= 0"
        " AND bonus_birthday_before >= 0 AND bonus_birthday_valid >= 0"
        " AND bonus_remind_days >= 0)",
        "Bonuses, days and hours are not below 0, and they pay up to 100 %.",
    )

    @api.depends("reward_ids.discount")
    def _compute_bonus_value(self):
        for program in self:
            program.bonus_value = program.reward_ids[:1].discount

    def _inverse_bonus_value(self):
        for program in self.filtered("is_bonus"):
            program.reward_ids.discount = program.bonus_value

    @api.constrains("is_bonus", "program_type", "applies_on", "rule_ids", "reward_ids")
    def _check_bonus(self):
        for program in self.filtered("is_bonus"):
            reward = program.reward_ids
            is_sound = (
                program.program_type == "loyalty"
                and program.applies_on == "both"
                and not program.rule_ids
                and len(reward) == 1
                and reward.reward_type == "discount"
                and reward.discount_mode == "per_point"
                and reward.discount_applicability == "order"
                and reward.discount > 0
            )
            if not is_sound:
                raise ValidationError(
                    self.env._(
                        "%(program)s: a bonus programme has no rules of Odoo's loyalty "
                        "cards, and one reward, a discount per point on the order that "
                        "is worth more than 0.",
                        program=program.name,
                    )
                )

    @api.constrains("is_bonus", "company_id", "active")
    def _check_bonus_once(self):
        for program in self.filtered(lambda one: one.is_bonus and one.active):
            others = self.sudo().search(  # sudo: also one that the user does not see
                [
                    ("is_bonus", "=", True),
                    ("id", "!=", program.id),
                    ("company_id", "=", program.company_id.id),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(other)s is a bonus programme of the same company. "
                        "Archive it first: an order earns in one.",
                        other=others.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `loyalty`: a bonus programme is made ready to work."""
        self.env.registry.clear_cache()
        programs = super().create(
            [
                {**self._prepare_bonus_vals(vals), **vals}
                if vals.get("is_bonus")
                else vals
                for vals in vals_list
            ]
        )
        for program, vals in zip(programs, vals_list, strict=True):
            if program.is_bonus and "reward_ids" not in vals:
                program._translate_bonus_texts()
        return programs

    def write(self, vals):
        """Override of `loyalty`: what cards hold already begins their ledgers.

        :raise UserError: when a programme with a ledger is to have none
        """
        if CHOSEN_BY.intersection(vals):
            self.env.registry.clear_cache()
        if "is_bonus" not in vals:
            return super().write(vals)
        before = self.filtered("is_bonus")
        result = super().write(vals)
        (before - self.filtered("is_bonus"))._check_no_ledger()
        (self.filtered("is_bonus") - before)._open_bonus_ledgers()
        return result

    def _check_no_ledger(self):
        domain = [("program_id", "in", self.ids)]
        # sudo: also what the user may not read
        if self and self.env["auto.bonus.entry"].sudo().search_count(domain, limit=1):
            raise UserError(
                self.env._(
                    "Bonuses are booked in this programme already: archive it and make "
                    "another one."
                )
            )

    def _open_bonus_ledgers(self):
        """Book what the programme's cards hold as their starting balances."""
        cards = self.env["loyalty.card"].search(
            [("program_id", "in", self.ids), ("points", "!=", 0.0)]
        )
        for card in cards:
            points = card.points
            if points > 0:
                card._add_bonus(points, "opening", date_usable=fields.Datetime.now())
            else:
                card._append_bonus([{"kind": "opening", "points": points}])

    def _translate_bonus_texts(self):
        """Let customers read in their language what they pay with."""
        for lang, _name in self.env["res.lang"].get_installed():
            program = self.with_context(lang=lang)
            program.portal_point_name = program.env._("bonuses")
            program.reward_ids.description = program.env._("Paid with bonuses")

    @api.model
    def _prepare_bonus_vals(self, vals):
        """Hook: values of a bonus programme that Odoo would give others by its type.

        :param dict vals: what is given
        """
        return {
            "program_type": "loyalty",
            "applies_on": "both",
            "trigger": "auto",
            "portal_visible": True,
            "portal_point_name": self.env._("bonuses"),
            "rule_ids": [],
            "communication_plan_ids": [],
            "reward_ids": [
                fields.Command.create(
                    {
                        "reward_type": "discount",
                        "discount_mode": "per_point",
                        "discount_applicability": "order",
                        "discount": vals.get("bonus_value") or 1.0,
                        "required_points": 1.0,
                        "description": self.env._("Paid with bonuses"),
                    }
                )
            ],
        }

    @api.model
    def _get_bonus_program(self, company):
        """Return the programme of a company, its own before one of all companies."""
        # sudo: orders earn by it for whoever releases cars
        return self.sudo().browse(
            self._find_bonus_program(company.id, company._get_today())
        )

    @api.model
    @ormcache("company_id", "today")
    def _find_bonus_program(self, company_id, today):
        """Return the id of the programme of a company on a day, None if it has none."""
        company = self.env["res.company"].browse(company_id)
        # sudo: remembered for all users
        programs = (
            self.sudo()
            .with_context(active_test=True)
            .search(
                [
                    ("is_bonus", "=", True),
                    ("company_id", "in", [False, *company.sudo().parent_ids.ids]),
                    "|",
                    ("date_from", "=", False),
                    ("date_from", "<=", today),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", today),
                ]
            )
        )
        programs = programs.sorted(
            lambda program: (
                program.company_id != company,
                not program.company_id,
                program.sequence,
            )
        )
        return programs[:1].id or None

    def _get_bonus_term(self, line):
        """Return what the first rule that fits a line of an order says of it.

        A line that none fits neither earns nor is paid.

        :rtype: Term
        """
        self.ensure_one()
        terms = self._get_bonus_terms()
        return next((term for term in terms if term.fits(line)), Term())

    @ormcache("self.id")
    def _get_bonus_terms(self):
        """Return what the programme's rules say, in their order, remembered."""
        # sudo: what a line earns is the same for whoever looks at it
        return tuple(rule._get_term() for rule in self.sudo().bonus_rule_ids)

    def _get_bonus_holder(self, partner):
        """Return whose card a customer uses; empty if he may have none."""
        self.ensure_one()
        commercial = partner.commercial_partner_id
        if self.bonus_holder == "person":
            return partner.browse() if commercial.is_company else partner
        return commercial if self.bonus_holder == "company" else partner

    def _get_bonus_times(self):
        """Return from when until when bonuses given now are usable, naive UTC.

        Now is when what they are given for has happened, see `auto_crm`.
        """
        self.ensure_one()
        usable = get_now() + timedelta(hours=self.bonus_usable_hours)
        days = self.bonus_valid_days
        return {
            "date_usable": usable,
            "date_expire": usable + timedelta(days=days) if days else False,
        }

    def _get_bonus_measure(self):
        """Return what a bonus is worth, and to how many digits bonuses are given.

        :rtype: dict
        """
        self.ensure_one()
        digits = 0 if self.bonus_is_whole else DIGITS[1]
        return {"worth": self.bonus_value or 1.0, "digits": digits}

    def _get_bonus_gift_points(self):
        """Return what is given for a first visit, by the kind of its row."""
        self.ensure_one()
        return {
            "first_visit": self.bonus_first_points,
            "invited": self.bonus_invited_points,
            "friend": self.bonus_friend_points,
        }

    def action_view_bonus_cards(self):
        """Open the cards of the programme."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_loyalty.loyalty_card_action_bonus"
        )
        return {**action, "domain": [("program_id", "in", self.ids)]}
