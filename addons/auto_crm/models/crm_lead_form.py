from odoo import api, fields, models

from ..tools import groups


class CrmLead(models.Model):
    """What the advisor sees of a deal while he talks, and the form that shows it."""

    _inherit = "crm.lead"

    vehicle_odometer = fields.Integer(
        related="vehicle_id.odometer",
        string="Last mileage",
        groups=groups.MECHANIC,
    )
    date_last_visit = fields.Datetime(
        related="vehicle_id.date_last_visit", groups=groups.MECHANIC
    )
    vehicle_recommendation_ids = fields.Many2many(
        comodel_name="auto.recommendation",
        string="Due and declined work",
        compute="_compute_vehicle_recommendation_ids",
        groups=groups.MECHANIC,
        help="What was advised for the car on earlier visits and is not done yet.",
    )

    @api.depends("vehicle_id", "company_id")
    def _compute_vehicle_recommendation_ids(self):
        found = self.env["auto.recommendation"].search(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("state", "in", ("advised", "declined", "deferred")),
            ]
        )
        by_vehicle = found.grouped("vehicle_id")
        for lead in self:
            advised = by_vehicle.get(lead.vehicle_id, found.browse())
            company = lead.company_id
            lead.vehicle_recommendation_ids = advised.filtered(
                lambda work, company=company: not company or work.company_id == company
            )

    def get_formview_id(self, access_uid=None):
        """Override of the ORM: a visit of a car opens in the form of deals.

        Odoo's form stays the form of all other leads.
        """
        form_id = super().get_formview_id(access_uid=access_uid)
        if form_id or len(self) != 1 or not self._is_car_deal():
            return form_id
        find = self.env["ir.model.data"]._xmlid_to_res_id
        return find("auto_crm.auto_crm_lead_view_form") or form_id

    def _is_car_deal(self):
        """Whether it is a deal of the car service, no lead to be qualified."""
        # sudo: who may open the link of a deal may not be allowed to read it
        lead = self.sudo()
        return lead.type == "opportunity" and lead._is_service_deal()

    def action_open_work_order(self):
        """Open the deal's work order: there is what has to be done next."""
        self.ensure_one()
        return self.work_order_id.get_formview_action()
