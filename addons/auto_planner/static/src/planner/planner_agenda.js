import { Component } from "@odoo/owl";

import { formatSpan } from "./planner_format";
import { templateTools } from "./planner_row";
import { evalContextOf } from "./planner_record";

/** The board on a phone: the day of each row as a list. */
export class PlannerAgenda extends Component {
    static template = "auto_planner.PlannerAgenda";
    static props = {
        items: Array,
        template: String,
        templates: Object,
        now: String,
        openRecord: Function,
    };

    get rows() {
        return this.props.items.filter((item) => item.row);
    }

    getSpan({ start, stop }) {
        return formatSpan(start, stop);
    }

    getContext({ record }) {
        const { config, data } = record;
        return {
            __comp__: { ...templateTools, templates: this.props.templates },
            __record__: {
                evalContextWithVirtualIds: evalContextOf(data, config.fields, this.props.now),
            },
            record: record.formatted,
            luxon,
        };
    }

    getClass({ record }) {
        const decoration = record.getDecoration(this.props.now);
        return { [`o_${decoration}`]: decoration, o_pending: record.pending };
    }
}
