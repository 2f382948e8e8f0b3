import inspect
import re
from datetime import timedelta
from functools import partial

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import AutoWorktimeCommon
from .terminal_common import AutoTerminalCommon

ADDON = "odoo.addons.auto_worktime."
MONEY, PHONE = "765432", "9990001234"  # digits that stand nowhere else
# what is nobody's business who only works on cars
SECRET = re.compile(
    r"price|amount|cost|margin|revenue|subtotal|phone|mobile|wage|barcode|^pin$|^key$"
)
READERS = {
    "search": lambda records: records.search([]).read(["id"]),
    "search_read": lambda records: records.search_read([], ["id"]),
    "search_count": lambda records: records.search_count([]),
    "name_search": lambda records: records.name_search(""),
    "read": lambda records: records.read(["display_name"]),
    "export_data": lambda records: records.export_data(["display_name"]),
    "web_search_read": lambda records: records.web_search_read([], {"id": {}}),
    "web_read": lambda records: records.web_read({"display_name": {}}),
    "group": lambda records: records.formatted_read_group([], [], ["__count"]),
    "copy": lambda records: records.copy(),
    "unlink": lambda records: records.unlink(),
}

OF_ALL = {"search", "search_read", "search_count", "name_search", "web_search_read"}
OF_ALL |= {"group"}


