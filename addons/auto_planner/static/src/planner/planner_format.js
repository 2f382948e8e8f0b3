import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";

import { HOUR } from "./planner_time";

const { DateTime } = luxon;
const labels = new Map();

/**
 * A time of the day as the user's language writes it, without seconds. A week has few
 * different times and many pills: labels are kept.
 *
 * @param {number} time milliseconds of the epoch
 */
export function formatTime(time) {
    const zone = luxon.Settings.defaultZone.name;
    const key = `${time}${zone}`;
    if (!labels.has(key)) {
        if (labels.size > 5000) {
            labels.clear();
        }
        const format = localization.timeFormat.replace(/:ss/, "");
        labels.set(key, DateTime.fromMillis(time).toFormat(format));
    }
    return labels.get(key);
}

/** "08", or "8 AM": for the head of an hour. */
export function formatHour(time) {
    const isTwelve = /a/.test(localization.timeFormat);
    return DateTime.fromMillis(time).toFormat(isTwelve ? "h a" : "HH");
}

/** "10:15 – 12:00", with the days when there are two. */
export function formatSpan(start, stop) {
    const [from, to] = [DateTime.fromMillis(start), DateTime.fromMillis(stop)];
    if (from.hasSame(to, "day")) {
        return `${formatTime(start)} – ${formatTime(stop)}`;
    }
    return `${formatDayTime(start)} – ${formatDayTime(stop)}`;
}

export function formatDayTime(time) {
    return `${DateTime.fromMillis(time).toFormat("ccc d MMM")} ${formatTime(time)}`;
}

/** "1 h 30 min" */
export function formatHours(hours) {
    const minutes = Math.round(hours * 60);
    const [whole, rest] = [Math.floor(minutes / 60), minutes % 60];
    if (!whole) {
        return _t("%(minutes)s min", { minutes: rest });
    }
    return rest
        ? _t("%(hours)s h %(minutes)s min", { hours: whole, minutes: rest })
        : _t("%(hours)s h", { hours: whole });
}

/**
 * "40 min late"
 *
 * @param {number} time milliseconds
 */
export function formatLate(time) {
    const hours = time / HOUR;
    return hours < 24
        ? _t("%(span)s late", { span: formatHours(hours) })
        : _t("%(days)s d late", { days: Math.floor(hours / 24) });
}

/** The title of a period. */
export function formatPeriod(scale, days) {
    const [first, last] = [days[0], days.at(-1)];
    if (scale === "day") {
        return first.toFormat("cccc, d MMMM yyyy");
    }
    if (scale === "month") {
        return first.toFormat("LLLL yyyy");
    }
    if (first.month === last.month) {
        return `${first.toFormat("d")} – ${last.toFormat("d MMMM yyyy")}`;
    }
    const start = first.toFormat(first.year === last.year ? "d MMM" : "d MMM yyyy");
    return `${start} – ${last.toFormat("d MMM yyyy")}`;
}
