from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_vehicle import AutoVehicleCommon


class VehicleSecurityCommon(AutoVehicleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_vehicle = cls.env["auto.vehicle"].create(
            {"license_plate": "К999КК 99", "partner_id": cls.other_customer.id}
        )
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
                "is_work_order": True,
                "order_line": [Command.create({"product_id": cls.labour.id})],
            }
        )
        cls.job = cls.env["auto.job"].create(
            {
                "name": "Replace pads",
                "order_line_id": cls.order.order_line.id,
                "mechanic_ids": [Command.link(cls.mechanic.id)],
            }
        )
        cls.vehicle.odometer = 1000
        cls.portal_user = new_test_user(
            cls.env, login="auto_portal", groups="base.group_portal"
        )
        cls.portal_user.partner_id = cls.customer

    def _refused(self, function, *args):
        with self.assertRaises(AccessError):
            function(*args)


@tagged("post_install", "-at_install")
class TestVehicleSecurity(VehicleSecurityCommon):
    def test_mechanic_reads_cars_of_own_jobs_only(self):
        vehicles = self.env["auto.vehicle"].with_user(self.mechanic_user)
        self.assertEqual(vehicles.search([]), self.vehicle)
        vehicle = self.vehicle.with_user(self.mechanic_user)
        self.assertEqual(vehicle.display_name, "А123ВС 777 Testla Rio")
        self.assertEqual(vehicle.odometer_ids.mapped("value"), [1000])
        self._refused(self.other_vehicle.with_user(self.mechanic_user).read, ["vin"])

    def test_mechanic_changes_no_car(self):
        vehicle = self.vehicle.with_user(self.mechanic_user)
        self._refused(vehicle.write, {"color": "red"})
        self._refused(vehicle.create, {"license_plate": "А1"})
        self._refused(vehicle.unlink)
        self._refused(vehicle._add_odometer, 5000)
        self._refused(vehicle._find_or_create_from_line, "О551ТР97")
        wizard = self.env["auto.vehicle.owner.change"].with_user(self.mechanic_user)
        self._refused(wizard.create, {"vehicle_id": vehicle.id})

    def test_mechanic_reads_no_counts_of_orders_and_deals(self):
        for name in ("order_count", "lead_count", "duplicate_text", "duplicate_ids"):
            self._refused(self.vehicle.with_user(self.mechanic_user).read, [name])

    def test_advisor_keeps_cars_but_deletes_none(self):
        vehicle = self.other_vehicle.with_user(self.advisor)
        vehicle.write({"color": "red", "active": False})
        self._refused(vehicle.unlink)
        self._refused(vehicle.owner_ids.with_user(self.advisor).unlink)

    def test_manager_deletes_a_car(self):
        self.other_vehicle.with_user(self.manager).unlink()
        self.assertFalse(self.other_vehicle.exists())

    @mute_logger("odoo.sql_db")
    def test_a_car_with_a_history_is_archived_not_deleted(self):
        self.assertTrue(self.vehicle.order_ids)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.vehicle.with_user(self.manager).unlink()

    def test_accountant_reads_cars_and_changes_none(self):
        vehicle = self.other_vehicle.with_user(self.accountant)
        self.assertTrue(vehicle.display_name)
        self.assertTrue(
            vehicle.read(["partner_id", "owner_ids", "odometer_ids", "brand_id"])
        )
        self._refused(vehicle.write, {"color": "red"})
        self._refused(vehicle.create, {})

    def test_portal_reads_own_cars_only(self):
        vehicles = self.env["auto.vehicle"].with_user(self.portal_user)
        self.assertEqual(vehicles.search([]), self.vehicle)
        self.assertEqual(
            self.vehicle.with_user(self.portal_user).display_name,
            "А123ВС 777 Testla Rio",
        )
        self._refused(self.other_vehicle.with_user(self.portal_user).read, ["vin"])
        self._refused(self.vehicle.with_user(self.portal_user).write, {"color": "red"})
        self._refused(
            self.vehicle.owner_ids.with_user(self.portal_user).read, ["date_start"]
        )

    def test_sold_car_is_not_its_former_owner_s(self):
        self.vehicle.partner_id = self.other_customer
        self.assertFalse(
            self.env["auto.vehicle"].with_user(self.portal_user).search([])
        )

    def test_public_reads_no_car(self):
        self._refused(
            self.vehicle.with_user(self.env.ref("base.public_user")).read, ["vin"]
        )

    def test_internal_user_of_no_group_reads_no_car(self):
        user = new_test_user(self.env, login="auto_nobody", groups="base.group_user")
        self._refused(self.vehicle.with_user(user).read, ["vin"])
        self.assertTrue(self.customer.with_user(user).phone)

    def test_car_of_another_company_is_not_read(self):
        company = self.env["res.company"].create({"name": "Other shop"})
        self.other_vehicle.company_id = company
        self.other_vehicle.odometer = 5
        for user in (self.advisor, self.manager, self.accountant):
            self._refused(self.other_vehicle.with_user(user).read, ["vin"])
            self._refused(
                self.other_vehicle.odometer_ids.with_user(user).read, ["value"]
            )
            self._refused(
                self.other_vehicle.owner_ids.with_user(user).read, ["date_start"]
            )
        double = (
            self.env["auto.vehicle"]
            .with_user(self.advisor)
            .create({"license_plate": "К999КК99"})
        )
        self.assertFalse(double.duplicate_text)


