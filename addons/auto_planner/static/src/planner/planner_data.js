import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { Model } from "@web/model/model";

import { PlannerRecord } from "./planner_record";
import { dayAfter, daysOf, parseUtc, toUtc, turnPage } from "./planner_time";

const { DateTime } = luxon;
const ROW_TYPES = ["many2one", "many2many", "selection", "char", "integer", "boolean"];
const CHANGES_DELAY = 150;

/** The board's data: what is read of the server, and read again as others change it. */
export class PlannerData extends Model {
    static services = ["orm", "bus_service", "notification"];

    /** @override */
    setup(params, services) {
        this.params = params;
        this.notification = services.notification;
        const { archInfo, fields } = params;
        this.keepLast = new KeepLast();
        this.meta = {
            scale: params.scale || archInfo.mode,
            date: params.date || DateTime.now(),
            rowsKey: params.rowsKey || archInfo.rows[0].key,
        };
        this.specification = this.getSpecification();
        this.config = {
            archInfo,
            fields,
            fieldNames: Object.keys(this.specification),
        };
        this.records = new Map();
        this.sections = [];
        this.version = 0; // what is drawn is laid out again when it has changed
        this.queues = new Map();
        this.undoStack = [];
        this.placeholders = new Map();
        this.plannedKeys = new Set(); // of cards that the list does not know yet
        this.changedIds = new Set();
        this.touched = new Map(); // rows that changed records stood in, by field
        // answers may come in another order than they were asked for: an older one
        // changes nothing that a newer one has told
        this.clock = 0;
        this.loadedAt = 0;
        this.sectionsAt = 0;
        this.knownAt = new Map();
    }

    get archInfo() {
        return this.params.archInfo;
    }

    get fields() {
        return this.params.fields;
    }

    get snap() {
        return this.archInfo.snap * 60_000;
    }

    get canEdit() {
        return this.archInfo.activeActions.edit;
    }

    get canCreate() {
        return this.archInfo.activeActions.create;
    }

    /** Whether a month is shown; another scale may be on its way. */
    get isMonth() {
        return (this.loadedMeta || this.meta).scale === "month";
    }

    get days() {
        return daysOf(this.meta.scale, this.meta.date);
    }

    /** What the server is asked for: it is shown once the answer is there. */
    get wanted() {
        const { days, rowFields, searchParams } = this;
        return { meta: { ...this.meta }, days, rowFields, searchParams };
    }

    get loadedMeta() {
        return this.shown?.meta;
    }

    get loadedDays() {
        return this.shown?.days;
    }

    /** Fields whose values are rows: those the user grouped by, else the switch's. */
    get rowFields() {
        const grouped = this.groupBy.filter((name) => this.isRowField(name));
        if (grouped.length) {
            return [...new Set(grouped)];
        }
        return this.archInfo.rows.find((row) => row.key === this.meta.rowsKey).fields;
    }

    get groupBy() {
        return this.searchParams?.groupBy || [];
    }

    isRowField(name) {
        return ROW_TYPES.includes(this.fields[name]?.type);
    }

    /** Tell, once, which groups of the search are no rows, as days: time runs across. */
    warnGroups() {
        const others = this.groupBy.filter((name) => !this.isRowField(name));
        const names = others.map(
            (name) => this.fields[name.split(":")[0]]?.string || name
        );
        const text = [...new Set(names)].join(", ");
        if (text && text !== this.warnedGroups) {
            this.notification.add(
                _t(
                    "The planner has no rows by %(fields)s: days stand side by side, choose how many above it.",
                    { fields: text }
                ),
                { type: "info" }
            );
        }
        this.warnedGroups = text;
    }

    get isGrouped() {
        const { fields } = this.archInfo.rows.find(
            (row) => row.key === this.meta.rowsKey
        );
        return this.rowFields.join() !== fields.join();
    }

    /** @override */
    notify() {
        this.version++;
        super.notify();
    }

    // -------------------------------------------------------------------------
    // Loading
    // -------------------------------------------------------------------------

    /** @override */
    async load(searchParams) {
        this.searchParams = searchParams;
        this.warnGroups();
        await this.reload();
    }

    /** Load the whole period again. */
    async reload() {
        const { wanted } = this;
        const loading = this.fetch(wanted);
        this.loading = loading;
        const result = await this.keepLast.add(loading);
        this.shown = wanted;
        this.setResult(result);
    }

