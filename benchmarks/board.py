"""The deal board against stock CRM's pipeline, on the same 20 000 and 100 000 deals.

Each opening is what the browser asks for: the columns with their cards in one call, and
the bars of the columns in another.
"""

from lxml import etree
from shop_data import make_deals

env = globals()["env"]
bench = globals()["bench"]


def opening(action_xmlid):
    """Return a function that loads the kanban of an action as the web client does."""
    action = env["ir.actions.act_window"]._for_xml_id(action_xmlid)
    view_id = next(view for view, kind in action["views"] if kind == "kanban")
    leads = env["crm.lead"]
    view = leads.get_view(view_id, "kanban")
    arch = etree.fromstring(view["arch"])
    names = {node.get("name") for node in arch.iter("field")} & set(leads._fields)
    domain = [("type", "=", "opportunity")]
    progress = arch.find(".//progressbar")
    bar = {
        "field": progress.get("field"),
        "colors": dict(env["ir.qweb"]._parse_colors(progress.get("colors")))
        if hasattr(env["ir.qweb"], "_parse_colors")
        else {},
    }

    def load():
        leads.web_read_group(
            domain,
            ["stage_id"],
            aggregates_of(leads, names),
            auto_unfold=True,
            unfold_read_specification=specification(leads, names),
            unfold_read_default_limit=int(arch.get("limit") or 40),
            limit=10,
        )
        leads.read_progress_bar(domain, "stage_id", bar)

    return load
