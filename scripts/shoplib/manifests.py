"""What the manifests of our addons say, read without Odoo."""

import ast

from . import paths

IGNORED = {"__pycache__", "tests", "i18n_extra"}


def own_addons(folder=paths.ADDONS):
    """Return our addons' manifests by name."""
    return {
        path.parent.name: read(path)
        for path in sorted(folder.glob("*/__manifest__.py"))
    }


def read(path):
    """Return what a manifest says."""
    return ast.literal_eval(path.read_text())


def installable(manifests):
    """Return the names of addons that can be installed, lower ones first."""
    ordered = []

    def visit(name):
        for parent in manifests[name].get("depends", []):
            if parent in manifests:
                visit(parent)
        if name not in ordered and manifests[name].get("installable", True):
            ordered.append(name)

    for name in manifests:
        visit(name)
    return ordered


def odoo_modules(manifests):
    """Return the modules of Odoo that our addons depend on."""
    wanted = {
        name for manifest in manifests.values() for name in manifest.get("depends", [])
    }
    return sorted(wanted - set(manifests))


def top_addon(manifests, *, demo):
    """Return the addon whose installation brings the whole shop.

    :param demo: with the demo shop, or as somebody who works with it has it
    """
    names = ["auto_service", "auto_crm"]
    for name in (["auto_service_demo"] if demo else []) + names:
        if name in manifests:
            return name
    return installable(manifests)[-1] if manifests else None


def code_files(folder=paths.ADDONS):
    """Return the files of our addons that a database depends on."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in {".pyc", ".md"}
        and not IGNORED.intersection(path.relative_to(folder).parts)
    ]


def code_key(folder=paths.ADDONS):
    """Return a short text that changes when our addons do."""
    return paths.hash_of_files(code_files(folder), base=folder)
