from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

OLD_DOMAIN = "[('vehicle_id.partner_id', 'child_of', [user.commercial_partner_id.id])]"
NEW_DOMAIN = (
    "[('vehicle_id.partner_id', 'child_of', [user.commercial_partner_id.id]), "
    "'|', ('owner_id', '=', False), "
    "('owner_id', 'child_of', [user.commercial_partner_id.id])]"
)


def migrate(cr, version):
    """Tell of messages and recommendations whose the car was when they were written."""
    cr.execute(
        SQL(
            """
            UPDATE auto_recommendation work
               SET owner_id = COALESCE(%s, vehicle.partner_id)
              FROM auto_vehicle vehicle
             WHERE vehicle.id = work.vehicle_id
            """,
            _get_owner(SQL("work.vehicle_id"), SQL("work.date_advised")),
        )
    )
    _fill_messages(cr, "auto.vehicle", SQL("document.id"))
    _fill_messages(cr, "auto.recommendation", SQL("document.vehicle_id"))
    cr.execute(
        """
        UPDATE mail_message message
           SET auto_owner_id = orders.partner_id
          FROM auto_job job
          JOIN sale_order orders ON orders.id = job.order_id
         WHERE message.model = 'auto.job' AND message.res_id = job.id
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    rule = env.ref("auto_crm.auto_recommendation_rule_portal", raise_if_not_found=False)
    if rule and rule.domain_force == OLD_DOMAIN:
        rule.domain_force = NEW_DOMAIN


def _get_owner(vehicle, date):
    """Return whose a car was on a day, as its history says."""
    return SQL(
        """
        (SELECT owner.partner_id
           FROM auto_vehicle_owner owner
          WHERE owner.vehicle_id = %(vehicle)s
            AND owner.date_start <= %(date)s
            AND (owner.date_stop IS NULL OR owner.date_stop > %(date)s)
          ORDER BY owner.date_start DESC, owner.id DESC
          LIMIT 1)
        """,
        vehicle=vehicle,
        date=date,
    )


def _fill_messages(cr, model, vehicle):
    """Note whose the car was, on the messages of one model's documents."""
    cr.execute(
        SQL(
            """
            UPDATE mail_message message
               SET auto_owner_id = COALESCE(%(owner)s, car.partner_id)
              FROM %(table)s document
              JOIN auto_vehicle car ON car.id = %(vehicle)s
             WHERE message.model = %(model)s AND message.res_id = document.id
            """,
            owner=_get_owner(vehicle, SQL("message.date::date")),
            table=SQL.identifier(model.replace(".", "_")),
            vehicle=vehicle,
            model=model,
        )
    )
