from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AutoPost(models.Model):
    """A place where a car is worked on: bay, lift, paint booth, diagnostics."""

    _name = "auto.post"
    _description = "Post"
    _inherit = ["resource.mixin", "image.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(
        related="resource_id.name", store=True, readonly=False, required=True
    )
    active = fields.Boolean(
        related="resource_id.active", store=True, readonly=False, default=True
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    kind = fields.Selection(
        selection=[
            ("lift", "Lift"),
            ("bay", "Bay"),
            ("diagnostics", "Diagnostics"),
            ("alignment", "Wheel alignment"),
            ("tyre", "Tyre fitting"),
            ("body", "Body work"),
            ("paint", "Paint booth"),
            ("wash", "Wash"),
        ],
        default="lift",
        required=True,
    )
    zone = fields.Char(help="Part of the shop, as “Hall 2”.")
    address_id = fields.Many2one(
        comodel_name="res.partner",
        string="Location",
        help="Where the customer has to come; empty: the company's address.",
    )
    work_type_ids = fields.Many2many(
        comodel_name="auto.work.type",
        string="Fit for",
        help="Empty: fit for any work.",
    )
    max_height = fields.Float(string="Highest car, m", help="0: no limit.")
    max_weight = fields.Float(string="Heaviest car, t", help="0: no limit.")
    efficiency = fields.Float(
        string="Efficiency, %",
        related="resource_id.time_efficiency",
        readonly=False,
        default=100.0,
        copy=True,
        help="100 %: a norm-hour takes an hour here. 200 %: half an hour.",
    )
    buffer_minutes = fields.Integer(
        string="Buffer, minutes",
        default=lambda self: self.env.company.auto_booking_buffer_minutes,
        help="Kept free after each booking, to move the cars.",
    )
    is_online = fields.Boolean(string="Booked online", default=True)
    booking_ids = fields.One2many(comodel_name="auto.booking", inverse_name="post_id")
    booking_count = fields.Integer(
        string="Bookings to come", compute="_compute_booking_count"
    )

    _limits_positive = models.Constraint(
        "CHECK (max_height >= 0 AND max_weight >= 0 AND buffer_minutes >= 0)",
        "Limits and the buffer of a post are at least 0.",
    )

    def _compute_booking_count(self):
        counts = dict(
            self.env["auto.booking"]._read_group(
                self._get_coming_domain(), ["post_id"], ["__count"]
            )
        )
        for post in self:
            post.booking_count = counts.get(post, 0)

    def copy_data(self, default=None):
        """Override of `resource`: a copy has a name of its own."""
        vals_list = super().copy_data(default)
        for post, vals in zip(self, vals_list, strict=True):
            vals.setdefault("name", self.env._("%s (copy)", post.name))
        return vals_list

    def write(self, vals):
        """Override of the ORM: no car may come to a post that is not there."""
        if "active" in vals and not vals["active"]:
            self._check_no_bookings()
        result = super().write(vals)
        if "company_id" in vals:
            self.check_access("write")  # nobody gives a post to a company not his
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        """Keep the posts that bookings, also past ones, tell of."""
        booked = self.env["auto.booking"].sudo()  # sudo: of any company
        found = booked.search([("post_id", "in", self.ids)], limit=1)
        if found:
            raise UserError(
                self.env._(
                    "%(post)s has had bookings: archive it instead.",
                    post=found.post_id.name,
                )
            )

    def action_view_bookings(self):
        """Open what is still to come on the posts."""
        return self._get_view_action("auto_planner.auto_booking_action_list")

    def action_view_leaves(self):
        """Open when the posts are out of use, as for repair."""
        self.ensure_one()
        title = self.env._("Out of use: %s", self.name)
        return self.resource_id._get_leaves_action(title)

    def _get_view_action(self, xmlid):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(xmlid),
            "domain": list(self._get_coming_domain()),
            "context": {"default_post_id": self.id if len(self) == 1 else False},
        }

    def _get_coming_domain(self):
        """Return the domain of bookings that still hold the posts."""
        return (
            Domain("post_id", "in", self.ids)
            & Domain("is_busy", "=", True)
            & Domain("date_stop", ">", fields.Datetime.now())
            & ~Domain("date_hold", "<", fields.Datetime.now())
        )

    def _check_no_bookings(self):
        """Refuse to let a post go that cars are expected on.

        :raise UserError:
        """
        bookings = self.env["auto.booking"].sudo()  # sudo: of any company
        coming = bookings.search(self._get_coming_domain(), order="date_start")
        if coming:
            raise UserError(
                self.env._(
                    "%(post)s has %(count)s booking(s) to come, the next one at "
                    "%(time)s: move them first.",
                    post=coming[0].post_id.name,
                    count=len(coming),
                    time=coming[0]._format_time(coming[0].date_start),
                )
            )

    def _prepare_resource_values(self, vals, tz):
        """Override of `resource`: a post is no person."""
        return {
            **super()._prepare_resource_values(vals, tz),
            "resource_type": "material",
        }
