"""Databases: the template with Odoo's modules, and clones of it with our addons."""

import json
import os
import shutil
import subprocess
from contextlib import contextmanager

from . import manifests, paths
from .console import ShopError, run, say

LANGUAGES = ("en_US", "ru_RU")
# of an empty shop: whose company it is by the language of its people
COUNTRIES = {"ru_RU": "RU/Europe/Moscow"}
TRIGRAMS = "pg_trgm"
HINT = "Read the error above; ./shop clean starts from nothing."


class Databases:
    """What to do with databases on the server that the environment names."""

    def __init__(self, odoo, progress):
        self.odoo = odoo
        self.progress = progress
        self.told = False

    def exists(self, name):
        """Tell whether the database exists."""
        return bool(
            query("SELECT 1 FROM pg_database WHERE datname = :'name'", name=name)
        )

    def drop(self, name):
        """Drop a database and its filestore."""
        _tool("dropdb", "--if-exists", "--force", name)
        shutil.rmtree(paths.filestore(name), ignore_errors=True)

    def make_empty(self, name):
        """Make a database anew, with nothing in it."""
        self.drop(name)
        _tool("createdb", "-T", "template0", name)
        self._add_trigrams(name)

    def clone(self, source, target):
        """Make the target anew as a copy of the source, filestore included."""
        self.drop(target)
        _tool("createdb", "-T", source, target)
        # Odoo never writes into a file that is there: the copies may be the same file
        _copy(paths.filestore(source), paths.filestore(target), copy_function=_link)

    @contextmanager
    def copy_of(self, source, target):
        """Give a copy of a database for the time of the block."""
        self.clone(source, target)
        try:
            yield target
        finally:
            self.drop(target)

    def rename(self, source, target):
        """Give a finished database its final name, in the place of an older one."""
        self.drop(target)
        query(
            'ALTER DATABASE :"source" RENAME TO :"target"', source=source, target=target
        )
        if paths.filestore(source).exists():
            paths.filestore(source).rename(paths.filestore(target))

    def template(self):
        """Return the name of a database with all Odoo modules our addons need."""
        modules = manifests.odoo_modules(manifests.own_addons())
        extensions = [TRIGRAMS] if self._offers_trigrams() else []
        key = template_key(self.odoo.tree.version, [*extensions, *modules])
        name = f"odoo_modules_{key}"
        if not self.exists(name):
            unfinished = f"{name}_part"

            def make():
                self.make_empty(unfinished)
                self._install_modules(unfinished, modules)

            self._make_or_restore(unfinished, "odoo_modules", key, make)
            self.rename(unfinished, name)
        return name

    def _make_or_restore(self, name, kind, key, make):
        """Make a database, or take it from the cache, where a clone has left it."""
        self.drop(name)
        dump = paths.cache() / "databases" / kind / key
        if (dump / "database.dump").exists():
            _tool("createdb", "-T", "template0", name)
            self._restore(dump, name)
        else:
            make()
            self._save(name, dump)

    def _offers_trigrams(self):
        """Tell whether the server has the extension; say once if it has not."""
        offered = bool(
            query(
                "SELECT 1 FROM pg_available_extensions WHERE name = :'name'",
                name=TRIGRAMS,
            )
        )
        if not offered and not self.told:
            self.told = True
            say(
                f"             This PostgreSQL has no {TRIGRAMS}: to search a part of a"
                " text is slow in big lists. The distribution's has it."
            )
        return offered

    def _add_trigrams(self, name):
        """Let a database have Odoo's indexes for parts of texts, as one Odoo makes."""
        if self._offers_trigrams():
            query(f"CREATE EXTENSION IF NOT EXISTS {TRIGRAMS}", name)

    def _install_modules(self, name, modules):
        self.odoo.task(
            "install",
            f"--database={name}",
            f"--modules={','.join(modules)}",
            f"--load-languages={','.join(LANGUAGES)}",
            progress=self.progress,
            hint=HINT,
        )

    def _restore(self, dump, name):
        command = [
            "pg_restore",
            "--no-owner",
            "-j2",
            "-d",
            name,
            dump / "database.dump",
        ]
        run(command, log="setup", hint=f"Remove {dump} and try again.")
        _copy(dump / "filestore", paths.filestore(name))

    def _save(self, name, dump):
        """Keep a database for other clones; of a kind only what was made last stays."""
        unfinished = dump.with_name(f"{dump.name}.{os.getpid()}.part")
        unfinished.mkdir(parents=True)
        target = unfinished / "database.dump"
        command = ["pg_dump", "-Fc", "-Z1", "--no-owner", "-f", target, name]
        run(command, log="setup", hint=HINT)
        _copy(paths.filestore(name), unfinished / "filestore")
        for old in set(dump.parent.iterdir()) - {unfinished}:
            shutil.rmtree(old, ignore_errors=True)
        unfinished.rename(dump)

    def keep(self, name, *, addons, demo=False):
        """Make a database for tests, unless it is there and nothing has changed."""
        parts = [self.template(), manifests.code_key(), str(demo), *addons]
        key = paths.short_hash("\n".join(parts))
        if self.exists(name) and self.memory(name).get("key") == key:
            return
        unfinished = f"{name}_part"

        def make():
            options = {"log": f"setup-{name}", "test_assets": not demo}
            self._install_shop(unfinished, addons, demo, "en_US", **options)

        self._make_or_restore(unfinished, name, key, make)
        self.rename(unfinished, name)
        self.remember(name, demo=demo, key=key)

    def make_shop(self, name, *, addons, demo, language):
        """Make a database with our addons, from the template.

        :param addons: names of the addons to install
        :param demo: whether to load the demo shop of our addons
        """
        unfinished = f"{name}_part"
        self._install_shop(unfinished, addons, demo, language, log="setup")
        self.rename(unfinished, name)
        self.remember(name, demo=demo)

    def _install_shop(self, name, addons, demo, language, *, log, test_assets=False):
        self.clone(self.template(), name)
        self.odoo.task(
            "install",
            f"--database={name}",
            f"--modules={','.join(addons)}",
            f"--language={language}",
            "--assets",
            *country_options(language, demo),
            *(["--demo"] if demo else []),
            *(["--test-assets"] if test_assets else []),
            progress=self.progress,
            hint=HINT,
            log=log,
        )

    def update_shop(self, name, *, language=None):
        """Bring our addons in a database up to date with their code."""
        demo = self.memory(name).get("demo", False)
        # what came with a new version; a demo shop is made once, with its database
        top = manifests.top_addon(manifests.own_addons(), demo=False)
        self._add_trigrams(name)
        self.odoo.task(
            "update",
            f"--database={name}",
            f"--modules={top}",
            "--assets",
            *([f"--language={language}"] if language else []),
            *(["--demo"] if demo else []),
            progress=self.progress,
            hint=HINT,
        )
        self.remember(name, demo=demo)

    def is_up_to_date(self, name):
        """Tell whether the database was made by the code as it is now."""
        return self.memory(name).get("code") == manifests.code_key()

    def remember(self, name, *, demo, key=None):
        """Write what a database was made from into its comment."""
        memory = json.dumps({"code": manifests.code_key(), "demo": demo, "key": key})
        query("COMMENT ON DATABASE :\"name\" IS :'memory'", name=name, memory=memory)

    def memory(self, name):
        """Return what `remember` wrote."""
        text = query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = :'name'",
            name=name,
        )
        return json.loads(text) if text.startswith("{") else {}


def country_options(language, demo):
    """Return what makes an empty shop one of a country; a demo shop is one already."""
    country = COUNTRIES.get(language)
    return [f"--country={country}"] if country and not demo else []


def template_key(tree_version, modules):
    """Return a short text of all that a template database is made from."""
    requirements = (paths.ROOT / "requirements.txt").read_text()
    return paths.short_hash(
        "\n".join([tree_version, requirements, *LANGUAGES, *modules])
    )


def query(sql, database="postgres", **variables):
    """Return what a SQL statement prints; psql quotes the variables."""
    command = ["psql", "-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1"]
    for name, value in variables.items():
        command += ["-v", f"{name}={value}"]
    return _tool(*command, sql=sql).strip()


def _tool(*command, sql=None):
    result = subprocess.run(
        command, input=sql, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise ShopError(
            f"{command[0]} failed: {result.stderr.strip()}\n"
            "Check the PostgreSQL server; ./shop clean starts from nothing."
        )
    return result.stdout


def _copy(source, target, **options):
    """Copy a folder that may not exist."""
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, **options)


def _link(source, target):
    """Give a file a second name; a file system that cannot gets a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
