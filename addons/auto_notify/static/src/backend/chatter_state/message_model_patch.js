import { Message } from "@mail/core/common/message_model";
import { patch } from "@web/core/utils/patch";

/** @type {import("models").Message} */
const messagePatch = {
    /** Notifications that carry the state of a message to a customer. */
    get autoNotifyNotifications() {
        return this.notification_ids.filter(
            (notification) => notification.isAutoNotify
        );
    },
    /** All the others: e-mails, inboxes, Odoo's own SMS. */
    get otherNotifications() {
        return this.notification_ids.filter(
            (notification) => !notification.isAutoNotify
        );
    },
    /** What the customer has got can't be unsaid. */
    get editable() {
        return super.editable && this.autoNotifyNotifications.length === 0;
    },
};
patch(Message.prototype, messagePatch);
