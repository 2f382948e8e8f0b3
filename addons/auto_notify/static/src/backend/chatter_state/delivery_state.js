import { Component } from "@odoo/owl";
import { Message } from "@mail/core/common/message";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { formatTime, getKind, getState } from "./delivery";
import { DeliveryPopover, useRetry } from "./delivery_popover";

/** The channel and the state of a message beside its author; more in a popover. */
export class DeliveryState extends Component {
    static template = "auto_notify.DeliveryState";
    static props = { notification: { type: Object } };

    setup() {
        this.popover = usePopover(DeliveryPopover, { position: "bottom-start" });
        this.retry = useRetry();
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

    /** The state in words; of a message that waits for the morning, until when. */
    get label() {
        return this.info.state === "deferred" && this.info.date
            ? _t("Planned for %(time)s", { time: formatTime(this.info.date) })
            : this.state.label;
    }

    onClick(ev) {
        this.popover.open(ev.currentTarget, {
            notification: this.props.notification,
            onRetry: () => this.retry(this.info),
        });
    }
}

/** Why a message has not arrived, below its text, with the way to send it again. */
export class DeliveryFailure extends Component {
    static template = "auto_notify.DeliveryFailure";
    static props = { notification: { type: Object } };

    setup() {
        this.retry = useRetry();
    }

    get info() {
        return this.props.notification.auto_notify;
    }

    get reason() {
        return this.info.error || getState(this.info).label;
    }

    get isPrivate() {
        return "address" in this.info;
    }

    onRetry() {
        this.retry(this.info);
    }
}

Object.assign(Message.components, { DeliveryFailure, DeliveryState });
