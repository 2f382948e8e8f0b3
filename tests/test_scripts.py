"""The pure parts of `./shop`."""

import os
import re
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import shop
from packaging.requirements import Requirement
from shoplib import (
    apt,
    commands,
    console,
    database,
    linting,
    manifests,
    matrix,
    odoo_tree,
    paths,
    postgres,
    testing,
    venv,
)

CLASSIC = """
# comment
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib
deb http://security.example/debian-security bookworm-security main # why
"""
DEB822 = """Types: deb deb-src
# a comment
URIs: http://mirror.example/debian/
Suites: trixie
 trixie-updates
Components: main
Signed-By: /k.gpg

Enabled: no
Types: deb
URIs: http://other.example/debian
Suites: trixie
Components: main
"""


def test_classic_sources_are_read():
    sources = apt.parse_one_line(CLASSIC)
    assert [source.suites for source in sources] == [
        ("bookworm",),
        ("bookworm-security",),
    ]
    assert sources[0].uris == ("http://mirror.example/debian",)
    assert sources[0].components == ("main", "contrib")
    assert sources[0].signed_by == "/k.gpg"
    assert sources[1].components == ("main",)


def test_deb822_sources_are_read_without_disabled_ones():
    (source,) = apt.parse_deb822(DEB822)
    assert source.uris == ("http://mirror.example/debian/",)
    assert source.suites == ("trixie", "trixie-updates")
    assert source.signed_by == "/k.gpg"


def test_sources_of_both_kinds_are_found(tmp_path):
    (tmp_path / "sources.list").write_text(CLASSIC)
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEB822)
    assert len(apt.machine_sources(tmp_path)) == 3


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("deb http://mirror.example/debian bookworm main", True),
        ("deb mirror+file:/etc/apt/mirrors/debian.list bookworm main", True),
        ("deb http://mirror.example/ubuntu noble main", False),
        ("deb http://vendor.example/linux/debian bookworm stable", False),
        ("deb http://mirror.example/debian-security bookworm-security main", False),
    ],
)
def test_only_a_mirror_of_debian_itself_will_do(line, found):
    assert bool(apt.debian_mirror(apt.parse_one_line(line))) is found


def test_template_key_changes_with_what_it_is_made_from():
    keys = {
        database.template_key("debian 1", ["sale", "crm"]),
        database.template_key("debian 2", ["sale", "crm"]),
        database.template_key("debian 1", ["sale"]),
    }
    assert len(keys) == 3
    again = database.template_key("debian 1", ["sale"])
    assert again in keys


@pytest.mark.parametrize(
    ("language", "demo", "options"),
    [
        ("ru_RU", False, ["--country=RU/Europe/Moscow"]),
        ("ru_RU", True, []),
        ("en_US", False, []),
    ],
)
def test_an_empty_shop_in_russian_is_a_russian_company(
    language, demo, options, monkeypatch
):
    told = []
    databases = database.Databases(None, None)
    databases.odoo = databases
    monkeypatch.setattr(databases, "template", lambda: "template")
    monkeypatch.setattr(databases, "clone", lambda *_names: None)
    monkeypatch.setattr(
        databases, "task", lambda *args, **_kwargs: told.extend(args), raising=False
    )
    databases._install_shop("shop", ["auto_service"], demo, language, log="setup")
    assert f"--language={language}" in told
    assert [option for option in told if "country" in option] == options


def test_addons_are_ordered_from_lower_to_upper():
    addons = {
        "auto_a": {"depends": ["auto_z", "sale"]},
        "auto_b": {"depends": ["auto_a"], "installable": False},
        "auto_z": {"depends": ["crm"]},
    }
    assert manifests.installable(addons) == ["auto_z", "auto_a"]
    assert manifests.odoo_modules(addons) == ["crm", "sale"]


def test_the_bundle_needs_neither_the_demo_shop_nor_its_payments():
    addons = manifests.own_addons()
    assert manifests.top_addon(addons, demo=True) == "auto_service_demo"
    assert manifests.top_addon(addons, demo=False) == "auto_service"
    below, waiting = set(), ["auto_service"]
    while waiting:
        name = waiting.pop()
        below.add(name)
        waiting += addons.get(name, {}).get("depends", [])
    assert not below & {"auto_service_demo", "payment_demo"}


