import datetime
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import clean_context, email_normalize, html2plaintext, is_html_empty

from ..tools.phone import get_key
from ..tools.plate import plate_key

MAX_CANDIDATES = 5
MAX_CHAR = 256
PLAIN = (str, bool, int, float, datetime.date, type(None))


class CrmLead(models.Model):
    """Requests that come in: who asks, about which car, and is there a deal already."""

    _inherit = "crm.lead"

    @api.model
    def _receive_request(
        self, vals, source=None, details=(), origin=None, *, is_known=False
    ):
        """Make a deal of a request, or join it to the deal that is open already.

        The one way in for the website's form, the JSON endpoint and upper addons.

        :param dict vals: values of the deal, no commands of other records;
            ``partner_id`` only if known for sure
        :param source: the ``auto.request.source``, if it came from one
        :param details: pairs (label, text) for the note besides those of `vals`
        :param origin: the record that asks, such as a chat; only code can tell
        :param bool is_known: whether phone or e-mail are known to be of whoever asks;
            a stranger who types them puts no car into their owner's garage
        :return: the deal
        :raise UserError: for a value that is none of the deal itself
        """
        self._check_request_vals(vals)
        told, vals = vals, self._shorten_request_vals(vals)
        company = self._get_request_company(vals, source)
        # sudo: nobody is logged in when a request comes in; who is gives no defaults
        leads = self.sudo().with_context(clean_context(self.env.context))
        leads = leads.with_company(company)
        partner, candidates = leads._match_request_partner(vals)
        if is_known or vals.get("partner_id") or not partner:
            vehicle, vehicle_note = leads._find_request_vehicle(vals, partner)
        else:
            vehicle, vehicle_note = leads._find_stranger_vehicle(vals, partner)
            if vehicle_note:
                vals = {**vals, "is_vehicle_proposed": True}
        note = leads._get_request_note(
            told, source, [*details, (None, vehicle_note)], candidates, origin
        )
        lead = leads._find_open_deal(vals, partner, vehicle)
        if lead:
            lead._join_request(vals, vehicle, note)
        else:
            lead = leads._create_request_deal(vals, source, partner, vehicle)
            if not partner and not candidates:
                lead._create_request_partner()
            lead.message_post(body=note)
        lead._schedule_request_call(origin)
        lead._record_request(origin)
        return lead

    def _record_request(self, origin=None):
        """Hook: tell of a request, unless the record that asks tells of itself.

        :param origin: as of `_receive_request`
        """
        self._record_fact("request")

    @api.model
    def _get_request_turns(self, vals, company):
        """Return in whose turn a request is received, see `take_turn`.

        Equal ones wait for each other: the second finds customer, car and deal that
        the first has made.

        :param dict vals: as of `_receive_request`
        """
        leads = self.with_company(company)
        car = self.env["auto.vehicle"]._parse_line(vals.get("vehicle_line"))
        told = {
            "customer": vals.get("partner_id"),
            "phone": get_key(leads._sanitize_request_phone(vals.get("phone"))),
            "email": email_normalize(vals.get("email_from") or ""),
            "plate": plate_key(car.plate),
            "vin": car.vin,
        }
        return [
            f"request/{company.id}/{name}/{value}"
            for name, value in told.items()
            if value
        ]

    @api.model
    def _check_request_vals(self, vals):
        """Refuse what would write more than the deal: commands of other records.

        :raise UserError:
        """
        for name, value in vals.items():
            is_many = self._fields[name].type.endswith("2many")
            if is_many or not isinstance(value, PLAIN):
                raise UserError(
                    self.env._(
                        "A request has plain values only, “%(name)s” is none. "
                        "Write it into the text of the request instead.",
                        name=name,
                    )
                )

    @api.model
    def _shorten_request_vals(self, vals):
        """Cut what should be a line; the note of the request keeps it whole.

        An index of the database takes no line of a megabyte, the customer's words it
        does.
        """
        return {
            name: value[:MAX_CHAR]
            if isinstance(value, str) and self._fields[name].type == "char"
            else value
            for name, value in vals.items()
        }

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    @api.model
    def _get_request_company(self, vals, source):
        """Return the company the request is meant for."""
        if vals.get("company_id"):
            return self.env["res.company"].browse(vals["company_id"])
        return source.company_id if source else self.env.company

    @api.model
    def _match_request_partner(self, vals):
        """Find the customer of a request, by phone, then by e-mail.

        Exactly one match that nothing speaks against is the customer; several, or a
        phone of one and an e-mail of another, are left to a person.

        :return: (the customer or empty, the candidates somebody has to choose from)
        """
        partners = self.env["res.partner"]
        if vals.get("partner_id"):
            return partners.browse(vals["partner_id"]), partners
        phone = self._sanitize_request_phone(vals.get("phone"))
        email = email_normalize(vals.get("email_from") or "")
        by_phone = self._search_request_partners("phone_sanitized", phone)
        by_email = self._search_request_partners("email_normalized", email)
        both = by_phone & by_email
        if len(both) == 1:
            return both, partners
        if len(by_phone) == 1 and not by_email:
            return by_phone, partners
        if (
            len(by_email) == 1
            and not by_phone
            # without a phone nothing tells them apart; another phone is another person
            and not (phone and by_email.phone_sanitized)
        ):
            return by_email, partners
        return partners, by_phone | by_email

    @api.model
    def _search_request_partners(self, field_name, value):
        """Return the customers of the company with that phone or e-mail."""
        partners = self.env["res.partner"]
        if not value:
            return partners
        domain = Domain("company_id", "in", [False, self.env.company.id])
        if field_name == "phone_sanitized":
            domain &= partners._get_same_phone_domain(value)
        else:
            domain &= Domain(field_name, "=", value)
        return partners.search(domain, limit=MAX_CANDIDATES, order="id")

    @api.model
    def _sanitize_request_phone(self, phone, force_format="E164"):
        """Return the phone in the given format, or False if it is none."""
        return phone and self.env["res.partner"]._phone_format(
            number=phone,
            country=self.env.company.country_id,
            force_format=force_format,
        )

    def _create_request_partner(self):
        """Make the customer of a request, if a phone or an e-mail tells who he is."""
        self.ensure_one()
        if not self.phone_sanitized and not self.email_normalized:
            return
        if not self.contact_name and not self.partner_name:
            self.contact_name = self.phone or self.email_from
        self._handle_partner_assignment(create_missing=True)
        if self.vehicle_id and not self.vehicle_id.partner_id:
            self.vehicle_id.partner_id = self.partner_id

    @api.model
    def _find_request_vehicle(self, vals, partner):
        """Return the car the request names, and a note about it."""
        if vals.get("vehicle_id"):
            return self.env["auto.vehicle"].browse(vals["vehicle_id"]), ""
        if not (vals.get("vehicle_line") or "").strip():
            return self.env["auto.vehicle"], ""
        return self.env["auto.vehicle"]._find_or_create_from_line(
            vals["vehicle_line"], partner
        )

    @api.model
    def _find_stranger_vehicle(self, vals, partner):
        """Return the customer's car if a stranger names one, else propose it.

        :param partner: the customer whose phone or e-mail the stranger has typed
        :return: (the car or empty, a note for the advisor who has to look at it)
        """
        line = (vals.get("vehicle_line") or "").strip()
        vehicles = self.env["auto.vehicle"]
        if vals.get("vehicle_id") or not line:
            return vehicles.browse(vals.get("vehicle_id")), ""
        parsed = vehicles._parse_line(line)
        model, _rest = self.env["fleet.vehicle.model"]._match_text(parsed.name)
        vehicle = vehicles._find_by_name(line, partner) or vehicles._find_by_line(
            parsed, model, partner
        )
        if vehicle.partner_id.commercial_partner_id == partner.commercial_partner_id:
            return vehicle, ""
        return vehicles, self.env._(
            "Anybody can type a phone: ask %(customer)s whether this car is his, then "
            "take it over on the deal.",
            customer=partner.display_name,
        )

    # ------------------------------------------------------------------
    # Which deal
    # ------------------------------------------------------------------

    @api.model
    def _find_open_deal(self, vals, partner, vehicle):
        """Return the open deal that a repeated request joins, or empty."""
        who = Domain.FALSE
        phone = self._sanitize_request_phone(vals.get("phone"))
        email = email_normalize(vals.get("email_from") or "")
        if partner:
            who |= Domain("partner_id", "=", partner.id)
        elif phone:
            who |= self._get_same_phone_domain(phone)
        elif email:
            who |= Domain("email_normalized", "=", email)
        hours = self.env.company.auto_request_window_hours
        if hours <= 0 or who.is_false():
            return self.browse()
        since = fields.Datetime.now() - timedelta(hours=hours)
        when = Domain("date_request", ">=", since) | Domain("create_date", ">=", since)
        domain = who & when & self._get_open_deal_domain(vehicle)
        leads = self.search(domain, order="id desc", limit=20)
        return (leads.filtered(lambda lead: lead.vehicle_id == vehicle) or leads)[:1]

    @api.model
    def _get_open_deal_domain(self, vehicle):
        """Hook: deals that a request about the car may join."""
        domain = Domain(
            [
                ("won_status", "=", "pending"),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )
        # what other teams sell to the customer is none of it
        domain &= self._get_service_domain() | Domain("date_request", "!=", False)
        if vehicle:
            domain &= Domain("vehicle_id", "in", [False, vehicle.id])
        return domain

    def _join_request(self, vals, vehicle, note):
        """Add a repeated request to the deal: nothing it said before is lost."""
        self.ensure_one()
        now = fields.Datetime.now()
        values = {"date_request": now, "date_contact": now}
        if vehicle and not self.vehicle_id:
            values["vehicle_id"] = vehicle.id
        if vals.get("is_vehicle_proposed") and not (
            self.vehicle_id or self.vehicle_line
        ):
            values |= {
                "vehicle_line": vals["vehicle_line"],
                "is_vehicle_proposed": True,
            }
        wish = self._get_request_wish(vals)
        if wish and wish not in (self.wish or ""):
            values["wish"] = "\n".join(filter(None, [self.wish, wish]))
        self.write(values)
        title = Markup("<p><b>%s</b></p>") % self.env._("Repeated request")
        self.message_post(body=title + note)

    def _schedule_request_call(self, origin=None):
        """Hook: one call about all that was requested.

        :param origin: as of `_receive_request`
        :return: the activities
        """
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        self._get_event_activities().filtered(
            lambda activity: activity.activity_type_id == call
        ).unlink()
        return self._schedule_event_activities("request")

    @api.model
    def _create_request_deal(self, vals, source, partner, vehicle):
        """Create the deal of a first request."""
        values = self._prepare_request_deal_vals(vals, source, partner, vehicle)
        return self.with_context(mail_create_nosubscribe=True).create(values)

    @api.model
    def _prepare_request_deal_vals(self, vals, source, partner, vehicle):
        """Hook: values of the deal of a request.

        What a known customer has is not passed: a deal writes its phone and e-mail
        back to its customer, and nobody may change a customer by filling in a form.
        """
        now = fields.Datetime.now()
        team = self._get_request_team(vals, source)
        user = self._get_request_user(vals, source, partner, team)
        values = {
            **vals,
            "type": vals.get("type") or ("lead" if team.use_leads else "opportunity"),
            "company_id": self.env.company.id,
            "team_id": team.id,
            "user_id": user.id,
            "partner_id": partner.id,
            "vehicle_id": vehicle.id,
            "wish": self._get_request_wish(vals),
            "date_request": now,
            "date_contact": now,
        }
        if phone := self._sanitize_request_phone(vals.get("phone"), "INTERNATIONAL"):
            values["phone"] = phone
        if partner:
            for name in ("contact_name", "partner_name"):
                values.pop(name, None)
            if partner.phone:
                values.pop("phone", None)
            if partner.email:
                values.pop("email_from", None)
        for name in ("campaign_id", "medium_id", "source_id"):
            if source and source[name]:
                values.setdefault(name, source[name].id)
        return values

    @api.model
    def _get_request_team(self, vals, source):
        """Return the team a request goes to: named, of the source, else the first one.

        Teams of the car service come before those that sell something else.
        """
        team = self.env["crm.team"].browse(vals.get("team_id")).exists()
        team = team or (source and source.team_id)
        return team or self.env["crm.team"].search(
            [("company_id", "in", [False, self.env.company.id])],
            order=f"is_service desc, {self.env['crm.team']._order}",
            limit=1,
        )

    @api.model
    def _get_request_user(self, vals, source, partner, team):
        """Return who gets the deal; nobody if Odoo's assignment by rules does it."""
        candidates = [
            self.env["res.users"].browse(vals.get("user_id")).exists(),
            source and source.user_id,
            partner.user_id,
        ]
        if not self._is_rule_based_assignment_activated():
            candidates.append(team.user_id)
        return next(
            (user for user in candidates if user and self._is_eligible_user(user)),
            self.env["res.users"],
        )

    @api.model
    def _get_request_wish(self, vals):
        """Return the customer's words: the wish, else the text of a contact form."""
        if vals.get("wish"):
            return vals["wish"].strip()
        description = vals.get("description")
        return html2plaintext(description) if not is_html_empty(description) else False

    # ------------------------------------------------------------------
    # Note
    # ------------------------------------------------------------------

    @api.model
    def _get_request_note(self, vals, source, details, candidates, origin=None):
        """Return the request as it came in, and what staff should know about it."""
        rows = [
            (None, self._get_request_title(source, origin)),
            (self.env._("Name"), vals.get("contact_name") or vals.get("partner_name")),
            (self.env._("Phone"), vals.get("phone")),
            (self.env._("E-mail"), vals.get("email_from")),
            (self.env._("Car"), vals.get("vehicle_line")),
            (self.env._("Wish"), self._get_request_wish(vals)),
            *details,
            (None, self._get_contact_warning(vals, origin)),
        ]
        body = Markup().join(
            Markup("%s<br/>") % (f"{label}: {text}" if label else text)
            for label, text in rows
            if text
        )
        if candidates:
            links = Markup(", ").join(
                Markup('<a href="#" data-oe-model="res.partner" data-oe-id="%s">%s</a>')
                % (partner.id, partner.display_name)
                for partner in candidates
            )
            body += Markup("%s %s") % (
                self.env._("Several customers may be meant, choose one:"),
                links,
            )
        return body

    @api.model
    def _get_request_title(self, source, origin=None):
        """Hook: where a request comes from, in words."""
        if source:
            return self.env._("Request from %(site)s", site=source.name)
        return self.env._("Request from the website")

    @api.model
    def _get_contact_warning(self, vals, origin=None):
        """Return what is wrong with the contact data of a request, if anything."""
        if not vals.get("phone") and not vals.get("email_from"):
            return self.env._("No phone and no e-mail given.")
        if vals.get("phone") and not self._sanitize_request_phone(vals["phone"]):
            return self.env._("The phone does not look like a phone number.")
        return None
