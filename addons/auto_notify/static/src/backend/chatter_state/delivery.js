import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { session } from "@web/session";

const { DateTime } = luxon;

const NO_KIND = { label: _t("Message"), icon: "fa fa-paper-plane-o" };

/** How every state is called and coloured: grey not yet, blue on its way, red failed, green there. */
const STATES = {
    queued: { label: _t("Queued"), icon: "fa fa-clock-o", color: "text-muted" },
    deferred: { label: _t("Planned"), icon: "fa fa-clock-o", color: "text-info" },
    sending: {
        label: _t("Sending"),
        icon: "fa fa-hourglass-half",
        color: "text-muted",
    },
    sent: { label: _t("Sent"), icon: "fa fa-check", color: "text-info" },
    delivered: {
        label: _t("Delivered"),
        icon: "fa fa-check-circle-o",
        color: "text-success",
    },
    read: { label: _t("Read"), icon: "fa fa-check-circle", color: "text-success" },
    failed: { label: _t("Not delivered"), icon: "fa fa-times", color: "text-danger" },
    cancelled: { label: _t("Cancelled"), icon: "fa fa-ban", color: "text-muted" },
};

const UNSURE = {
    label: _t("Not known whether sent"),
    icon: "fa fa-question-circle",
    color: "text-danger",
};

/**
 * What a channel is called and looks like: as its provider's class tells.
 *
 * @param {string | false} kind
 * @returns {{label: string, icon: string}}
 */
export function getKind(kind) {
    const look = session.auto_notify_kinds?.[kind];
    return look ? { label: look.label, icon: `fa ${look.icon}` } : NO_KIND;
}

/**
 * @param {{state: string, is_unsure: boolean}} info
 * @returns {{label: string, icon: string, color: string}}
 */
export function getState(info) {
    return info.state === "failed" && info.is_unsure ? UNSURE : STATES[info.state];
}

/**
 * A moment as it is said: of today the hour, of other days the date too.
 *
 * @param {string} date as the server gives it, UTC
 * @returns {string}
 */
export function formatTime(date) {
    const moment = deserializeDateTime(date);
    return moment.toLocaleString(
        moment.hasSame(DateTime.now(), "day")
            ? DateTime.TIME_SIMPLE
            : DateTime.DATETIME_MED
    );
}
