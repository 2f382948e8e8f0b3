import { fields } from "@mail/core/common/record";
import { Notification } from "@mail/core/common/notification_model";
import { patch } from "@web/core/utils/patch";
import { getKind, getState } from "./delivery";

/** @type {import("models").Notification} */
const notificationPatch = {
    setup() {
        super.setup(...arguments);
        /** What became of the message: see `_get_auto_notify_info` of mail.notification. */
        this.auto_notify = fields.Attr(undefined);
    },
    get isAutoNotify() {
        return this.notification_type === "auto_notify" && Boolean(this.auto_notify);
    },
    get failureMessage() {
        return this.isAutoNotify
            ? this.auto_notify.error || getState(this.auto_notify).label
            : super.failureMessage;
    },
    get icon() {
        return this.isAutoNotify ? getKind(this.auto_notify.kind).icon : super.icon;
    },
    get label() {
        return this.isAutoNotify ? getKind(this.auto_notify.kind).label : super.label;
    },
    get statusIcon() {
        return this.isAutoNotify ? getState(this.auto_notify).icon : super.statusIcon;
    },
    get statusTitle() {
        return this.isAutoNotify ? getState(this.auto_notify).label : super.statusTitle;
    },
};
patch(Notification.prototype, notificationPatch);
