"""A database of the last released version, updated, beside a fresh one.

Both must be the same: tables, what our addons have put in, and nothing may be lost.
"""

from . import manifests, paths, released
from .console import ShopError
from .database import Databases, query
from .odoo_process import Odoo

OLD, FRESH = "shop_upgrade_old", "shop_upgrade_fresh"
SHOWN = 15
# what a database is made of; each row of both must be the same
PARTS = {
    "columns": """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' '
               || is_nullable || ' ' || COALESCE(character_maximum_length::text, '')
          FROM information_schema.columns
         WHERE table_schema = 'public'
    """,
    "constraints": """
        SELECT conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    """,
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "external ids": """
        SELECT module || '.' || name || ' ' || model FROM ir_model_data
         WHERE module LIKE 'auto\\_%' AND module <> 'auto_service_demo'
    """,
    "views": """
        SELECT data.module || '.' || data.name || ' ' || view.active || ' '
               -- an action is called by its id in the database
               || md5(regexp_replace(view.arch_db->>'en_US',
                                     'name="[0-9]+"', 'name=""', 'g'))
          FROM ir_model_data data JOIN ir_ui_view view ON view.id = data.res_id
         WHERE data.model = 'ir.ui.view'
           AND data.module LIKE 'auto\\_%' AND data.module <> 'auto_service_demo'
    """,
    "scheduled actions": """
        SELECT data.module || '.' || data.name || ' ' || cron.active || ' '
               || cron.interval_number || ' ' || cron.interval_type || ' '
               || action.code
          FROM ir_model_data data
          JOIN ir_cron cron ON cron.id = data.res_id
          JOIN ir_act_server action ON action.id = cron.ir_actions_server_id
         WHERE data.model = 'ir.cron'
           AND data.module LIKE 'auto\\_%' AND data.module <> 'auto_service_demo'
    """,
    "rights": """
        SELECT data.module || '.' || data.name || ' ' || access.perm_read
               || access.perm_write || access.perm_create || access.perm_unlink
          FROM ir_model_data data JOIN ir_model_access access ON access.id = data.res_id
         WHERE data.model = 'ir.model.access'
           AND data.module LIKE 'auto\\_%' AND data.module <> 'auto_service_demo'
    """,
    "versions": "SELECT name || ' ' || latest_version FROM ir_module_module"
    " WHERE state = 'installed' AND name LIKE 'auto\\_%'"
    " AND name <> 'auto_service_demo'",
}
TABLES = """
    SELECT table_name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND (table_name LIKE 'auto\\_%' OR table_name IN (
            'account_move', 'account_move_line', 'account_payment', 'crm_lead',
            'crm_stage', 'crm_team', 'hr_employee', 'loyalty_card', 'mail_message',
            'product_product', 'purchase_order', 'purchase_order_line', 'res_partner',
            'res_users', 'sale_order', 'sale_order_line', 'stock_move'))
"""


def make_old(databases, *, demo):
    """Make a database with the last released version of our addons.

    :param demo: with its demo shop
    """
    folder = released.tree(released.read()["commit"]) / "addons"
    _make(databases, OLD, folder, demo=demo)


def make_fresh(databases):
    """Make a database with today's addons, without a demo shop."""
    _make(databases, FRESH, paths.ADDONS, demo=False)


def _make(databases, name, folder, *, demo):
    template = databases.template()
    odoo = Odoo(databases.odoo.python, databases.odoo.tree, folder)
    Databases(odoo, databases.progress).clone(template, name)
    top = manifests.top_addon(manifests.own_addons(folder), demo=demo)
    odoo.task(
        "install",
        f"--database={name}",
        f"--modules={top}",
        *(["--demo"] if demo else []),
        progress=databases.progress,
        hint="What cannot be installed is in the log above.",
    )


def update(databases, *, demo):
    """Update the old database to today's addons.

    :return: what it has lost, see `find_losses`
    """
    before = count_rows(OLD)
    top = manifests.top_addon(manifests.own_addons(), demo=False)
    databases.odoo.task(
        "update",
        f"--database={OLD}",
        f"--modules={top}",
        *(["--demo"] if demo else []),
        progress=databases.progress,
        hint="A migration is wrong, or missing: see the log above.",
    )
    return find_losses(before, count_rows(OLD))


def count_rows(database):
    """Return the number of rows by table, of documents and of all that is ours."""
    return {
        table: int(query('SELECT COUNT(*) FROM :"table"', database, table=table))
        for table in query(TABLES, database).splitlines()
    }


def find_losses(before, after):
    """Return a sentence for each table that is gone or has fewer rows."""
    return [
        f"{table}: {after.get(table, 0)} rows of {count} are left"
        for table, count in sorted(before.items())
        if after.get(table, 0) < count
    ]


def find_differences(rows_by_part):
    """Return a sentence for each part that is not the same.

    :param dict rows_by_part: pairs of sets: of the updated database, of the fresh one
    """
    faults = []
    for part, (updated, fresh) in rows_by_part.items():
        for text, rows in (
            ("only after an update", updated - fresh),
            ("only in a fresh database", fresh - updated),
        ):
            if rows:
                shown = [*sorted(rows)[:SHOWN], *(["..."] if len(rows) > SHOWN else [])]
                faults.append("\n    ".join([f"{part}, {text}: {len(rows)}", *shown]))
    return faults


def compare():
    """Return how the updated database differs from the fresh one, see above."""
    return find_differences(
        {
            part: tuple(set(query(sql, name).splitlines()) for name in (OLD, FRESH))
            for part, sql in PARTS.items()
        }
    )


def report(faults):
    """Tell what is wrong.

    :raise ShopError: when anything is
    """
    if faults:
        raise ShopError("\n".join(["An update is no fresh installation:", *faults]))
