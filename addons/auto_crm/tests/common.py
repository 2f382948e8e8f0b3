from odoo import Command
from odoo.tests import TransactionCase


class AutoCrmCommon(TransactionCase):
    """A small shop: a user per role, a customer with a car, labour and parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # users of tests need no invitations, whose rendering takes most of the set-up
        context = {"lang": "en_US", "tz": "Europe/Moscow", "no_reset_password": True}
        cls.env = cls.env["base"].with_context(**context).env
        cls.company = cls.env.company
        cls.company.partner_id.lang = "en_US"
        for name, user in cls._create_users(cls._get_users()).items():
            setattr(cls, name, user)
        cls.mechanic = cls.env["hr.employee"].create(
            {"name": "Mechanic One", "user_id": cls.mechanic_user.id}
        )
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Ivan Petrov",
                "phone": "+79161234567",
                "email": "ivan.petrov@example.com",
                "country_id": cls.env.ref("base.ru").id,
            }
        )
        cls.brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Testla"})
        cls.vehicle_model = cls.env["fleet.vehicle.model"].create(
            {"name": "Rio", "brand_id": cls.brand.id}
        )
        cls.vehicle = cls.env["auto.vehicle"].create(
            {
                "partner_id": cls.customer.id,
                "model_id": cls.vehicle_model.id,
                "license_plate": "А123ВС777",
            }
        )
        cls.work_type = cls.env["auto.work.type"].create({"name": "Brakes"})
        cls.env["auto.labour.rate"].create(
            {"work_type_id": cls.work_type.id, "price": 1000.0}
        )
        cls.supplier = cls.env["res.partner"].create({"name": "Parts Supplier"})
        cls.labour, cls.part = cls.env["product.product"].create(
            [
                {
                    "name": "Replace front pads",
                    "type": "service",
                    "service_tracking": "auto_job",
                    "work_type_id": cls.work_type.id,
                    "norm_hours": 1.5,
                    "taxes_id": [Command.clear()],
                },
                {
                    "name": "Front pads",
                    "default_code": "PAD-1",
                    "maker": "Brembo",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 3000.0,
                    "taxes_id": [Command.clear()],
                    "seller_ids": [
                        Command.create(
                            {"partner_id": cls.supplier.id, "price": 2000.0, "delay": 2}
                        )
                    ],
                },
            ]
        )
        # each has its own: what is done with one reads the one
        cls.labour, cls.part = (
            product.with_prefetch() for product in (cls.labour, cls.part)
        )

    @classmethod
    def _get_users(cls):
        """Hook: the users of all tests: login and group by name of the attribute."""
        return {
            "mechanic_user": ("auto_mechanic", "auto_crm.auto_crm_group_mechanic"),
            "advisor": ("auto_advisor", "auto_crm.auto_crm_group_advisor"),
            "manager": ("auto_manager", "auto_crm.auto_crm_group_manager"),
            "accountant": ("auto_accountant", "account.group_account_user"),
        }

    @classmethod
    def _create_users(cls, logins):
        """Make English users as `new_test_user` makes one, at half the queries.

        :param dict logins: pairs of login and XML id of the group, by any key
        :return: users by key
        """
        users = cls.env["res.users"].create(
            [
                {
                    "name": f"{login} ({group})",
                    "login": login,
                    "password": login,
                    "email": f"{login[0]}.{login[0]}@example.com",
                    "lang": "en_US",
                    "group_ids": [Command.set(cls.env.ref(group).ids)],
                }
                for login, group in logins.values()
            ]
        )
        return dict(zip(logins, users, strict=True))

    def run_events(self):
        """Do what a commit does: flush the facts, then move the deals."""
        self.env.flush_all()
        self.env.cr.precommit.run()
