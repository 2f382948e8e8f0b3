"""Data for the benchmarks: many deals, made quickly and alike on every run."""

from odoo.tools import SQL

PROTOTYPES = 200


def make_deals(env, count):
    """Fill the database with ``count`` deals over all stages of the pipeline.

    A few hundred are made by the ORM, so that every stored field holds what it would in
    real life, and are then multiplied in the database.
    """
    leads = env["crm.lead"].create(_prototypes(env))
    env.flush_all()
    columns = SQL(", ").join(
        SQL.identifier(name)
        for name, field in env["crm.lead"]._fields.items()
        if field.store and field.column_type and name != "id"
    )
    env.cr.execute(
        SQL(
            "INSERT INTO crm_lead (%s) SELECT %s FROM crm_lead"
            " CROSS JOIN generate_series(2, %s) WHERE id IN %s",
            columns,
            columns,
            count // PROTOTYPES,
            tuple(leads.ids),
        )
    )
    env.cr.execute("ANALYZE crm_lead")
    env.invalidate_all()


def _prototypes(env):
    stages = env["crm.stage"].search([("auto_event", "!=", False)])
    team = stages.team_ids[:1] or env["crm.team"].search([], limit=1)
    model = env["fleet.vehicle.model"].search([], limit=1)
    partners = env["res.partner"].create(
        [{"name": f"Customer {n}", "phone": f"+7916{n:07d}"} for n in range(PROTOTYPES)]
    )
    vehicles = env["auto.vehicle"].create(
        [
            {
                "partner_id": partner.id,
                "model_id": model.id,
                "license_plate": f"А{n:03d}ВС77",
            }
            for n, partner in enumerate(partners)
        ]
    )
    return [
        {
            "name": f"Deal {n}",
            "type": "opportunity",
            "partner_id": partner.id,
            "vehicle_id": vehicle.id,
            "wish": "Knock in front left",
            "team_id": team.id,
            "user_id": env.uid,
            "stage_id": stages[n % len(stages)].id,
            "expected_revenue": 1000.0 + n,
        }
        for n, (partner, vehicle) in enumerate(zip(partners, vehicles, strict=True))
    ]
