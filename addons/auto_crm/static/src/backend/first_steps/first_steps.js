import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What a new shop has done and has to do next; each step opens its screen. */
export class FirstSteps extends Component {
    static template = "auto_crm.FirstSteps";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ steps: [] });
        onWillStart(async () => {
            this.state.steps = await this.orm.call("auto.setup", "get_steps", []);
        });
    }

    get doneLabel() {
        return _t("Done");
    }

    get openLabel() {
        return _t("To do");
    }

    get doneCount() {
        return this.state.steps.filter((step) => step.is_done).length;
    }

    get countLabel() {
        return _t("%(done)s of %(all)s done", {
            done: this.doneCount,
            all: this.state.steps.length,
        });
    }

    get nextStep() {
        return this.state.steps.find((step) => !step.is_done && step.is_allowed);
    }

    get percent() {
        return Math.round((100 * this.doneCount) / (this.state.steps.length || 1));
    }

    async open(step) {
        const action = await this.orm.call("auto.setup", "open_step", [step.name]);
        await this.action.doAction(action);
    }

    async hide() {
        await this.orm.call("auto.setup", "hide_steps", []);
        await this.action.doAction("auto_crm.auto_crm_lead_action", {
            clearBreadcrumbs: true,
        });
    }
}

registry.category("actions").add("auto_crm.first_steps", FirstSteps);
