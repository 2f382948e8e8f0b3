import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;

/**
 * Short age for a card: "25 min", "7 h", "6 d".
 *
 * @param {number} minutes
 * @returns {string}
 */
export function formatAge(minutes) {
    const value = Math.max(Math.floor(minutes), 0);
    if (value < 60) {
        return _t("%(number)s min", { number: value });
    }
    if (value < 60 * 24) {
        return _t("%(number)s h", { number: Math.floor(value / 60) });
    }
    return _t("%(number)s d", { number: Math.floor(value / (60 * 24)) });
}

/**
 * A day as people say it: "today", "tomorrow", "in 3 days", "2 d late", "27 Nov".
 *
 * @param {luxon.DateTime} day
 * @param {boolean} lateWhenPast
 * @returns {string}
 */
export function formatDay(day, lateWhenPast = false) {
    const today = DateTime.local().startOf("day");
    const days = Math.round(day.startOf("day").diff(today, "days").days);
    if (days < 0 && lateWhenPast) {
        return _t("%(number)s d late", { number: -days });
    }
    if (Math.abs(days) <= 6) {
        return day.startOf("day").toRelativeCalendar({ base: today, unit: "days" });
    }
    return day.toLocaleString({ day: "numeric", month: "short" });
}
