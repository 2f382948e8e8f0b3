import { Component } from "@odoo/owl";

import { evaluate, parseExpr } from "@web/core/py_js/py";
import { plannerWidgets } from "./planner_compiler";
import { formatHours, formatSpan } from "./planner_format";
import { evalContextOf } from "./planner_record";

const expressions = new Map();

/** The expressions of an arch are few and evaluated for every pill: parse them once. */
export function evaluateCondition(expression, context) {
    if (!expressions.has(expression)) {
        expressions.set(expression, parseExpr(`bool(${expression})`));
    }
    return evaluate(expressions.get(expression), context);
}

/** What a template of the arch sees besides its record or item. */
export const templateTools = {
    getWidget: (name) => plannerWidgets.get(name),
    evaluateBooleanExpr: evaluateCondition,
};

/** A row of the board: its head, closed hours, load bars and the pills in sight. */
export class PlannerRow extends Component {
    static template = "auto_planner.PlannerRow";
    static props = {
        row: Object,
        layout: Object,
        top: Number,
        width: Number,
        left: Number,
        right: Number,
        template: String,
        templates: Object,
        now: String,
        dragged: { type: [Number, Boolean] },
        isEditable: Boolean,
    };

    get pills() {
        const { left, right, layout, dragged } = this.props;
        return layout.pills.filter(
            (pill) =>
                (pill.left < right && pill.left + pill.width > left) || pill.id === dragged
        );
    }

    get closed() {
        const { left, right, layout } = this.props;
        return layout.closed.filter((box) => box.left < right && box.left + box.width > left);
    }

    getPillClass({ record, width }) {
        const decoration = record.getDecoration(this.props.now);
        return {
            [`o_${decoration}`]: decoration,
            o_narrow: width < 80,
            o_short: width < 120,
            o_pending: record.pending,
            o_refused: record.refused,
            o_dragged: record.id === this.props.dragged,
        };
    }

    getPillTitle({ record }) {
        return `${formatSpan(record.start, record.stop)}\n${record.name}`;
    }

    getPillContext({ record }) {
        const { config, data } = record;
        return {
            __comp__: { ...templateTools, templates: this.props.templates },
            __record__: {
                get evalContextWithVirtualIds() {
                    return evalContextOf(data, config.fields, "");
                },
            },
            record: record.formatted,
            luxon,
        };
    }

    getLoadTitle({ planned, capacity, percent }) {
        return `${formatHours(planned)} / ${formatHours(capacity)} (${percent} %)`;
    }

    getLoadClass(percent) {
        if (percent > 100) {
            return "o_over";
        }
        return percent > 85 ? "o_full" : "";
    }
}
