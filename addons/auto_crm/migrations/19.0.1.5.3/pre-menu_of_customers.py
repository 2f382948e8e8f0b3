"""The menu of vehicles is that of customers: its old translation would stay."""


def migrate(cr, _version):
    """Forget what other languages call the menu; the new names come with the files."""
    cr.execute(
        """
        UPDATE ir_ui_menu
           SET name = jsonb_build_object('en_US', 'Customers')
         WHERE name ->> 'en_US' = 'Vehicles'
           AND id IN (
               SELECT res_id
                 FROM ir_model_data
                WHERE module = 'auto_crm' AND name = 'auto_vehicle_menu_root'
           )
        """
    )