    /** Show another period, scale or kind of rows; if that fails, what was shown. */
    async setMeta(changes) {
        Object.assign(this.meta, changes);
        this.bus.trigger("update"); // the buttons are quicker than the server
        try {
            await this.reload();
        } catch (error) {
            Object.assign(this.meta, this.loadedMeta);
            this.notify();
            throw error;
        }
        this.notify();
    }

    turnPage(direction) {
        const { scale, date } = this.meta;
        return this.setMeta({ date: turnPage(scale, date, direction) });
    }

    /**
     * @param {Object} period what was `wanted`, or is shown
     * @param {{ids: number[], touched: Object}} [part] only these records and rows
     */
    async fetch({ meta, days, rowFields, searchParams }, part = {}) {
        this.ensureSpecification(rowFields);
        const { archInfo, resModel } = this.params;
        const zone = luxon.Settings.defaultZone;
        const clock = ++this.clock;
        const result = await this.orm.call(
            resModel,
            "planner_read",
            [
                searchParams.domain,
                meta.scale === "month" ? false : this.specification,
                toUtc(days[0].toMillis()),
                toUtc(dayAfter(days.at(-1)).toMillis()),
                rowFields,
                [archInfo.dateStart, archInfo.dateStop],
            ],
            {
                ...part,
                ...(zone.type !== "fixed" && { tz: zone.name }),
                context: searchParams.context,
            }
        );
        return { ...result, clock };
    }

    getSpecification() {
        const { archInfo, fields } = this.params;
        const names = new Set([
            "display_name",
            archInfo.dateStart,
            archInfo.dateStop,
            ...archInfo.rows.flatMap((row) => row.fields),
            ...Object.keys(archInfo.fieldNodes),
            ...(archInfo.buffer ? [archInfo.buffer] : []),
        ]);
        const specification = {};
        for (const name of names) {
            const isMany2one = fields[name]?.type === "many2one";
            specification[name] = isMany2one ? { fields: { display_name: {} } } : {};
        }
        return specification;
    }

    /** What is read of a record that was saved: also what is worth a second look. */
    get savedSpecification() {
        const { warning } = this.archInfo;
        return warning ? { ...this.specification, [warning]: {} } : this.specification;
    }

    getWarning(data) {
        return (this.archInfo.warning && data[this.archInfo.warning]) || "";
    }

    /** Rows grouped by a field that the view does not show need its value too. */
    ensureSpecification(rowFields) {
        for (const name of rowFields) {
            const isMany2one = this.fields[name].type === "many2one";
            this.specification[name] ||= isMany2one
                ? { fields: { display_name: {} } }
                : {};
        }
    }

    isStale(id, clock) {
        return Math.max(this.loadedAt, this.knownAt.get(id) || 0) > clock;
    }

    setResult(result) {
        const newer = [...this.knownAt].filter(([, clock]) => clock > result.clock);
        const records = new Map();
        for (const data of result.records) {
            const { id } = data;
            if (this.isStale(id, result.clock)) {
                continue;
            }
            const record = new PlannerRecord(data, this.config);
            const queue = this.queues.get(id);
            if (queue) {
                queue.base = record;
            }
            records.set(id, (queue && this.records.get(id)) || record);
        }
        for (const [id] of newer) {
            const record = this.records.get(id);
            if (record && this.isInPeriod(record)) {
                records.set(id, record);
            }
        }
        this.records = records;
        this.loadedAt = result.clock;
        this.knownAt = new Map(newer);
        this.setSections(result);
    }

    isInPeriod({ start, stop }) {
        const { loadedDays: days } = this;
        return start < dayAfter(days.at(-1)).toMillis() && stop > days[0].toMillis();
    }

    /**
     * @param {Object} result of `planner_read`
     * @param {boolean} [isPartial] it knows only the rows of some records
     */
    setSections(result, isPartial = false) {
        if (!isPartial) {
            this.sectionsAt = result.clock;
        } else if (result.clock < this.sectionsAt) {
            return;
        }
        this.version++;
        const known = new Map(
            isPartial ? this.sections.map(({ key, rows }) => [key, rows]) : []
        );
        this.sections = this.shown.rowFields.map((name) => {
            const rows = new Map((known.get(name) || []).map((row) => [row.id, row]));
            for (const row of result.rows[name]) {
                if (!(rows.get(row.id)?.clock > result.clock)) {
                    rows.set(row.id, this.makeRow(name, row, result));
                }
            }
            const { string } =
                this.archInfo.rows.find(({ key }) => key === name) || this.fields[name];
            return { key: name, string, rows: [...rows.values()] };
        });
    }

