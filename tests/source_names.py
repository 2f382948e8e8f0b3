"""The names that modules claim in a shared space, read from their source alone.

Modules that are never installed together here may meet in another shop: what two of
them call the same is found without installing either.
"""

import ast
import re
from functools import cache
from typing import NamedTuple

from lxml import etree
from shoplib import manifests, odoo_tree, paths

SKIPPED = {"tests", "static", "i18n", "migrations", "upgrades"}
MODEL = re.compile(r"^    (_inherit|_name) = ", re.MULTILINE)
NAME = re.compile(r"^    _name = ['\"]([\w.]+)['\"]", re.MULTILINE)
QUOTED = re.compile(r"['\"]([a-z_0-9.]+)['\"]")
LAST_STEP = re.compile(r"(?P<tag>\w+)\[@(name|id)=['\"](?P<value>[^'\"]+)['\"]\]$")
PRIORITY = 16  # of a view that names none
CONVERTER = re.compile(r"<[^<>]*>")


class Member(NamedTuple):
    """A field or a method that a module gives to a model."""

    model: str
    name: str


@cache
def foreign_folders():
    """Return the folders of all modules of Odoo by name."""
    return {
        path.parent.name: path.parent
        for addons in odoo_tree.ensure().addons
        for path in addons.glob("*/__manifest__.py")
    }


@cache
def own_folders():
    """Return the folders of our addons by name."""
    return {name: paths.ADDONS / name for name in manifests.own_addons()}


