import { Component } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { formatTime, getKind, getState } from "./delivery";

/** Where a message went, what became of it, and what to do about it. */
export class DeliveryPopover extends Component {
    static template = "auto_notify.DeliveryPopover";
    static props = {
        notification: { type: Object },
        close: { type: Function },
        onRetry: { type: Function },
    };

    setup() {
        this.action = useService("action");
    }

    get info() {
        return this.props.notification.auto_notify;
    }

    get kind() {
        return getKind(this.info.kind);
    }

    get state() {
        return getState(this.info);
    }

    get time() {
        return this.info.date ? formatTime(this.info.date) : "";
    }

    get recipient() {
        const { name, display_name } = this.props.notification.res_partner_id || {};
        return this.info.recipient || name || display_name || "";
    }

    /** Staff who may see the address may also act. */
    get isPrivate() {
        return "address" in this.info;
    }

    onRetry() {
        this.props.close();
        this.props.onRetry();
    }

    onOpen() {
        this.props.close();
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Message"),
            res_model: "auto.notify.message",
            res_id: this.info.id,
            views: [[false, "form"]],
        });
    }
}

/**
 * Return how to send a message again: an unsure one after a warning only.
 *
 * @returns {(info: {id: number, is_unsure: boolean}) => void}
 */
export function useRetry() {
    const dialog = useService("dialog");
    const orm = useService("orm");
    const retry = (info, context = {}) =>
        orm.call("auto.notify.message", "action_retry", [[info.id]], { context });
    return (info) => {
        if (!info.is_unsure) {
            return retry(info);
        }
        dialog.add(ConfirmationDialog, {
            title: _t("Send it again?"),
            body: _t(
                "It is not known whether the message has arrived. The customer may get it twice."
            ),
            confirmLabel: _t("Send again"),
            confirm: () => retry(info, { auto_notify_warned: true }),
            cancel: () => {},
        });
    };
}
