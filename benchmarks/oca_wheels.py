"""Addons of OCA to compare with: fetched into the cache, installed into the database.

They are AGPL: measured beside ours, never a part of it.
"""

import subprocess
import sys
from pathlib import Path

from shoplib import paths

from odoo.api import SUPERUSER_ID, Environment
from odoo.tools import config

import odoo.addons


def install(env, name, *requirements):
    """Install an addon of a wheel, with the other wheels it needs.

    :param str name: of the addon
    :param requirements: names of further packages, as pip knows them
    :return: an environment of the database that has it
    """
    target = paths.cache() / "bench-wheels" / name
    wanted = [f"odoo-addon-{name.replace('_', '-')}==19.*", *requirements]
    if not target.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        command += [f"--target={target}", *wanted]
        subprocess.run(command, check=True)  # noqa: S603 names of packages only
    _add_path(target)
    modules = env["ir.module.module"]
    modules.update_list()
    env.cr.commit()
    modules.search([("name", "=", name)]).button_immediate_install()
    env.cr.commit()
    env.transaction.reset()
    return Environment(env.cr, SUPERUSER_ID, {"tz": "UTC", "lang": "en_US"})


def _add_path(target: Path):
    """Let Odoo and Python find what is in the folder."""
    sys.path.insert(0, str(target))
    addons = str(target / "odoo" / "addons")
    config["addons_path"] = [*config["addons_path"], addons]
    if addons not in odoo.addons.__path__:
        odoo.addons.__path__.append(addons)
