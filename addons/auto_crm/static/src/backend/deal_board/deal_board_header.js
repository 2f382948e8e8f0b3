import { CrmKanbanRenderer } from "@crm/views/crm_kanban/crm_kanban_renderer";
import { _t } from "@web/core/l10n/translation";
import { useState } from "@odoo/owl";
import { formatAge } from "./deal_time";

const CrmKanbanHeader = CrmKanbanRenderer.components.KanbanHeader;

/** Head of a column: count, sum, age of the oldest deal and how many customers are silent. */
export class DealBoardHeader extends CrmKanbanHeader {
    static template = "auto_crm.DealBoardHeader";

    setup() {
        super.setup();
        this.filter = useState({ silent: false });
    }

    /**
     * @param {string} name of an aggregated field of the board
     * @returns {number}
     */
    getAggregate(name) {
        const field = this.props.list.fields[name];
        if (!this.props.progressBarState || !field) {
            return 0;
        }
        return (
            this.props.progressBarState.getAggregateValue(this.group, field).value || 0
        );
    }

    get showsAges() {
        const { isFolded, count } = this.group;
        return !isFolded && count && !this.props.list.model.useSampleModel;
    }

    get oldest() {
        return formatAge(this.getAggregate("stage_minutes"));
    }

    get silentCount() {
        return this.getAggregate("silent_count");
    }

    get silentTitle() {
        return this.filter.silent
            ? _t("Show all deals of the column")
            : _t("Customers who said nothing for days: show them");
    }

    async onSilentClick() {
        this.filter.silent = !this.filter.silent;
        await this.group.applyFilter(
            this.filter.silent ? [["is_silent", "=", true]] : undefined
        );
        this.props.scrollTop();
    }
}
