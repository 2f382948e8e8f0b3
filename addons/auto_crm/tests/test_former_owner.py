from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestFormerOwner(AutoOrderCommon):
    """What was said with one owner of a car is not the next one's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.former = new_test_user(
            cls.env, login="former_owner", groups="base.group_portal"
        )
        cls.former.partner_id = cls.customer
        cls.buyer = new_test_user(
            cls.env, login="next_owner", groups="base.group_portal"
        )
        cls.work = cls.env["auto.recommendation"].create(
            {"name": "Worn hose", "vehicle_id": cls.vehicle.id}
        )

    def _say(self, record, text, **vals):
        """Post a message that a customer may read, with a file."""
        return record.message_post(
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(f"{text}.txt", text.encode())],
            **vals,
        )

    def _sell(self):
        self.vehicle.with_user(self.advisor).partner_id = self.buyer.partner_id
        self.env.flush_all()
        self.env.invalidate_all()

    def _find(self, user, message):
        """Return what a user finds and reads of a message, whose files come with it."""
        found = self.env["mail.message"].with_user(user)
        return (
            found.search([("id", "=", message.id)]).ids == message.ids,
            message.with_user(user).has_access("read"),
        )

    def test_the_chatter_of_a_sold_car_stays_its_former_owner_s(self):
        before = self._say(self.vehicle, "Pays later")
        self.assertEqual(set(self._find(self.former, before)), {True})
        self._sell()
        self.assertEqual(set(self._find(self.buyer, before)), {False})
        with self.assertRaises(AccessError):
            before.attachment_ids.with_user(self.buyer).read(["datas"])
        after = self._say(self.vehicle, "Welcome")
        self.assertEqual(set(self._find(self.buyer, after)), {True})
        self.assertEqual(set(self._find(self.former, after)), {False})

    def test_who_was_written_to_keeps_his_message(self):
        message = self._say(
            self.vehicle, "For you", partner_ids=self.former.partner_id.ids
        )
        self._sell()
        self.assertTrue(message.with_user(self.former).has_access("read"))
        self.assertFalse(message.with_user(self.buyer).has_access("read"))

    def test_staff_reads_all_of_it(self):
        before = self._say(self.vehicle, "Pays later")
        self._sell()
        self.assertEqual(set(self._find(self.advisor, before)), {True})

    def test_a_former_owner_is_told_no_more(self):
        self.vehicle.message_subscribe(partner_ids=self.customer.ids)
        self.work.message_subscribe(partner_ids=self.customer.ids)
        self._sell()
        for record in (self.vehicle, self.work):
            self.assertNotIn(self.customer, record.message_partner_ids)

    def test_work_advised_to_a_former_owner_is_not_the_next_one_s(self):
        said = self._say(self.work, "Cannot afford it")
        self.assertTrue(self.work.with_user(self.former).has_access("read"))
        self._sell()
        self.assertFalse(self.work.with_user(self.former).has_access("read"))
        self.assertFalse(self.work.with_user(self.buyer).has_access("read"))
        self.assertEqual(set(self._find(self.buyer, said)), {False})
        self.work.with_user(self.advisor).action_decline()
        self.work.with_user(self.advisor).action_reopen()
        self.assertEqual(self.work.owner_id, self.buyer.partner_id)
        self.assertTrue(self.work.with_user(self.buyer).has_access("read"))
        self.assertEqual(set(self._find(self.buyer, said)), {False})

    def test_work_advised_without_an_owner_is_the_first_one_s(self):
        car = self.env["auto.vehicle"].create({"license_plate": "К999КК99"})
        work = self.env["auto.recommendation"].create(
            {"name": "Oil", "vehicle_id": car.id}
        )
        car.partner_id = self.customer
        self.assertEqual(work.owner_id, self.customer)

    def test_messages_of_a_job_do_not_follow_its_order_to_another_customer(self):
        order = self._create_agreed((self.labour, 1))
        said = self._say(order.job_ids, "Found money in the glove box")
        self.assertTrue(said.with_user(self.former).has_access("read"))
        order.partner_id = self.buyer.partner_id
        self.assertFalse(said.with_user(self.buyer).has_access("read"))

    def test_every_model_a_customer_reads_by_a_field_that_changes_is_covered(self):
        rules = self.env["ir.rule"].search(
            [("groups", "in", self.env.ref("base.group_portal").ids)]
        )
        names = set(rules.model_id.mapped("model"))
        for name in names:
            model = self.env[name]
            if name.startswith("auto.") and "message_ids" in model._fields:
                self.assertTrue(model._auto_owner_path, name)
