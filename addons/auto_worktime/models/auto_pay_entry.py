from odoo import api, fields, models
from odoo.exceptions import UserError


class AutoPayEntry(models.Model):
    """What a mechanic has earned, with what, and when.

    Entries of orders follow the facts: what an order should have earned him, less what
    is booked already, is booked today. So refunds take back, and nothing counts twice.
    """

    _name = "auto.pay.entry"
    _description = "Pay Entry"
    _inherit = ["auto.pay.mixin"]
    _order = "date desc, id desc"
    _rec_name = "name"

    date = fields.Date(
        required=True, default=lambda self: self.env.company._get_today()
    )
    kind = fields.Selection(
        selection=[
            ("hours", "Hours"),
            ("revenue", "Of labour revenue"),
            ("norm", "Norm-hours"),
            ("fixed", "Fixed sum"),
            ("bonus", "Bonus"),
            ("penalty", "Penalty"),
        ],
        required=True,
        default="bonus",
    )
    name = fields.Char(string="For", required=True)
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Work Order",
        readonly=True,
        index="btree_not_null",
        groups="auto_crm.auto_crm_group_manager",
    )
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="auto_crm.auto_crm_group_manager",
    )
    base = fields.Float(
        readonly=True,
        aggregator=None,
        groups="auto_crm.auto_crm_group_manager",
        help="Of hours and norm-hours their number, of revenue the money.",
    )
    amount = fields.Monetary(required=True)
    statement_id = fields.Many2one(
        comodel_name="auto.pay.statement",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    is_locked = fields.Boolean(compute="_compute_is_locked")

    _sign_of_kind = models.Constraint(
        "CHECK (NOT (kind = 'bonus' AND amount < 0)"
        " AND NOT (kind = 'penalty' AND amount > 0))",
        "A bonus adds, and a penalty is below 0.",
    )

    @api.depends("statement_id.state")
    def _compute_is_locked(self):
        for entry in self:
            entry.is_locked = entry.statement_id.state == "approved"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: nothing is added to what is approved."""
        entries = super().create(vals_list)
        entries._check_open()
        return entries

    def write(self, vals):
        """Override: what is approved stays.

        :raise UserError: names the entry
        """
        self._check_open()
        result = super().write(vals)
        self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self._check_open()

    def _check_open(self):
        locked = self.filtered("is_locked")[:1]
        if locked:
            raise UserError(
                self.env._(
                    "%(entry)s is on an approved statement: book the difference as a "
                    "bonus or penalty of the next one.",
                    entry=locked.name,
                )
            )
