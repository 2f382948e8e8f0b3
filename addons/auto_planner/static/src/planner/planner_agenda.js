import { Component } from "@odoo/owl";

import { formatSpan } from "./planner_format";
import { colorClassOf, loadClassOf } from "./planner_row";
import { recordContextOf } from "./planner_template";

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

    getContext({ record }, { row }) {
        const { templates, now } = this.props;
        return recordContextOf(record, { templates, now, rowField: row.fieldName });
    }

    getClass({ record }) {
        const names = record.getDecorations(this.props.now).map((name) => `o_${name}`);
        return [...names, record.pending ? "o_pending" : ""].join(" ");
    }

    getColorClass(row) {
        return colorClassOf(row);
    }

    getLoadClass(percent) {
        return loadClassOf(percent);
    }
}
