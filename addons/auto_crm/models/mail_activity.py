from odoo import api, fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle",
        string="Car",
        compute="_compute_vehicle_id",
        compute_sudo=True,  # who may see the task may see which car it is about
    )

    @api.depends("res_model", "res_id")
    def _compute_vehicle_id(self):
        for model, activities in self.grouped("res_model").items():
            vehicle_by_id = self._get_vehicle_by_document(model, activities)
            for activity in activities:
                activity.vehicle_id = vehicle_by_id.get(activity.res_id)

    @api.model
    def _get_vehicle_by_document(self, model, activities):
        """Find the cars of the documents of one model, all at once.

        :return: vehicle by id of the document
        """
        documents = self.env[model].browse(activities.mapped("res_id")) if model else ()
        if not documents:
            return {}
        if model == "auto.vehicle":
            return {vehicle.id: vehicle for vehicle in documents.exists()}
        field = documents._fields.get("vehicle_id")
        if not field or field.comodel_name != "auto.vehicle":
            return {}
        return {record.id: record.vehicle_id for record in documents.exists()}
