"""What the nightly check has found, shown to a manager."""

FAULT = "auto_loyalty.mail_activity_type_fault"


def show(record, text):
    """Give a manager something to do about a card or an order, once.

    :param record: in sudo, has activities and a company
    :param str text: what is wrong
    """
    if record.activity_search([FAULT]):
        return
    env = record.env
    company = record.company_id or env.company
    record.with_context(mail_activity_quick_update=True).activity_schedule(
        FAULT, note=text, user_id=env["crm.lead"]._get_notify_manager(company).id
    )
