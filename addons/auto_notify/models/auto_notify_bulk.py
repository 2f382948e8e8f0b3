import json

from odoo import api, models
from odoo.tools import SQL


class AutoNotifyBulk(models.AbstractModel):
    """Rows that are made many at a time, or within the transactions of others."""

    _name = "auto.notify.bulk"
    _description = "Rows Made in Bulk"

    @api.model
    def _insert_rows(self, vals_list, unique_name):
        """Insert rows by one statement; those that exist already are left out.

        For values made by code: there are no defaults and no checks but those of the
        database. What `create` does for each record takes longer than all the rest of
        a message's way, and a race for a unique value would need a savepoint. Here
        another transaction that has just made the same row is waited for; then
        PostgreSQL wants this one to be repeated, which Odoo does.

        :param vals_list: values of stored fields; missing ones are empty
        :param str unique_name: field with a unique index
        :return: the new records
        """
        if not vals_list:
            return self.browse()
        self.flush_model([unique_name])
        names = sorted({name for vals in vals_list for name in vals})
        columns = SQL(", ").join(map(SQL.identifier, names))
        result = self.env.execute_query(
            SQL(
                "INSERT INTO %(table)s"
                " (%(columns)s, create_uid, write_uid, create_date, write_date)"
                " SELECT %(columns)s, %(uid)s, %(uid)s, %(now)s, %(now)s"
                " FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (%(types)s)"
                " ON CONFLICT (%(unique)s) DO NOTHING RETURNING id",
                table=SQL.identifier(self._table),
                columns=columns,
                uid=self.env.uid,
                now=self.env.cr.now(),
                rows=self._to_json_rows(vals_list),
                types=SQL(", ").join(
                    SQL("%s %s", SQL.identifier(name), SQL(field.column_type[1]))
                    for name, field in ((name, self._fields[name]) for name in names)
                ),
                unique=SQL.identifier(unique_name),
            )
        )
        records = self.browse(row[0] for row in result)
        records._forget_inverses(names)
        records.modified(names, create=True)
        for name in names:  # given values, not to be computed as well
            if self._fields[name].compute:
                self.env.remove_to_compute(self._fields[name], records)
        return records

    @api.model
    def _to_json_rows(self, vals_list):
        """Return values as one text: many parameters take longer than their rows."""
        booleans = {
            name for name, field in self._fields.items() if field.type == "boolean"
        }
        return json.dumps(
            [
                {
                    name: None if value is False and name not in booleans else value
                    for name, value in vals.items()
                }
                for vals in vals_list
            ],
            default=str,
        )

    def _forget_inverses(self, names):
        """Let the caches of one2many fields learn about new records."""
        for name in names:
            for inverse in self.pool.field_inverses[self._fields[name]]:
                model = self.env[inverse.model_name]
                model.invalidate_model([inverse.name], flush=False)
