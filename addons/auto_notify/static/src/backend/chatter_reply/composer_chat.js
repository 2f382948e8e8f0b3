import { Component } from "@odoo/owl";
import { Chatter } from "@mail/chatter/web_portal/chatter";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { getKind } from "../chatter_state/delivery";

/** The line above the composer that says where the message goes: "Telegram → Ivan". */
export class ComposerChat extends Component {
    static template = "auto_notify.ComposerChat";
    static props = { thread: { type: Object } };

    get chat() {
        return this.props.thread.autoNotifyChat;
    }

    get kind() {
        return getKind(this.chat.kind);
    }

    get title() {
        return _t("%(channel)s → %(name)s", {
            channel: this.kind.label,
            name: this.chat.name,
        });
    }

    get isOn() {
        return this.props.thread.isAutoNotifyReply;
    }

    get hint() {
        if (this.chat.refusal) {
            return this.chat.refusal;
        }
        if (!this.isOn) {
            return _t("Not by the chat this time: by e-mail to those below.");
        }
        return this.props.thread.composer?.attachments.length
            ? _t("Files go as links.")
            : "";
    }

    onToggle() {
        this.props.thread.isAutoNotifyOff = !this.props.thread.isAutoNotifyOff;
    }
}

Object.assign(Chatter.components, { ComposerChat });

patch(Chatter.prototype, {
    /** The answer that was due is given: its activity is gone. */
    get afterPostRequestList() {
        const requests = super.afterPostRequestList;
        return this.state.thread?.autoNotifyChat
            ? [...requests, "activities"]
            : requests;
    },
});
