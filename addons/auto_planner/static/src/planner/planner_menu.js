import { Component } from "@odoo/owl";

import { evaluate } from "@web/core/py_js/py";

import { formatSpan } from "./planner_format";
import { evalContextOf } from "./planner_record";

/** What can be done with a pill: opened by a right click or a long press. */
export class PlannerMenu extends Component {
    static template = "auto_planner.PlannerMenu";
    static props = {
        record: Object,
        archInfo: Object,
        now: String,
        onOpen: Function,
        onButton: Function,
        close: Function,
    };

    get buttons() {
        const { archInfo, record, now } = this.props;
        const context = evalContextOf(record.data, record.config.fields, now);
        return archInfo.menu.filter(
            ({ invisible }) => !invisible || !evaluate(invisible, context)
        );
    }

    get span() {
        const { start, stop } = this.props.record;
        return formatSpan(start, stop);
    }

    run(button) {
        this.props.close();
        this.props.onButton(button);
    }

    open() {
        this.props.close();
        this.props.onOpen();
    }
}
