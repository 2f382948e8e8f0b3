import io

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

BY_ACTION = {"state", "amount", "move_id", "company_id"}


class AutoPayStatement(models.Model):
    """What a mechanic has earned in a period; approved, it is locked."""

    _name = "auto.pay.statement"
    _description = "Pay Statement"
    _inherit = ["auto.pay.mixin", "mail.thread"]
    _order = "date_to desc, employee_id, id"
    _rec_name = "employee_id"

    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self.env.company._get_today()
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("approved", "Approved")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    entry_ids = fields.One2many(
        comodel_name="auto.pay.entry", inverse_name="statement_id", string="Entries"
    )
    amount = fields.Monetary(
        string="To pay", compute="_compute_amount", store=True, tracking=True
    )
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Journal Entry",
        readonly=True,
        copy=False,
        groups="auto_crm.auto_crm_group_manager,account.group_account_readonly",
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_to >= date_from)", "A period must end after it begins."
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(employee_id, employee_id, '[]') WITH =, "
        "daterange(date_from, date_to, '[]') WITH &&)",
        "These days are on another statement of the mechanic already.",
    )

    @api.model
    def _default_date_from(self):
        return self.env.company._get_today().replace(day=1)

    @api.depends("entry_ids.amount")
    def _compute_amount(self):
        for statement in self:
            statement.amount = sum(statement.entry_ids.mapped("amount"))

    @api.depends("employee_id", "date_from", "date_to")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = self.env._(
                "%(mechanic)s, %(first)s to %(last)s",
                mechanic=statement.employee_id.name,
                first=format_date(self.env, statement.date_from),
                last=format_date(self.env, statement.date_to),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a statement begins as a draft."""
        for vals in vals_list:
            self._check_by_action(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override: what is approved stays.

        :raise UserError: names the statement
        """
        self._check_by_action(vals)
        if vals.keys() & {"employee_id", "date_from", "date_to", "entry_ids"}:
            self._check_draft()
        return super().write(vals)

    def _check_by_action(self, vals):
        """Refuse what only approving writes.

        :raise AccessError: for everybody; the action writes with all rights
        """
        if not self.env.su and not BY_ACTION.isdisjoint(vals):
            raise AccessError(
                self.env._("Press “Approve”: it makes the journal entry, too.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_approved(self):
        self._check_draft()

    def action_collect(self):
        """Take in what was earned up to the last day, and count the hours."""
        self._check_draft()
        for statement in self:
            statement.entry_ids.filtered(lambda entry: entry.kind == "hours").unlink()
            open_entries = self.env["auto.pay.entry"].search(
                [
                    ("employee_id", "=", statement.employee_id.id),
                    ("date", "<=", statement.date_to),
                    ("statement_id", "=", False),
                ]
            )
            late = statement.entry_ids.filtered(
                lambda entry, last=statement.date_to: entry.date > last
            )
            statement.entry_ids = [
                *map(Command.unlink, late.ids),
                *map(Command.link, open_entries.ids),
                *map(Command.create, statement._prepare_hours()),
            ]
        return True

    def action_approve(self):
        """Lock the statements, and draft their journal entries. Managers only.

        :raise AccessError: for others
        :raise UserError: when no journal is configured
        """
        self._check_manager()
        self._check_draft()
        for statement in self:
            # sudo: a manager of the workshop approves pay; the books are the
            # accountant's, who posts the entry
            company = statement.company_id.sudo()
            move = company.env["account.move"].create(statement._prepare_move_vals())
            # sudo: nobody writes it by hand, see `_check_by_action`
            statement.sudo().write({"state": "approved", "move_id": move.id})
        return True

    def action_view_move(self):
        """Open the journal entry."""
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_download(self):
        """Download the statement as a spreadsheet."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/auto_worktime/pay/{self.id}.xlsx",
            "target": "download",
        }

    def _check_manager(self):
        if not self.env.user.has_group("auto_crm.auto_crm_group_manager"):
            raise AccessError(self.env._("Ask a manager to approve pay."))

    def _check_draft(self):
        approved = self.filtered(lambda one: one.state == "approved")[:1]
        if approved:
            raise UserError(
                self.env._(
                    "%(statement)s is approved: it does not change any more.",
                    statement=approved.display_name,
                )
            )

    def _prepare_hours(self):
        """Return values of the entries of paid hours, by scheme."""
        self.ensure_one()
        schemes = self.env["auto.pay.scheme"]._find_schemes(
            [
                ("employee_id", "=", self.employee_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            self.date_from,
            self.date_to,
        )
        vals_list = []
        for scheme in schemes.filtered("hourly"):
            first = max(self.date_from, scheme.date_from)
            last = min(filter(None, [self.date_to, scheme.date_to]))
            hours = self._get_paid_hours(first, last)
            if hours:
                vals_list.append(
                    {
                        "employee_id": self.employee_id.id,
                        "date": last,
                        "kind": "hours",
                        "name": self.env._(
                            "%(hours)s paid hours × %(rate)s",
                            hours=round(hours, 2),
                            rate=self.currency_id.format(scheme.hourly),
                        ),
                        "base": hours,
                        "amount": self.currency_id.round(hours * scheme.hourly),
                    }
                )
        return vals_list

    def _get_paid_hours(self, first, last):
        domain = (
            Domain("employee_id", "=", self.employee_id.id)
            & Domain("date", ">=", first)
            & Domain("date", "<=", last)
        )
        report = self.env["auto.output.report"]
        return report._read_group(domain, [], ["hours_paid:sum"])[0][0] or 0.0

    def _prepare_move_vals(self):
        """Hook: values of the draft entry: wages against what is owed.

        On the last day of the period, or on the first that is not locked.

        :raise UserError: when journal or accounts are not configured
        """
        self.ensure_one()
        # sudo: as in `action_approve`
        company = self.company_id.sudo()
        journal = company.auto_pay_journal_id
        accounts = company.auto_pay_expense_account_id, company.auto_pay_account_id
        if not journal or not all(accounts):
            raise UserError(
                self.env._(
                    "Choose the journal and the accounts of pay in the settings of the "
                    "workshop first."
                )
            )
        date = self.date_to
        locks = company._get_violated_lock_dates(date, False, journal)
        if locks:
            date = fields.Date.add(max(lock[0] for lock in locks), days=1)
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "company_id": company.id,
            "date": date,
            "ref": self.display_name,
            "line_ids": [
                Command.create(
                    {
                        "name": self.display_name,
                        "account_id": account.id,
                        "partner_id": self.employee_id.sudo().work_contact_id.id,
                        "balance": sign * self.amount,
                    }
                )
                for account, sign in zip(accounts, (1, -1), strict=True)
            ],
        }

    def _get_sums(self):
        """Return what each kind of pay comes to: list of (label, amount)."""
        self.ensure_one()
        labels = dict(self.entry_ids._fields["kind"]._description_selection(self.env))
        kinds = self.entry_ids.grouped("kind")
        return [
            (labels[kind], sum(kinds[kind].mapped("amount")))
            for kind in labels
            if kind in kinds
        ]

    def _get_xlsx(self):
        """Return the statement as a spreadsheet, in bytes."""
        self.ensure_one()
        stream = io.BytesIO()
        labels = dict(self.entry_ids._fields["kind"]._description_selection(self.env))
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_string(0, 0, self.display_name, bold)
            heads = [
                self.env._("Date"),
                self.env._("Kind"),
                self.env._("For"),
                self.env._("Amount"),
            ]
            sheet.write_row(2, 0, heads, bold)
            row = 3
            for row, entry in enumerate(self.entry_ids.sorted("date"), start=3):
                sheet.write_datetime(row, 0, entry.date, day)
                sheet.write_string(row, 1, labels[entry.kind])
                sheet.write_string(row, 2, entry.name)  # never a formula
                sheet.write_number(row, 3, entry.amount)
            sheet.write_string(row + 1, 2, self.env._("To pay"), bold)
            sheet.write_number(row + 1, 3, self.amount, bold)
            sheet.set_column(0, 1, 16)
            sheet.set_column(2, 2, 60)
        return stream.getvalue()