class AutoAccessCommon(AutoWorktimeCommon):
    """A car at work, whose customer, prices and other mechanic are secrets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, login="time_portal", groups="base.group_portal"
        )
        cls.clerk = new_test_user(cls.env, login="time_clerk", groups="base.group_user")
        cls.env.user.group_ids += cls.env.ref("base.group_allow_export")
        for user in cls.mechanic_user + cls.foreman + cls.clerk:
            user.group_ids += cls.env.ref("base.group_allow_export")
        cls.customer.phone = f"+7{PHONE}"
        cls.part.standard_price = float(f"{MONEY}1")
        cls.mechanic_2.hourly_cost = float(f"{MONEY}2")
        [cls.job] = cls._create_job(cls.mechanic)
        [cls.other_job] = cls._create_job(cls.mechanic_2)
        orders = cls.job.order_id + cls.other_job.order_id
        orders.order_line.price_unit = float(f"{MONEY}3")
        cls._check_in()
        cls.attendance = cls._check_in(cls.mechanic_2)
        with freeze_time(cls._at(1)):
            cls.log = cls.mechanic_2._clock_start(cls.other_job)
            cls.mechanic._clock_start(cls.job)
        cls.records = cls._create_records()

    @classmethod
    def _create_records(cls):
        """Return a record of each model of the addon, of another mechanic."""
        whose = {"employee_id": cls.mechanic_2.id, "company_id": cls.company.id}
        device = cls.env["auto.time.device"].create({"name": "Door"})
        event = {**whose, "device": "x", "sequence": 1, "action": "in"}
        values = {
            "auto.pay.scheme": {"employee_id": cls.mechanic_2.id},
            "auto.pay.entry": {
                "employee_id": cls.mechanic_2.id,
                "name": "Bonus",
                "amount": float(f"{MONEY}4"),
            },
            "auto.pay.statement": {"employee_id": cls.mechanic_2.id},
            "auto.terminal": {"name": "Tablet", "lang": "en_US"},
            "auto.time.correction": {**whose, "cause": "forgotten", "state": "open"},
            "auto.time.event": {
                **event,
                "date": cls._at(0),
                "state": "refused",
            },
            "auto.time.punch": {
                "device_id": device.id,
                "company_id": cls.company.id,
                "badge": "BADGE2",
                "date": cls._at(0),
                "direction": "in",
                "state": "unknown",
            },
            "auto.time.correct": {"log_id": cls.log.id, "reason": "x"},
            "auto.time.start": {"job_id": cls.other_job.id},
            "account.move": {"move_type": "entry"},
        }
        records = {model: cls.env[model].create(vals) for model, vals in values.items()}
        return records | {
            "auto.time.device": device,
            "auto.time.log": cls.log,
            "auto.job": cls.other_job,
            "sale.order": cls.other_job.order_id,
            "hr.attendance": cls.attendance,
        }

    def _get_record(self, model):
        return self.records.get(model, self.env[model].browse(1))

    def _is_refused(self, ask):
        """Whether something is refused for want of rights; whatever it does is undone.

        What was read by others before is forgotten: it would be answered unasked.
        """
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint() as savepoint:
                ask()
                self.env.flush_all()
                savepoint.rollback()
        except AccessError:
            return True
        except UserError as error:
            return "rights to export" in str(error)
        finally:
            self.env.invalidate_all(flush=False)
        return False


@tagged("post_install", "-at_install")
class TestWorktimeMethods(AutoAccessCommon):
    """Each public method of the addon refuses whom it is not for."""

    # arguments that a method cannot do without
    ARGUMENTS = {
        "write": [{"company_id": 1}],
        "create": [[{}]],
        "action_open_clock": ["on_hold"],
        "action_hold": [1],
    }

    def _get_methods(self):
        """Return what RPC can call of the addon's code, as {(model, method)}."""
        return {
            (model._name, name)
            for model in self.env.registry.values()
            for cls in model.mro()
            if cls.__module__.startswith(ADDON)
            for name, method in vars(cls).items()
            if not name.startswith("_")
            and inspect.isfunction(method)
            and not getattr(method, "_api_private", False)
        }

    def _is_shut(self, user, model, name):
        """Whether a call is refused, or leads to a screen that is."""
        record, results = self._get_record(model).with_user(user), []
        arguments = self.ARGUMENTS.get(name, [])
        if self._is_refused(lambda: results.append(getattr(record, name)(*arguments))):
            return True
        if not isinstance(results[0], dict):
            return False
        if results[0]["type"] == "ir.actions.act_url":  # its controller asks for rights
            return results[0]["url"].startswith("/auto_worktime/pay/")
        is_screen = results[0].get("res_model")
        return is_screen and not self.env[is_screen].with_user(user).has_access("read")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_each_method_is_shut_to_whom_it_is_not_for(self):
        methods = self._get_methods()
        self.assertGreater(len(methods), 20)
        is_open = [
            f"{user.login}: {model}.{name}"
            for model, name in sorted(methods)
            for user in (self.mechanic_user, self.portal, self.clerk)
            if not self._is_shut(user, model, name)
        ]
        self.assertEqual(is_open, [])

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_each_model_is_shut_to_strangers(self):
        """By all ways of reading; a mechanic sees his own rows, where he sees any."""
        own = {"auto.time.log", "auto.time.correction", "auto.pay.entry"}
        own |= {"auto.pay.statement", "auto.time.start"}
        models = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == "auto_worktime" and not model._abstract
        }
        self.assertGreater(len(models), 15)
        is_open = []
        for model in sorted(models):
            record = self._get_record(model)
            for user in (self.mechanic_user, self.portal, self.clerk):
                is_owner = user == self.mechanic_user and model in own
                asks = {
                    name: partial(reader, record.with_user(user))
                    for name, reader in READERS.items()
                    if not (is_owner and name in OF_ALL)
                }
                is_open += [
                    f"{user.login}: {model}.{name}"
                    for name, ask in asks.items()
                    if not self._is_refused(ask)
                ]
            if model in own and not record._transient:
                found = self.env[model].with_user(self.mechanic_user).search([])
                self.assertNotIn(record, found)
        self.assertEqual(is_open, [])


