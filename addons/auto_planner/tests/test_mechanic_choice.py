from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import AutoPlannerCommon


@tagged("post_install", "-at_install")
class TestMechanicChoice(AutoPlannerCommon):
    """Mechanics are picked by people without rights of Employees.

    Odoo's fields with a face look in the public profiles for whoever is no officer of
    Employees, and in the employees for whoever is one.
    """

    def _choices(self):
        """Yield our fields that an employee is picked in, with their domains."""
        names = {"company_id": self.company.id, "uid": self.env.uid}
        for model_name, model in self.env.items():
            for name, field in model._fields.items():
                if (
                    field.comodel_name == "hr.employee"
                    and (field._module or "").startswith("auto_")
                    and field.domain
                    and isinstance(field.domain, str)
                ):
                    yield model_name, name, safe_eval(field.domain, dict(names))

    def test_every_role_is_offered_the_mechanics(self):
        other = self.env["hr.employee"].create({"name": "Cook"})
        choices = list(self._choices())
        self.assertIn("auto.booking", {model for model, _name, _domain in choices})
        self.assertFalse(self.advisor.has_group("hr.group_hr_user"))
        for user in (self.advisor, self.manager):
            for profile in ("hr.employee.public", "hr.employee"):
                employees = self.env[profile].with_user(user)
                for model, name, domain in choices:
                    found = {key for key, _label in employees.name_search("", domain)}
                    self.assertIn(self.mechanic.id, found, f"{model}.{name}")
                    self.assertNotIn(other.id, found, f"{model}.{name}")

    def test_a_mechanic_is_one_in_his_public_profile(self):
        profile = self.env["hr.employee.public"].browse(self.mechanic_2.id)
        self.assertTrue(profile.with_user(self.advisor).is_mechanic)
        self.mechanic_2.is_mechanic = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(profile.with_user(self.advisor).is_mechanic)
