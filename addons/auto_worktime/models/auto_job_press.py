from odoo import models
from odoo.exceptions import UserError

from odoo.addons.auto_crm.tools.fact import get_happening


class AutoJob(models.Model):
    """The buttons of jobs, in *My Jobs*, orders and the planner, clock mechanics."""

    _inherit = "auto.job"

    def action_start(self):
        """Override of `auto_crm`: whoever works is clocked; asks what is not clear.

        :raise ClockError: of several jobs at once, when a mechanic is not present or on
            another job
        """
        workers = self._get_workers()
        question = self._get_start_question(workers)
        if question:
            return question
        clocked = self.filtered(workers.get)
        result = (
            super(AutoJob, self - clocked).action_start() if self - clocked else True
        )
        for job in clocked:
            job.check_access("write")
            for employee in workers[job]:
                employee._clock_start(job)
        return result

    def action_hold(self, reason=None):
        """Override of `auto_crm`: whoever pauses is idle for that reason.

        A mechanic pauses himself, an advisor all who are on the job.
        """
        if not reason:
            return super().action_hold(reason)
        reason = self.env["auto.hold.reason"].browse(getattr(reason, "id", reason))
        paused = self.browse()
        for job in self:
            logs = job._get_logs_of_press()
            for log in logs:
                log.employee_id.with_env(self.env)._clock_pause(reason)
            if logs and job.state in ("on_hold", "in_progress"):
                paused |= job
        self._check_holds(self - paused, reason)
        return super(AutoJob, self - paused).action_hold(reason)

    def _get_workers(self):
        """Hook: return who is clocked by a button, as {job: employees}.

        A mechanic presses for himself, an advisor for those who do the job. What runs
        with all rights and for nobody, such as an import, clocks nobody.
        """
        actor = self._get_actor()
        workers = {}
        for job in self:
            # sudo: a mechanic may not read who else is an employee
            mechanics = job.sudo().mechanic_ids.filtered(lambda one: one._is_clocked())
            own = mechanics.filtered(lambda one: one.user_id == self.env.user)
            if actor:
                mechanics &= actor
            elif self.env.su:
                mechanics = mechanics.browse()
            workers[job] = (own or mechanics).with_env(self.env)
        return workers

    def _get_actor(self):
        """Return the employee who presses, if it was told by `happening`."""
        happens = get_happening()
        employees = self.env["hr.employee"]
        actor = happens.actor if happens else None
        if actor is not None and actor._name == employees._name:
            return actor.with_env(self.env)
        return employees

    def _get_logs_of_press(self):
        """Return the running logs of the job that the user may end by a button."""
        self.ensure_one()
        # sudo: a mechanic does not read the logs of others
        running = self.env["auto.time.log"].sudo()._find_running(self)
        actor = self._get_actor()
        own = running.filtered(
            lambda log: (
                log.employee_id == actor or log.employee_id.user_id == self.env.user
            )
        )
        return own if own or actor or not self._is_planner() else running

    def _check_holds(self, jobs, reason):
        """Refuse to let cars wait for what is no reason for cars.

        :raise UserError: when nobody works on the jobs who could be idle
        """
        if jobs and not reason.holds_order:
            raise UserError(
                self.env._(
                    "Nobody works on %(job)s now: choose a reason why the car waits.",
                    job=jobs[0].name,
                )
            )

    def _get_start_question(self, workers):
        """Return the action that asks who starts, or whether to switch; None if clear.

        :raise ClockError: of several jobs at once
        """
        for job, employees in workers.items():
            obstacles = {one: one._get_start_obstacle(job) for one in employees}
            if len(employees) <= 1 and not any(obstacles.values()):
                continue
            if len(self) > 1:
                self._raise_obstacle(job, obstacles)
                continue
            return {
                "type": "ir.actions.act_window",
                "name": job.name,
                "res_model": "auto.time.start",
                "view_mode": "form",
                "target": "new",
                "context": {
                    "default_job_id": job.id,
                    "default_employee_ids": employees.ids,
                },
            }
        return None

    def _raise_obstacle(self, job, obstacles):
        for employee, code in obstacles.items():
            if code == "absent":
                employee._check_present(employee._get_clock_time(None))
            if code == "busy":
                employee._check_free(job, employee._get_clock_time(None))
