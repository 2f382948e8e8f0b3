import base64

from odoo import api, fields, models
from odoo.tools import file_open, format_date, is_html_empty
from odoo.tools.image import image_data_uri
from odoo.tools.misc import formatLang

from ..tools.sum_in_words import sum_in_words
from ..tools.times import format_time

OUTLINE_PATH = "auto_crm/static/img/car_outline.png"

# The size of a page in rows of a table, found by printing
PAGE_LINES = 51
HEAD_LINES = 17  # company, title, customer and car above the first table
TABLE_LINES = 3  # a table's title and the head of its columns
NAME_WIDTH = 36  # letters a line of the name's column holds at least


class AutoDocument(models.AbstractModel):
    """What the printed papers of a work order say, ready for the QWeb templates.

    Every figure is made here as text in the reader's language and the shop's zone, so
    templates only lay it out and an addon above changes a value by one override.
    """

    _name = "auto.document"
    _description = "Printed Document"

    @api.model
    def _get_values(self, order):
        """Values of a paper about the order.

        :param order: one work order, read with its customer's language
        :rtype: dict
        """
        document = self.with_context(
            lang=self._get_lang(order), tz=order.company_id._get_tz()
        )
        order = order.with_context(**document.env.context)
        works, parts, notes = document._split_lines(order)
        return {
            "doc": order,
            "company": order.company_id,
            "logo": document._get_logo(order.company_id),
            "vehicle": order.vehicle_id,
            "car": document._get_car_rows(order),
            "company_address": self._format_address(order.company_id.partner_id),
            "partner_address": self._format_address(order.partner_id),
            "works": works,
            "parts": parts,
            **document._paginate(order, works=works, parts=parts),
            "notes": notes,
            "has_discount": any(row.get("discount") for row in works + parts),
            "totals": document._get_totals(order, works, parts),
            "dates": document._get_dates(order),
            "currency": self._get_currency_sign(order.currency_id),
            "amount_in_words": document._get_amount_in_words(order),
            "consents": document._get_consents(order),
            "not_agreed": document._get_not_agreed(order),
            "signature": document._get_signature(order),
            "recommendations": document._get_recommendations(order),
            "extra_work": document._get_extra_work(order),
            "has_terms": not is_html_empty(order.note),
            "wants_old_parts": any(order.acceptance_ids.mapped("wants_old_parts")),
        }

    @api.model
    def _get_acceptance_values(self, act):
        """Values of the acceptance act, besides those of its order."""
        values = self._get_values(act.order_id)
        env = values["doc"].env
        act = act.with_env(env)
        document = self.with_env(env)
        values.update(
            act=act,
            act_date=document._format_datetime(act.date),
            act_signed=document._format_datetime(act.date_signed),
            fuel=document._get_label(act, "fuel_level"),
            odometer=document._format_number(act.odometer),
            marks=document._get_marks(act),
            outline=document._get_outline(),
        )
        return values

    @api.model
    def _get_lang(self, order):
        """The language of whoever reads the paper: the customer, else the user."""
        return order.partner_id.lang or self.env.lang

    @api.model
    def _get_logo(self, company):
        """The logo as data inside the paper: no request that may be refused."""
        return image_data_uri(company.logo) if company.logo else ""

    @api.model
    def _get_outline(self):
        """The car's outline as a PNG inside the paper: old builds draw no SVG."""
        with file_open(OUTLINE_PATH, "rb") as picture:
            return f"data:image/png;base64,{base64.b64encode(picture.read()).decode()}"

    @api.model
    def _get_car_rows(self, order):
        """What names the car: list of (label, value), without the empty ones."""
        vehicle = order.vehicle_id
        if not vehicle:
            return []
        rows = [
            (self.env._("Car"), vehicle.model_id.display_name),
            (self.env._("Plate"), vehicle.license_plate),
            (self.env._("VIN"), vehicle.vin),
            (self.env._("Year"), vehicle.year and str(vehicle.year)),
            (self.env._("Colour"), vehicle.color),
            (self.env._("Mileage"), self._format_mileage(order.odometer)),
        ]
        return [row for row in rows if row[1]]

    @api.model
    def _split_lines(self, order):
        """The order's lines as rows of works, rows of parts and loose notes.

        A section's title goes above its first line in either table.
        """
        works, parts, notes = [], [], []
        sums = order._get_line_sums()
        extra = order._get_portal_extra_lines()
        sections = {}
        for line in order.order_line:
            if line.display_type in ("line_section", "line_subsection"):
                sections = {"works": line.name, "parts": line.name}
            elif line.display_type:
                notes.append(line.name)
            elif self._is_listed(line):
                kind, rows = (
                    ("works", works) if self._is_work(line) else ("parts", parts)
                )
                if kind in sections:
                    rows.append({"section": sections.pop(kind)})
                number = sum(1 for row in rows if "section" not in row) + 1
                values = self._get_line_values(line, sums[line])
                rows.append(
                    {"number": number, "is_extra": line in extra, **values},
                )
        return works, parts, notes

    @api.model
    def _is_listed(self, line):
        """Hook: whether a line stands in a table, and not only among the sums."""
        return not line.is_downpayment

    @api.model
    def _paginate(self, order, **tables):
        """Cut long tables into pages, each of which repeats the head of its columns.

        A build without patched Qt repeats no table heads, so the break is made here, a
        little before the page is full by a careful count of the lines of text.

        :param tables: rows by the table's name
        :return: `<name>_pages`: list of dicts (rows, style) for each table
        """
        room = PAGE_LINES - HEAD_LINES - self._count_lines(order.wish, order.fault)
        pages = {}
        for name, rows in tables.items():
            pages[f"{name}_pages"] = chunks = []
            room -= TABLE_LINES
            for row in rows:
                height = self._get_row_height(row)
                is_full = height > room
                if is_full:
                    room = PAGE_LINES - TABLE_LINES
                if is_full or not chunks:
                    style = "page-break-before: always" if is_full else None
                    chunks.append({"rows": [], "style": style})
                chunks[-1]["rows"].append(row)
                room -= height
        return pages

    @api.model
    def _get_row_height(self, row):
        """Lines of text a row of a table takes."""
        if "section" in row:
            return 1
        return max(
            self._count_lines(row["name"], width=NAME_WIDTH),
            self._count_lines(row["mechanics"], width=NAME_WIDTH // 2),
            1,
        )

    @api.model
    def _count_lines(self, *texts, width=100):
        """Lines the texts take when a line holds so many letters."""
        return sum(
            -(-len(line) // width) or 1
            for text in texts
            for line in (text or "").splitlines()
        )

    @api.model
    def _is_work(self, line):
        """Whether a line stands in the table of works; all the rest are parts."""
        return (
            line.line_kind in ("labour", "sublet") or line.product_id.type == "service"
        )

    @api.model
    def _get_line_values(self, line, amount):
        """One row of a table.

        :param float amount: the line's sum, see ``_get_line_sums`` of orders
        """
        product = line.product_id
        price = line._get_shown_price()
        hours = line.norm_hours
        # sudo: an advisor has no rights on employees; who works on the car is no secret
        mechanics = ", ".join(line.sudo().mechanic_ids.mapped("name"))
        return {
            "article": product.default_code or "",
            "name": self._get_line_name(line),
            "maker": product.maker or "",
            "customer_own": line.part_source == "customer",
            "mechanics": mechanics,
            "norm_hours": self._format_number(hours, 2) if hours else "",
            "rate": self._get_rate(line),
            "quantity": self._format_number(line.product_uom_qty, 3),
            "uom": self._get_uom_name(line.product_uom_id),
            "price": self._format_amount(price, line.currency_id),
            "discount": self._format_number(line.discount, 2) if line.discount else "",
            "amount": self._format_amount(amount, line.currency_id),
            "value": amount,
        }

    @api.model
    def _get_rate(self, line):
        """The price of a norm-hour, when the price printed is made of it."""
        rate = line._get_shown_rate()
        return self._format_amount(rate, line.currency_id) if rate else ""

    @api.model
    def _get_uom_name(self, uom):
        """The unit as papers have it: pieces are written short."""
        if uom == self.env.ref("uom.product_uom_unit", raise_if_not_found=False):
            return self.env._("pcs")
        return uom.name or ""

    @api.model
    def _get_line_name(self, line):
        """The line's text without the article, which has a column of its own."""
        name = line.name or line.product_id.display_name or ""
        article = line.product_id.default_code
        return name.removeprefix(f"[{article}] ") if article else name

    @api.model
    def _get_totals(self, order, works, parts):
        """Sums under the tables: list of dicts (label, amount, strong)."""
        currency = order.currency_id

        def row(label, amount, *, strong=False):
            text = self._format_amount(amount, currency)
            return {"label": label, "amount": text, "strong": strong}

        rows = []
        if works:
            rows.append(row(self.env._("Works"), sum(r.get("value", 0) for r in works)))
        if parts:
            rows.append(
                row(
                    self.env._("Parts and materials"),
                    sum(r.get("value", 0) for r in parts),
                )
            )
        rows += [row(label, amount) for label, amount in self._get_other_sums(order)]
        included = order._is_shown_with_taxes()
        for name, amount in self._get_taxes(order):
            label = self.env._("Including %(tax)s", tax=name) if included else name
            rows.append(row(label, amount))
        rows.append(row(self.env._("Total"), order.amount_total, strong=True))
        for label, amount, strong in self._get_payment_rows(order):
            rows.append(row(label, amount, strong=strong))
        return rows

    @api.model
    def _get_other_sums(self, _order):
        """Hook: sums of lines that stand in no table.

        :return: list of (label, amount)
        """
        return []

    @api.model
    def _get_payment_rows(self, order):
        """What was paid for an agreed order and what is due, by its sums alone.

        :return: list of (label, amount, strong), empty while all of it is to be paid
        """
        if order.state != "sale":
            return []
        is_zero = order.currency_id.is_zero
        # sudo: whoever prints the paper may not read payments; their sum is on it
        balance = order.sudo()._get_balance()
        corrected = balance["total"] - order.amount_total
        if is_zero(balance["paid"]) and is_zero(corrected):
            return []
        due = balance["due"]
        rows = [
            (self.env._("Corrected by invoices"), corrected, False),
            (self.env._("Paid"), balance["paid"], False),
        ]
        rows = [row for row in rows if not is_zero(row[1])]
        if order.currency_id.compare_amounts(due, 0.0) < 0:
            return [*rows, (self.env._("To refund"), -due, True)]
        return [*rows, (self.env._("To pay"), due, True)]

    @api.model
    def _get_taxes(self, order):
        """Taxes of the order as (name, amount), by tax group."""
        groups = [
            group
            for subtotal in (order.tax_totals or {}).get("subtotals", [])
            for group in subtotal["tax_groups"]
        ]
        return [(group["group_name"], group["tax_amount_currency"]) for group in groups]

    @api.model
    def _get_dates(self, order):
        """The order's dates as text in the shop's zone."""
        return {
            "document": format_date(self.env, self._to_local_date(order.date_order)),
            "validity": format_date(self.env, order.validity_date) or "",
            "received": self._format_datetime(order.date_received),
            "released": self._format_datetime(order.date_released),
        }

    @api.model
    def _get_amount_in_words(self, order):
        """The total in words: for Russians by their rules, else as Odoo does."""
        amount, currency = order.amount_total, order.currency_id
        if self.env.lang and self.env.lang.startswith("ru"):
            return sum_in_words(amount, currency.name)
        return currency.with_env(self.env).amount_to_text(amount)

    @api.model
    def _get_consents(self, order):
        """Proofs of the customer's consent, one line each, oldest first."""
        return [
            {
                "agreed": self.env._(
                    "Agreed %(amount)s on %(date)s",
                    amount=self._format_money(consent.amount, consent.currency_id),
                    date=self._format_datetime(consent.date),
                ),
                "method": self._get_label(consent, "method"),
                "signed_by": consent.signed_by or "",
            }
            for consent in order.consent_ids.sorted("date")
        ]

    @api.model
    def _get_not_agreed(self, order):
        """The sum the customer has not agreed to yet, "" when he has to all."""
        if order.consent_state != "extra":
            return ""
        return self.env._(
            "Not agreed yet: %(amount)s",
            amount=self._format_money(order.amount_extra, order.currency_id),
        )

    @api.model
    def _get_signature(self, order):
        """The customer's signature where it stands under what he signed, else empty."""
        consent = order._get_standing_signature()
        return {
            "image": consent.signature,
            "signed_by": consent.signed_by or "",
            "signed_on": self._format_datetime(consent.date),
        }

    @api.model
    def _get_extra_work(self, order):
        """The ways to act on extra faults, the customer's choice marked."""
        field = order._fields["extra_work_policy"]
        choices = []
        for value, label in field._description_selection(self.env):
            text = label
            if value == "limit" and order.extra_work_limit:
                amount = self._format_money(order.extra_work_limit, order.currency_id)
                text = f"{label}: {amount}"
            choices.append({"label": text, "chosen": value == order.extra_work_policy})
        return choices

    @api.model
    def _get_recommendations(self, order):
        """Open works advised on this visit and before, with what they are due at."""
        advised = order.recommendation_ids | order.vehicle_recommendation_ids
        return [
            {
                "name": recommendation.name,
                "state": self._get_label(recommendation, "state"),
                "severity": self._get_label(recommendation, "severity"),
                "due": ", ".join(
                    filter(
                        None,
                        [
                            format_date(self.env, recommendation.date_due) or "",
                            self._format_mileage(recommendation.odometer_due),
                        ],
                    )
                ),
            }
            for recommendation in advised
            if recommendation.state in ("advised", "declined", "deferred")
        ]

    @api.model
    def _get_marks(self, act):
        """Damage marks with their numbers, as on the screen."""
        return [
            {
                "number": number,
                "x": damage.x,
                "y": damage.y,
                "kind": self._get_label(damage, "kind"),
                "text": damage.with_env(self.env).display_name,
                "image": image_data_uri(damage.image) if damage.image else "",
            }
            for number, damage in enumerate(act.damage_ids, start=1)
        ]

    @api.model
    def _get_label(self, record, name):
        """A selection's label in the reader's language."""
        field = record.with_env(self.env)._fields[name]
        return dict(field._description_selection(self.env)).get(record[name], "")

    @api.model
    def _format_address(self, partner):
        """The address in one line."""
        lines = partner._display_address(without_company=True).splitlines()
        return ", ".join(line.strip(" ,") for line in lines if line.strip(" ,"))

    @api.model
    def _format_amount(self, amount, currency):
        return formatLang(self.env, amount, digits=currency.decimal_places)

    @api.model
    def _format_money(self, amount, currency):
        """A sum with its currency behind it, as in the totals."""
        sign = self._get_currency_sign(currency)
        return f"{self._format_amount(amount, currency)} {sign}"

    @api.model
    def _get_currency_sign(self, currency):
        return currency.symbol or currency.name

    @api.model
    def _format_number(self, number, digits=0):
        """A number without superfluous zeros: 1.5, 2, 0.125."""
        text = formatLang(self.env, number, digits=digits)
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        point = lang.decimal_point or "."
        return text.rstrip("0").rstrip(point) if digits and point in text else text

    @api.model
    def _format_mileage(self, odometer):
        if not odometer:
            return ""
        return self.env._("%(number)s km", number=self._format_number(odometer))

    @api.model
    def _format_datetime(self, value):
        if not value:
            return ""
        zone = self.env.context["tz"]
        day = format_date(self.env, self._to_local_date(value))
        return f"{day} {format_time(self.env, value, zone)}"

    @api.model
    def _to_local_date(self, value):
        """The day of a UTC time in the shop's zone."""
        return value and fields.Datetime.context_timestamp(self, value).date()
