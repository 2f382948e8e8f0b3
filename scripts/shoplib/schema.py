"""What of our addons' source a database is made of: fields, constraints and indexes.

Read from the source, without Odoo: the same in every database and for each addon alone.
"""

import ast
import json

from . import paths

# of a field's arguments, what changes the database
STORED = (
    "aggregator",
    "column1",
    "column2",
    "comodel_name",
    "company_dependent",
    "compute",
    "digits",
    "index",
    "inverse_name",
    "ondelete",
    "related",
    "relation",
    "required",
    "size",
    "store",
    "translate",
)
FIRST = {"Many2one": "comodel_name", "One2many": "comodel_name"} | {
    "Many2many": "comodel_name"
}
TABLE_OBJECTS = ("Constraint", "Index", "UniqueIndex")
MODEL_NAMES = ("_name", "_inherit", "_inherits", "_table", "_auto", "_rec_name")


def fingerprint(addon):
    """Return a short text that changes when an addon's part of the schema does.

    :param pathlib.Path addon: its folder
    """
    return paths.short_hash(json.dumps(describe(addon), sort_keys=True))


def describe(addon):
    """Return what an addon's classes make in a database, sorted.

    :rtype: list
    """
    rows = []
    for path in sorted(addon.rglob("*.py")):
        if {"tests", "migrations"}.isdisjoint(path.relative_to(addon).parts):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    rows += _describe_class(node)
    return sorted(rows, key=json.dumps)


def _describe_class(node):
    """Return a row for each part of a model's class; none for other classes."""
    names, parts = {}, []
    for statement in node.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            continue
        if target.id in MODEL_NAMES:
            names[target.id] = ast.unparse(statement.value)
        elif part := _describe_value(statement.value):
            parts.append([target.id, *part])
    is_model = "_name" in names or ("_inherit" in names and parts)
    if not is_model:
        return []
    model = names.get("_name") or names["_inherit"]
    return [[model, names], *([model, *part] for part in parts)]


def _describe_value(value):
    """Return what a field, a constraint or an index is; None for anything else."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    owner, kind = ast.unparse(value.func.value), value.func.attr
    if owner == "models" and kind in TABLE_OBJECTS:
        return [kind, ast.unparse(value.args[0])]
    if owner != "fields" or not kind[0].isupper():
        return None
    options = {word.arg: word.value for word in value.keywords if word.arg in STORED}
    if value.args and kind in FIRST:
        options[FIRST[kind]] = value.args[0]
    # what is computed by is no matter of the schema
    texts = {
        name: True if name == "compute" else ast.unparse(option)
        for name, option in options.items()
    }
    return [kind, texts]
