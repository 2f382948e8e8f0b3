import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { Mutex } from "@web/core/utils/concurrency";

import { PlannerData } from "./planner_data";
import { PlannerRecord } from "./planner_record";
import { dayAfter, daysOf, DEFAULT_HOURS, toUtc } from "./planner_time";

const MOVABLE_TYPES = ["many2one", "many2many", "selection"];
const REFUSED_DELAY = 2500;
const UNDO_LIMIT = 50;
const DRAFT = "draft";
export const COMMAND = { UNLINK: 3, LINK: 4, SET: 6 };

/**
 * The board's data as a person changes it: changes are shown at once and marked as
 * pending until the server has answered; what it refuses goes back to what it says.
 */
export class PlannerModel extends PlannerData {
    // -------------------------------------------------------------------------
    // Moving
    // -------------------------------------------------------------------------

    /** Whether records can be dragged to other rows of the field. */
    isMovable(fieldName) {
        const { readonly, type } = this.fields[fieldName];
        return !readonly && MOVABLE_TYPES.includes(type);
    }

    /**
     * Move a record, at once on the board, then on the server. Moves of the same record
     * wait for each other; when one is refused, those behind it are dropped.
     *
     * @param {number} id
     * @param {{start, stop, fromRow, toRow}} change
     * @returns {Promise<boolean>} whether the server agreed
     */
    async move(id, change) {
        const before = this.records.get(id);
        if (!before) {
            return this.warnGone();
        }
        const { name, ...prepared } = this.prepareMove(before, change);
        return this.write(before, prepared, { name });
    }

    /**
     * @param {PlannerRecord} before
     * @param {{values: Object, data: Object}} prepared
     * @param {{name: string, isUndo: boolean}} options name of the rows' field, if the
     *     row is another one
     * @returns {Promise<boolean>} whether the server agreed
     */
    async write(before, { values, data }, { name, isUndo = false }) {
        if (!Object.keys(values).length) {
            return true;
        }
        if (this.isReadonly(before)) {
            return this.warnReadonly(before);
        }
        const { id } = before;
        const meta = { ...this.loadedMeta };
        const queue = this.queueOf(before);
        const generation = queue.generation;
        queue.length++;
        const after = before.with(data, { pending: true, refused: false });
        this.touch(before);
        this.records.set(id, after);
        this.notify();
        try {
            await queue.mutex.exec(async () => {
                if (queue.generation === generation) {
                    await this.save(queue, id, values);
                }
            });
        } finally {
            this.leaveQueue(queue, id);
        }
        const isDone = queue.generation === generation;
        if (isDone && !isUndo) {
            const { warning } = queue;
            this.pushUndo({ kind: "move", id, name, before, after, meta, warning });
        }
        return isDone;
    }

    queueOf(record) {
        if (!this.queues.has(record.id)) {
            this.queues.set(record.id, {
                base: record,
                generation: 0,
                length: 0,
                mutex: new Mutex(),
            });
        }
        return this.queues.get(record.id);
    }

    async save(queue, id, values) {
        const { resModel } = this.params;
        try {
            const [data] = await this.orm.call(resModel, "web_save", [[id], values], {
                specification: this.savedSpecification,
                context: this.searchParams.context,
            });
            queue.warning = this.getWarning(data);
            this.knownAt.set(id, ++this.clock);
            queue.base = new PlannerRecord(data, this.config);
        } catch (error) {
            queue.generation++;
            queue.refused = true;
            this.refuse(error);
        }
    }

    leaveQueue(queue, id) {
        queue.length--;
        if (queue.length) {
            return;
        }
        this.queues.delete(id);
        const { base, refused } = queue;
        if (this.records.has(id)) {
            this.records.set(id, base.with({}, { pending: false, refused }));
        }
        if (refused) {
            this.forgetRefusal(id);
        }
        this.notify();
        // load bars, rows that the record left, and what others did meanwhile
        this.onChanged([id]);
    }

    /** Tell that somebody has taken a record off the board meanwhile. */
    warnGone() {
        const text = _t("It is not on the board any more: it stays as it is.");
        this.notification.add(text, { type: "warning" });
        return false;
    }

    /** Whether a record stays where it is, whoever may edit the others. */
    isReadonly(record) {
        return record.isReadonly(toUtc(Date.now()));
    }

