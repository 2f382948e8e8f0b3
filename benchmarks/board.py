"""The deal board against stock CRM's pipeline, on the same 20 000 and 100 000 deals.

Each opening is what the browser asks for: the columns with their first cards in one
call, the bars of the columns in another.
"""

import json
import sys
from pathlib import Path

from lxml import etree

sys.path.insert(0, str(Path(__file__).parent))

from shop_data import make_deals

env = globals()["env"]
bench = globals()["bench"]

OURS = "auto_crm.auto_crm_lead_view_kanban"
STOCK = "crm.crm_case_kanban_view_leads"
COLUMN_AGES = ["stage_minutes", "silent_count"]  # see deal_board_view.js
MULTIPLE = ("one2many", "many2many")


def opening(view_xmlid, extra_aggregates=()):
    """Return a function that loads a kanban view as the web client does."""
    leads = env["crm.lead"]
    view = leads.get_view(env.ref(view_xmlid).id, "kanban")
    arch = etree.fromstring(view["arch"])
    progress = arch.find("progressbar")
    names = {
        node.get("name")
        for node in arch.iter("field")
        if not any(parent.tag == "field" for parent in node.iterancestors())
    }
    specification = {name: field_specification(leads._fields[name]) for name in names}
    sums = [name for name in [progress.get("sum_field"), *extra_aggregates] if name]
    aggregates = [aggregate for name in sums for aggregate in aggregates_of(name)]
    bar = {
        "field": progress.get("field"),
        "colors": json.loads(progress.get("colors")),
    }
    domain = [("type", "=", "opportunity")]

    def load():
        leads.with_context(read_group_expand=True).web_read_group(
            domain,
            ["stage_id"],
            aggregates,
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=int(arch.get("limit") or 40),
        )
        leads.read_progress_bar(domain, "stage_id", bar)

    return load


def field_specification(field):
    """Return what the web client asks of a field."""
    if field.type in ("many2one", "reference"):
        return {"fields": {"display_name": {}}}
    if field.type in MULTIPLE and field.name != "activity_ids":
        return {"fields": {"display_name": {}, "color": {}}}
    return {}


def aggregates_of(name):
    """Return what the web client asks of a field that a column sums up."""
    field = env["crm.lead"]._fields[name]
    result = [f"{name}:{field.aggregator}"]
    if field.type == "monetary":
        currency = field.get_currency_field(env["crm.lead"])
        result += [f"{currency}:array_agg_distinct", f"{name}:sum_currency"]
    return result


made = 0
for count in (20_000, 100_000):
    make_deals(env, count - made)
    made = count
    bench.compare(
        f"Board of {count} deals against CRM's pipeline",
        ours=opening(OURS, COLUMN_AGES),
        stock=opening(STOCK),
        goal=1.2,
        repeat=21,  # a loaded machine needs more than a few turns to be fair
    )
