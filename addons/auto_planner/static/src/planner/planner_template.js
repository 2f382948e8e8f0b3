import { evaluate, parseExpr } from "@web/core/py_js/py";

import { plannerWidgets } from "./planner_compiler";
import { evalContextOf } from "./planner_record";

const NO_RECORD = { evalContextWithVirtualIds: {} };
const expressions = new Map();

/** The expressions of an arch are few and evaluated for every pill: parse them once. */
export function evaluateCondition(expression, context) {
    if (!expressions.has(expression)) {
        expressions.set(expression, parseExpr(`bool(${expression})`));
    }
    return evaluate(expressions.get(expression), context);
}

function makeComp(templates) {
    return {
        getWidget: (name) => plannerWidgets.get(name),
        evaluateBooleanExpr: evaluateCondition,
        templates,
    };
}

/**
 * What the templates "pill" and "tip" of the arch see.
 *
 * @param {PlannerRecord} record
 * @param {Object} options
 * @param {Object} options.templates compiled ones of the arch
 * @param {string} options.now UTC, as the server writes it
 * @param {string} [options.rowField] the field whose value is the row of the pill
 */
export function recordContextOf(record, { templates, now, rowField = "" }) {
    const { config, data } = record;
    return {
        __comp__: makeComp(templates),
        __record__: {
            get evalContextWithVirtualIds() {
                return evalContextOf(data, config.fields, now);
            },
        },
        record: record.formatted,
        rowField,
        now,
        luxon,
    };
}

/** What the template "card" of the arch sees: the card as `item`. */
export function cardContextOf(item, { templates }) {
    return { __comp__: makeComp(templates), __record__: NO_RECORD, item, luxon };
}
