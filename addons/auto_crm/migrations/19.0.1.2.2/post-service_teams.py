def migrate(cr, _version):
    """Teams whose deals are of cars are teams of the car service."""
    cr.execute(
        """
        UPDATE crm_team SET is_service = TRUE
         WHERE id IN (SELECT team_id FROM crm_lead WHERE vehicle_id IS NOT NULL)
            OR id IN (
                SELECT res_id FROM ir_model_data
                 WHERE module = 'auto_crm' AND name = 'crm_team_repair'
               )
        """
    )
