import { registry } from "@web/core/registry";
import { createElement } from "@web/core/utils/xml";
import { toStringExpression } from "@web/views/utils";
import { KanbanCompiler } from "@web/views/kanban/kanban_compiler";
import { splitPlate } from "@auto_crm/backend/plate/plate";

import { formatLate } from "./planner_format";
import { parseUtc } from "./planner_time";

/**
 * Widgets of pills and cards. A board shows hundreds of them, so they are no components
 * but templates: `{ template, context: (value) => Object }`.
 */
export const plannerWidgets = registry.category("planner_widgets");

plannerWidgets.add("initials", {
    template: "auto_planner.Initials",
    context: (names) => ({ names, initials: initialsOf(names) }),
});

plannerWidgets.add("late", {
    template: "auto_planner.Late",
    context: (start) => ({ late: formatLate(Date.now() - parseUtc(start)) }),
});

plannerWidgets.add("auto_plate", {
    template: "auto_crm.Plate",
    context: (plate) => ({ props: { plate, large: false }, parts: splitPlate(plate) }),
});

/**
 * @param {string} names separated by commas
 * @returns {string[]} "AK" of "Anna Karlson"
 */
export function initialsOf(names) {
    return (names || "")
        .split(",")
        .map((name) => name.trim().split(/\s+/).slice(0, 2))
        .map((words) => words.map((word) => word.charAt(0).toUpperCase()).join(""))
        .filter(Boolean);
}

/**
 * Compiles the templates of a planner's arch. Fields are texts, or widgets of the
 * registry above; the rest is what kanban cards can do.
 */
export class PlannerCompiler extends KanbanCompiler {
    /** @override */
    compileNode(node, params = {}, evalInvisible = true) {
        const recordExpr = "__record__";
        return super.compileNode(node, { ...params, recordExpr }, evalInvisible);
    }

    /** @override */
    compileField(el) {
        const name = toStringExpression(el.getAttribute("name"));
        const widget = el.getAttribute("widget");
        const compiled = widget
            ? this.makeWidget(widget, `record[${name}].raw_value`)
            : createElement("span", { "t-out": `record[${name}].value` });
        for (const { name: attribute, value } of el.attributes) {
            if (attribute.startsWith("t-")) {
                compiled.setAttribute(attribute, value);
            }
        }
        return compiled;
    }

    /** @override */
    compileWidget(el) {
        return this.makeWidget(el.getAttribute("name"), el.getAttribute("value"));
    }

    makeWidget(name, value) {
        const widget = toStringExpression(name);
        const call = createElement("t", {
            "t-call": `{{__comp__.getWidget(${widget}).template}}`,
            "t-call-context": `__comp__.getWidget(${widget}).context(${value})`,
        });
        return createElement("span", { class: "o_auto_planner_widget" }, [call]);
    }
}
