"""Databases that have other modules of Odoo beside ours, and the tests run in them."""

from . import manifests, paths, testing
from .console import ShopError
from .database import template_key

TESTS = paths.ROOT / "matrix"
THEIRS_FIRST, OURS_FIRST = "theirs first", "ours first"
ORDERS = (THEIRS_FIRST, OURS_FIRST)
# `repair` overrides what others leave alone: found by itself, not behind the others
BESIDE = {
    "many": (
        "event",
        "hr_holidays",
        "hr_recruitment",
        "mass_mailing",
        "mrp",
        "pos_sale",
        "project",
        "repair",
        "sale_loyalty",
        "sale_timesheet",
        "website_sale",
    ),
    "repair": ("repair",),
}


def chosen(names):
    """Return the sets of modules that a command line names, all if it names none.

    :raise ShopError: for a name that is none of them
    """
    unknown = set(names) - set(BESIDE)
    if unknown:
        raise ShopError(
            f"No such set of modules: {', '.join(sorted(unknown))};"
            f" known: {', '.join(BESIDE)}."
        )
    return {name: BESIDE[name] for name in names or BESIDE}


def make(databases, name, modules, order):
    """Make a database with a set of modules and ours, installed in an order.

    :return: the name of the database
    """
    target = f"shop_matrix_{name}"
    if order == THEIRS_FIRST:
        databases.clone(_theirs(databases, name, modules), target)
        _install(databases, target, _ours())
    else:
        databases.clone(databases.template(), target)
        _install(databases, target, _ours())
        _install(databases, target, modules)
    return target


def _theirs(databases, name, modules):
    """Return a database that has the modules without ours; it is kept."""
    template = databases.template()
    key = template_key(databases.odoo.tree.version, [template, *modules])
    kept = f"shop_matrix_{name}_{key}"
    if not databases.exists(kept):
        unfinished = f"{kept}_part"
        databases.clone(template, unfinished)
        _install(databases, unfinished, modules)
        databases.rename(unfinished, kept)
    return kept


def _ours():
    return [manifests.top_addon(manifests.own_addons())]


def _install(databases, database, modules):
    if modules:
        databases.odoo.task(
            "install",
            f"--database={database}",
            f"--modules={','.join(modules)}",
            progress=databases.progress,
            hint="What cannot be installed together is in the log above.",
        )


def run_tests(odoo, database):
    """Run the tests of `matrix/` in a database.

    :return: whether they passed
    """
    return testing.addon_tests(
        odoo, database, testing.Selection([TESTS], [], [], False)
    )
