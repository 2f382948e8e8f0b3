from odoo.http import Controller, content_disposition, request, route


class PayController(Controller):
    """Pay statements as spreadsheets."""

    @route(
        "/auto_worktime/pay/<int:statement_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download(self, statement_id):
        """Return the statement, to whom may read it: access rules decide."""
        statement = request.env["auto.pay.statement"].search(
            [("id", "=", statement_id)]
        )
        if not statement:
            raise request.not_found()
        return request.make_response(
            statement._get_xlsx(),
            headers=[
                (
                    "Content-Type",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                (
                    "Content-Disposition",
                    content_disposition(f"{statement.display_name}.xlsx"),
                ),
            ],
        )
