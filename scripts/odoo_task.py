"""Work on a database with Odoo loaded: install, update or uninstall, demo, language.

Run by shoplib in the Python environment that has Odoo. Odoo loads the demo data of a
module only if all that it depends on has its own, and Odoo's furniture shop has no
place in a car service. So Odoo's modules are marked as having theirs while our addons
are installed, and only then.
"""

import argparse
import sys

import odoo.init
import odoo.sql_db
from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import config

OWN = r"auto\_%"


def main(arguments=None):
    """Run the task of the command line."""
    options = parse_arguments(arguments)
    config.parse_config(odoo_options(options), setup_logging=True)
    modules = options.modules.split(",")
    if options.task == "uninstall":
        uninstall(options.database, modules)
        return
    if options.language:  # before the demo shop, whose texts follow its people
        with Registry(options.database).cursor() as cr:
            set_language(Environment(cr, SUPERUSER_ID, {}), options.language)
    if options.demo:
        pretend_demo(options.database, installed=True)
    registry = load(options, modules)
    if options.demo:
        pretend_demo(options.database, installed=False)
    with registry.cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        refuse_failures(env, modules, options.demo)
        if options.task == "update":  # Odoo looks at the models of updated modules only
            registry.check_indexes(cr, registry.models)
        if options.language:
            set_language(env, options.language)
        if options.country:
            set_country(env, options.country)
        if options.assets:
            generate_assets(env)
        if options.test_assets:
            generate_test_assets(env)


def load(options, modules):
    """Install or update; what an addon refuses is told in its own words."""
    updated = own_modules(options.database) if options.task == "update" else ()
    try:
        return Registry.new(
            options.database,
            update_module=True,
            install_modules=modules,
            upgrade_modules=updated,
            new_db_demo=options.odoo_demo,
        )
    except UserError as refusal:
        sys.exit(str(refusal))


def parse_arguments(arguments):
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=("install", "update", "uninstall"))
    parser.add_argument("--database", required=True)
    parser.add_argument("--modules", required=True)
    parser.add_argument("--load-languages", default="")
    parser.add_argument("--language", default="")
    parser.add_argument("--country", default="", help="code/zone: RU/Europe/Moscow")
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--odoo-demo", action="store_true")
    parser.add_argument("--assets", action="store_true")
    parser.add_argument("--test-assets", action="store_true")
    return parser.parse_args(arguments)


def odoo_options(options):
    """Return the options for Odoo's own configuration."""
    result = ["--database", options.database, "--no-http", "--max-cron-threads=0"]
    if options.load_languages:
        result.append(f"--load-language={options.load_languages}")
    return result


def uninstall(database, modules):
    """Uninstall modules with all that depends on them, as the button in Apps does."""
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        going = env["ir.module.module"].search([("name", "in", modules)])
        going.button_immediate_uninstall()
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        stayed = env["ir.module.module"].search(
            [("name", "in", modules), ("state", "!=", "uninstalled")]
        )
        if stayed:
            sys.exit(f"Not uninstalled: {', '.join(stayed.mapped('name'))}")


def own_modules(database):
    """Return the names of our addons that the database has."""
    rows = run_sql(
        database,
        "SELECT name FROM ir_module_module WHERE state = 'installed' AND name LIKE %s",
        [OWN],
    )
    return [name for (name,) in rows]


def pretend_demo(database, *, installed):
    """Mark Odoo's own modules as having their demo data, or not."""
    run_sql(
        database,
        "UPDATE ir_module_module SET demo = %s WHERE name NOT LIKE %s RETURNING id",
        [installed, OWN],
    )


def run_sql(database, query, params):
    """Run a statement before the registry is loaded, and return its rows."""
    with odoo.sql_db.db_connect(database).cursor() as cr:
        cr.execute(query, params)
        return cr.fetchall()


def refuse_failures(env, modules, demo):
    """Exit with an error if an addon or its demo data did not load.

    Odoo itself goes on without them and only writes a warning.
    """
    wanted = env["ir.module.module"].search([("name", "in", modules)])
    failed = set(modules) - set(
        wanted.filtered(lambda m: m.state == "installed").mapped("name")
    )
    if failed:
        sys.exit(f"Not installed: {', '.join(sorted(failed))}")
    own = env["ir.module.module"].search(
        [("name", "=like", OWN), ("state", "=", "installed")]
    )
    without = own.filtered(lambda module: demo and not module.demo)
    if without:
        errors = env["ir.demo_failure"].search([]).mapped("error")
        sys.exit(
            "\n".join([*errors, f"No demo data: {', '.join(without.mapped('name'))}"])
        )


def set_language(env, code):
    """Let staff, company and website speak a language; customers keep theirs."""
    staff = (
        env["res.users"].with_context(active_test=False).search([("share", "=", False)])
    )
    companies = env["res.company"].search([])
    (staff.partner_id | companies.partner_id).lang = code
    env["ir.default"].set("res.partner", "lang", code)
    if "website" in env:
        languages = env["res.lang"].search([("active", "=", True)])
        env["website"].search([]).write(
            {
                "language_ids": [(6, 0, languages.ids)],
                "default_lang_id": env["res.lang"]._get_data(code=code).id,
            }
        )


def set_country(env, country):
    """Let the company be one of a country, and its people live by its clock."""
    code, _slash, zone = country.partition("/")
    company = env.ref("base.main_company")
    company._set_up_for_country(env.ref(f"base.{code.lower()}"), zone)
    staff = env["res.users"].search([("share", "=", False)])
    staff.partner_id.tz = zone


def generate_assets(env):
    """Make the scripts and styles now, or the first visitor waits half a minute."""
    backend = env["ir.qweb"]
    visitor = backend.with_context(website_id=env["website"].search([], limit=1).id)
    for qweb, styles, scripts in (
        (backend, ["web.assets_web", "web.assets_web_print"], ["web.assets_web"]),
        (
            visitor,
            ["web.assets_frontend"],
            ["web.assets_frontend_minimal", "web.assets_frontend_lazy"],
        ),
    ):
        for name in styles:
            qweb._get_asset_bundle(name, css=True, js=False).css()
        for name in scripts:
            qweb._get_asset_bundle(name, css=False, js=True).js()


def generate_test_assets(env):
    """Make what browser tests load beside, or each class of tests makes its own."""
    qweb = env["ir.qweb"]
    for name in ("web.assets_unit_tests_setup", "web.assets_unit_tests"):
        qweb._get_asset_bundle(name, css=True, js=False).css()
        qweb._get_asset_bundle(name, css=False, js=True).js()
    qweb._get_asset_bundle("web.assets_tests", css=False, js=True).js()


if __name__ == "__main__":
    main()
