from odoo import api, fields, models


class AutoNotifyChannel(models.Model):
    """The company's channels in order: tried by every rule that names none itself."""

    _inherit = "auto.notify.channel"

    wait_minutes = fields.Integer(
        string="Next after, minutes",
        default=15,
        help="Rules that name no channels try all of the company in this order. Not "
        "delivered within this time: the next one is tried. 0: no waiting, it is tried "
        "only if this one fails.",
    )

    _wait_positive = models.Constraint(
        "CHECK (wait_minutes >= 0)", "Minutes to wait are at least 0."
    )

    @api.model
    def _get_default_kinds(self, company, channels=None):
        """Return the company's channels in order: pairs of kind and minutes to wait.

        :param dict channels: of `_map_by_kind`, if the caller has them
        """
        channels = self._map_by_kind(company) if channels is None else channels
        return [
            [kind, channel.wait_minutes]
            for (company_id, kind), channel in channels.items()
            if company_id == company.id
        ]
