from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import clock
from ..tools.signature import is_signature


class AutoAcceptance(models.Model):
    """The acceptance act: in what condition the car was handed over."""

    _name = "auto.acceptance"
    _description = "Acceptance Act"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _rec_names_search = ["order_id.name", "vehicle_id"]

    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Work Order",
        domain=[("is_work_order", "=", True)],
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="order_id.partner_id",
        related_sudo=False,  # else a mechanic could search by it, though not read it
        string="Customer",
        groups="auto_crm.auto_crm_group_advisor",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Accepted by",
        default=lambda self: self.env.user,
    )
    odometer = fields.Integer(string="Odometer, km", tracking=True)
    fuel_level = fields.Selection(
        selection=[
            ("0", "Empty"),
            ("1", "1/4"),
            ("2", "1/2"),
            ("3", "3/4"),
            ("4", "Full"),
        ],
        tracking=True,
    )
    belongings = fields.Text(string="Belongings left in the car")
    keys_count = fields.Integer(string="Keys", default=1)
    registration_left = fields.Boolean(string="Registration papers left")
    wants_old_parts = fields.Boolean(string="Returns old parts to the customer")
    damage_ids = fields.One2many(
        comodel_name="auto.damage",
        inverse_name="acceptance_id",
        string="Visible damage",
    )
    signature = fields.Binary(
        string="Customer's signature", attachment=True, copy=False
    )
    signed_by = fields.Char(copy=False)
    date_signed = fields.Datetime(string="Signed on", readonly=True, copy=False)
    is_locked = fields.Boolean(
        compute="_compute_is_locked",
        help="What the customer has signed only a manager may change.",
    )

    _counts_positive = models.Constraint(
        "CHECK (odometer >= 0 AND keys_count >= 0)",
        "Mileage and number of keys cannot be negative.",
    )

    @api.depends("order_id.name")
    def _compute_display_name(self):
        # sudo: a mechanic reads the act of his job, not the order it is named after
        for act in self.sudo():
            act.display_name = self.env._(
                "Acceptance act %(order)s", order=act.order_id.name or ""
            )

    @api.depends("date_signed")
    @api.depends_context("uid")
    def _compute_is_locked(self):
        is_manager = self.env.user.has_group("auto_crm.auto_crm_group_manager")
        for act in self:
            act.is_locked = bool(act.date_signed) and not is_manager

    @api.onchange("odometer")
    def _onchange_odometer(self):
        return self.vehicle_id._get_odometer_warning(self.odometer)

    @api.constrains("signature")
    def _check_signature(self):
        """Refuse a signature that is no picture."""
        for act in self.with_context(bin_size=False):
            if act.signature and not is_signature(act.signature):
                raise ValidationError(
                    self.env._("A signature is a picture: please sign again.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        acts = super().create(vals_list)
        acts.filtered("signature")._sign()
        acts._record_odometer()
        return acts

    def write(self, vals):
        if self._get_signed_fields() & vals.keys():
            self._check_unsigned()
        result = super().write(vals)
        if "signature" in vals:
            self._sign()
        if "odometer" in vals:
            self._record_odometer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_unsigned()

    def action_print(self):
        """Print the act in the customer's language."""
        return self.env.ref("auto_crm.auto_acceptance_report").report_action(
            self, config=False
        )

    def _sign(self):
        """Fix who signed and when; a manager who empties the signature unlocks."""
        now = fields.Datetime.now()
        for act in self:
            signed_by = act.signed_by or act.order_id.partner_id.name
            act.write(
                {
                    "signed_by": act.signature and signed_by,
                    "date_signed": act.signature and now,
                }
            )

    def _record_odometer(self):
        """Bring the reading to the order and to the car's history."""
        for act in self.filtered("odometer"):
            order = act.order_id
            order.odometer = act.odometer
            if order.vehicle_id:
                day = clock.day_of(act.date, order.company_id._get_zone())
                order.vehicle_id._add_odometer(
                    act.odometer, source="order", order=order, date=day
                )

    @api.model
    def _get_signed_fields(self):
        """Fields the customer's signature covers."""
        return {
            "order_id",
            "date",
            "user_id",
            "odometer",
            "fuel_level",
            "belongings",
            "keys_count",
            "registration_left",
            "wants_old_parts",
            "damage_ids",
            "signature",
            "signed_by",
            "date_signed",
        }

    def _check_unsigned(self):
        locked = self.filtered("is_locked")
        if locked:
            raise UserError(
                self.env._(
                    "%(act)s is signed by the customer. Ask a manager to change it, or "
                    "make a new act.",
                    act=locked[0].display_name,
                )
            )
