import { _t } from "@web/core/l10n/translation";

import {
    dayAfter,
    DEFAULT_HOURS,
    HOUR,
    hoursOf,
    openOf,
    stack,
    TimeScale,
    toUtc,
} from "./planner_time";

export const HEAD_WIDTH = 184;
export const LANE_HEIGHTS = [64, 46]; // three lines of text, or two
export const ROW_PADDING = 8; // below the pills: room for the load bar
export const SECTION_HEIGHT = 28;
const PILL_MARGIN = 3;
const MIN_HOUR_WIDTH = { day: 64, days3: 44, week: 36 };
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
     * @param {{width, height, isWholeDay}} options of the lanes
     */
    update(model, { width, height, isWholeDay }) {
        this.updateScale(model, width, isWholeDay);
        const sections = model.sections.map((section) => ({
            section,
            groups: this.groupRecords(model, section),
        }));
        this.updateLaneHeight(sections, height);
        const placeholders = this.groupPlaceholders(model);
        const cache = new Map();
        this.items = [];
        let top = 0;
        const add = (item) => {
            this.items.push({ ...item, top });
            top += item.height;
        };
        for (const { section, groups } of sections) {
            if (sections.length > 1) {
                add({ key: section.key, section, height: SECTION_HEIGHT });
            }
            for (const group of groups) {
                const { row } = group;
                const known = this.layOutRow(group, placeholders.get(row.key) || []);
                cache.set(row.key, known);
                const { layout } = known;
                add({ key: row.key, row, layout, height: layout.height });
            }
        }
        this.cache = cache;
        this.height = top;
    }

    get isTall() {
        return this.laneHeight === LANE_HEIGHTS[0];
    }

    /** Lanes are as high as lets all rows be seen at once, if that can be. */
    updateLaneHeight(sections, height) {
        const groups = sections.flatMap((section) => section.groups);
        const lanes = groups.reduce((sum, { count }) => sum + count, 0);
        const heads = sections.length > 1 ? sections.length * SECTION_HEIGHT : 0;
        const rest = height - heads - groups.length * ROW_PADDING;
        const laneHeight =
            LANE_HEIGHTS.find((value) => lanes * value <= rest) || LANE_HEIGHTS.at(-1);
        if (laneHeight !== this.laneHeight) {
            this.laneHeight = laneHeight;
            this.cache.clear();
        }
    }

    updateScale(model, width, isWholeDay) {
        const days = isWholeDay ? model.loadedDays : this.getDays(model);
        const hours = isWholeDay ? [0, 24] : this.getHours(model, days);
        const fitting =
            Math.floor((width / days.length / (hours[1] - hours[0])) * 100) / 100;
        const hourWidth = Math.max(
            fitting,
            MIN_HOUR_WIDTH[model.loadedMeta.scale] || 0
        );
        const key = [String(days), hours, hourWidth].join("|");
        if (key !== this.scaleKey) {
            this.scaleKey = key;
            this.scale = new TimeScale(days, hours, hourWidth);
            this.hours = hours;
            this.cache.clear();
        }
    }

    /**
     * The days of the period; of several, those on which somebody works or plans, or
     * something begins or ends.
     */
    getDays(model) {
        const isUsed = (day) =>
            model.sections.some(({ rows }) =>
                rows.some(
                    ({ load, hasCalendar }) => load[day.toISODate()] || !hasCalendar
                )
            );
        const records = [...model.records.values()];
        const isTouched = (day) => {
            const [low, high] = [day.toMillis(), dayAfter(day).toMillis()];
            return records.some(
                ({ start, stop }) =>
                    (low <= start && start < high) || (low < stop && stop <= high)
            );
        };
        const days = model.loadedDays.filter((day) => isUsed(day) || isTouched(day));
        const rows = model.sections.flatMap((section) => section.rows);
        const isBare = !rows.length || model.loadedDays.length === 1;
        return isBare || !days.length ? model.loadedDays : days;
    }

    getHours(model, days) {
        const start = days[0].toMillis();
        const stop = dayAfter(days.at(-1)).toMillis();
        const rows = model.sections.flatMap((section) => section.rows);
        const open = rows
            .filter((row) => row.hasCalendar)
            .flatMap((row) => openOf(row.closed, start, stop))
            .filter(([low, high]) => high - low < WHOLE_DAY);
        const hours = hoursOf(days, open, [...model.records.values()]);
        // where no row tells who works when, a usual day is shown
        return rows.some((row) => row.hasCalendar)
            ? hours
            : [
                  Math.min(hours[0], DEFAULT_HOURS[0]),
                  Math.max(hours[1], DEFAULT_HOURS[1]),
              ];
    }

    /** Rows and their records, stacked; what has no row gets one at the end. */
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
        return [...groups.values()].map(([row, records]) => {
            records.sort((a, b) => a.start - b.start || a.id - b.id);
            return { row, records, ...stack(records) };
        });
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
            absences: [],
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

    layOutRow({ row, records, lanes, count }, places) {
        const known = this.cache.get(row.key);
        const isSame =
            known &&
            (known.row === row || (row.isExtra && known.row.isExtra)) &&
            isEqual(known.records, records) &&
            isEqual(known.places, places);
        if (isSame) {
            return known;
        }
        const pills = records.map((record, index) =>
            this.layOutPill(record, lanes[index])
        );
        const layout = {
            height: count * this.laneHeight + ROW_PADDING,
            pills,
            tails: this.layOutTails(row, pills),
            places: places.map((place) => ({
                ...this.getBox(place),
                ...place,
                ...this.getLane(0),
            })),
            closed: this.layOutClosed(row),
            absences: this.layOutAbsences(row),
            loads: this.layOutLoads(row),
            percent: row.hasCalendar ? percentOf(Object.values(row.load)) : null,
        };
        return { row, records, places, layout };
    }

    getBox({ start, stop }) {
        const left = this.scale.timeToX(start);
        return {
            left,
            width: Math.max(this.scale.timeToX(stop) - left, MIN_PILL_WIDTH),
        };
    }

    getLane(lane) {
        return {
            top: lane * this.laneHeight + PILL_MARGIN,
            height: this.laneHeight - PILL_MARGIN,
        };
    }

    layOutPill(record, lane) {
        return { ...this.getBox(record), ...this.getLane(lane), record, id: record.id };
    }

    /** What is kept free after records, on rows for which it is. */
    layOutTails(row, pills) {
        const now = toUtc(Date.now());
        const tails = [];
        for (const { id, record, top, height } of pills) {
            const stop = record.getBufferStop(row.fieldName);
            const left = this.scale.timeToX(record.stop);
            const width = this.scale.timeToX(stop) - left;
            if (width > 0.5 && !record.isReadonly(now)) {
                tails.push({ id, left, width, top, height });
            }
        }
        return tails;
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

    /** Absences have names; an absence of days is named on each. */
    layOutAbsences(row) {
        const boxes = [];
        for (const [start, stop, name] of row.absences) {
            for (const column of this.scale.columns) {
                const left = this.scale.timeToX(Math.max(start, column.start));
                const width = this.scale.timeToX(Math.min(stop, column.stop)) - left;
                if (start < column.stop && stop > column.start && width > 0.5) {
                    boxes.push({ key: `${start}${column.key}`, left, width, name });
                }
            }
        }
        return boxes;
    }

    layOutLoads(row) {
        const loads = [];
        if (this.scale.columns.length < 2) {
            return loads; // the head of the row tells it
        }
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
    return (
        some.length === others.length &&
        some.every((item, index) => item === others[index])
    );
}
