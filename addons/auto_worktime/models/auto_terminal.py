import secrets
from datetime import UTC, timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools.misc import hmac

from odoo.addons.auto_crm.tools.strangers import is_same
from odoo.addons.auto_crm.tools.turn import take_turn

DEED = "auto_worktime.sign_in"
PIN_TRIES = 5  # wrong ones, of one person at one terminal
ADDRESS_TRIES = 50  # wrong ones, of a network address: many tablets have one
TRIES_TIME = timedelta(minutes=15)
TICKET_TIME = timedelta(hours=16)


class AutoTerminal(models.Model):
    """A screen of the workshop that its link opens without a login.

    The link of a terminal shows who works here; who signs in by badge or PIN gets a
    ticket, which is his proof for one shift. The link of a board shows the posts.
    """

    _name = "auto.terminal"
    _description = "Workshop Screen"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        selection=[("terminal", "Terminal of mechanics"), ("board", "Board on a wall")],
        required=True,
        default="terminal",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        default=lambda self: self.env.company.partner_id.lang or self.env.lang,
    )
    is_shared = fields.Boolean(
        string="Shared",
        default=True,
        help="Whoever has signed in is signed out when he does nothing for a while.",
    )
    key = fields.Char(
        default=lambda self: secrets.token_urlsafe(24),
        required=True,
        copy=False,
        readonly=True,
        groups="auto_crm.auto_crm_group_manager",
    )
    url = fields.Char(
        string="Link", compute="_compute_url", groups="auto_crm.auto_crm_group_manager"
    )

    _key_uniq = models.UniqueIndex("(key)", "Two screens have the same key.")

    @api.depends("key", "kind")
    def _compute_url(self):
        for screen in self:
            base = screen.get_base_url()
            screen.url = f"{base}/auto_worktime/{screen.kind}/{screen.key}"

    def action_new_key(self):
        """Shut the old link, and all that was signed in by it; make a new one."""
        self.check_access("write")
        for screen in self:
            screen.key = secrets.token_urlsafe(24)

    @api.model
    def _find_by_key(self, key, kind):
        """Return the screen of a link, for its controller; empty without one.

        What is done by it, is done by nobody who has a login.
        """
        # sudo: screens have no login; the key is their proof
        screens = self.with_user(SUPERUSER_ID)
        screen = screens.search([("key", "=", key), ("kind", "=", kind)], limit=1)
        company = screen.company_id
        return screen.with_company(company).with_context(
            lang=screen.lang, tz=company and company._get_tz()
        )

    # ------------------------------------------------------------------
    # Who is it?
    # ------------------------------------------------------------------

    def _get_people(self):
        """Return the employees who may sign in."""
        self.ensure_one()
        people = self.env["hr.employee"].search(
            [("company_id", "=", self.company_id.id), ("is_mechanic", "=", True)],
            order="name, id",
        )
        return people.filtered(lambda one: one._is_clocked())

    def _sign_in(self, address, employee_id=None, pin="", badge=""):
        """Find out who it is, by his badge, or his name and PIN; wrong ones count.

        :param str address: of the network
        :return: the employee; an empty set when it is wrong; None after too many
        """
        who = f"{self.id}/{employee_id or 'badge'}"
        tries = [(who, PIN_TRIES), (address, ADDRESS_TRIES)]
        limits = self.env["auto.limit"]
        take_turn(self.env.cr, limits._get_turns(DEED, tries))
        employee = self._identify(employee_id, pin, badge)
        with self.env.cr.savepoint() as savepoint:
            if not limits._count_all(DEED, tries, TRIES_TIME):
                return None
            if employee:
                savepoint.rollback()  # only what is wrong counts
        return employee

    def _identify(self, employee_id, pin, badge):
        """Compare in constant time; who has no PIN has no way in by it."""
        people = self._get_people()
        if badge:
            return people.filtered(lambda one: is_same(badge, one.barcode))[:1]
        return people.filtered(
            lambda one: one.id == employee_id and is_same(pin, one.pin)
        )

    def _make_ticket(self, employee):
        """Return the proof that an employee has signed in here now."""
        issued = int(fields.Datetime.now().replace(tzinfo=UTC).timestamp())
        payload = f"{employee.id}.{issued}"
        return f"{payload}.{self._sign(payload)}"

    def _read_ticket(self, ticket):
        """Return whose ticket it is and from when; empty and None if it is forged."""
        employees = self.env["hr.employee"].with_context(active_test=False)
        payload, _dot, signature = ticket.rpartition(".")
        if not is_same(signature, self._sign(payload)):
            return employees, None
        number, issued = map(int, payload.split("."))
        issued = fields.Datetime.to_datetime("1970-01-01") + timedelta(seconds=issued)
        employee = employees.browse(number).exists()
        if employee.company_id != self.company_id:
            return employees, None
        return employee.with_context(active_test=True), issued

    def _find_signed_in(self, ticket):
        """Return whose ticket is good now; empty if it is none, or he has left."""
        employee, issued = self._read_ticket(ticket)
        is_good = employee and self._is_ticket_good(issued, fields.Datetime.now())
        return employee & self._get_people() if is_good else employee.browse()

    def _is_ticket_good(self, issued, at):
        """Whether a ticket, issued then, covers a moment."""
        return issued - timedelta(minutes=1) <= at <= issued + TICKET_TIME

    def _sign(self, payload):
        return hmac(self.env, "auto_worktime.ticket", f"{self.id}/{self.key}/{payload}")
