import { evaluate } from "@web/core/py_js/py";
import { registry } from "@web/core/registry";

import { MINUTE, parseUtc } from "./planner_time";

const formatters = registry.category("formatters");
const STYLES = ["bf", "it"];

/** What `record` is in a template: values as texts, and as they are. */
function formatRecord(data, fields, names) {
    const record = { id: { value: data.id, raw_value: data.id } };
    for (const name of names) {
        const { type } = fields[name];
        const raw = data[name];
        record[name] = {
            raw_value: type === "many2one" ? raw && raw.id : raw,
            get value() {
                const formatter = formatters.get(type, String);
                return raw === undefined ? "" : formatter(raw, { field: fields[name] });
            },
        };
    }
    return record;
}

/** What expressions of the arch see. */
export function evalContextOf(data, fields, now) {
    const context = { now };
    for (const [name, value] of Object.entries(data)) {
        context[name] = fields[name]?.type === "many2one" ? value && value.id : value;
    }
    return context;
}

/**
 * A record on the board. It is never changed: what moves becomes another one, so rows
 * know by a comparison what to draw again.
 */
export class PlannerRecord {
    /**
     * @param {Object} data as read from the server
     * @param {Object} config archInfo and fields of the view
     * @param {Object} [flags] pending, refused
     */
    constructor(data, config, flags = {}) {
        this.id = data.id;
        this.data = data;
        this.config = config;
        this.start = parseUtc(data[config.archInfo.dateStart]);
        this.stop = parseUtc(data[config.archInfo.dateStop]);
        this.pending = false;
        this.refused = false;
        Object.assign(this, flags);
    }

    /** @returns {PlannerRecord} the same with other data or flags */
    with(data, flags = {}) {
        const { pending, refused } = this;
        return new PlannerRecord({ ...this.data, ...data }, this.config, {
            pending,
            refused,
            ...flags,
        });
    }

    get name() {
        return this.data.display_name || this.data.name || "";
    }

    get formatted() {
        if (!this._formatted) {
            const { fields, fieldNames } = this.config;
            this._formatted = formatRecord(this.data, fields, fieldNames);
        }
        return this._formatted;
    }

    /** @returns {number} until when its place in the rows of a field is kept free */
    getBufferStop(fieldName) {
        const { buffer, bufferRows } = this.config.archInfo;
        const isKept = buffer && (!bufferRows || bufferRows.includes(fieldName));
        return this.stop + (isKept ? this.data[buffer] * MINUTE : 0);
    }

    /** @returns {boolean} whether it stays where it is, by the arch's `readonly` */
    isReadonly(now) {
        return this.getLook(now).isReadonly;
    }

    /** @returns {string[]} names: the first colour that holds, and how it is written */
    getDecorations(now) {
        return this.getLook(now).decorations;
    }

    /** What the arch's expressions say at a moment: a drawing asks several times. */
    getLook(now) {
        if (this.look?.now !== now) {
            const { archInfo, fields } = this.config;
            const context = evalContextOf(this.data, fields, now);
            const isTrue = (condition) => Boolean(evaluate(condition, context));
            const held = archInfo.decorations.filter((one) => isTrue(one.condition));
            const colour = held.find(({ name }) => !STYLES.includes(name));
            const styles = held.filter(({ name }) => STYLES.includes(name));
            this.look = {
                now,
                isReadonly: Boolean(archInfo.readonly) && isTrue(archInfo.readonly),
                decorations: [colour, ...styles]
                    .filter(Boolean)
                    .map(({ name }) => name),
            };
        }
        return this.look;
    }

    /** @returns {Array} ids of the rows of a field in which the record stands */
    getRowIds(fieldName) {
        const value = this.data[fieldName];
        if (Array.isArray(value)) {
            return value.length ? value : [false];
        }
        return [value && typeof value === "object" ? value.id : value || false];
    }
}
