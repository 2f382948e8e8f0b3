import { Component } from "@odoo/owl";

import { formatHours, formatSpan } from "./planner_format";
import { recordContextOf } from "./planner_template";
import { HOUR } from "./planner_time";

/** All that is to be known of a pill: its time, and the arch's template "tip". */
export class PlannerTip extends Component {
    static template = "auto_planner.PlannerTip";
    static props = {
        record: Object,
        templates: Object,
        now: String,
        close: { type: Function, optional: true },
    };

    get span() {
        const { start, stop } = this.props.record;
        return formatSpan(start, stop);
    }

    get length() {
        const { start, stop } = this.props.record;
        return formatHours((stop - start) / HOUR);
    }

    get context() {
        return recordContextOf(this.props.record, this.props);
    }
}