@tagged("post_install", "-at_install")
class TestWorktimeSecrets(AutoAccessCommon):
    """Mechanics and foremen read no price, no phone and no pay of others."""

    def _get_readable(self, user):
        """Return the models that a user may read, without Odoo's own machinery."""
        for name in sorted(self.env.registry):
            records = self.env[name].with_user(user)
            is_stored = not records._abstract and not records._transient
            if is_stored and not name.startswith("ir.") and records.has_access("read"):
                yield records

    def _read(self, records, names):
        """Return what is read, field by field where something is refused."""
        try:
            return records.read(names)
        except AccessError:
            if len(names) == 1:
                return []
            return [row for name in names for row in self._read(records, [name])]

    def _find_secrets(self, records):
        """Return the fields of the newest records in which a secret stands.

        In a savepoint, which gives the tables' locks back: they are many.
        """
        with self.env.cr.savepoint() as savepoint:
            found = self._find_secrets_now(records)
            savepoint.rollback()
        return found

    def _find_secrets_now(self, records):
        kinds = records.fields_get(attributes=["type"])
        skipped = ("binary", "datetime", "date")
        names = [name for name, kind in kinds.items() if kind["type"] not in skipped]
        rows = self._read(records.search([], order="id desc", limit=100), names)
        return {
            f"{records._name}.{name}"
            for row in rows
            for name, value in row.items()
            if any(
                secret in re.sub(r"[^\w]", "", str(value)) for secret in (MONEY, PHONE)
            )
        }

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_no_field_of_any_model_tells_a_secret(self):
        advisor = self.env["sale.order"].with_user(self.advisor)
        self.assertTrue(self._find_secrets(advisor), "it finds what is there")
        for user in (self.mechanic_user, self.foreman):
            for records in self._get_readable(user):
                self.assertEqual(self._find_secrets(records), set(), user.login)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_no_search_export_or_group_asks_for_a_secret(self):
        """Fields that are hidden are hidden from domains, orders and groups, too."""
        asks = {}
        for user in (self.mechanic_user, self.foreman):
            for records in self._get_readable(user):
                if not records._name.startswith("auto."):
                    continue
                known = records.fields_get(attributes=["type"])
                for name in sorted(records._fields.keys() - known.keys()):
                    asks |= self._get_asks(user, records, name)
                for name, kind in known.items():
                    if kind["type"] in ("many2one", "one2many", "many2many"):
                        asks |= self._get_ways(user, records, name)
        self.assertGreater(len(asks), 200)
        told = [text for text, ask in asks.items() if not self._is_refused(ask)]
        self.assertEqual("\n".join(told), "")

    def _get_asks(self, user, records, name):
        """Return the ways to ask for a field, by what they are called."""
        one, field = records.search([], limit=1), records._fields[name]
        text = f"{user.login}: {records._name}.{name}"
        asks = {}
        if not field.related or getattr(
            field, "related_sudo", True
        ):  # else searched by his own rights
            asks[f"{text} search"] = lambda: records.search([(name, "!=", False)])
        if field.store:
            asks[f"{text} group"] = lambda: records.formatted_read_group(
                [], [name], ["__count"]
            )
        if one:
            asks[f"{text} read"] = lambda: one.read([name])
            asks[f"{text} export"] = lambda: one.export_data([name])
        return asks

    def _get_ways(self, user, records, name):
        """Return the ways to ask for a secret of a document that is shut."""
        other = self.env[records._fields[name].comodel_name].with_user(user)
        if other._abstract or other.has_access("read"):
            return {}
        one = records.search([(name, "!=", False)], limit=1)
        asks = {}
        # colleagues have each other's phones; and that some phone has said stop is none
        known = {"phone_sanitized_blacklisted"}
        if other._name == "hr.employee":
            known |= self.env["hr.employee.public"]._fields.keys()
        for secret in filter(SECRET.search, other._fields.keys() - known):
            text = f"{user.login}: {records._name}.{name}.{secret}"
            leaf = (secret, "!=", False)
            path = (f"{name}.{secret}", "!=", False)
            asks[f"{text} path"] = partial(records.search, [path])
            asks[f"{text} any"] = partial(records.search, [(name, "any", [leaf])])
            if one:
                asks[f"{text} export"] = partial(one.export_data, [f"{name}/{secret}"])
        return asks

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_access")
    def test_no_path_finds_what_has_a_customers_phone(self):
        """Nor do fields that are related with all rights, which Odoo searches so."""
        work = {"name": "Discs", "vehicle_id": self.vehicle.id}
        self.env["auto.recommendation"].create(work)
        self.env["auto.acceptance"].create({"order_id": self.job.order_id.id})
        found = []
        for user in (self.mechanic_user, self.foreman):
            for records in self._get_readable(user):
                for name, field in records._fields.items():
                    is_customer = field.comodel_name in ("res.partner", "crm.lead")
                    if is_customer and records._name.startswith("auto."):
                        found += self._find_by_phone(records, f"{name}.phone")
        self.assertEqual(found, [])

    def _find_by_phone(self, records, path):
        """Return what a path finds by the customer's phone, to tell of it."""
        found = []
        self._is_refused(
            lambda: found.extend(records.search([(path, "like", PHONE)]).ids)
        )
        return [(records.env.user.login, records._name, path)] if found else []

    def test_nobody_is_found_by_a_customers_phone(self):
        for user in (self.mechanic_user, self.foreman):
            for records in self._get_readable(user):
                if not records._name.startswith(("auto.", "res.", "hr.", "mail.")):
                    continue
                if not records._rec_name and not records._rec_names_search:
                    continue
                try:
                    found = records.name_search(f"+7{PHONE}")
                except AccessError:
                    continue
                self.assertFalse(found, f"{user.login}: {records._name}")