@tagged("post_install", "-at_install")
class TestCustomerPrivacy(VehicleSecurityCommon):
    def test_mechanic_reads_no_customer(self):
        customer = self.customer.with_user(self.mechanic_user)
        for name in ("phone", "email", "phone_sanitized", "name"):
            self._refused(customer.read, [name])
        found = customer.search([("phone", "ilike", "916")])
        self.assertFalse(found)
        self.assertFalse(customer.name_search("Petrov"))
        self.assertFalse(customer._read_group([("id", "=", customer.id)], ["phone"]))

    def test_mechanic_does_not_guess_a_phone_by_searching_cars(self):
        vehicles = self.env["auto.vehicle"].with_user(self.mechanic_user)
        self.assertTrue(vehicles.search([("license_plate", "ilike", "123")]))
        self.assertFalse(vehicles.search([("partner_id.phone", "ilike", "916")]))
        self.assertFalse(
            vehicles.search([("partner_id.phone_sanitized", "ilike", "916")])
        )
        self.assertFalse(vehicles.name_search("9161234567"))

    def test_mechanic_sees_whose_car_it_is_by_name_only(self):
        vehicle = self.vehicle.with_user(self.mechanic_user)
        data = vehicle.web_read({"partner_id": {"fields": {"display_name": {}}}})
        self.assertEqual(data[0]["partner_id"]["display_name"], "Ivan Petrov")
        self._refused(
            vehicle.web_read, {"partner_id": {"fields": {"phone": {}, "email": {}}}}
        )

    def test_mechanic_reads_colleagues_himself_and_the_company(self):
        partners = self.advisor.partner_id | self.mechanic_user.partner_id
        partners |= self.env.company.partner_id
        partners.with_user(self.mechanic_user).read(["name", "email", "phone"])

    def test_mechanic_who_may_create_contacts_reads_no_customers_either(self):
        self.mechanic_user.group_ids += self.env.ref("base.group_partner_manager")
        self._refused(self.customer.with_user(self.mechanic_user).read, ["phone"])
        self._refused(self.customer.with_user(self.mechanic_user).write, {"phone": "1"})

    def test_office_reads_customers(self):
        for user in (self.advisor, self.manager, self.accountant):
            self.assertTrue(self.customer.with_user(user).phone)
        for group in (
            "stock.group_stock_user",
            "hr.group_hr_user",
            "base.group_erp_manager",
        ):
            user = new_test_user(
                self.env,
                login=f"auto_{group}",
                groups=f"auto_crm.auto_crm_group_mechanic,{group}",
            )
            self.assertTrue(self.customer.with_user(user).phone, group)

    def test_portal_user_still_reads_himself_only(self):
        self.assertTrue(self.customer.with_user(self.portal_user).phone)
        self._refused(self.other_customer.with_user(self.portal_user).read, ["phone"])

    def test_mechanic_reads_no_address_among_followers(self):
        self.vehicle.message_subscribe(
            partner_ids=(self.customer | self.advisor.partner_id).ids
        )
        followers = self.env["mail.followers"].with_user(self.mechanic_user)
        found = followers.search([("res_model", "=", "auto.vehicle")])
        self.assertEqual(found.partner_id, self.advisor.partner_id)
        customer = self.env["mail.followers"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self._refused(customer.with_user(self.mechanic_user).read, ["email"])
        self.assertTrue(customer.with_user(self.advisor).email)

    def test_mechanic_reads_no_customer_through_his_user(self):
        self.portal_user.company_ids = self.mechanic_user.company_ids
        self._refused(
            self.portal_user.with_user(self.mechanic_user).read, ["email", "phone"]
        )

    def test_customer_is_not_suggested_as_recipient_to_a_mechanic(self):
        suggest = "_message_get_suggested_recipients"
        self.assertEqual(
            getattr(self.vehicle.with_user(self.mechanic_user), suggest)(), []
        )
        self.assertIn(
            "ivan.petrov", str(getattr(self.vehicle.with_user(self.advisor), suggest)())
        )

    def test_mechanic_writes_on_the_job_a_customer_follows(self):
        self.job.message_subscribe(partner_ids=self.customer.ids)
        self.job.message_post(
            body="Ring me", author_id=self.customer.id, message_type="comment"
        )
        job = self.job.with_user(self.mechanic_user)
        job.message_post(body="Pads are worn", message_type="comment")
        self.assertIn("worn", job.message_ids[0].body)

    def test_mechanic_does_not_move_what_he_advised_to_another_car(self):
        self.env["sale.order"].create(
            {
                "partner_id": self.other_customer.id,
                "vehicle_id": self.other_vehicle.id,
                "order_line": [Command.create({"product_id": self.labour.id})],
            }
        ).order_line.mechanic_ids = self.mechanic
        work = self.env["auto.recommendation"].with_user(self.mechanic_user)
        work = work.create({"name": "Worn hose", "vehicle_id": self.vehicle.id})
        for vals in (
            {"vehicle_id": self.other_vehicle.id},
            {"order_id": self.order.id},
            {"company_id": self.company.id},
        ):
            self._refused(work.write, {"name": "Other", **vals})
        work.name = "Worn brake hose"
        self.assertEqual(work.name, "Worn brake hose")
        work.with_user(self.advisor).vehicle_id = self.other_vehicle
        self.assertEqual(work.vehicle_id, self.other_vehicle)

    def test_mechanic_reads_no_address_of_a_message(self):
        message = self.job.message_post(
            body="Ring me",
            author_id=self.customer.id,
            message_type="comment",
            incoming_email_to="ivan.petrov@example.com",
        )
        self.assertIn("ivan.petrov", message.email_from)
        messages = self.env["mail.message"].with_user(self.mechanic_user)
        own = messages.browse(message.id)
        for name in ("email_from", "reply_to", "incoming_email_to"):
            with self.subTest(name=name):
                self._refused(own.read, [name])
                self._refused(messages.search, [(name, "ilike", "ivan.petrov")])
                self._refused(messages.formatted_read_group, [], [name])
                self._refused(own.export_data, [name])
                self._refused(own.onchange, {}, [], {name: {}})
        self._refused(own.read)
        self._refused(own.copy_data)
        self.assertIn("Ring me", str(own.read(["body"])))
        self.assertTrue(message.with_user(self.advisor).read(["email_from"]))


@tagged("post_install", "-at_install")
class TestMechanicWebClient(HttpCase, VehicleSecurityCommon):
    def _rpc(self, route, params):
        return self.make_jsonrpc_request(route, params)

    def test_chatter_and_discuss_load_without_customers_phones(self):
        self.vehicle.message_subscribe(partner_ids=self.customer.ids)
        self.vehicle.message_post(
            body="Ring me", author_id=self.customer.id, message_type="comment"
        )
        self.authenticate("auto_mechanic", "auto_mechanic")
        init = self._rpc(
            "/mail/data",
            {"fetch_params": ["init_messaging", "systray_get_activities"]},
        )
        self.assertTrue(init)
        thread = self._rpc(
            "/mail/data",
            {
                "fetch_params": [
                    [
                        "mail.thread",
                        {
                            "thread_model": "auto.vehicle",
                            "thread_id": self.vehicle.id,
                            "request_list": [
                                "activities",
                                "followers",
                                "attachments",
                                "suggestedRecipients",
                            ],
                        },
                    ]
                ]
            },
        )
        messages = self._rpc(
            "/mail/thread/messages",
            {"thread_model": "auto.vehicle", "thread_id": self.vehicle.id},
        )
        self.assertIn("Ring me", str(messages))
        for answer in (init, thread, messages):
            self.assertNotIn("+7916", str(answer))
            self.assertNotIn("ivan.petrov@", str(answer))
