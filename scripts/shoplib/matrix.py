"""Databases that have other modules of Odoo beside ours, and the tests run in them.

And databases that ours have left again.
"""

import subprocess

from . import manifests, paths, testing
from .console import ShopError
from .database import query, template_key

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
# how ours come and go: one after the other, or all at once
GONE = ("one by one", "at once")
# Odoo had deals and orders when ours came; they may go again
USED = ("ours came", "ours went again")
SPECIAL = {"gone": GONE, "used": USED}
# what a database has of Odoo, and must have again
OF_ODOO = """
    SELECT module || '.' || name FROM ir_model_data
     WHERE module NOT LIKE 'auto\\_%' AND model NOT LIKE 'ir.model%'
           -- which we switch off, see the hooks of auto_crm
           AND module NOT IN ('crm_iap_enrich', 'partner_autocomplete')
           AND name NOT IN ('module_crm_iap_enrich', 'module_partner_autocomplete')
 UNION SELECT 'a stage of won deals' FROM crm_stage WHERE is_won
 UNION SELECT 'team ' || id FROM crm_team WHERE active
 UNION SELECT 'reason ' || id FROM crm_lost_reason WHERE active
"""
# what nothing of ours may be left in
OF_OURS = """
    SELECT module || '.' || name FROM ir_model_data WHERE module LIKE 'auto\\_%'
 UNION SELECT table_name || '.' || column_name FROM information_schema.columns
     WHERE table_schema = 'public'
"""


def chosen(names):
    """Return the cases that a command line names, all if it names none.

    :raise ShopError: for a name that is none of them
    :return: pairs of a set of modules, or a special case, and an order
    """
    known = (*BESIDE, *SPECIAL)
    unknown = set(names) - set(known)
    if unknown:
        raise ShopError(
            f"No such case: {', '.join(sorted(unknown))}; known: {', '.join(known)}."
        )
    return [
        (name, order) for name in names or known for order in SPECIAL.get(name, ORDERS)
    ]


def make(databases, name, order):
    """Make a database with a set of modules and ours, installed in an order.

    :return: the name of the database
    """
    if name == "gone":
        return make_gone(databases, order)
    if name == "used":
        return make_used(databases, order)
    modules = BESIDE[name]
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
    return [manifests.top_addon(manifests.own_addons(), demo=False)]


def _install(databases, database, modules):
    if modules:
        databases.odoo.task(
            "install",
            f"--database={database}",
            f"--modules={','.join(modules)}",
            progress=databases.progress,
            hint="What cannot be installed together is in the log above.",
        )


def make_gone(databases, how):
    """Make a database that ours were installed in, used and uninstalled from.

    :raise ShopError: when Odoo is not as it was before
    :return: the name of the database
    """
    target = f"shop_matrix_gone_{how.replace(' ', '_')}"
    databases.clone(databases.template(), target)
    ours = manifests.installable(manifests.own_addons())
    for names in [[name] for name in ours] if how == "one by one" else [ours]:
        _install(databases, target, names)
        _run(databases.odoo, target, "use.py")
    for name in reversed(ours) if how == "one by one" else ours[:1]:
        _uninstall(databases, target, name)
    _refuse_traces(databases.template(), target)
    return target


def make_used(databases, how):
    """Make a database in which people sold with Odoo alone, until ours came.

    :raise ShopError: when Odoo is not as it was before, once ours went again
    :return: the name of the database
    """
    before = "shop_matrix_used_before"
    target = f"shop_matrix_used_{how.replace(' ', '_')}"
    databases.clone(databases.template(), before)
    _run(databases.odoo, before, "trade.py")
    databases.clone(before, target)
    _install(databases, target, _ours())
    if how == USED[1]:
        _uninstall(databases, target, "auto_crm")
        _refuse_traces(before, target)
    databases.drop(before)
    return target


def _uninstall(databases, database, name):
    databases.odoo.task(
        "uninstall",
        f"--database={database}",
        f"--modules={name}",
        progress=databases.progress,
        hint="What could not be uninstalled is in the log above.",
    )


def _run(odoo, database, script):
    """Let people work with what the database has, as a script of `matrix/` tells."""
    command = odoo.command("shell", f"--database={database}", "--no-http")
    result = subprocess.run(
        list(map(str, command)),
        env=odoo.env(),
        input=(TESTS / script).read_text(),
        text=True,
        capture_output=True,
        check=False,
    )
    if result.returncode:
        raise ShopError(f"matrix/{script} failed:\n{result.stderr[-3000:]}")


def _refuse_traces(before, after):
    """Compare a database that has had ours with one that never had.

    :raise ShopError: when Odoo lacks something, or something of ours is left
    """
    lost = _rows(OF_ODOO, before) - _rows(OF_ODOO, after)
    left = _rows(OF_OURS, after) - _rows(OF_OURS, before)
    if lost or left:
        raise ShopError(
            f"Uninstalled, Odoo lacks: {', '.join(sorted(lost)) or 'nothing'};"
            f" what is left: {', '.join(sorted(left)) or 'nothing'}."
        )


def _rows(sql, database):
    return set(query(sql, database).splitlines())


def run_tests(odoo, database, case, order):
    """Run the tests of `matrix/` that belong to a case.

    :return: whether they passed
    """
    chosen = "not TestUsed"
    if case == "used":
        chosen = "TestUsed"
    if case == "gone" or order == USED[1]:
        chosen = "StockUsers"  # those of Odoo: ours have gone
    return testing.addon_tests(
        odoo, database, testing.Selection([TESTS], [], ["-k", chosen], False)
    )
