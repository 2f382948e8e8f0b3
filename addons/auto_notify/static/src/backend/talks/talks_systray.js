import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { session } from "@web/session";

const COUNT_DELAY = 500;

/** How many customers' conversations are unread, for advisors. */
export class TalksSystray extends Component {
    static template = "auto_notify.TalksSystray";
    static props = {};

    setup() {
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.orm = useService("orm");
        this.state = useState({ count: 0 });
        const recount = useDebounced(() => this.recount(), COUNT_DELAY);
        this.bus.subscribe("auto_notify/talks", recount);
        onWillUnmount(() => this.bus.unsubscribe("auto_notify/talks", recount));
        onMounted(() => this.recount()); // the page does not wait for it
    }

    async recount() {
        this.state.count = await this.orm.silent.call("crm.lead", "get_talk_count", []);
    }

    open() {
        this.action.doAction("auto_notify.crm_lead_action_talks", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("systray").add(
    "auto_notify.talks",
    {
        Component: TalksSystray,
        isDisplayed: () => Boolean(session.auto_notify_talks),
    },
    { sequence: 24 }
);
