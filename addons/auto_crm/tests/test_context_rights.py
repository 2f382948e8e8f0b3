import ast
from pathlib import Path
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.modules import get_module_path
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .order_common import AutoOrderCommon

OPERATIONS = {
    "create": "create",
    "write": "write",
    "name_create": "create",
    "load": "create",
}


def find_context_keys(path):
    """Return the keys of the context that the Python code below a folder reads."""
    keys = set()
    for file in path.rglob("*.py"):
        if "tests" in file.relative_to(path).parts:
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if node.func.attr in ("get", "pop") and is_context(node.func.value):
                    keys.add(get_text(node.args[0]))
            elif isinstance(node, ast.Subscript) and is_context(node.value):
                keys.add(get_text(node.slice))
    return keys - {None, "lang", "tz"}


def is_context(node):
    return (isinstance(node, ast.Attribute) and node.attr == "context") or (
        isinstance(node, ast.Name) and node.id == "context"
    )


def get_text(node):
    return node.value if isinstance(node, ast.Constant) else None


@tagged("post_install", "-at_install")
class TestContextRights(AutoOrderCommon):
    """What a client sends with a call gives him no right he does not have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.env, login="context_portal", groups="base.group_portal"
        )
        cls.addons = cls.env["ir.module.module"].search(
            [("name", "=like", r"auto\_%"), ("state", "=", "installed")]
        )
        cls.keys = set().union(
            *(find_context_keys(Path(get_module_path(a.name))) for a in cls.addons)
        )

    def _get_models(self):
        """Return the models that addons of ours make or extend."""
        names = set(self.addons.mapped("name"))
        models = (
            self.env["ir.model"]
            .search([])
            .filtered(lambda model: names & set((model.modules or "").split(", ")))
        )
        return [
            self.env[model.model]
            for model in models
            if self.env[model.model]._auto  # a table, no report, that is written
        ]

    def _count_rows(self, models):
        """Return how many records there are of each model."""
        return {
            model._name: model.sudo().with_context(active_test=False).search_count([])
            for model in models
        }

    def _attempt(self, records, operation):
        """Try what the user may not do, with plausible values."""
        name = records._rec_name
        if operation == "create":
            required = {
                field.name: "x" if field.type in ("char", "selection") else 1
                for field in records._fields.values()
                if field.required and field.store
            }
            return records.create([{**required, **({name: "x"} if name else {})}])
        if operation == "write":
            return records.write({name: "x"} if name else {"create_uid": 1})
        if operation == "name_create":
            return records.name_create("x")
        return records.load([name], [["x"]])["ids"]

    def _check_refused(self, model, user, contexts):
        """Check every way to write that the user has not without a context."""
        record = model.sudo().search([], limit=1)
        for operation, right in OPERATIONS.items():
            if operation in ("name_create", "load") and not model._rec_name:
                continue  # Odoo itself makes no record by name then
            if model.with_user(user).has_access(right):
                continue
            for context in contexts:
                records = model.with_user(user).with_context(**context)
                if operation == "write":
                    records = records.browse(record.id or 1)
                try:
                    is_done = self._attempt(records, operation)
                # `mail` first looks into the values, the import into those of its key
                except (AccessError, KeyError, AttributeError):
                    continue
                except MissingError:  # of what the plausible values name
                    is_done = record and operation == "write"
                except UserError:  # of what nobody may do
                    continue
                self.assertFalse(is_done, (operation, context))

    def _refuse_in_short(self):
        """Let refusals not tell which groups may, a third of what they cost."""
        return patch.object(
            self.registry["ir.model.access"],
            "_make_access_error",
            lambda _access, model, mode: AccessError(f"{mode} {model}"),
        )

    def test_the_keys_are_found(self):
        self.assertIn("default_partner_id", self.keys)
        self.assertIn("import_file", self.keys)
        self.assertGreater(len(self.keys), 10)

    @mute_logger("odoo.models", "odoo.orm.models", "odoo.addons.base.models.ir_model")
    def test_no_key_lets_anybody_write_what_he_may_not(self):
        order = self._create_agreed((self.labour, 1), (self.part, 1))
        order._create_invoices()
        self.env["auto.recommendation"].create(
            {"name": "Worn hose", "vehicle_id": self.vehicle.id}
        )
        # 1 is true, and the id of a record
        contexts = [{}, *({key: 1} for key in sorted(self.keys))]
        contexts.append(dict.fromkeys(self.keys, 1))
        models = self._get_models()
        self.assertIn("crm.lead", [model._name for model in models])
        self.run_events()  # what follows the order is there before
        before = self._count_rows(models)
        with self._refuse_in_short():
            for user in (self.portal_user, self.mechanic_user, self.accountant):
                for model in models:
                    with self.subTest(user=user.login, model=model._name):
                        self._check_refused(model, user, contexts)
        self.assertEqual(self._count_rows(models), before)

    def test_a_request_takes_no_commands_of_other_records(self):
        order = self._create_order((self.labour, 1))
        order.action_confirm()
        line = order.order_line
        for name, command in (
            ("order_ids", [Command.create({"partner_id": self.customer.id})]),
            ("order_ids", [[1, order.id, {"client_order_ref": "stolen"}]]),
            ("activity_ids", [(0, 0, {"summary": "x"})]),
            ("tag_ids", "1"),
        ):
            with self.subTest(name=name), self.assertRaises(UserError):
                self.env["crm.lead"]._receive_request({"wish": "x", name: command})
        self.assertEqual(line.price_unit, 1000 * 1.5)
        self.assertFalse(order.client_order_ref)

    def test_who_is_logged_in_gives_a_request_no_defaults(self):
        leads = self.env["crm.lead"].with_user(self.portal_user)
        lead = leads.with_context(
            default_activity_ids=[(0, 0, {"summary": "forged"})],
            default_priority="3",
        )._receive_request({"contact_name": "Anna", "phone": "+79037654321"})
        self.assertNotIn("forged", lead.activity_ids.mapped("summary"))
        self.assertEqual(lead.priority, "0")

    def test_a_mechanic_gives_his_finding_no_defaults(self):
        order = self._create_order((self.labour, 1))
        order.order_line.mechanic_ids = self.mechanic
        order.action_confirm()
        job = order.order_line.job_ids
        finding = self.env["auto.job.finding"].with_user(self.mechanic_user)
        finding = finding.create({"job_id": job.id, "name": "Worn hose"})
        finding.with_context(
            default_answer="declined",
            default_message_ids=[
                (
                    0,
                    0,
                    {
                        "model": "sale.order",
                        "res_id": order.id,
                        "body": "Agreed, says the manager",
                        "author_id": self.manager.partner_id.id,
                    },
                )
            ],
        ).action_record()
        advised = self.env["auto.recommendation"].search([("name", "=", "Worn hose")])
        self.assertEqual(advised.answer, "advised")
        forged = [("body", "ilike", "says the manager")]
        self.assertFalse(self.env["mail.message"].search_count(forged))

    def test_who_confirms_gives_jobs_and_proofs_no_defaults(self):
        order = self._create_order((self.labour, 1))
        order.with_user(self.advisor).with_context(
            default_state="done", default_user_id=self.manager.id
        ).action_confirm()
        self.assertEqual(order.order_line.job_ids.state, "todo")
        consent = order.with_context(default_note="x")._record_consent("phone")
        self.assertEqual(consent.user_id, self.env.user)

    def test_who_asks_for_a_price_does_not_name_it(self):
        context = {
            "auto_labour_price": 1.0,
            "auto_labour_currency_id": self.company.currency_id.id,
            "labour_price": (1.0, self.company.currency_id.id),
        }
        product = self.part.with_context(**context)
        pricelist = self.env["product.pricelist"].with_context(**context)
        self.assertEqual(pricelist._get_product_price(product, 1.0), 3000.0)
        order = self._create_order((self.part, 1)).with_context(**context)
        order.order_line._compute_price_unit()
        self.assertEqual(order.order_line.price_unit, 3000.0)
