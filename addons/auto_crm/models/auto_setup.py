from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

MANAGER = "auto_crm.auto_crm_group_manager"
ROLES = (
    "auto_crm.auto_crm_group_mechanic",
    "auto_crm.auto_crm_group_advisor",
    "auto_crm.auto_crm_group_accountant",
)


class AutoSetup(models.AbstractModel):
    """What a new shop still has to do before its first car, read from what is there.

    An addon adds a step by `_get_steps` and a method `_is_<name>_done`.
    """

    _name = "auto.setup"
    _description = "First Steps"

    @api.model
    def get_steps(self):
        """Return the steps of the user's company for its page.

        :raise AccessError: for who does not run the shop
        """
        self._check_rights()
        return [self._read_step(step) for step in self._get_sorted_steps()]

    @api.model
    def open_step(self, name):
        """Return the action of a step, with its record open if it is about one.

        :raise UserError: for a step that there is not
        """
        self._check_rights()
        step = next((one for one in self._get_steps() if one["name"] == name), None)
        if not step:
            raise UserError(self.env._("There is no such step. Reload the page."))
        action = self.env["ir.actions.actions"]._for_xml_id(step["action"])
        if step.get("record"):
            action.update(res_id=step["record"].id, view_mode="form", target="current")
            action["views"] = [(step.get("view", False), "form")]
        return action

    @api.model
    def hide_steps(self):
        """Let the managers of the company begin at the board from now on."""
        self._check_rights()
        # sudo: a manager may decide it, though the company is the administrator's
        self.env.company.sudo().auto_setup_hidden = True

    @api.model
    def _is_needed(self):
        """Tell whether the user should begin at the steps: no car has left yet."""
        company = self.env.company
        # sudo: whether there is something is no secret
        facts = self.sudo()
        if company.sudo().auto_setup_hidden or facts._has_released(company):
            return False
        return not all(facts._is_done(step) for step in facts._get_sorted_steps())

    def _check_rights(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Ask a manager of the shop to go through the first steps.")
            )

    def _read_step(self, step):
        """Return what the page shows of a step."""
        model = self.env[step["model"]]
        return {
            "name": step["name"],
            "title": step["title"],
            "text": step["text"],
            # sudo: whether something is set up is no secret
            "is_done": self.sudo()._is_done(step),
            "is_allowed": model.has_access("write"),
        }

    def _get_sorted_steps(self):
        return sorted(self._get_steps(), key=lambda step: step["sequence"])

    def _is_done(self, step):
        check = getattr(self, f"_is_{step['name']}_done")
        return bool(check(self.env.company))

    # -- the steps ---------------------------------------------------------------------

    @api.model
    def _get_steps(self):
        """Hook: the steps, in any order.

        :return: a list of dicts: name, sequence, title, text (why), model (who may
            write it may do the step), action (XML id); record and view of a form, if
            the step is about one record
        """
        return [*self._get_shop_steps(), *self._get_people_steps()]

    def _get_shop_steps(self):
        """Return the steps of what the shop is and sells."""
        company = self.env.company
        # sudo: the schedule is the administrator's to change, its name no secret
        calendar = company.sudo().resource_calendar_id
        return [
            {
                "name": "company",
                "sequence": 10,
                "title": self.env._("Name, phone, country and currency"),
                "text": self.env._(
                    "They are printed on every paper and stand on your site."
                ),
                "model": "res.company",
                "action": "base.action_res_company_form",
                "record": company,
            },
            {
                "name": "hours",
                "sequence": 20,
                "title": self.env._("Working hours and time zone"),
                "text": self.env._(
                    "Calls are due, cars are booked and mechanics are late by them."
                ),
                "model": "resource.calendar",
                "action": "resource.action_resource_calendar_form",
                "record": calendar,
            },
            {
                "name": "rate",
                "sequence": 30,
                "title": self.env._("The price of a norm-hour"),
                "text": self.env._(
                    "A work costs its norm-hours at this price. One line is enough."
                ),
                "model": "auto.labour.rate",
                "action": "auto_crm.auto_labour_rate_action",
            },
            {
                "name": "work",
                "sequence": 40,
                "title": self.env._("The first work"),
                "text": self.env._(
                    "What you sell, with its norm-hours. Whole lists are imported."
                ),
                "model": "product.template",
                "action": "auto_crm.product_template_action_labour",
            },
            {
                "name": "part",
                "sequence": 50,
                "title": self.env._("The first part"),
                "text": self.env._("With its article, maker and price."),
                "model": "product.template",
                "action": "auto_crm.product_template_action_part",
            },
        ]

    def _get_people_steps(self):
        """Return the steps of who works there and takes the money."""
        return [
            {
                "name": "users",
                "sequence": 60,
                "title": self.env._("Logins for your people"),
                "text": self.env._(
                    "Each with a role under Car Service; it decides what they see."
                ),
                "model": "res.users",
                "action": "base.action_res_users",
            },
            {
                "name": "passwords",
                "sequence": 70,
                "title": self.env._("Passwords"),
                "text": self.env._(
                    "Everybody has one, and the administrator's is no longer “admin”."
                ),
                "model": "res.users",
                "action": "base.action_res_users",
            },
            {
                "name": "cash",
                "sequence": 100,
                "title": self.env._("A cash journal"),
                "text": self.env._("Where the money of the counter is booked."),
                "model": "account.journal",
                "action": "account.action_account_journal_form",
            },
        ]

    def _is_company_done(self, company):
        return company.name != "My Company" and company.country_id and company.phone

    def _is_hours_done(self, company):
        """The clock on the wall is one of the shop's country."""
        calendar = company.resource_calendar_id
        zones = company.country_id._get_zones()
        return calendar.attendance_ids and (calendar.tz in zones or not zones)

    def _is_rate_done(self, company):
        domain = [("company_id", "in", [company.id, False])]
        return self.env["auto.labour.rate"].search_count(domain, limit=1)

    def _is_work_done(self, company):
        return self._has_product(company, "service_tracking", "auto_job")

    def _is_part_done(self, company):
        return self._has_product(company, "is_storable", True)

    def _is_users_done(self, company):
        return self._get_staff(company) - self._get_admin()

    def _is_passwords_done(self, company):
        users = self._get_staff(company) | self._get_admin()
        if not users:
            return False
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL("SELECT login, password FROM res_users WHERE id IN %s", users._ids)
        )
        passwords = dict(rows)
        if not all(passwords.values()):
            return False
        hashed = passwords.get("admin")
        return not (hashed and users._crypt_context().verify("admin", hashed))

    def _is_cash_done(self, company):
        domain = [("type", "=", "cash"), ("company_id", "=", company.id)]
        return self.env["account.journal"].search_count(domain, limit=1)

    def _has_product(self, company, name, value):
        domain = [(name, "=", value), ("company_id", "in", [company.id, False])]
        return self.env["product.template"].search_count(domain, limit=1)

    def _has_released(self, company):
        domain = [("work_state", "=", "released"), ("company_id", "=", company.id)]
        return self.env["sale.order"].search_count(domain, limit=1)

    def _get_admin(self):
        """Return the first administrator; nobody if he has been deleted."""
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        return admin or self.env["res.users"]

    def _get_staff(self, company):
        """Return users of the company that have a role in the car service."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        groups = [group_id for role in ROLES if (group_id := find(role))]
        return self.env["res.users"].search(
            [
                ("share", "=", False),
                ("company_ids", "in", company.ids),
                ("all_group_ids", "in", groups),
            ]
        )
