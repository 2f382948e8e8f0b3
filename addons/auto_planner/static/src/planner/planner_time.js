import { getStartOfLocalWeek } from "@web/core/l10n/dates";

const { DateTime } = luxon;

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
const UTC_FORMAT = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)/;
const DAYS_OF_SCALE = { day: 1, days3: 3, week: 7 };
export const DEFAULT_HOURS = [8, 20];

/**
 * @param {string} value a date and time as the server writes it, UTC
 * @returns {number} milliseconds of the epoch
 */
export function parseUtc(value) {
    const [, year, month, day, hour, minute, second] = UTC_FORMAT.exec(value);
    return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * @param {number} time milliseconds of the epoch
 * @returns {string} as the server writes it
 */
export function toUtc(time) {
    return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

/**
 * Return the days that a scale shows around a date.
 *
 * @param {"day" | "days3" | "week" | "month"} scale
 * @param {DateTime} date
 * @returns {DateTime[]} their midnights, in the user's zone
 */
export function daysOf(scale, date) {
    let first = date.startOf("day");
    let count = DAYS_OF_SCALE[scale];
    if (scale === "week") {
        first = getStartOfLocalWeek(date).startOf("day");
    } else if (scale === "month") {
        first = date.startOf("month");
        count = first.daysInMonth;
    }
    return Array.from({ length: count }, (_, index) => dayAfter(first, index));
}

/**
 * Return the beginning of a later day: not always midnight, where clocks change then.
 *
 * @param {DateTime} day
 * @param {number} [count] of days
 */
export function dayAfter(day, count = 1) {
    return day.plus({ days: count }).startOf("day");
}

/**
 * Return the date to go to when the user turns the page.
 *
 * @param {string} scale
 * @param {DateTime} date
 * @param {1 | -1} direction
 */
export function turnPage(scale, date, direction) {
    return scale === "month"
        ? date.startOf("month").plus({ months: direction })
        : date.plus({ days: direction * DAYS_OF_SCALE[scale] });
}

/**
 * Return the hours of the day worth showing: those in which somebody works or
 * something is planned, of what goes on for days the first hour and the last.
 *
 * @param {DateTime[]} days
 * @param {[number, number][]} open intervals in which somebody works
 * @param {{start: number, stop: number}[]} records
 * @returns {[number, number]} first and last hour
 */
export function hoursOf(days, open, records) {
    const midnights = days.map((day) => day.toMillis());
    const end = dayAfter(days.at(-1)).toMillis();
    let [first, last] = [24, 0];
    const see = (time, isStop, length = 0) => {
        if (time < midnights[0] || time > end) {
            return;
        }
        let index = midnights.length - 1;
        while (
            index > 0 &&
            (isStop ? midnights[index] >= time : midnights[index] > time)
        ) {
            index--;
        }
        const hour = wallHours(days[index], midnights[index], time);
        const inside = Math.min(
            Math.max(isStop ? hour - length : hour + length, 0),
            24
        );
        first = Math.min(first, Math.floor(hour), Math.floor(inside));
        last = Math.max(last, Math.ceil(hour), Math.ceil(inside));
    };
    for (const [start, stop] of open) {
        see(start, false);
        see(stop, true);
    }
    for (const { start, stop } of records) {
        const length = Math.min((stop - start) / HOUR, 1);
        see(start, false, length);
        see(stop, true, length);
    }
    return first < last ? [first, Math.min(last, 24)] : DEFAULT_HOURS;
}

/** Hours on the clock since midnight; those that passed, unless the clock was changed. */
function wallHours(day, midnight, time) {
    const hours = (time - midnight) / HOUR;
    if (dayAfter(day).toMillis() - midnight === 24 * HOUR) {
        return hours;
    }
    const local = DateTime.fromMillis(time, { zone: day.zone });
    return local.hasSame(day, "day") ? local.hour + local.minute / 60 : 24;
}

/**
 * The horizontal axis: columns of days, each as wide as it has hours, with the hours of
 * the night left out.
 */
export class TimeScale {
    /**
     * @param {DateTime[]} days midnights
     * @param {[number, number]} hours first and last hour shown
     * @param {number} hourWidth in pixels
     */
    constructor(days, hours, hourWidth) {
        this.hourWidth = hourWidth;
        this.columns = [];
        let left = 0;
        for (const date of days) {
            const start = date.set({ hour: hours[0] }).toMillis();
            const stop =
                hours[1] === 24
                    ? dayAfter(date).toMillis()
                    : date.set({ hour: hours[1] }).toMillis();
            const width = ((stop - start) / HOUR) * hourWidth;
            const key = date.toISODate();
            this.columns.push({ key, date, start, stop, left, width });
            left += width;
        }
        this.width = left;
    }

    /** @returns {boolean} whether a time is in a column */
    isShown(time) {
        return this.columns.some(({ start, stop }) => start <= time && time <= stop);
    }

    /** @returns {number} pixels from the left; a hidden hour is where it would be */
    timeToX(time) {
        const { columns } = this;
        let low = 0;
        let high = columns.length - 1;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (columns[middle].stop < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        const { left, start, stop, width } = columns[low];
        const inside = Math.min(Math.max(time, start), stop);
        return left + ((inside - start) / (stop - start)) * width;
    }

    /**
     * @param {number} x pixels from the left
     * @param {number} snap milliseconds
     * @param {boolean} [isStop] a time at the border of two days is the end of the first
     * @returns {number} a time on the snap, within the columns
     */
    xToTime(x, snap, isStop = false) {
        const { columns } = this;
        const inside = Math.min(Math.max(x, 0), this.width);
        let index = columns.length - 1;
        const isRight = (left) => (isStop ? left >= inside : left > inside);
        while (index > 0 && isRight(columns[index].left)) {
            index--;
        }
        const { left, start, stop } = columns[index];
        const time = start + ((inside - left) / this.hourWidth) * HOUR;
        const snapped = start + Math.round((time - start) / snap) * snap;
        return Math.min(snapped, isStop ? stop : Math.max(stop - snap, start));
    }

    /** @returns {{key: number, left: number, time: number}[]} the hours of a column */
    hoursOf(column) {
        const hours = [];
        for (let time = column.start; time < column.stop; time += HOUR) {
            const left = ((time - column.start) / HOUR) * this.hourWidth;
            hours.push({ key: time, left, time });
        }
        return hours;
    }
}

/**
 * Put what overlaps below each other.
 *
 * @param {{start: number, stop: number}[]} records sorted by start
 * @returns {{lanes: number[], count: number}} the lane of each record
 */
export function stack(records) {
    const ends = [];
    const lanes = records.map(({ start, stop }) => {
        let lane = ends.findIndex((end) => end <= start);
        if (lane < 0) {
            lane = ends.length;
        }
        ends[lane] = stop;
        return lane;
    });
    return { lanes, count: Math.max(ends.length, 1) };
}

/** @returns {[number, number][]} what closed intervals leave open in a range */
export function openOf(closed, start, stop) {
    const open = [];
    let begin = start;
    for (const [low, high] of closed) {
        if (low > begin) {
            open.push([begin, low]);
        }
        begin = Math.max(begin, high);
    }
    if (begin < stop) {
        open.push([begin, stop]);
    }
    return open;
}

/** Whether the pointer moved too little to mean another time. */
function isStill(scale, distance, snap) {
    return Math.abs(distance) < ((snap / HOUR) * scale.hourWidth) / 2;
}

/**
 * Return where a moved record lands: its left edge goes with the pointer and snaps, its
 * length stays. What began before the first column goes as far as the pointer went.
 *
 * @param {TimeScale} scale
 * @param {{start: number, stop: number}} record
 * @param {number} from where the pointer was pressed, in pixels
 * @param {number} to where it is
 * @param {number} snap milliseconds
 */
export function moveBy(scale, record, from, to, snap) {
    let { start } = record;
    if (!isStill(scale, to - from, snap)) {
        start = scale.isShown(start)
            ? scale.xToTime(scale.timeToX(start) + to - from, snap)
            : start + scale.xToTime(to, snap) - scale.xToTime(from, snap);
    }
    return { start, stop: start + record.stop - record.start };
}

/**
 * Return a record whose edge follows the pointer; it never gets shorter than a snap.
 *
 * @param {"start" | "stop"} edge
 */
export function resizeBy(scale, record, edge, distance, snap) {
    if (isStill(scale, distance, snap)) {
        return { start: record.start, stop: record.stop };
    }
    if (edge === "stop") {
        const stop = scale.xToTime(scale.timeToX(record.stop) + distance, snap, true);
        return { start: record.start, stop: Math.max(stop, record.start + snap) };
    }
    const start = scale.xToTime(scale.timeToX(record.start) + distance, snap);
    return { start: Math.min(start, record.stop - snap), stop: record.stop };
}

/** Return what is drawn between two points of a row, a snap long at least. */
export function drawBetween(scale, from, to, snap) {
    const [low, high] = from < to ? [from, to] : [to, from];
    const start = scale.xToTime(low, snap);
    return { start, stop: Math.max(scale.xToTime(high, snap, true), start + snap) };
}
