"""The databases that `./shop` makes, as PostgreSQL sees them."""

import pytest
from shoplib import paths
from shoplib.console import Progress
from shoplib.database import Databases, query

MISSING = """
result = [
    f"{model._table}.{field.name}"
    for model in env.registry.models.values()
    if model._auto and not model._abstract
    for field in model._fields.values()
    if field.store and field.column_type and field.index == "trigram"
]
"""
CACHED = "shop_cached"
INDEXES = "SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'"


def test_parts_of_texts_are_found_by_an_index(shop_copy):
    wanted = shop_copy.shell(MISSING)
    assert len(wanted) > 20
    assert int(query(INDEXES, shop_copy.database)) >= len(wanted)


@pytest.fixture
def databases(odoo, monkeypatch, tmp_path):
    """Databases with a cache of their own."""
    monkeypatch.setenv("AUTO_SHOP_CACHE", str(tmp_path))
    databases = Databases(odoo, Progress(1))
    yield databases
    databases.drop(CACHED)


def make(databases, key):
    """Make the database of a key, or restore it; return what was written into it."""

    def anew():
        databases.clone("template0", CACHED)
        query(f"CREATE TABLE made AS SELECT '{key}' AS key", CACHED)
        paths.filestore(CACHED).mkdir(parents=True)
        (paths.filestore(CACHED) / "picture").write_text(key)
        made.append(key)

    made = []
    databases._make_or_restore(CACHED, "kind", key, anew)
    kept = query("SELECT key FROM made", CACHED)
    return made, kept, (paths.filestore(CACHED) / "picture").read_text()


def test_another_clone_finds_a_database_in_the_cache(databases, tmp_path):
    assert make(databases, "one") == (["one"], "one", "one")
    assert make(databases, "one") == ([], "one", "one")
    assert make(databases, "two") == (["two"], "two", "two")
    kept = [folder.name for folder in (tmp_path / "databases" / "kind").iterdir()]
    assert kept == ["two"], "only the last"
