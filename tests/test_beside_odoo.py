"""Our addons and any module of Odoo can be installed together, in either order.

Looked up in Odoo's whole source: no module need be installed for it.
`./shop test-matrix` installs some and works with them.
"""

import source_names as names


def _claimed(folders, claim):
    """Return what each module claims, by name of the thing."""
    found = {}
    for module, folder in folders.items():
        for name in claim(folder):
            found.setdefault(name, set()).add(module)
    return found


def _taken_twice(claim):
    """Return what ours and Odoo's modules both claim."""
    ours = _claimed(names.own_folders(), claim)
    theirs = _claimed(names.foreign_folders(), claim)
    return {name: ours[name] | theirs[name] for name in ours.keys() & theirs.keys()}


def test_the_tree_is_read():
    assert len(names.foreign_folders()) > 400
    assert names.action_paths(names.foreign_folders()["project"]) >= {"tasks"}
    assert "/my/orders" in names.routes(names.foreign_folders()["sale"])


def test_addresses_of_our_actions_are_ours_alone():
    ours = _claimed(names.own_folders(), names.action_paths)
    assert ours
    assert [path for path in ours if not path.startswith("auto-")] == []
    assert not _taken_twice(names.action_paths)
    assert [path for path, modules in ours.items() if len(modules) > 1] == []


def test_addresses_of_our_pages_are_ours_alone():
    def addresses(folder):
        return names.routes(folder) | names.page_addresses(folder)

    assert _taken_twice(addresses) == {}


def test_what_our_views_hold_on_to_is_taken_away_by_nobody():
    ours = _claimed(names.own_folders(), names.anchors)
    theirs = _claimed(names.others(), names.replaced)
    order = "sale.sale_order_portal_content"
    assert names.Anchor(order, "td td_product_name") in ours
    assert names.Anchor(order, "span span_product_name") in theirs
    assert {anchor: theirs[anchor] for anchor in ours.keys() & theirs.keys()} == {}


def test_our_models_are_ours_alone():
    ours = set().union(*map(names.new_models, names.own_folders().values()))
    theirs = _claimed(names.foreign_folders(), names.named_models)
    assert {"sale.order", "project.task"} <= theirs.keys()
    assert ours & theirs.keys() == set()


def test_what_we_write_in_data_of_others_is_only_in_modules_we_need():
    ours = set().union(*map(names.external_ids, names.own_folders().values()))
    modules = {xmlid.split(".")[0] for xmlid in ours}
    assert modules - set(names.own_folders()) <= names.needed()


def test_fields_and_methods_we_add_to_models_of_odoo_are_ours_alone():
    ours = _claimed(names.own_folders(), names.members)
    models = {member.model for member in ours}
    theirs = _claimed(
        names.others(), lambda folder: names.members(folder, models=models)
    )
    known = _claimed(
        {name: names.foreign_folders()[name] for name in names.needed()},
        lambda folder: names.members(folder, models=models),
    )
    both = (ours.keys() & theirs.keys()) - known.keys()
    assert {member: theirs[member] for member in both} == {}