    /** Tell that a record is of those that stay where they are. */
    warnReadonly({ name }) {
        const text = _t(
            "%(name)s cannot be moved: see its menu for what can be done.",
            {
                name,
            }
        );
        this.notification.add(text, { type: "warning" });
        return false;
    }

    /** Tell in the server's words why something was not done; the rest are faults. */
    refuse(error) {
        if (error instanceof ConnectionLostError) {
            this.notification.add(_t("No connection: the change was not saved."), {
                type: "danger",
            });
        } else if (
            error instanceof RPCError &&
            error.exceptionName?.startsWith("odoo.exceptions.")
        ) {
            this.notification.add(error.data.message, { type: "danger" });
        } else {
            Promise.reject(error);
        }
    }

    forgetRefusal(id) {
        this.refusedTimer = setTimeout(() => {
            const record = this.records.get(id);
            if (record?.refused) {
                this.records.set(id, record.with({}, { refused: false }));
                this.notify();
            }
        }, REFUSED_DELAY);
    }

    /**
     * @returns {{values: Object, data: Object, name: string | undefined}} what to write,
     *     what the record then is, and the field of rows among it
     */
    prepareMove(record, { start, stop, fromRow, toRow }) {
        const { dateStart, dateStop } = this.archInfo;
        const values = {};
        if (start !== undefined && start !== record.start) {
            values[dateStart] = toUtc(start);
        }
        if (stop !== undefined && stop !== record.stop) {
            values[dateStop] = toUtc(stop);
        }
        const data = { ...values };
        if (fromRow && toRow && fromRow.key !== toRow.key) {
            this.prepareRowMove(record, fromRow, toRow, values, data);
        }
        const name = toRow?.fieldName in values ? toRow.fieldName : undefined;
        return { values, data, name };
    }

    prepareRowMove(record, fromRow, toRow, values, data) {
        const name = toRow.fieldName;
        if (this.fields[name].type !== "many2many") {
            values[name] = toRow.id;
            data[name] = this.getRowValue(toRow);
            return;
        }
        const commands = [];
        let ids = record.data[name];
        if (fromRow.fieldName === name && fromRow.id) {
            commands.push([COMMAND.UNLINK, fromRow.id]);
            ids = ids.filter((id) => id !== fromRow.id);
        }
        if (toRow.id && !ids.includes(toRow.id)) {
            commands.push([COMMAND.LINK, toRow.id]);
            ids = [...ids, toRow.id];
        }
        if (commands.length) {
            values[name] = commands;
            data[name] = ids;
        }
    }

    getRowValue(row) {
        const isMany2one = this.fields[row.fieldName].type === "many2one";
        return isMany2one && row.id ? { id: row.id, display_name: row.name } : row.id;
    }

    /** The start of a new record without a place: now, else in the period shown. */
    getNewStart() {
        const [first, last] = [this.days[0], this.days.at(-1)];
        const now = Math.ceil(Date.now() / this.snap) * this.snap;
        const isNow = first <= now && now < dayAfter(last);
        const start = isNow
            ? now
            : first.set({ hour: DEFAULT_HOURS[0] + 1 }).toMillis();
        return { [this.archInfo.dateStart]: toUtc(start) };
    }

    /** Values of a new record in a place of the board. */
    getNewValues({ start, stop, row }) {
        const { dateStart, dateStop } = this.archInfo;
        const values = { [dateStart]: toUtc(start), [dateStop]: toUtc(stop) };
        if (row?.id && this.isMovable(row.fieldName)) {
            const isMany = this.fields[row.fieldName].type === "many2many";
            values[row.fieldName] = isMany ? [[COMMAND.LINK, row.id]] : row.id;
        }
        return values;
    }

    // -------------------------------------------------------------------------
    // Making and cancelling
    // -------------------------------------------------------------------------

    /** Show where a new record will be while its form is open. */
    setDraft(place) {
        this.placeholders.delete(DRAFT);
        if (place) {
            const card = { key: DRAFT, plate: "", work: _t("New") };
            this.placeholders.set(DRAFT, { card, ...place });
        }
        this.notify();
    }

