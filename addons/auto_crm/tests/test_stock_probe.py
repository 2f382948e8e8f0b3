from lxml import etree

from odoo import Command
from odoo.tests import Form, tagged

from .order_common import AutoOrderCommon

# people of Odoo, by their rights; those of modules that are not installed are left out
GROUPS = (
    "base.group_user",
    "base.group_portal",
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_manager",
    "stock.group_stock_user",
    "purchase.group_purchase_user",
    "account.group_account_invoice",
    "account.group_account_manager",
    "hr.group_hr_user",
    "hr.group_hr_manager",
    "hr_attendance.group_hr_attendance_officer",
    "fleet.fleet_group_user",
    "project.group_project_user",
    "website.group_website_restricted_editor",
    "website.group_website_designer",
)
VIEWS = ("form", "list", "kanban", "search")


def is_ours(field):
    """Tell whether a field of a model of Odoo was added by one of our addons."""
    while field.inherited:
        field = field.related_field
    return bool(field._modules) and all(
        module.startswith("auto_") for module in field._modules
    )


@tagged("post_install", "-at_install")
class TestStockProbe(AutoOrderCommon):
    """Each field of ours on each model of Odoo, as people with its rights only.

    Nothing is refused but what Odoo refuses without us.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = [
            name for name in GROUPS if cls.env.ref(name, raise_if_not_found=False)
        ]
        cls.users = cls._create_users(
            {name: (name.replace(".", "_"), name) for name in groups}
        )
        cls._make_documents()
        cls.names = [
            name for name in sorted(cls.env.registry) if cls._is_extended(name)
        ]
        cls.views = cls._find_views()
        cls.env.flush_all()

    @classmethod
    def _make_documents(cls):
        """Make what they look at: a visit of a car, and a sale of Odoo alone."""
        order = cls._create_agreed((cls.labour, 1), (cls.part, 2))
        order.opportunity_id = cls.deal
        cls._invoice(order)
        seller = cls.users["sales_team.group_sale_salesman"]
        table = cls.env["product.product"].create({"name": "Table"})
        lines = [Command.create({"product_id": table.id})]
        deal = cls.env["crm.lead"].create(
            {"name": "Tables", "type": "opportunity", "user_id": seller.id}
        )
        cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "opportunity_id": deal.id,
                "user_id": seller.id,
                "order_line": lines,
            }
        )
        cls.env["purchase.order"].create(
            {"partner_id": cls.supplier.id, "order_line": lines}
        )

    @classmethod
    def _is_extended(cls, name):
        """Tell whether a model of Odoo, not only abstract, has fields of ours."""
        model = cls.env[name]
        is_own = (model._original_module or "").startswith("auto_")
        return not (is_own or model._abstract) and any(
            map(is_ours, model._fields.values())
        )

    @classmethod
    def _find_views(cls):
        """Return Odoo's views that ours extend."""
        data = cls.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "=like", "auto\\_%")]
        )
        own = cls.env["ir.ui.view"].browse(data.mapped("res_id")).exists()
        extensions = own.filtered(lambda view: view.mode == "extension" and view.model)
        return (extensions.inherit_id - own).filtered(lambda view: view.type in VIEWS)

    # ------------------------------------------------------------------
    # Who does what
    # ------------------------------------------------------------------

    def _each_model(self, operation="read"):
        """Yield each model as each user that may do something with it."""
        for group, user in self.users.items():
            for name in self.names:
                model = self.env[name].with_user(user)
                if model.has_access(operation):
                    yield group, model

    def _each_record(self, operation="read"):
        """Yield a record of each model as each user, if he sees one."""
        for group, model in self._each_model(operation):
            record = model.search([], order="id desc", limit=1)
            if record and record.has_access(operation):
                yield group, record

    def _try(self, action):
        """Do something in vain, and return what was said against it."""
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint() as savepoint:
                action()
                self.env.flush_all()
                savepoint.rollback()
        except Exception as error:  # noqa: BLE001 - whatever it is, Odoo did it before
            return f"{type(error).__name__}: {error}"[:300]
        return None

    def _get_ours(self, model):
        """Return the names of our fields that a user is shown."""
        return [
            name
            for name in model.fields_get(attributes=())
            if is_ours(model._fields[name])
        ]

    # ------------------------------------------------------------------
    # Fields
    # ------------------------------------------------------------------

    def test_models_and_views_are_found(self):
        found = {"crm.lead", "sale.order", "hr.employee", "res.partner", "res.users"}
        self.assertGreaterEqual(set(self.names), found)
        self.assertIn(self.env.ref("crm.crm_lead_view_form"), self.views)

    def test_fields_are_read(self):
        """All that a user is shown, as `read` without names does."""
        refused = {
            (group, record._name): error
            for group, record in self._each_record()
            if (
                error := self._try(
                    lambda record=record: record.read(self._get_ours(record))
                )
            )
        }
        self.assertFalse(refused)

    def test_fields_are_written(self):
        """What may be typed in, as an import of what was exported does."""
        refused = {
            (group, record._name): error
            for group, record in self._each_record("write")
            if (error := self._try(lambda record=record: self._write(record)))
        }
        self.assertFalse(refused)

    def _write(self, record):
        facts = getattr(record, "_get_fact_fields", set)()
        names = [
            name
            for name in self._get_ours(record)
            if name not in facts
            and not record._fields[name].readonly
            and not record._fields[name].type.endswith("2many")
        ]
        record.write(
            {
                name: record._fields[name].convert_to_write(record[name], record)
                for name in names
            }
        )

    def test_records_are_grouped(self):
        refused = {
            (group, model._name): error
            for group, model in self._each_model()
            if not model._transient
            and (error := self._try(lambda model=model: self._group(model)))
        }
        self.assertFalse(refused)

    def _group(self, model):
        infos = model.fields_get(self._get_ours(model), ["groupable", "type"])
        groupby = [
            f"{name}:month" if info["type"] in ("date", "datetime") else name
            for name, info in infos.items()
            if info["groupable"]
        ]
        model.formatted_read_group([], groupby, ["__count"], limit=1)

    # ------------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------------

    def test_views_show_records(self):
        refused = {}
        for group, model in self._each_model():
            if self.users[group].share:
                continue
            for view in self.views.filtered(
                lambda view, model=model: view.model == model._name
            ):
                error = self._try(
                    lambda model=model, view=view: self._show(model, view)
                )
                if error and not self._try(
                    lambda model=model, view=view: self._show(model, view, is_ours)
                ):
                    refused[group, view.xml_id] = error
        self.assertFalse(refused)

    def _show(self, model, view, without=None):
        """Load a view and what it shows, as the web client does.

        :param without: tells which fields are not asked for
        """
        loaded = model.get_views([(view.id, view.type)])["views"][view.type]
        if view.type != "search":
            arch = etree.fromstring(loaded["arch"])
            specification = self._get_specification(model, arch, without)
            model.web_search_read([], specification, limit=2)

    def _get_specification(self, model, arch, without):
        """Return what is asked for to show a view, or the lists in it."""
        result = {}
        for node in arch.xpath(
            ".//field[count(ancestor::field) = $depth]",
            depth=len(list(arch.iterancestors("field"))),
        ):
            field = model._fields[node.get("name")]
            if without and without(field):
                continue
            inner = {}
            if field.type == "many2one":
                inner = {"fields": {"display_name": {}}}
            elif field.type.endswith("2many") and len(node):
                comodel = model.env[field.comodel_name]
                fields = self._get_specification(comodel, node[0], without)
                inner = {"fields": fields, "limit": 2}
            result[field.name] = inner
        return result

    def test_new_records_are_typed_in(self):
        refused = {
            (group, model._name): error
            for group, model in self._each_model("create")
            if not self.users[group].share
            and (error := self._try(lambda model=model: self._open_new(model)))
        }
        self.assertFalse(refused)

    def _open_new(self, model):
        model.default_get(self._get_ours(model))
        Form(model)
