from lxml import etree

from odoo import fields, models

ATTRIBUTES = {
    "__validate__",  # of Odoo's own
    "class",
    "js_class",
    "string",
    "create",
    "edit",
    "delete",
    "date_start",
    "date_stop",
    "mode",
    "scales",
    "snap",
    "form_view_id",
    "buffer",
    "buffer_rows",
    "bus",
    "cancel",
    "print",
    "readonly",
    "reopen",
    "warning",
}
CHILDREN = {"field", "row", "menu", "side_list", "templates"}
SCALES = ("day", "days3", "week", "month")
ROW_TYPES = ("many2one", "many2many", "selection")
MINUTES_IN_HOUR = 60


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    type = fields.Selection(
        selection_add=[("planner", "Planner")], ondelete={"planner": "cascade"}
    )

    def _is_qweb_based_view(self, view_type):
        return super()._is_qweb_based_view(view_type) or view_type == "planner"

    def _get_view_info(self):
        return {"planner": {"icon": "fa fa-tasks"}} | super()._get_view_info()

    def _postprocess_tag_planner(self, node, name_manager, node_info):
        """Let the client know the fields that the view works with."""
        for name in self._get_planner_field_names(node):
            name_manager.has_field(node, name, node_info)

    def _validate_tag_planner(self, node, name_manager, node_info):
        """Refuse an arch that the client cannot draw, with what is wrong."""
        for name in self._get_planner_field_names(node):
            name_manager.has_field(node, name, node_info)
        if not node_info["validate"]:
            return
        self._validate_planner_attributes(node)
        self._validate_planner_dates(node, name_manager.model)
        self._validate_planner_buffer(node, name_manager.model)
        self._validate_planner_rows(node, name_manager.model)
        self._validate_planner_templates(node)
        for name in ("cancel", "print", "reopen"):
            if node.get(name) and not hasattr(name_manager.model, node.get(name)):
                self._raise_view_error(
                    self.env._(
                        "%(method)s, the planner's %(attribute)s, is not a method of"
                        " %(model)s.",
                        method=node.get(name),
                        attribute=name,
                        model=name_manager.model._name,
                    ),
                    node,
                )

    def _get_planner_field_names(self, node):
        """Return the fields named by attributes of a planner and of its rows."""
        attributes = ("date_start", "date_stop", "warning", "buffer")
        names = [node.get(name) for name in attributes]
        names += (node.get("buffer_rows") or "").split(",")
        for row in node.iterchildren("row"):
            names += (row.get("fields") or "").split(",")
        return [name.strip() for name in names if name and name.strip()]

    def _validate_planner_attributes(self, node):
        unknown = {
            name
            for name in node.attrib
            if name not in ATTRIBUTES and not name.startswith("decoration-")
        }
        if unknown:
            self._raise_view_error(
                self.env._(
                    "A planner has no attributes %(unknown)s; it has decoration-… and"
                    " %(valid)s.",
                    unknown=", ".join(sorted(unknown)),
                    valid=", ".join(sorted(ATTRIBUTES - {"__validate__"})),
                ),
                node,
            )
        for child in node.iterchildren(tag=etree.Element):
            if child.tag not in CHILDREN:
                self._raise_view_error(
                    self.env._(
                        "A planner contains %(valid)s, not %(tag)s.",
                        valid=", ".join(sorted(CHILDREN)),
                        tag=child.tag,
                    ),
                    child,
                )
        self._validate_planner_scales(node)
        snap = node.get("snap", "15")
        if not snap.isdigit() or not int(snap) or MINUTES_IN_HOUR % int(snap):
            self._raise_view_error(
                self.env._(
                    "The planner's snap is a number of minutes that divides an hour,"
                    " not %(snap)s.",
                    snap=snap,
                ),
                node,
            )

    def _validate_planner_scales(self, node):
        scales = (node.get("scales") or ",".join(SCALES)).split(",")
        for scale in [*scales, node.get("mode") or scales[0]]:
            if scale not in SCALES:
                self._raise_view_error(
                    self.env._(
                        "%(scale)s is not a scale of a planner; %(valid)s are.",
                        scale=scale,
                        valid=", ".join(SCALES),
                    ),
                    node,
                )

    def _validate_planner_dates(self, node, model):
        for attribute in ("date_start", "date_stop"):
            name = node.get(attribute)
            if name not in model._fields or model._fields[name].type != "datetime":
                self._raise_view_error(
                    self.env._(
                        "A planner needs %(attribute)s, a field of date and time.",
                        attribute=attribute,
                    ),
                    node,
                )

    def _validate_planner_buffer(self, node, model):
        field = model._fields.get(node.get("buffer"))
        if field and field.type not in ("integer", "float"):
            self._raise_view_error(
                self.env._("The planner's buffer is a field of minutes."), node
            )

    def _validate_planner_rows(self, node, model):
        rows = list(node.iterchildren("row"))
        if not rows:
            self._raise_view_error(
                self.env._('A planner needs a <row fields="…"/>, or several.'), node
            )
        for row in rows:
            names = [name.strip() for name in (row.get("fields") or "").split(",")]
            wrong = [
                name
                for name in names
                if name not in model._fields
                or model._fields[name].type not in ROW_TYPES
            ]
            if wrong or not row.get("string"):
                self._raise_view_error(
                    self.env._(
                        "A row of a planner needs a string and fields that hold"
                        " records or a choice."
                    ),
                    row,
                )

    def _validate_planner_templates(self, node):
        names = {
            template.get("t-name") for template in node.iterfind("templates/t[@t-name]")
        }
        needed = {"pill"}
        if node.find("side_list") is not None:
            needed.add("card")
        for name in sorted(needed - names):
            self._raise_view_error(
                self.env._(
                    'A planner needs <templates> with <t t-name="%(name)s">.',
                    name=name,
                ),
                node,
            )