    /**
     * Plan a card of the side list.
     *
     * @param {Object} card
     * @param {{start, stop, row}} place
     */
    async plan(card, place) {
        const meta = { ...this.loadedMeta };
        this.placeholders.set(card.key, { card, ...place });
        this.notify();
        try {
            const [data] = await this.orm.call(
                this.params.resModel,
                "planner_plan",
                [card.key, this.getNewValues(place), this.savedSpecification],
                { context: this.searchParams.context }
            );
            this.knownAt.set(data.id, ++this.clock);
            this.plannedKeys.add(card.key);
            const { id } = data;
            const after = new PlannerRecord(data, this.config);
            if (!this.isMonth && this.isInPeriod(after)) {
                this.records.set(id, after);
            }
            this.pushUndo({
                kind: "plan",
                id,
                after,
                meta,
                warning: this.getWarning(data),
            });
            this.onChanged([id]);
            return id;
        } catch (error) {
            this.refuse(error);
            return false;
        } finally {
            this.placeholders.delete(card.key);
            this.notify();
        }
    }

    /** Give a record's place back: the arch's method, or the record is deleted. */
    async cancel(id) {
        const meta = { ...this.loadedMeta };
        const { cancel, reopen } = this.archInfo;
        const { resModel } = this.params;
        let isDone = true;
        try {
            if (cancel) {
                isDone = await this.orm.call(resModel, cancel, [[id]]);
            } else {
                await this.orm.unlink(resModel, [id]);
            }
        } catch (error) {
            this.refuse(error);
            return false;
        }
        if (reopen && isDone !== false) {
            this.pushUndo({ kind: "cancel", id, meta });
        }
        await this.reloadIds([id]);
        return true;
    }

    // -------------------------------------------------------------------------
    // Undo
    // -------------------------------------------------------------------------

    pushUndo(step) {
        this.undoStack.push(step);
        this.undoStack.splice(0, this.undoStack.length - UNDO_LIMIT);
        this.bus.trigger("done", step);
    }

    /** Take the last step back, or a given one, where it was done. */
    async undo(step = this.undoStack.at(-1)) {
        if (!step || !this.undoStack.includes(step)) {
            return false;
        }
        this.undoStack.splice(this.undoStack.indexOf(step), 1);
        if (this.isElsewhere(step.meta)) {
            await this.setMeta(step.meta);
        }
        const undo = {
            move: this.undoMove,
            plan: this.undoPlan,
            cancel: this.undoCancel,
        };
        return undo[step.kind].call(this, step);
    }

    /** Whether another period is shown, or other rows. */
    isElsewhere({ scale, date, rowsKey }) {
        return (
            rowsKey !== this.meta.rowsKey ||
            String(daysOf(scale, date)) !== String(this.days)
        );
    }

    undoMove({ id, name, before, after }) {
        const record = this.findUnchanged(id, after, name ? [name] : []);
        if (!record) {
            return false;
        }
        const { start, stop } = before;
        const { values, data } = this.prepareMove(record, { start, stop });
        if (name) {
            data[name] = before.data[name];
            values[name] =
                this.fields[name].type === "many2many"
                    ? [[COMMAND.SET, 0, data[name]]]
                    : before.getRowIds(name)[0];
        }
        return this.write(record, { values, data }, { isUndo: true });
    }

    /** The record, if it is where a step has left it; else it is told why not. */
    findUnchanged(id, after, names = []) {
        const record = this.records.get(id);
        if (!record) {
            return this.warnGone();
        }
        if (this.isSamePlace(record, after, [...this.shown.rowFields, ...names])) {
            return record;
        }
        const text = _t("Somebody has changed it since: it stays as it is.");
        this.notification.add(text, { type: "warning" });
        return false;
    }

    isSamePlace(record, other, rowFields) {
        const rows = (item) =>
            JSON.stringify(rowFields.map((name) => [...item.getRowIds(name)].sort()));
        return (
            record.start === other.start &&
            record.stop === other.stop &&
            rows(record) === rows(other)
        );
    }

    async undoPlan({ id, after }) {
        // what the search hides is not on the board, and may be taken back all the same
        return this.records.has(id) && !this.findUnchanged(id, after)
            ? false
            : this.callUndo(id, "planner_undo_plan");
    }

    async undoCancel({ id }) {
        return this.callUndo(id, this.archInfo.reopen);
    }

    async callUndo(id, method) {
        try {
            await this.orm.call(this.params.resModel, method, [[id]]);
        } catch (error) {
            this.refuse(error);
            return false;
        }
        await this.reloadIds([id]);
        return true;
    }
}
