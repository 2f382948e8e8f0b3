import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { CrmKanbanRenderer } from "@crm/views/crm_kanban/crm_kanban_renderer";
import { registry } from "@web/core/registry";
import { DealBoardHeader } from "./deal_board_header";
import { DealBoardModel } from "./deal_board_model";

const COLUMN_AGES = ["stage_minutes", "silent_count"];

export class DealBoardRenderer extends CrmKanbanRenderer {
    static components = {
        ...CrmKanbanRenderer.components,
        KanbanHeader: DealBoardHeader,
    };
}

/** Asks for the ages together with count and sum: a column costs no query of its own. */
export class DealBoardController extends crmKanbanView.Controller {
    get progressBarAggregateFields() {
        const { fields } = this.props;
        const ages = COLUMN_AGES.map((name) => fields[name]).filter(Boolean);
        return [...super.progressBarAggregateFields, ...ages];
    }

    /** What is shown of a column only is not read of its cards. */
    get modelParams() {
        const params = super.modelParams;
        for (const name of COLUMN_AGES) {
            delete params.config.activeFields[name];
        }
        return params;
    }
}

export const dealBoardView = {
    ...crmKanbanView,
    Controller: DealBoardController,
    Model: DealBoardModel,
    Renderer: DealBoardRenderer,
};

registry.category("views").add("auto_deal_kanban", dealBoardView);
