import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * Shows what a customer has just written to the one who has to act on the deal.
 *
 * A deal has one notification at a time: the last words of its customer.
 */
export const inboxNotificationService = {
    dependencies: ["action", "bus_service", "notification"],

    start(env, { action, bus_service: bus, notification }) {
        const closeByLead = new Map();

        function open(leadId) {
            closeByLead.get(leadId)?.();
            return action.doAction({
                type: "ir.actions.act_window",
                res_model: "crm.lead",
                res_id: leadId,
                views: [[false, "form"]],
            });
        }

        function show({ lead_id: leadId, title, text, deal }) {
            closeByLead.get(leadId)?.();
            const close = notification.add(text || _t("No text"), {
                title: deal ? _t("%(title)s: %(deal)s", { title, deal }) : title,
                type: "info",
                sticky: true,
                className: "o_auto_notify_incoming",
                onClose: () => {
                    if (closeByLead.get(leadId) === close) {
                        closeByLead.delete(leadId);
                    }
                },
                buttons: [
                    { name: _t("Open"), primary: true, onClick: () => open(leadId) },
                ],
            });
            closeByLead.set(leadId, close);
        }

        bus.subscribe("auto_notify.incoming", show);
        bus.start();
    },
};

registry.category("services").add("auto_notify.inbox", inboxNotificationService);
