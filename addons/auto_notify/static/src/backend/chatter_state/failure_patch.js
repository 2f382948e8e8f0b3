import { Failure } from "@mail/core/common/failure_model";
import { MessagingMenu } from "@mail/core/public_web/messaging_menu";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

patch(Failure.prototype, {
    get body() {
        if (this.type !== "auto_notify") {
            return super.body;
        }
        if (this.notifications.length === 1 && this.lastMessage?.thread) {
            return _t("The customer has not got your message on “%(record_name)s”", {
                record_name: this.lastMessage.thread.display_name,
            });
        }
        return _t("Customers have not got your messages");
    },
});

patch(MessagingMenu.prototype, {
    openFailureView(failure) {
        if (failure.type !== "auto_notify") {
            return super.openFailureView(...arguments);
        }
        const ids = failure.notifications.map(({ auto_notify }) => auto_notify.id);
        this.env.services.action.doAction({
            name: _t("Messages not delivered"),
            type: "ir.actions.act_window",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            res_model: "auto.notify.message",
            domain: [["id", "in", ids]],
            context: { create: false },
        });
        this.dropdown.close();
    },
    getFailureNotificationName(failure) {
        return failure.type === "auto_notify"
            ? _t("Not delivered: %(modelName)s", { modelName: failure.modelName })
            : super.getFailureNotificationName(...arguments);
    },
});