def test_code_key_ignores_tests_and_compiled_files(tmp_path):
    (tmp_path / "auto_a" / "tests").mkdir(parents=True)
    (tmp_path / "auto_a" / "models.py").write_text("a = 1")
    key = manifests.code_key(tmp_path)
    (tmp_path / "auto_a" / "tests" / "test_a.py").write_text("")
    (tmp_path / "auto_a" / "models.pyc").write_text("")
    assert manifests.code_key(tmp_path) == key
    (tmp_path / "auto_a" / "models.py").write_text("a = 2")
    assert manifests.code_key(tmp_path) != key


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru_RU"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en_US"),
        ({"LANG": "de_DE.UTF-8"}, "en_US"),
        ({}, "en_US"),
    ],
)
def test_language_follows_the_user(environ, language):
    assert commands.user_language(environ) == language


def test_cache_folder_follows_the_environment(tmp_path):
    assert paths.cache({"AUTO_SHOP_CACHE": str(tmp_path)}) == tmp_path
    xdg = paths.cache({"XDG_CACHE_HOME": str(tmp_path)})
    assert xdg == tmp_path / "auto-shop"


def test_command_line_is_parsed():
    options = shop.parse(["test", "auto_crm", "-k", "board", "--port", "8070"])
    assert (options.command, options.port) == ("test", 8070)
    assert options.arguments == ["auto_crm", "-k", "board"]


def test_cases_of_the_matrix_are_chosen_by_name():
    options = shop.parse(["test-matrix", "repair"])
    assert matrix.chosen(options.arguments) == [
        ("repair", "theirs first"),
        ("repair", "ours first"),
    ]
    cases = matrix.chosen([])
    assert {name for name, _order in cases} == {*matrix.BESIDE, "gone", "used"}
    for special, orders in matrix.SPECIAL.items():
        assert [order for name, order in cases if name == special] == list(orders)
    with pytest.raises(console.ShopError, match="known: many, repair, gone"):
        matrix.chosen(["sale"])


def test_modules_of_the_matrix_are_odoo_s():
    folders = odoo_tree.ensure().addons
    for name in {name for modules in matrix.BESIDE.values() for name in modules}:
        assert any((folder / name).is_dir() for folder in folders), name


def test_unknown_option_is_refused():
    with pytest.raises(SystemExit):
        shop.parse(["run", "--prot", "8070"])


def test_who_asks_how_to_call_a_command_is_told_and_starts_nothing(capsys):
    assert shop.main(["test", "--help"]) == 0
    assert shop.USAGE in capsys.readouterr().out


def test_nothing_named_means_everything():
    selection = testing.select(["-k", "board"])
    assert selection.everything
    assert selection.options == ["-k", "board"]
    assert selection.addon_paths == [paths.ADDONS]
    assert selection.shop_paths == [paths.ROOT / "tests"]


def test_a_file_with_a_test_name_is_a_whole_shop_test():
    selection = testing.select([f"{__file__}::test_command_line_is_parsed"])
    assert not selection.everything
    assert not selection.addon_paths
    assert str(selection.shop_paths[0]).endswith("::test_command_line_is_parsed")


def test_odoo_home_without_odoo_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(commands.ShopError, match="ODOO_HOME"):
        odoo_tree.ensure()


REQUIREMENTS = sorted(
    [*paths.ROOT.glob("requirements*.txt"), paths.ROOT / venv.CONSTRAINTS]
)


def read_pins(path):
    """Return the lines of a file of requirements that name packages."""
    return [
        line
        for line in path.read_text().splitlines()
        if line and not line.startswith(("#", "-c "))
    ]


def normalize(name):
    return re.sub("[-_.]+", "-", name).lower()


def find_needed(names):
    """Return the versions of installed packages that some need, with those of them."""
    found, left = {}, list(names)
    while left:
        name = left.pop()
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:  # the linters', or another Python's
            continue
        found[name] = package.version
        for text in package.requires or []:
            need = Requirement(text)
            if not need.marker or need.marker.evaluate({"extra": ""}):
                left.append(normalize(need.name))
    return found


def test_all_that_is_installed_is_pinned():
    pins = {
        normalize(name): version.split()[0]
        for path in REQUIREMENTS
        for name, version in (line.split("==") for line in read_pins(path))
    }
    installed = find_needed(pins)
    assert len(installed) > 60
    own = {"pip", "setuptools"}  # came with the environment
    assert {
        name: version
        for name, version in installed.items()
        if name not in own and pins.get(name) != version
    } == {}


def test_no_package_is_pinned_twice():
    names = [
        normalize(line.split("==")[0])
        for path in REQUIREMENTS
        for line in read_pins(path)
    ]
    assert len(names) == len(set(names))


def test_an_administrator_needs_no_option_for_the_constraints():
    assert "-c constraints.txt" in (paths.ROOT / "requirements.txt").read_text()


