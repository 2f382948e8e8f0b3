import { Composer } from "@mail/core/common/composer";
import { RecipientsInput } from "@mail/core/web/recipients_input";
import { toRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { getKind } from "../chatter_state/delivery";

patch(Composer.prototype, {
    /** Whether what is typed goes to the customer's chat. */
    get isAutoNotifyReply() {
        return Boolean(
            this.props.type === "message" &&
            !this.props.composer.message &&
            this.thread?.isAutoNotifyReply
        );
    },
    get placeholder() {
        if (!this.isAutoNotifyReply || this.props.placeholder) {
            return super.placeholder;
        }
        return _t("Message to %(name)s by %(channel)s…", {
            name: this.thread.autoNotifyChat.name,
            channel: getKind(this.thread.autoNotifyChat.kind).label,
        });
    },
    /** The customer's e-mail, perhaps there is none, does not matter to a chat. */
    async sendMessage() {
        if (!this.isAutoNotifyReply) {
            await super.sendMessage(...arguments);
            if (this.thread && !this.props.composer.composerText) {
                toRaw(this.thread).isAutoNotifyOff = false;
            }
            return;
        }
        const thread = toRaw(this.thread);
        const recipients = thread.suggestedRecipients;
        thread.suggestedRecipients = thread.suggestedMailRecipients;
        try {
            await super.sendMessage(...arguments);
        } finally {
            thread.suggestedRecipients = recipients;
        }
    },
});

patch(RecipientsInput.prototype, {
    getTagsFromMailThread() {
        const { thread } = this.props;
        const tags = super.getTagsFromMailThread();
        if (!thread.isAutoNotifyReply) {
            return tags;
        }
        return tags.filter(
            (tag) =>
                !thread.isAutoNotifyRecipient({
                    partner_id: tag.resId,
                    email: tag.email,
                })
        );
    },
    getPlaceholder() {
        return this.getTagsFromMailThread().length ? "" : _t("Followers only");
    },
});
