import { fields } from "@mail/core/common/record";
import { Store } from "@mail/core/common/store_service";
import { Thread } from "@mail/core/common/thread_model";
import { patch } from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** The customer's chat: see `_prepare_notify_chat_info` of mail.thread. */
        this.autoNotifyChat = fields.Attr(undefined);
        /** Switched off by staff, for one message. */
        this.isAutoNotifyOff = fields.Attr(false);
    },
    /** Whether the next message goes out through the customer's chat. */
    get isAutoNotifyReply() {
        const chat = this.autoNotifyChat;
        return Boolean(chat && !chat.refusal && !this.isAutoNotifyOff);
    },
    /** Whether a recipient of e-mails is the customer whom the chat reaches. */
    isAutoNotifyRecipient(recipient) {
        const chat = this.autoNotifyChat;
        return (
            (chat.partner_id && recipient.partner_id === chat.partner_id) ||
            (chat.email && recipient.email === chat.email)
        );
    },
    /** Recipients of e-mails: the customer is none while the chat reaches him. */
    get suggestedMailRecipients() {
        return this.isAutoNotifyReply
            ? this.suggestedRecipients.filter((r) => !this.isAutoNotifyRecipient(r))
            : this.suggestedRecipients;
    },
});

patch(Store.prototype, {
    async getMessagePostParams({ postData, thread }) {
        const params = await super.getMessagePostParams(...arguments);
        if (thread.autoNotifyChat && !postData.isNote) {
            params.post_data.notify_reply = thread.isAutoNotifyReply;
        }
        return params;
    },
});