@pytest.mark.parametrize("path", REQUIREMENTS, ids=str)
def test_requirements_are_pinned_in_one_place(path):
    lines = read_pins(path)
    assert all(re.match(r"[\w.-]+==\S+( ; |$)", line) for line in lines)
    markers = [line for line in lines if ";" in line]
    assert not markers or path.name == "requirements.txt"


@pytest.fixture
def closed_cluster(monkeypatch):
    """A cluster of a clone in a folder that only its user can enter."""
    with (
        tempfile.TemporaryDirectory() as closed,
        tempfile.TemporaryDirectory() as other,
    ):
        Path(other).chmod(0o755)
        monkeypatch.setattr(postgres, "ELSEWHERE", Path(other) / "auto-shop")
        monkeypatch.setattr(paths, "ROOT", Path(closed))
        monkeypatch.setattr(paths, "STATE", Path(closed) / ".run")
        yield postgres.Cluster(postgres.distribution_bin(), "postgres", False)


def test_a_clone_in_a_closed_folder_gets_its_databases(closed_cluster, monkeypatch):
    with closed_cluster.running():
        monkeypatch.setenv("PGHOST", str(closed_cluster.socket))
        monkeypatch.setenv("PGUSER", postgres.SUPERUSER)
        assert database.query("SELECT 1") == "1"
    again = postgres.Cluster(postgres.distribution_bin(), "postgres", False)
    assert again.folder == closed_cluster.folder
    commands.clean(None)
    assert not closed_cluster.folder.exists()


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("No space left on device", "disk is full"),
        ("Permission denied", "may not enter"),
        ("Something else", "Look there."),
    ],
)
def test_a_hint_says_what_the_error_was(message, found, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    command = [sys.executable, "-c", f"import sys; sys.exit({message!r})"]
    with pytest.raises(console.ShopError, match=message) as failure:
        console.run(command, log="test", hint="Look there.")
    assert found in str(failure.value)


@pytest.fixture
def linted(monkeypatch, tmp_path):
    """A small project whose linters are said to pass."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setenv("AUTO_SHOP_CACHE", str(tmp_path / "cache"))
    names = ["addons/auto_a/a.py", "addons/auto_a/b/c.py", "addons/auto_b/a.py", "d"]
    for name in (*names, *linting.SETTINGS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    for marker in linting._markers(names).values():
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
    return names


def test_what_has_passed_is_not_linted_again(linted):
    assert linting.changed(linted) == []


def test_an_addon_is_linted_as_a_whole_when_a_file_changes(linted):
    (paths.ROOT / linted[0]).write_text("changed")
    assert linting.changed(linted) == linted[:2]
    (paths.ROOT / linted[0]).write_text(linted[0])
    assert linting.changed(linted) == []


def test_other_settings_of_linters_mean_that_all_is_linted(linted):
    (paths.ROOT / linting.SETTINGS[0]).write_text("changed")
    assert linting.changed(linted) == linted


def test_a_new_file_has_its_folder_linted(linted):
    (paths.ROOT / "new").write_text("new")
    assert linting.changed([*linted, "new"]) == ["d", "new"]


@pytest.fixture
def environments(monkeypatch, tmp_path):
    """Makes Python environments, which are said to be made."""
    monkeypatch.setenv("AUTO_SHOP_CACHE", str(tmp_path))
    made = []

    def make(self, _on_line):
        self.folder.mkdir()
        made.append(self.name)

    monkeypatch.setattr(venv.Venv, "_make", make)

    def ensure(*wanted, name="test"):
        environment = venv.Venv(name, wanted)
        environment.ensure()
        return environment

    ensure.made = made
    return ensure


def test_clones_with_the_same_requirements_share_an_environment(environments):
    assert environments("a==1").folder == environments("a==1").folder
    assert environments.made == ["test"]
    assert environments("a==2").folder != environments("a==1").folder
    assert environments.made == ["test", "test"]


def test_an_environment_that_was_not_completed_is_made_again(environments):
    environment = environments("a==1")
    (environment.folder / ".complete").unlink()
    environment.folder.rmdir()
    environments("a==1")
    assert environments.made == ["test", "test"]


def test_an_environment_that_nobody_uses_any_more_is_removed(environments):
    old, other = environments("a==1"), environments("a==1", name="tools")
    for one in (old, other):
        os.utime(one.folder / ".complete", (0, 0))
    environments("a==2")
    assert not old.folder.exists()
    assert other.folder.exists(), "another kind"
