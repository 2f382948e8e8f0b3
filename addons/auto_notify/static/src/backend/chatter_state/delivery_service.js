import { registry } from "@web/core/registry";

/** Shows new messages and new states on open chatters, as the outbox tells them. */
export const deliveryService = {
    dependencies: ["bus_service", "mail.store"],

    start(env, { bus_service: bus, "mail.store": store }) {
        bus.subscribe("auto_notify/messages", (items) => {
            const threads = new Set();
            for (const item of items) {
                if (store["mail.message"].get(item.id)) {
                    this.updateMessage(store, item);
                    continue;
                }
                const thread = store.Thread.get(item.thread);
                if (thread?.isLoaded) {
                    threads.add(thread);
                }
            }
            for (const thread of threads) {
                thread.fetchNewMessages();
            }
        });
        bus.subscribe("auto_notify/talks", ({ ids }) => {
            for (const id of ids) {
                const thread = store.Thread.get({ model: "crm.lead", id });
                if (thread?.isLoaded) {
                    thread.fetchNewMessages();
                }
            }
        });
    },

    updateMessage(store, { id, notifications }) {
        store["mail.notification"].insert(
            notifications.map((notification) => ({
                ...notification,
                mail_message_id: id,
                notification_type: "auto_notify",
            }))
        );
    },
};

registry.category("services").add("auto_notify.delivery", deliveryService);
