def migrate(cr, version):
    """Messages of a booking were said with whose it is."""
    cr.execute(
        """
        UPDATE mail_message message
           SET auto_owner_id = booking.partner_id
          FROM auto_booking booking
         WHERE message.model = 'auto.booking' AND message.res_id = booking.id
        """
    )
