from odoo import api, models


class AutoTimeLog(models.Model):
    """Boards hear who begins and ends what."""

    _inherit = "auto.time.log"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: somebody began something."""
        logs = super().create(vals_list)
        logs._tell_boards()
        return logs

    def write(self, vals):
        """Override of the ORM: somebody ended something."""
        result = super().write(vals)
        self._tell_boards()
        return result

    def _tell_boards(self):
        # sudo: the companies are named only
        touched = {(log._name, log.id, log.company_id.id) for log in self.sudo()}
        self.env["auto.booking"]._call_last("_tell_boards", touched)