@tagged("post_install", "-at_install")
class TestTerminalKey(AutoTerminalCommon):
    """The key of a screen, and a ticket of it, open that screen and nothing else."""

    def _get_paths(self, key):
        """Return the other routes of our addons, the key in each place for a secret."""
        own = f"/auto_worktime/terminal/{key}"
        routes = self.env["ir.http"]
        modules = sorted(self.env.registry._init_modules)
        for url, endpoint in routes._generate_routing_rules(
            modules, routes._get_converters()
        ):
            path = re.sub(r"<string[^>]*>", key, url)
            path = re.sub(r"<int[^>]*>", "1", path)
            is_ours = endpoint.func.__module__.startswith("odoo.addons.auto_")
            is_form = path.startswith("/website/form/")  # of any model's name
            if is_ours and not is_form and not path.startswith(own):
                for method in endpoint.routing["methods"] or ("GET", "POST"):
                    if method in ("GET", "POST"):
                        yield path, method, key in path

    @mute_logger("odoo.http", "odoo.addons.auto_notify.controllers.hook")
    def test_the_key_opens_no_other_door(self):
        self.customer.phone = f"+7{PHONE}"
        job = self._create_job()
        job.order_id.order_line.price_unit = float(f"{MONEY}3")
        board = self.terminal.create({"name": "TV", "kind": "board", "lang": "en_US"})
        ticket = self._sign_in()
        tried = 0
        for key in (self.terminal.key, ticket, board.key):
            for path, method, is_in_path in self._get_paths(key):
                if key == board.key and path.startswith("/auto_worktime/board"):
                    continue
                response = self.url_open(
                    f"{path}?access_token={key}&token={key}&key={key}",
                    data={"key": key} if method == "POST" else None,
                    method=method,
                    headers={"X-Api-Key": key, "Authorization": f"Bearer {key}"},
                    allow_redirects=False,
                )
                tried += 1
                text = re.sub(r"[^\w]", "", response.text)
                if is_in_path:
                    self.assertNotEqual(response.status_code, 200, path)
                self.assertFalse(MONEY in text or PHONE in text, path)
        self.assertGreater(tried, 100)

    def test_the_key_is_nobodys_login(self):
        for key in (self.terminal.key, self._sign_in()):
            for path in ("/json/2/res.partner/search", "/json/2/sale.order/search"):
                response = self.url_open(
                    path,
                    json={"domain": []},
                    headers={"Authorization": f"Bearer {key}"},
                )
                self.assertIn(response.status_code, (401, 403))
            self.assertFalse(
                self.env["res.users.apikeys"]._check_credentials(scope="rpc", key=key)
            )

    def test_a_ticket_is_of_one_shift_and_one_screen(self):
        ticket = self._sign_in()
        other = self.terminal.create({"name": "Second", "lang": "en_US"})
        answer = self._call("day", {"ticket": ticket}, key=other.key)
        self.assertEqual(answer, {"error": "signed_out"})
        screen = self.terminal._find_by_key(self.terminal.key, "terminal")
        late = fields.Datetime.now() - timedelta(hours=17)
        payload = f"{self.mechanic.id}.{int(late.timestamp())}"
        old = f"{payload}.{screen._sign(payload)}"
        self.assertEqual(self._call("day", {"ticket": old}), {"error": "signed_out"})
