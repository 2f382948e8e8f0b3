import { _t } from "@web/core/l10n/translation";

import { HOUR, hoursOf, openOf, stack, TimeScale } from "./planner_time";

export const HEAD_WIDTH = 184;
export const LANE_HEIGHT = 44;
export const ROW_PADDING = 10; // below the pills: room for the load bar
export const SECTION_HEIGHT = 28;
const MIN_HOUR_WIDTH = { day: 56, days3: 30, week: 26 };
const MIN_PILL_WIDTH = 14;
const WINDOW_STEP = 400;
const WHOLE_DAY = 20 * HOUR; // who works that long is not shown by it

/**
 * Everything the board knows about where things are: the axis, the rows with their
 * tops, and for each row its pills, closed hours and load bars. Rows that did not
 * change keep their layout, so that they are not drawn again.
 */
export class PlannerLayout {
    constructor() {
        this.cache = new Map();
        this.items = [];
        this.height = 0;
    }

    /**
     * @param {PlannerModel} model
     * @param {{width: number, isWholeDay: boolean}} options width of the lanes
     */
    update(model, { width, isWholeDay }) {
        this.updateScale(model, width, isWholeDay);
        const placeholders = this.groupPlaceholders(model);
        const cache = new Map();
        this.items = [];
        let top = 0;
        for (const section of model.sections) {
            if (model.sections.length > 1) {
                this.items.push({ key: section.key, section, top, height: SECTION_HEIGHT });
                top += SECTION_HEIGHT;
            }
            for (const [row, records] of this.groupRecords(model, section)) {
                const places = placeholders.get(row.key) || [];
                const item = this.layOutRow(row, records, places);
                cache.set(row.key, item);
                this.items.push({ key: row.key, row, layout: item.layout, top, height: item.layout.height });
                top += item.layout.height;
            }
        }
        this.cache = cache;
        this.height = top;
    }

    updateScale(model, width, isWholeDay) {
        const days = isWholeDay ? model.loadedDays : this.getDays(model);
        const hours = isWholeDay ? [0, 24] : this.getHours(model, days);
        const fitting = Math.floor((width / days.length / (hours[1] - hours[0])) * 100) / 100;
        const hourWidth = Math.max(fitting, MIN_HOUR_WIDTH[model.meta.scale] || 0);
        const key = [String(days), hours, hourWidth].join("|");
        if (key !== this.scaleKey) {
            this.scaleKey = key;
            this.scale = new TimeScale(days, hours, hourWidth);
            this.hours = hours;
            this.cache.clear();
        }
    }

    /** The days of the period; of several, those on which somebody works or plans. */
    getDays(model) {
        const isUsed = (day) =>
            model.sections.some(({ rows }) =>
                rows.some(({ load, hasCalendar }) => load[day.toISODate()] || !hasCalendar)
            );
        const days = model.loadedDays.filter(isUsed);
        const rows = model.sections.flatMap((section) => section.rows);
        const isBare = !rows.length || model.loadedDays.length === 1;
        return isBare || !days.length ? model.loadedDays : days;
    }

    getHours(model, days) {
        const start = days[0].toMillis();
        const stop = days.at(-1).plus({ days: 1 }).toMillis();
        const open = model.sections
            .flatMap((section) => section.rows)
            .filter((row) => row.hasCalendar)
            .flatMap((row) => openOf(row.closed, start, stop))
            .filter(([low, high]) => high - low < WHOLE_DAY);
        return hoursOf(days, open, [...model.records.values()]);
    }

    /** Pairs of row and its records, sorted; who has no row gets one at the end. */
    groupRecords(model, section) {
        const groups = new Map(section.rows.map((row) => [row.id, [row, []]]));
        for (const record of model.records.values()) {
            for (const id of record.getRowIds(section.key)) {
                if (!groups.has(id)) {
                    groups.set(id, [this.makeExtraRow(section, id, record), []]);
                }
                groups.get(id)[1].push(record);
            }
        }
        for (const [, records] of groups.values()) {
            records.sort((a, b) => a.start - b.start || a.id - b.id);
        }
        return groups.values();
    }

    makeExtraRow(section, id, record) {
        const value = record.data[section.key];
        const name = id ? value?.display_name || String(id) : _t("None");
        return {
            id,
            name,
            key: `${section.key}:${id}`,
            fieldName: section.key,
            detail: "",
            load: {},
            closed: [],
            hasCalendar: false,
            isExtra: true,
        };
    }

    groupPlaceholders(model) {
        const groups = new Map();
        for (const place of model.placeholders.values()) {
            const places = groups.get(place.row.key) || [];
            groups.set(place.row.key, [...places, place]);
        }
        return groups;
    }

    layOutRow(row, records, places) {
        const known = this.cache.get(row.key);
        const isSame =
            known &&
            (known.row === row || (row.isExtra && known.row.isExtra)) &&
            isEqual(known.records, records) &&
            isEqual(known.places, places);
        if (isSame) {
            return known;
        }
        const { lanes, count } = stack(records);
        const layout = {
            height: count * LANE_HEIGHT + ROW_PADDING,
            pills: records.map((record, index) => this.layOutPill(record, lanes[index])),
            places: places.map((place) => ({ ...this.getBox(place), ...place })),
            closed: this.layOutClosed(row),
            loads: this.layOutLoads(row),
            percent: percentOf(Object.values(row.load)),
        };
        return { row, records, places, layout };
    }

    getBox({ start, stop }) {
        const left = this.scale.timeToX(start);
        return { left, width: Math.max(this.scale.timeToX(stop) - left, MIN_PILL_WIDTH) };
    }

    layOutPill(record, lane) {
        return { ...this.getBox(record), record, id: record.id, top: lane * LANE_HEIGHT + 3 };
    }

    layOutClosed(row) {
        const boxes = [];
        for (const [start, stop] of row.closed) {
            const left = this.scale.timeToX(start);
            const width = this.scale.timeToX(stop) - left;
            if (width > 0.5) {
                boxes.push({ key: start, left, width });
            }
        }
        return boxes;
    }

    layOutLoads(row) {
        const loads = [];
        for (const { key, left, width } of this.scale.columns) {
            const load = row.load[key];
            const percent = load && percentOf([load]);
            if (percent !== null && percent !== undefined) {
                loads.push({ key, left, width, percent, ...load });
            }
        }
        return loads;
    }

    /** @returns {{row, top, height} | null} the row at a height */
    getItemAt(y) {
        let [low, high] = [0, this.items.length - 1];
        while (low < high) {
            const middle = (low + high) >> 1;
            const { top, height } = this.items[middle];
            if (top + height <= y) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        const item = this.items[low];
        return item?.row && y >= item.top && y < item.top + item.height ? item : null;
    }

    /** What is near the visible part, in steps, so that scrolling seldom draws. */
    getWindow({ left, top, width, height }) {
        const step = (value) => Math.floor(value / WINDOW_STEP) * WINDOW_STEP;
        return {
            left: step(left - WINDOW_STEP / 2),
            right: step(left + width + WINDOW_STEP * 1.5),
            top: step(top - WINDOW_STEP / 2),
            bottom: step(top + height + WINDOW_STEP * 1.5),
        };
    }
}

/** Planned hours in percent of those available; null where nobody works or plans. */
export function percentOf(loads) {
    let [planned, capacity] = [0, 0];
    for (const load of loads) {
        planned += load.planned;
        capacity += load.capacity;
    }
    if (!capacity) {
        return planned ? 100 : null;
    }
    return Math.round((planned / capacity) * 100);
}

function isEqual(some, others) {
    return some.length === others.length && some.every((item, index) => item === others[index]);
}
