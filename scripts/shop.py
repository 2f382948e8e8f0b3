"""Command line of the shop; `./shop` calls it with a Python that can make a venv."""

import argparse
import os
import signal
import sys

from shoplib import commands
from shoplib.console import ShopError, say

USAGE = """./shop COMMAND [options]

  run      start the shop on http://127.0.0.1:8069, making all it needs
  test     lint and all tests; some: `test auto_crm`, `test tests/test_x.py -k name`;
           `--long`: races and stories as long as at night; `--jobs N`: N at a time
  mutate   change operators and returns of a file and tell what no test notices:
           `mutate addons/auto_crm/tools/x.py`, and tests if not all of its addon
  test-matrix
           sell beside Odoo's other modules, installed before and after ours
  test-upgrade
           update a database of the released version; `--no-demo`: without its shop
  release  note that the present commit is released, for test-upgrade
  test-core
           run Odoo's own suites with our addons and without, and tell what fails by
           us; `test-core crm sale`: some; `test-core flows`: queries of its flows
  bench    measure speed against Odoo's own screens; `bench NAME`: one benchmark
  lint     the linters only, mending what they can; `lint PATH`: some files;
           `lint --odoo`: Odoo's own linter
  shell    Odoo's Python shell on the shop's database
  update   bring the shop's database up to date with the code
  clean    remove .run: databases, attachments, logs
  help     this text

  --port N          port of the web server (8069)
  --db NAME         database (shop)
  --no-demo         run: an empty shop instead of the demo one
  --lang LANGUAGE   en_US or ru_RU: language of staff, company and website

Environment: ODOO_HOME, PGHOST (PGPORT, PGUSER, PGPASSWORD), AUTO_SHOP_CACHE,
AUTO_SHOP_PYTHON; see docs/development.md.
"""
WITH_ARGUMENTS = ("test", "mutate", "test-matrix", "test-core", "bench", "lint")
COMMANDS = (
    "run",
    *WITH_ARGUMENTS,
    "test-upgrade",
    "release",
    "shell",
    "update",
    "clean",
)


def parse(arguments):
    """Return the options of a command line; words a command takes are `arguments`."""
    parser = argparse.ArgumentParser(usage=USAGE, add_help=False, allow_abbrev=False)
    parser.add_argument("command", choices=(*COMMANDS, "help"))
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--db", default="shop")
    parser.add_argument("--no-demo", action="store_true")
    parser.add_argument("--odoo", action="store_true")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--lang", choices=("en_US", "ru_RU"))
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command not in WITH_ARGUMENTS:
        parser.error(f"{options.command} does not know {' '.join(rest)}")
    options.arguments = rest
    return options


def main(arguments):
    """Run a command; every failure ends with what to do.

    :return: the exit code
    """
    if not arguments or arguments[0] == "help" or {"-h", "--help"} & set(arguments):
        say(USAGE)
        return 0
    options = parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        getattr(commands, options.command.replace("-", "_"))(options)
    except ShopError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0 if options.command == "run" else 130
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
