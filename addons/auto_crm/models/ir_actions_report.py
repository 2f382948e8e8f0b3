from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Override of `base`: several papers are printed one by one, then joined.

        A wkhtmltopdf without patched Qt cannot take several documents at once.
        """
        report = self._get_report(report_ref)
        is_ours = report.report_name.startswith("auto_crm.")
        if not is_ours or not res_ids or len(res_ids) == 1:
            return super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        streams = {}
        for res_id in res_ids:
            streams.update(
                super()._render_qweb_pdf_prepare_streams(
                    report_ref, data, res_ids=[res_id]
                )
            )
        return streams
