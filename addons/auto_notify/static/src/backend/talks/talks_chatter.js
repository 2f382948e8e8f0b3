import { onMounted } from "@odoo/owl";
import { Chatter } from "@mail/chatter/web_portal/chatter";
import { patch } from "@web/core/utils/patch";

/** Among conversations the answer can be typed at once. */
patch(Chatter.prototype, {
    setup() {
        super.setup(...arguments);
        if (this.env.isAutoTalk) {
            onMounted(() => this.toggleComposer("message", { force: true }));
        }
    },

    onPostCallback() {
        super.onPostCallback(...arguments);
        if (this.env.isAutoTalk) {
            this.toggleComposer("message", { force: true });
        }
    },
});