@cache
def needed():
    """Return the names of Odoo's modules that are there wherever ours are."""
    folders, found = foreign_folders(), {"base"}
    waiting = list(manifests.odoo_modules(manifests.own_addons()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            manifest = (folders[name] / "__manifest__.py").read_text()
            waiting += ast.literal_eval(manifest).get("depends", [])
    return found


def others():
    """Return the folders of Odoo's modules that may or may not be there."""
    return {
        name: folder
        for name, folder in foreign_folders().items()
        if name not in needed()
    }


def files(folder, suffix):
    """Return the files of a module that Odoo loads, tests and assets left out."""
    return [
        path
        for path in folder.rglob(f"*{suffix}")
        if not SKIPPED.intersection(path.relative_to(folder).parts)
    ]


def xml_roots(folder):
    """Return the roots of a module's data files, demo data included."""
    parser = etree.XMLParser(remove_comments=True)
    return [etree.parse(path, parser).getroot() for path in files(folder, ".xml")]


def action_paths(folder):
    """Return the addresses below /odoo/ that a module's actions take."""
    return {
        node.text
        for root in xml_roots(folder)
        for node in root.iterfind(".//record/field[@name='path']")
        if "act" in node.getparent().get("model", "")
    }


def external_ids(folder):
    """Return the ids of a module's data, with the module's name if none is written."""
    tags = {"record", "template", "menuitem", "report"}
    return {
        xmlid if "." in xmlid else f"{folder.name}.{xmlid}"
        for root in xml_roots(folder)
        for node in root.iter(*tags)
        if (xmlid := node.get("id"))
    }


class Anchor(NamedTuple):
    """A node of a view that another view changes, found by a name or an id of it."""

    view: str
    key: str


def anchors(folder):
    """Return the nodes that a module's views change.

    Not of views that are applied before those of others: they find what they change.
    """
    return {
        anchor for anchor, _spec, priority in _changes(folder) if priority >= PRIORITY
    }


def replaced(folder):
    """Return the nodes that a module's views take away; what keeps it has `$0`."""
    return {
        anchor
        for anchor, spec, _priority in _changes(folder)
        if spec.get("position") == "replace"
        and not any("$0" in (text or "") for text in spec.itertext())
    }


def _changes(folder):
    for root in xml_roots(folder):
        for arch, inherited, priority in _inherited_views(root):
            view = inherited if "." in inherited else f"{folder.name}.{inherited}"
            for spec in arch.iter("*"):
                if spec.get("position") or spec.tag == "xpath":
                    key = _key_of(spec)
                    if key:
                        yield Anchor(view, key), spec, priority


def _inherited_views(root):
    """Yield (arch, view it changes, priority) of each view that changes another."""
    for node in root.iter("template"):
        if node.get("inherit_id"):
            priority = int(node.get("priority") or PRIORITY)
            yield node, node.get("inherit_id"), priority
    for node in root.iterfind(".//record[@model='ir.ui.view']"):
        arch = node.find("field[@name='arch']")
        inherited = node.find("field[@name='inherit_id']")
        if arch is not None and inherited is not None and inherited.get("ref"):
            given = node.find("field[@name='priority']")
            given = given.get("eval") if given is not None else None
            yield arch, inherited.get("ref"), int(given or PRIORITY)


def _key_of(spec):
    """Return what a change finds its node by, None if it has no name."""
    if spec.tag == "xpath":
        last = LAST_STEP.search(spec.get("expr", ""))
        return last and f"{last['tag']} {last['value']}"
    value = spec.get("name") or spec.get("id")
    return value and f"{spec.tag} {value}"


def page_addresses(folder):
    """Return the addresses of a module's web pages that are data."""
    return {
        node.text
        for root in xml_roots(folder)
        for node in root.iterfind(".//record[@model='website.page']/field[@name='url']")
    }


def routes(folder):
    """Return the addresses that a module's controllers answer, converters emptied."""
    return {
        CONVERTER.sub("<>", address)
        for path in files(folder, ".py")
        if "route(" in (source := path.read_text())
        for address in _routes_of(ast.parse(source))
    }


def _routes_of(tree):
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        for call in getattr(node, "decorator_list", ()):
            if isinstance(call, ast.Call) and _name_of(call.func) == "route":
                given = [*call.args[:1]]
                given += [k.value for k in call.keywords if k.arg == "route"]
                for argument in given:
                    yield from _texts(argument, constants)


def _texts(node, constants):
    """Return the texts of a literal: a text, a list, an f-string of constants."""
    if isinstance(node, ast.List | ast.Tuple):
        return [text for item in node.elts for text in _texts(item, constants)]
    if isinstance(node, ast.JoinedStr):
        parts = [
            constants.get(_name_of(part.value), "<>")
            if isinstance(part, ast.FormattedValue)
            else part.value
            for part in node.values
        ]
        return ["".join(map(str, parts))]
    return [node.value] if isinstance(node, ast.Constant) else []


def named_models(folder):
    """Return the models that a module names, made by it or not."""
    sources = (path.read_text() for path in files(folder, ".py"))
    return {model for source in sources for model in NAME.findall(source)}


def new_models(folder):
    """Return the models that a module makes."""
    return {
        model
        for path in files(folder, ".py")
        for node in _classes(path)
        for model, is_new in _models_of(node)
        if is_new
    }


def members(folder, models=None):
    """Return the fields and methods that a module gives to models of others.

    What every model has, as `write`, is left out: overrides of that call each other.

    :param models: the models to look at, also where they are made; all if None
    """
    return {
        Member(model, name)
        for path in files(folder, ".py")
        if models is None or models.intersection(QUOTED.findall(path.read_text()))
        for node in _classes(path)
        for model, is_new in _models_of(node)
        if (models is None and not is_new) or (models and model in models)
        for name in _names_in(node)
        if name not in _names_of_every_model()
    }


def methods(path):
    """Yield (model, name) of each method that a file gives to a model."""
    for node in _classes(path):
        for model, _is_new in _models_of(node):
            for statement in node.body:
                if isinstance(statement, ast.FunctionDef):
                    yield model, statement.name


@cache
def _names_of_every_model():
    orm = odoo_tree.ensure().folder / "odoo" / "orm" / "models.py"
    return set(re.findall(r"^    def (\w+)", orm.read_text(), re.MULTILINE))


@cache
def _classes(path):
    source = path.read_text()
    if not MODEL.search(source):
        return ()
    return tuple(n for n in ast.parse(source).body if isinstance(n, ast.ClassDef))


def _models_of(node):
    """Return the models of a class as (name, whether the class makes it)."""
    inherited, name = _assigned(node, "_inherit"), _assigned(node, "_name")
    if name:
        return [(name[0], name[0] not in inherited)]
    return [(model, False) for model in inherited[:1]]


def _assigned(node, name):
    for statement in node.body:
        if isinstance(statement, ast.Assign) and (
            _name_of(statement.targets[0]) == name
        ):
            return _texts(statement.value, {})
    return []


def _names_in(node):
    """Return the names of a class's public seams: its fields and methods."""
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Assign) and isinstance(
            statement.value, ast.Call
        ):
            yield _name_of(statement.targets[0])


def _name_of(node):
    return getattr(node, "id", None) or getattr(node, "attr", None)
