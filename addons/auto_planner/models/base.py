from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.auto_crm.tools import clock

from ..tools.intervals import (
    closed_of,
    days_of,
    hours_by_day,
    to_interval,
    to_moment,
)

RELATIONAL = ("many2one", "many2many")


class Base(models.AbstractModel):
    """What the planner view asks of any model that has a start, a stop and rows."""

    _inherit = "base"

    # ------------------------------------------------------------------
    # Called by the view
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def planner_read(
        self, domain, specification, start, stop, row_fields, date_fields, **options
    ):
        """Return what a planner draws, in a number of queries that does not grow.

        :param specification: of the records, see `web_read`; False: only the load
        :param start: of the range, UTC
        :param stop: of the range, UTC
        :param row_fields: fields whose values are rows, one section of rows for each
        :param date_fields: names of the fields of start and stop
        :param options: `tz`, where days begin and end; `ids`, to read only those, their
            rows, and the rows `touched`, ids by field, which they may have left
        :return: dict of records; and by row field: rows, by row closed intervals,
            absences by name, and planned and available hours of each day
        """
        start = fields.Datetime.to_datetime(start)
        stop = fields.Datetime.to_datetime(stop)
        ids, touched = options.get("ids"), options.get("touched") or {}
        records = self.browse()
        if specification:
            wanted = self._get_planner_domain(start, stop, date_fields) & Domain(domain)
            if ids is not None:
                wanted &= Domain("id", "in", ids)
            names = {*specification, *row_fields, *date_fields}
            records = self.search_fetch(wanted, names, order=date_fields[0])
        result = {key: {} for key in ("rows", "closed", "absences", "load")}
        result["records"] = records.web_read(specification) if specification else []
        zone = clock.get_zone(options.get("tz") or self.env.context.get("tz"))
        days = days_of(start, stop, zone)
        for name in row_fields:
            rows = (
                self._get_planner_rows(name, records)
                if ids is None
                else self._get_touched_rows(name, records, touched.get(name, ()))
            )
            busy = self._get_planner_busy(name, rows, start, stop, date_fields)
            section = self._read_planner_rows(name, rows, start, stop, days, busy)
            for key, value in section.items():
                result[key][name] = value
        return result

    @api.model
    @api.readonly
    def planner_side_list(self, search="", limit=80):
        """Return what waits to be planned, best first.

        :return: dict of cards, see `_get_planner_side_list`, and their total count
        """
        return self._get_planner_side_list(search, limit)

    @api.model
    def planner_plan(self, key, values, specification):
        """Plan a card of the side list.

        :param key: of the card
        :param values: of the new record: times and row
        :raise UserError: when the place is taken
        """
        return self._planner_plan(key, values).web_read(specification)

    def planner_undo_plan(self):
        """Take back what `planner_plan` made."""
        return self._planner_undo_plan()

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------

    @api.model
    def _get_planner_domain(self, start, stop, date_fields):
        """Hook: the domain of the records that touch a range."""
        date_start, date_stop = date_fields
        return Domain(date_start, "<", stop) & Domain(date_stop, ">", start)

    @api.model
    def _get_planner_rows(self, field_name, records):
        """Hook: the rows of a field, in order, also those without a record.

        :param records: the records of the range
        :return: records of the field's model; for other fields pairs of value and name
        """
        field = self._fields[field_name]
        if field.type in RELATIONAL:
            rows = records[field_name]
            if isinstance(field.group_expand, str):
                rows = getattr(self, field.group_expand)(rows, []) | rows
            return rows._filtered_access("read").sorted()
        if field.type == "selection":
            return field._description_selection(self.env)
        if field.type == "boolean":
            return [(True, self.env._("Yes")), (False, self.env._("No"))]
        values = sorted({record[field_name] for record in records} - {False})
        return [(value, str(value)) for value in values]

    @api.model
    def _get_planner_resources(self, rows):
        """Hook: the resources that work by a calendar.

        :return: dict {row id: resource.resource}
        """
        if not isinstance(rows, models.BaseModel):
            return {}
        if rows._name == "resource.resource":
            return {row.id: row for row in rows}
        if "resource_id" not in rows._fields:
            return {}
        return {row.id: row.resource_id for row in rows if row.resource_id}

    @api.model
    def _get_planner_absences(self, rows, start, stop):
        """Hook: what absences are called.

        :return: dict {row id: list of (start, stop, name)}
        """
        resources = self._get_planner_resources(rows)
        # sudo: everybody may see when people work, not why they are absent
        everyone = self.env["resource.resource"].sudo().union(*resources.values())
        if not everyone:
            return {}
        leaves = everyone.env["resource.calendar.leaves"].search(
            self._get_planner_leave_domain(everyone, start, stop), order="date_from"
        )
        absences = {}
        for row_id, resource in resources.items():
            for leave in leaves:
                # sudo: as above
                if self._is_planner_leave_of(leave, resource.sudo()):
                    name = self._get_planner_absence_name(rows, leave)
                    absence = (leave.date_from, leave.date_to, name)
                    absences.setdefault(row_id, []).append(absence)
        return absences

    @api.model
    def _get_planner_busy(self, field_name, rows, start, stop, date_fields):
        """Hook: when rows are planned, whatever the view is filtered by.

        :return: dict {row id: intervals}, see `tools.intervals`
        """
        if not isinstance(rows, models.BaseModel) or not rows:
            return {}
        domain = self._get_planner_domain(start, stop, date_fields)
        domain &= Domain(field_name, "in", rows.ids)
        begin, end = (f"{name}:array_agg" for name in date_fields)
        groups = self._read_group(domain, [field_name], [begin, end])
        return {
            row.id: list(map(to_interval, starts, stops))
            for row, starts, stops in groups
        }

    @api.model
    def _get_planner_side_list(self, search, limit):
        """Hook: what waits to be planned.

        :return: dict {"length": total, "records": cards}; a card is a dict of `key`,
            `hours`, `paces` (hours on rows that have that pace), and whatever the
            view's template of cards shows; with `title`, `defaults` of the form of a
            new record, and `document` (`model`, `id`, `string`), it has a menu
        """
        return {"length": 0, "records": []}

    @api.model
    def _planner_plan(self, key, values):
        """Hook: make the record of a card."""
        return self.create(values)

    def _planner_undo_plan(self):
        """Hook: take back what was just planned."""
        return self.unlink()

    @api.model
    def _prepare_planner_row(self, field_name, row):
        """Hook: what is told of a row.

        :return: dict of `id`, `name`, `detail`, which stands small under the name; and
            maybe `image`, its address, `color`, an index of Odoo's palette, and `pace`,
            a text by which cards tell how long they take here
        """
        return {"id": row.id, "name": row.display_name, "detail": ""}

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    @api.model
    def _read_planner_rows(self, field_name, rows, start, stop, days, busy):
        """Return what is drawn of rows, and beside them; see `planner_read`."""
        works = self._get_planner_works(rows, start, stop)
        span = to_interval(start, stop)
        return {
            "rows": self._format_planner_rows(field_name, rows),
            "closed": {
                row_id: [
                    tuple(map(to_moment, part)) for part in closed_of(intervals, *span)
                ]
                for row_id, intervals in works.items()
            },
            "absences": self._get_planner_absences(rows, start, stop),
            "load": self._get_planner_load(works, busy, days),
        }

    @api.model
    def _get_touched_rows(self, field_name, records, row_ids):
        """Return the rows of some records, and those with the ids."""
        if self._fields[field_name].type in RELATIONAL:
            rows = records[field_name]
            rows |= rows.browse(row_ids).exists()
            return rows._filtered_access("read").sorted()
        values = {*records.mapped(field_name), *row_ids}
        rows = self._get_planner_rows(field_name, records)
        return [row for row in rows if row[0] in values]

    @api.model
    def _format_planner_rows(self, field_name, rows):
        if isinstance(rows, models.BaseModel):
            return [self._prepare_planner_row(field_name, row) for row in rows]
        return [{"id": value, "name": name, "detail": ""} for value, name in rows]

    @api.model
    def _get_planner_works(self, rows, start, stop):
        """Return when rows work, of those that have a calendar."""
        resources = self._get_planner_resources(rows)
        everyone = self.env["resource.resource"].union(*resources.values())
        works = everyone._get_works(start, stop) if everyone else {}
        return {row_id: works[resource.id] for row_id, resource in resources.items()}

    @api.model
    def _get_planner_leave_domain(self, resources, start, stop):
        """Return the leaves of resources and those of everybody."""
        of_all = (
            Domain("resource_id", "=", False)
            & Domain("company_id", "in", resources.company_id.ids)
            & Domain("calendar_id", "in", [False, *resources.calendar_id.ids])
        )
        return (
            Domain("date_from", "<", stop)
            & Domain("date_to", ">", start)
            & Domain("time_type", "=", "leave")
            & (Domain("resource_id", "in", resources.ids) | of_all)
        )

    @api.model
    def _is_planner_leave_of(self, leave, resource):
        """Tell whether a leave is the resource's, or everybody's on its calendar."""
        if leave.resource_id:
            return leave.resource_id == resource
        is_calendar = not leave.calendar_id or leave.calendar_id == resource.calendar_id
        return is_calendar and leave.company_id == resource.company_id

    @api.model
    def _get_planner_absence_name(self, rows, leave):
        """Hook: what everybody may know of a leave: a holiday's name, no person's."""
        if leave.resource_id:
            return self.env._("Absent")
        return leave.name or self.env._("Closed")

    @api.model
    def _get_planner_load(self, works, busy, days):
        """Return planned and available hours by row and day."""
        load = {}
        for row_id in {*works, *busy}:
            intervals = works.get(row_id)
            planned = hours_by_day(busy.get(row_id, []), days, intervals)
            capacity = hours_by_day(intervals or [], days)
            load[row_id] = {
                fields.Date.to_string(day): {
                    "planned": round(planned.get(day, 0), 2),
                    "capacity": round(capacity.get(day, 0), 2),
                }
                for day, _start, _stop in days
                if day in planned or day in capacity
            }
        return load
