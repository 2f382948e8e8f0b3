import {
    Component,
    onWillUnmount,
    useChildSubEnv,
    useState,
    useSubEnv,
} from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { CallbackRecorder } from "@web/search/action_hook";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { KanbanRecord } from "@web/views/kanban/kanban_record";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { getDefaultConfig, View } from "@web/views/view";

const RELOAD_DELAY = 300;

/** One conversation: the deal in short, and its chatter ready for the answer. */
export class TalkPane extends Component {
    static template = "auto_notify.TalkPane";
    static components = { View };
    static props = { resId: Number, resModel: String };

    setup() {
        // the form inside has a title and a memory of its own, not the list's
        useChildSubEnv({
            isAutoTalk: true,
            config: getDefaultConfig(),
            __beforeLeave__: new CallbackRecorder(),
            __getLocalState__: new CallbackRecorder(),
            __getGlobalState__: new CallbackRecorder(),
            __getContext__: new CallbackRecorder(),
        });
        this.viewProps = {
            type: "form",
            resModel: this.props.resModel,
            resId: this.props.resId,
            display: { controlPanel: false },
            preventCreate: true,
            preventEdit: true,
            context: {
                active_test: false,
                form_view_ref: "auto_notify.crm_lead_view_form_talk",
            },
        };
    }
}

/** A row of the list; the one that is open on the right is marked. */
export class TalkRecord extends KanbanRecord {
    setup() {
        super.setup();
        this.autoTalk = useState(this.env.autoTalk);
    }

    getRecordClasses() {
        const isOpen = this.autoTalk.resId === this.props.record.resId;
        return `${super.getRecordClasses()} ${isOpen ? "o_auto_talk_open" : ""}`;
    }
}

export class TalksRenderer extends KanbanRenderer {
    static template = "auto_notify.TalksRenderer";
    static components = {
        ...KanbanRenderer.components,
        KanbanRecord: TalkRecord,
        TalkPane,
    };

    setup() {
        super.setup();
        this.autoTalk = useState(this.env.autoTalk);
    }
}

/** The list of conversations on the left, the talk on the right; on a phone one by one. */
export class TalksController extends KanbanController {
    setup() {
        super.setup();
        this.bus = useService("bus_service");
        this.orm = useService("orm");
        this.autoTalk = useState({ resId: false });
        useSubEnv({ autoTalk: this.autoTalk });
        const reload = useDebounced(() => this.model.load(), RELOAD_DELAY);
        const onTalks = ({ ids }) => {
            reload();
            if (ids.includes(this.autoTalk.resId) && document.hasFocus()) {
                this.markRead(this.autoTalk.resId);
            }
        };
        this.bus.subscribe("auto_notify/talks", onTalks);
        onWillUnmount(() => this.bus.unsubscribe("auto_notify/talks", onTalks));
    }

    /** Costs nothing on the server when all was read before. */
    markRead(resId) {
        return this.orm.silent.call("crm.lead", "action_talk_read", [[resId]]);
    }

    async openRecord(record, options = {}) {
        if (record.data.talk_unread_count) {
            await this.markRead(record.resId);
        }
        if (this.env.isSmall || options.newWindow) {
            return super.openRecord(record, options);
        }
        this.autoTalk.resId = record.resId;
    }
}

registry.category("views").add("auto_notify_talks", {
    ...kanbanView,
    Controller: TalksController,
    Renderer: TalksRenderer,
});
