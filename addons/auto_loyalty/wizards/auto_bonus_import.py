import base64
from collections import Counter
from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.auto_crm.tools import clock

from ..tools.openings import parse_day, parse_points, read_rows
from ..tools.points import compare, round_points

# once a card: the same file may be imported again
KEY = "opening:import"
MAX_ERRORS = 100


class AutoBonusImport(models.TransientModel):
    """Starting balances from a file: rows that are wrong are told, known ones left."""

    _name = "auto.bonus.import"
    _description = "Import Starting Balances"

    program_id = fields.Many2one(
        comodel_name="loyalty.program",
        required=True,
        domain=[("is_bonus", "=", True)],
        default=lambda self: self._default_program_id(),
    )
    file = fields.Binary(string="CSV or XLSX file", required=True, attachment=False)
    filename = fields.Char()
    is_whole = fields.Boolean(
        string="Nothing while a row is wrong",
        default=True,
        help="Otherwise the good rows are imported, and the wrong ones told.",
    )
    report = fields.Html(readonly=True, sanitize=False)

    def _default_program_id(self):
        return self.env["loyalty.program"].search([("is_bonus", "=", True)], limit=1)

    def action_import(self):
        """Book the rows of the file, and tell those that are wrong.

        :raise UserError: when the file has no phones or no points
        """
        self.ensure_one()
        if not self.env.user.has_group("auto_crm.auto_crm_group_manager"):
            raise AccessError(self.env._("Only a manager imports bonuses."))
        self.program_id.check_access("write")
        self._check_program()
        rows = self._read_rows()
        found = [(number, *self._check_row(row)) for number, row in rows]
        self._check_twice(found)
        errors = [(number, why) for number, _vals, why in found if why]
        good = [vals for _number, vals, why in found if not why]
        counts = Counter()
        if not (errors and self.is_whole):
            counts.update(self._book(vals) for vals in good)
        self.report = self._get_report(len(rows), counts, errors)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import starting balances"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_program(self):
        if not self.program_id.is_bonus:
            raise UserError(self.env._("Choose a bonus programme."))

    def _read_rows(self):
        try:
            return read_rows(base64.b64decode(self.file))
        except (ValueError, UnicodeDecodeError) as error:
            raise UserError(
                self.env._(
                    "The file is a CSV or XLSX one, and its first line names the "
                    "columns: phone, points and, if there are, name, card, expires."
                )
            ) from error

    # ------------------------------------------------------------------
    # A row
    # ------------------------------------------------------------------

    def _check_row(self, row):
        """Read a row.

        :param dict row: text by column
        :return: values to book, and why not: "" when nothing is wrong
        """
        try:
            return self._parse_row(row), ""
        except UserError as error:
            return {}, str(error)

    def _parse_row(self, row):
        """Return what a row says.

        :raise UserError: when it is wrong, in words
        """
        points = self._parse_points(row.get("points", ""))
        expire = self._parse_expire(row.get("expires", ""))
        phone, partner = self._parse_customer(row)
        cards = self.env["loyalty.card"]
        card = partner and cards._search_bonus_card(self.program_id, partner)
        code = row.get("card", "")
        self._check_code(code, card or cards)
        return {
            "partner": partner,
            "name": row.get("name", ""),
            "phone": phone,
            "code": code,
            "points": points,
            "date_expire": expire,
        }

    def _parse_points(self, text):
        try:
            points = round_points(parse_points(text))
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(text)s is no number of bonuses: write 1240 or 1240.50.",
                    text=text or "-",
                )
            ) from error
        if compare(points) < 0:
            raise UserError(self.env._("A starting balance is not below 0."))
        return points

    def _parse_expire(self, text):
        """Return when the bonuses expire: at the end of that day, None: as others."""
        if not text:
            return None
        try:
            day = parse_day(text)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(text)s is no date: write 2027-12-31 or 31.12.2027.", text=text
                )
            ) from error
        zone = self._get_company()._get_zone()
        moment = clock.midnight(day + timedelta(days=1), zone)
        if moment <= fields.Datetime.now():
            raise UserError(self.env._("They expired on %(day)s already.", day=text))
        return moment

    def _parse_customer(self, row):
        """Return the phone as it is kept, and the customer, empty for a new one."""
        text, name = row.get("phone", ""), row.get("name", "")
        leads = self.env["crm.lead"].with_company(self._get_company())
        phone = leads._sanitize_request_phone(text)
        if not phone:
            raise UserError(
                self.env._("%(text)s is no phone number.", text=text or "-")
            )
        partners = leads._search_request_partners("phone_sanitized", phone)
        if len(partners) > 1:
            same = partners.filtered(lambda one: one.name.casefold() == name.casefold())
            if len(same) != 1:
                raise UserError(
                    self.env._(
                        "Several customers have the phone %(phone)s: merge them, or "
                        "give the name of one.",
                        phone=text,
                    )
                )
            partners = same
        if not partners and not name:
            raise UserError(
                self.env._(
                    "Nobody has the phone %(phone)s: give a name to make the customer.",
                    phone=text,
                )
            )
        if partners and not self.program_id._get_bonus_holder(partners):
            raise UserError(
                self.env._(
                    "%(customer)s is a company or works for one: the programme is for "
                    "persons.",
                    customer=partners.display_name,
                )
            )
        return leads._sanitize_request_phone(text, "INTERNATIONAL"), partners

    def _check_code(self, code, card):
        """Refuse the number of a card that somebody else has."""
        # sudo: cards of other programmes and companies, too
        others = self.env["loyalty.card"].sudo().with_context(active_test=False)
        if code and others.search(
            [("code", "=", code), ("id", "!=", card.id)], limit=1
        ):
            raise UserError(
                self.env._("Another customer has the card %(code)s.", code=code)
            )

    def _check_twice(self, found):
        """Refuse rows that name a customer or a card of a row above."""
        seen = {}
        for place, (number, vals, why) in enumerate(found):
            if why:
                continue
            partner = vals["partner"]
            holder = partner and self.program_id._get_bonus_holder(partner)
            marks = {("who", holder.id if holder else vals["phone"])}
            if vals["code"]:
                marks.add(("card", vals["code"]))
            before = [seen[mark] for mark in marks if mark in seen]
            if before:
                text = self.env._(
                    "The same customer or card is in row %(row)s.", row=before[0]
                )
                found[place] = (number, vals, text)
            else:
                seen.update(dict.fromkeys(marks, number))

    def _get_company(self):
        return self.program_id.company_id or self.env.company

    # ------------------------------------------------------------------
    # The ledger
    # ------------------------------------------------------------------

    def _book(self, vals):
        """Book a row.

        :return: what was done: "booked" or "known"
        """
        partner = vals["partner"] or self.env["res.partner"].create(
            {"name": vals["name"], "phone": vals["phone"]}
        )
        card = self.env["loyalty.card"]._find_bonus_card(self.program_id, partner)
        if vals["code"] and card.code != vals["code"]:
            card.code = vals["code"]
        # sudo: only the ledger itself is asked
        known = card.sudo().bonus_entry_ids.filtered(lambda entry: entry.key == KEY)
        if known:
            return "known"
        if compare(vals["points"]) > 0:
            times = {"date_usable": fields.Datetime.now()}
            if vals["date_expire"]:
                times["date_expire"] = vals["date_expire"]
            card._add_bonus(vals["points"], "opening", key=KEY, **times)
        return "booked"

    def _get_report(self, total, counts, errors):
        """Return what was done, and each wrong row with its number and why."""
        text = self.env._(
            "%(total)s rows: %(booked)s imported, %(known)s known already, "
            "%(wrong)s wrong.",
            total=total,
            booked=counts["booked"],
            known=counts["known"],
            wrong=len(errors),
        )
        if errors and self.is_whole:
            text += " " + self.env._("Nothing is imported: mend them, and try again.")
        items = Markup("").join(
            Markup("<li>%s</li>")
            % self.env._("Row %(row)s: %(why)s", row=number, why=why)
            for number, why in errors[:MAX_ERRORS]
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (text, items)
