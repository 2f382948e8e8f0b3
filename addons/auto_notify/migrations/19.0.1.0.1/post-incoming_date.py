def migrate(cr, _version):
    """Say of what has come in when it was sent, or else when it came."""
    cr.execute(
        """
        UPDATE auto_notify_incoming
           SET date = LEAST(
                   COALESCE((data ->> 'date')::timestamp, create_date), create_date
               )
        """
    )
