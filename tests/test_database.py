"""The databases that `./shop` makes, as PostgreSQL sees them."""

from shoplib.database import query

MISSING = """
result = [
    f"{model._table}.{field.name}"
    for model in env.registry.models.values()
    if model._auto and not model._abstract
    for field in model._fields.values()
    if field.store and field.column_type and field.index == "trigram"
]
"""
INDEXES = "SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'"


def test_parts_of_texts_are_found_by_an_index(shop_server):
    wanted = shop_server.shell(MISSING)
    assert len(wanted) > 20
    assert int(query(INDEXES, shop_server.database)) >= len(wanted)