    makeRow(name, row, result) {
        const closed = result.closed[name]?.[row.id] || [];
        const absences = result.absences?.[name]?.[row.id] || [];
        return {
            ...row,
            key: `${name}:${row.id}`,
            fieldName: name,
            clock: result.clock,
            load: result.load[name]?.[row.id] || {},
            closed: closed.map(([start, stop]) => [parseUtc(start), parseUtc(stop)]),
            absences: absences.map(([start, stop, label]) => [
                parseUtc(start),
                parseUtc(stop),
                label,
            ]),
            hasCalendar: row.id in (result.closed[name] || {}),
        };
    }

    // -------------------------------------------------------------------------
    // Changes of others
    // -------------------------------------------------------------------------

    /**
     * Somebody changed records: read those again, some changes at once.
     *
     * @param {number[]} ids none: only what waits to be planned has changed
     */
    onChanged(ids) {
        for (const id of ids) {
            this.changedIds.add(id);
        }
        clearTimeout(this.changesTimer);
        this.changesTimer = setTimeout(() => this.flushChanges(), CHANGES_DELAY);
    }

    async onReconnected() {
        await this.reload();
        this.notify();
        this.bus.trigger("side-list");
    }

    /** Records that are being moved are read when their move has ended. */
    async flushChanges() {
        const ids = [...this.changedIds].filter((id) => !this.queues.has(id));
        for (const id of ids) {
            this.changedIds.delete(id);
        }
        if (ids.length || !this.changedIds.size) {
            await this.reloadIds(ids);
        }
    }

    async reloadIds(ids) {
        await this.loading.catch(() => {}); // told to whom asked for it
        if (this.isMonth) {
            await this.reload();
        } else if (ids.length && this.shown) {
            const { shown } = this;
            const result = await this.fetch(shown, { ids, ...this.takeTouched(ids) });
            if (shown === this.shown) {
                this.mergeResult(ids, result);
            }
        }
        this.notify();
        this.bus.trigger("side-list");
    }

    /** Remember in which rows a record stands: what it leaves is another row then. */
    touch(record) {
        for (const name of this.shown.rowFields) {
            const rowIds = this.touched.get(name) || new Set();
            for (const id of record.getRowIds(name).filter(Boolean)) {
                rowIds.add(id);
            }
            this.touched.set(name, rowIds);
        }
    }

    /** @returns {{touched: Object}} ids of the rows in which records stand, or stood */
    takeTouched(ids) {
        for (const id of ids.filter((one) => this.records.has(one))) {
            this.touch(this.records.get(id));
        }
        const touched = Object.fromEntries(
            [...this.touched].map(([name, rowIds]) => [name, [...rowIds]])
        );
        this.touched.clear();
        return { touched };
    }

    mergeResult(ids, result) {
        const found = new Map(result.records.map((data) => [data.id, data]));
        for (const id of ids) {
            if (this.isStale(id, result.clock)) {
                continue;
            }
            this.knownAt.set(id, result.clock);
            const queue = this.queues.get(id);
            const data = found.get(id);
            const record = data && new PlannerRecord(data, this.config);
            if (queue) {
                queue.base = record || queue.base;
            } else if (record) {
                const { refused = false } = this.records.get(id) || {};
                this.records.set(id, record.with({}, { refused }));
            } else {
                this.records.delete(id);
            }
        }
        this.setSections(result, true);
    }

    dispose() {
        clearTimeout(this.changesTimer);
        clearTimeout(this.refusedTimer);
    }

    // -------------------------------------------------------------------------
    // Side list and load
    // -------------------------------------------------------------------------

    loadSideList(search) {
        return this.orm.call(this.params.resModel, "planner_side_list", [search], {
            context: this.searchParams?.context,
        });
    }

    /**
     * Sum up planned and available hours of the first section.
     *
     * @param {string} [day] ISO date; all days without it
     * @returns {number | null} percent; null where nobody works
     */
    getLoad(day) {
        let [planned, capacity] = [0, 0];
        for (const row of this.sections[0]?.rows || []) {
            const loads = day ? [row.load[day]] : Object.values(row.load);
            for (const load of loads) {
                planned += load?.planned || 0;
                capacity += load?.capacity || 0;
            }
        }
        return capacity ? Math.round((planned / capacity) * 100) : null;
    }

    /** @returns {boolean} whether a filter or search is why nothing is shown */
    get isFiltered() {
        return new Domain(this.searchParams.domain).toString() !== "[]";
    }
}
