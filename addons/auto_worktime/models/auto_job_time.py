from odoo import api, fields, models
from odoo.tools import SQL

from .auto_time_log import ON_JOB


class AutoJob(models.Model):
    """How long a job has taken so far, and whether somebody is on it."""

    _inherit = "auto.job"

    clocked_hours = fields.Float(
        string="Clocked",
        compute="_compute_clocked_hours",
        help="Hours of all mechanics on the job, up to now.",
    )
    is_left = fields.Boolean(
        string="Nobody is on it",
        compute="_compute_is_left",
        help="In progress, but left for something else: it can be started again.",
    )

    def _compute_clocked_hours(self):
        hours = {}
        if self.ids:
            self.env["auto.time.log"].flush_model()
            hours = dict(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT job_id, SUM(EXTRACT(EPOCH FROM
                               COALESCE(date_stop, %(now)s) - date_start)) / 3600
                          FROM auto_time_log
                         WHERE job_id IN %(jobs)s AND kind IN %(kinds)s
                         GROUP BY job_id
                        """,
                        now=fields.Datetime.now(),
                        jobs=tuple(self.ids),
                        kinds=ON_JOB,
                    )
                )
            )
        for job in self:
            job.clocked_hours = float(hours.get(job.id, 0))

    @api.depends("state", "mechanic_ids")
    @api.depends_context("uid")
    def _compute_is_left(self):
        """Of a mechanic's own jobs: left by himself."""
        going = self.filtered(lambda job: job.state == "in_progress")
        # sudo: a mechanic does not read who else is on it, but that somebody is
        running = self.env["auto.time.log"].sudo()._find_running(going)
        by_job = running.grouped(lambda log: log.job_id.id)
        workers = going._get_workers()
        for job in self:
            employees = workers.get(job)
            on_it = by_job.get(job.id, running.browse()).employee_id
            job.is_left = bool(employees) and not (on_it & employees.sudo())
