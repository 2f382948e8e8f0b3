"""How Odoo is called: its command line and the environment that tells it the paths."""

import os
import re

from . import paths
from .console import run

LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
DEMO = re.compile(r"loading \w+/demo/(\S+)")


class Odoo:
    """Odoo's programs, in our environment and with our addons."""

    def __init__(self, python, tree, addons=paths.ADDONS):
        self.python = python
        self.tree = tree
        self.addons = addons

    def env(self):
        """Return the environment: what odoo.conf must not know, being a path."""
        addons = [str(path) for path in (*self.tree.addons, self.addons)]
        return {
            **os.environ,
            "ODOO_RC": str(paths.CONFIG),
            "ODOO_ADDONS_PATH": ",".join(addons),
            "ODOO_DATA_DIR": str(paths.DATA_DIR),
            "PATH": os.pathsep.join(
                [str(self.python.parent), str(paths.BROWSER), os.environ["PATH"]]
            ),
            "PYTHONPATH": str(paths.ROOT / "scripts"),
            "PYTHONUNBUFFERED": "1",
        }

    def command(self, *arguments):
        """Return the command line of `odoo-bin` with these arguments."""
        return [self.python, "-m", "odoo", *arguments]

    def task(self, *arguments, progress, hint, log="setup"):
        """Run `odoo_task.py`, which works on a database, and show how far it is."""

        def show(line):
            module, demo = LOADING.search(line), DEMO.search(line)
            if module:
                name, done, total = module.groups()
                progress.note(f"module {done} of {total}: {name}")
            elif demo:
                progress.note(f"demo shop: {demo.group(1)}")

        script = paths.ROOT / "scripts" / "odoo_task.py"
        command = [self.python, script, *arguments]
        run(command, log=log, hint=hint, env=self.env(), on_line=show)
