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
        convert = [self._fields[name].convert_to_column_insert for name in names]
        log = (self.env.uid, self.env.uid, self.env.cr.now(), self.env.cr.now())
        rows = [
            (
                *(
                    function(vals.get(name), self)
                    for name, function in zip(names, convert, strict=True)
                ),
                *log,
            )
            for vals in vals_list
        ]
        columns = [*names, "create_uid", "write_uid", "create_date", "write_date"]
        result = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s"
                " ON CONFLICT (%s) DO NOTHING RETURNING id",
                SQL.identifier(self._table),
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(SQL("%s", row) for row in rows),
                SQL.identifier(unique_name),
            )
        )
        records = self.browse(row[0] for row in result)
        records._forget_inverses(names)
        records.modified(names, create=True)
        return records

    def _forget_inverses(self, names):
        """Let the caches of one2many fields learn about new records."""
        for name in names:
            for inverse in self.pool.field_inverses[self._fields[name]]:
                model = self.env[inverse.model_name]
                model.invalidate_model([inverse.name], flush=False)
