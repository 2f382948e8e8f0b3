from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import format_amount, mute_logger

from ..tools.placeholder import PlaceholderError, parse_text, split_parameters
from .common import AutoNotifyCommon

to_datetime = fields.Datetime.to_datetime


@tagged("post_install", "-at_install")
class TestTemplate(AutoNotifyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.company.partner_id.write(
            {"street": "Tverskaya 1", "street2": False, "city": "Moscow"}
        )
        cls.company.write({"phone": "+7 495 000-00-00", "auto_map_url": False})
        cls.company.partner_id.country_id = cls.env.ref("base.ru")
        cls.plate = cls.vehicle.license_plate

    def _render(self, body, record=None, lang="en_US", date_event=None, **vals):
        record = self.order if record is None else record
        template = self._create_template(record._name, body, **vals)
        return template._render_message(record, self.customer, lang, date_event)

    def _assert_says(self, body, text, record=None, **options):
        self.assertEqual(self._render(body, record, **options)["body"], text)

    def _assert_refused(self, body, reason):
        with self.assertRaisesRegex(ValidationError, reason):
            self._create_template(body=body)

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------

    def test_helper_values_of_an_order(self):
        self.order.action_confirm()
        currency = self.order.currency_id
        amount = format_amount(self.env, self.order.amount_total, currency).replace(
            "\xa0", " "
        )
        self.assertIn("1,500.00", amount)
        self._assert_says(
            "{{ name }}: {{ car }} {{ plate }}, {{ sum_total }}, due {{ sum_due }}",
            f"Ivan Petrov: Testla Rio {self.plate}, {amount}, due {amount}",
        )

    def test_shop_values(self):
        self._assert_says(
            "{{ company }} | {{ address }} | {{ phone }}",
            f"{self.company.name} | Moscow, Tverskaya 1 | +7 495 000-00-00",
        )

    def test_a_map_link_is_made_of_the_address_if_the_shop_has_none(self):
        self.assertEqual(
            self.order._get_notify_map_link(),
            "https://yandex.ru/maps/?text=Moscow%2C+Tverskaya+1",
        )
        self.company.country_id = self.env.ref("base.de")
        self.assertIn("google.com/maps", self.order._get_notify_map_link())
        self.company.auto_map_url = "maps.example.com/shop"
        self.assertEqual(
            self.order._get_notify_map_link(), "https://maps.example.com/shop"
        )

    def test_texts_have_a_short_link_to_the_map(self):
        self.env["ir.config_parameter"].set_param(
            "web.base.url", "https://crm.example.com"
        )
        self.company.partner_id.street = "Тверская улица, дом 1, корпус 2"
        self.assertGreater(len(self.order._get_notify_map_link()), 150)
        link = self._render("{{ map_link }}")["body"]
        self.assertRegex(link, r"^https://crm\.example\.com/m/[A-Za-z0-9_-]{8,12}$")
        self.company.auto_map_url = "https://ya.cc/m/x"
        self._assert_says("{{ map_link }}", "https://ya.cc/m/x")
        self.company.write({"auto_map_url": False})
        self.company.partner_id.write({"street": False, "city": False})
        self.assertEqual(self.order._get_notify_short_map_link(), "")

    def test_a_document_elsewhere_leads_there(self):
        order = self.registry["sale.order"]
        far = "https://yandex.ru/maps/?text=Lenina+2"
        self.patch(order, "_get_notify_map_link", lambda order: far)
        self._assert_says("{{ map_link }}", far)

    def test_the_portal_link_opens_the_order_without_login(self):
        link = self._render("{{ portal_link }}")["body"]
        self.assertIn(f"/my/orders/{self.order.id}", link)
        self.assertIn(self.order.access_token, link)
        self.assertTrue(link.startswith("http"))

    def test_the_time_is_told_in_words_in_the_zone_of_the_shop(self):
        moment = to_datetime("2026-10-13 21:30:00")  # 00:30 of the 14th in Moscow
        text = "{{ date }}, {{ time }}"
        said = self._render(text, self.deal, date_event=moment)["body"]
        self.assertEqual(said, "Wednesday, October 14, 12:30 AM")
        said = self._render(text, self.deal, "ru_RU", moment)["body"]
        self.assertEqual(said.split(",")[0], "среда")
        self.assertIn("14 октября", said)
        self.assertRegex(said, r"0?0:30")

    def test_the_time_of_a_deal_is_its_arrival(self):
        self.deal.date_booking = to_datetime("2026-10-14 07:00:00")
        self._assert_says("{{ date }}", "Wednesday, October 14", self.deal)

    def test_fields_are_shown_as_people_read_them(self):
        self.deal.write(
            {
                "date_booking": to_datetime("2026-10-14 07:00:00"),
                "expected_revenue": 1234.5,
            }
        )
        self._assert_says("{{ object.partner_id }}", "Ivan Petrov", self.deal)
        self._assert_says("{{ object.vehicle_id.model_id.name }}", "Rio", self.deal)
        self._assert_says("{{ object.type }}", "Opportunity", self.deal)
        said = self._render("{{ object.date_booking }}", self.deal)["body"]
        self.assertIn("10:00", said)
        said = self._render("{{ object.expected_revenue }}", self.deal)["body"]
        self.assertIn("1,234.5", said)
        self._assert_says("{{ object.partner_id.active }}", "yes", self.deal)

    def test_simple_expressions(self):
        self._assert_says(
            "{{ 'Car: ' + plate if plate else 'No car' }}", f"Car: {self.plate}"
        )
        self._assert_says("{{ object.wish or 'nothing said' }}", "nothing said")
        self._assert_says("{{ object.norm_hours > 1 and 'long' or 'short' }}", "long")
        self._assert_says("{{ round(object.norm_hours + 0.7) }}", "2")

    def test_no_break_spaces_do_not_double_the_price_of_an_sms(self):
        self.customer.name = "Ivan\u00a0Petrov\u202fJr"
        self._assert_says("{{ name }}", "Ivan Petrov Jr")

    # ------------------------------------------------------------------
    # Whole texts or none
    # ------------------------------------------------------------------

    def test_an_empty_value_stops_the_message_and_says_which(self):
        template = self._create_template(body="Hello\nBonuses: {{ bonuses }}")
        with self.assertRaisesRegex(UserError, r"\{\{ bonuses \}\} is empty"):
            template._render_message(self.order, self.customer)

    def test_a_fallback_stands_in_for_an_empty_value(self):
        self.vehicle.model_id = False
        self._assert_says("Your {{ car ||| car }}!", "Your car!")
        self._assert_says("Your {{ car|||car }}!", "Your car!")

    def test_a_line_of_which_all_is_empty_is_left_out(self):
        self._assert_says(
            "Ready.\nBonuses: {{ bonuses ||| }} {{ object.fault ||| }}\n\nBye.",
            "Ready.\n\nBye.",
        )
        self._assert_says(
            "Car {{ bonuses ||| }} is {{ bonuses ||| }}, {{ name }}",
            "Car is, Ivan Petrov",
        )
        self._assert_says("Plate {{ plate }} {{ bonuses ||| }}", f"Plate {self.plate}")

    def test_a_text_of_nothing_is_not_sent(self):
        template = self._create_template(body="{{ bonuses ||| }}")
        with self.assertRaisesRegex(UserError, "is empty"):
            template._render_message(self.order, self.customer)

    def test_an_error_while_rendering_stops_the_message_and_says_why(self):
        template = self._create_template(body="{{ object.order_line.name }}")
        order = self._create_order((self.labour, 1), (self.labour, 2))
        with self.assertRaisesRegex(UserError, r"object.order_line.name.*singleton"):
            template._render_message(order, self.customer)

    def test_a_zero_is_something_to_say(self):
        self._assert_says("{{ object.odometer }} km", "0 km")

    def test_parameters_of_the_approved_text(self):
        parameters = self._render(
            "x", whatsapp_parameters="{{ name }} | {{ bonuses ||| none }} | a\tb"
        )["parameters"]
        self.assertEqual(parameters, ["Ivan Petrov", "none", "a b"])
        self.assertEqual(self._render("x")["parameters"], [])

    def test_a_subject_is_one_line_whatever_a_name_holds(self):
        self.customer.name = "Ivan\r\nBcc: all@example.com"
        values = self._render("Hello", subject="For {{ name }}")
        self.assertEqual(values["subject"], "For Ivan Bcc: all@example.com")

    def test_a_text_in_the_readers_language(self):
        template = self._create_template(body="Hello {{ name }}")
        template.with_context(lang="ru_RU").body = "Здравствуйте, {{ name }}"
        self.customer.lang = "ru_RU"
        said = template._render_message(self.order, self.customer)
        self.assertEqual(said["body"], "Здравствуйте, Ivan Petrov")

    # ------------------------------------------------------------------
    # Injection
    # ------------------------------------------------------------------

    def test_what_customers_write_comes_out_as_they_wrote_it(self):
        for name in (
            "{{ object.env.cr }}",
            "{{ 7 * 7 }}",
            "<t t-out='1'/>",
            "%(name)s {0} ${x}",
            "}} {{",
        ):
            self.customer.name = name
            self._assert_says("Hello, {{ name }}!", f"Hello, {name}!")

    def test_a_text_can_do_nothing_but_speak(self):
        for body in (
            "{{ object.write({'note': 'x'}) }}",
            "{{ object.unlink() }}",
            "{{ object.env }}",
            "{{ object.sudo().partner_id.name }}",
            "{{ object._cr }}",
            "{{ object.__class__ }}",
            "{{ object.name.__class__ }}",
            "{{ name.upper() }}",
            "{{ [x for x in object] }}",
            "{{ (lambda: 1)() }}",
            "{{ object['name'] }}",
            "{{ 'a' * 1000000000 }}",
            "{{ 9 ** 9 }}",
            "{{ f'{object}' }}",
            "{{ '%s' % object }}",
            "{{ (object or name).unlink }}",
            "{{ __import__('os') }}",
            "{{ round(object.id).real }}",
        ):
            with self.subTest(body=body):
                self._assert_refused(body, "more than a text may|no field|no value")

    def test_a_text_stored_around_the_checks_does_nothing_either(self):
        template = self._create_template()
        self.env.cr.execute(
            "UPDATE auto_notify_template SET body = %s WHERE id = %s",
            ['{"en_US": "{{ object.unlink() }}"}', template.id],
        )
        template.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "more than a text may"):
            template._render_message(self.order, self.customer)
        self.assertTrue(self.order.exists())

    def test_odoos_own_way_to_render_is_the_same_one(self):
        template = self._create_template(body="{{ name }}")
        said = template._render_field("body", self.order.ids)
        self.assertEqual(said, {self.order.id: self.env.user.partner_id.name})
        with self.assertRaises(UserError):
            template._render_template(
                "{{ object.env.cr }}", "sale.order", self.order.ids
            )

    # ------------------------------------------------------------------
    # Checks when a text is saved
    # ------------------------------------------------------------------

    def test_a_bad_text_is_refused_with_the_reason(self):
        for body, reason in (
            ("Hello {{ nmae }}", "no value named nmae"),
            ("Hello {{ name", "begins with"),
            ("Hello name }}", "begins with"),
            ("Hello {{\nname }}", "begins with"),
            ("Hello {{ name name }}", "can't be understood"),
            ("Hello {{ 'x }}", "can't be understood"),
            ("Hello {{ object.nothing }}", "no field nothing"),
            ("Hello {{ object.name.x }}", "no field x"),
            ("Hello {{ object.partner_id.image_1920 }}", "no field image_1920"),
            ("Hello {{ open(name) }}", "no function named open"),
            ("Hello {{ " + "a" * 600 + " }}", "more than a text may"),
            ("Hello {{ name + 1 }}", "fails"),
        ):
            with self.subTest(body=body):
                self._assert_refused(body, reason)

    def test_every_language_is_checked(self):
        template = self._create_template()
        with self.assertRaisesRegex(ValidationError, "Russian.*imya"):
            template.with_context(lang="ru_RU").body = "Привет, {{ imya }}"
        with self.assertRaisesRegex(ValidationError, "Russian.*imya"):
            template.update_field_translations("body", {"ru_RU": "Привет, {{ imya }}"})
        template.update_field_translations("body", {"ru_RU": "Привет, {{ name }}"})

    def test_subject_and_parameters_are_checked_too(self):
        for name in ("subject", "whatsapp_parameters"):
            with self.assertRaisesRegex(ValidationError, "no value named nobody"):
                self._create_template(**{name: "{{ nobody }}"})

    def test_the_form_tells_length_and_faults_while_a_text_is_written(self):
        with Form(self.order_template) as form:
            form.body = "Ready, {{ name }}"
            self.assertIn("As SMS: parts 1, ", form.trial_size)
            self.assertIn("GSM-7", form.trial_size)
            form.body = "Готово, " * 20 + "{{ name }}"
            self.assertIn("parts 3, ", form.trial_size)
            self.assertIn("UCS-2", form.trial_size)
            form.body = "Ready, {{ nonsense }}"
            self.assertFalse(form.trial_size)
            self.assertIn("no value named nonsense", form.trial_error)
            form.body = "Ready"
            self.assertFalse(form.trial_error)
        with Form(self.env["auto.notify.template"]) as form:
            self.assertFalse(form.trial_size)
            form.name = "New"
            form.model_id = self.env["ir.model"]._get("crm.lead")
            form.body = "Hello, {{ name }}"
            self.assertTrue(form.trial_size)

    def test_a_trial_makes_no_token(self):
        order = self._create_order()
        self.assertFalse(order.access_token)
        self._create_template(body="{{ portal_link }}")
        self.assertFalse(order.access_token)

    def test_texts_are_about_documents_of_messages_only(self):
        with self.assertRaisesRegex(ValidationError, "no messages about"):
            self._create_template("res.partner", "Hello")

    def test_a_text_of_rules_keeps_its_document(self):
        self._create_rule()
        with self.assertRaisesRegex(ValidationError, "another kind of document"):
            self.order_template.model_id = self.lead_template.model_id

    def test_the_list_of_placeholders_is_complete(self):
        for record in (self.order, self.deal):
            names = record._get_notify_placeholders()
            self.assertEqual(set(names), set(record._get_notify_values(self.customer)))
            template = self._create_template(record._name)
            for name in names:
                self.assertIn(f"{{{{ {name} }}}}", template.placeholders)

    def test_a_copy_says_so_and_keeps_the_text(self):
        copy = self.order_template.copy()
        self.assertEqual(copy.name, "Text about sale.order (copy)")
        self.assertEqual(copy.body, self.order_template.body)
        self.assertEqual(self.order_template.copy({"name": "Other"}).name, "Other")

    def test_a_code_of_a_button_is_there_once(self):
        values = {"name": "Once", "code": "once"}
        self.env["auto.notify.button"].create(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["auto.notify.button"].create(values)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    @users("auto_manager")
    def test_a_manager_writes_texts_with_what_he_may_read(self):
        templates = self.env["auto.notify.template"]
        values = {"name": "x", "model_id": self.order_template.model_id.id}
        templates.create({**values, "body": "{{ name }} {{ object.partner_id.email }}"})
        for path in (
            "object.notify_message_ids.channel_id.secret",
            "object.job_ids.mechanic_ids.private_phone",
        ):
            with (
                self.subTest(path=path),
                self.assertRaisesRegex(UserError, "may not read|no field"),
            ):
                templates.create({**values, "body": f"{{{{ {path} }}}}"})

    @users("auto_advisor")
    def test_an_advisor_reads_texts_and_changes_none(self):
        template = self.order_template.with_user(self.env.user)
        self.assertTrue(template.body)
        with self.assertRaises(AccessError):
            template.body = "Hello"


@tagged("post_install", "-at_install")
class TestPlaceholder(AutoNotifyCommon):
    def test_lines_and_parts(self):
        lines = parse_text("a {{ b ||| c }}\n\nd")
        self.assertEqual([len(line) for line in lines], [2, 0, 1])
        self.assertEqual(lines[0][0], "a ")
        self.assertEqual(lines[0][1].expression, "b")
        self.assertEqual(lines[0][1].fallback, "c")
        self.assertIsNone(parse_text("{{ b }}")[0][0].fallback)
        self.assertEqual(parse_text("{{ b ||| }}")[0][0].fallback, "")
        self.assertEqual(parse_text(False), ())
        with self.assertRaises(PlaceholderError):
            parse_text("{{ }}")

    def test_parameters_are_split_outside_of_placeholders(self):
        self.assertEqual(
            split_parameters("{{ a ||| b|c }} | d|{{ e }}f"),
            ["{{ a ||| b|c }}", "d", "{{ e }}f"],
        )
        self.assertEqual(split_parameters(False), [])
        self.assertEqual(split_parameters("  "), [])
