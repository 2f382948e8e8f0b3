import { parseExpr } from "@web/core/py_js/py";
import { visitXML } from "@web/core/utils/xml";
import { getActiveActions } from "@web/views/utils";

export const SCALES = ["day", "days3", "week", "month"];
const DEFAULT_SNAP = 15;
const DECORATION = "decoration-";

/** Reads the arch of a planner view. */
export class PlannerArchParser {
    /**
     * @param {Element} xmlDoc
     * @param {Object} models
     * @param {string} modelName
     */
    parse(xmlDoc, models, modelName) {
        const { fields } = models[modelName];
        const scales = (xmlDoc.getAttribute("scales") || SCALES.join(",")).split(",");
        const archInfo = {
            activeActions: getActiveActions(xmlDoc),
            buffer: xmlDoc.getAttribute("buffer"),
            bufferRows: this.splitNames(xmlDoc.getAttribute("buffer_rows")),
            bus: xmlDoc.getAttribute("bus"),
            cancel: xmlDoc.getAttribute("cancel"),
            dateStart: this.getField(xmlDoc, "date_start", fields),
            dateStop: this.getField(xmlDoc, "date_stop", fields),
            decorations: this.parseDecorations(xmlDoc),
            fieldNodes: {},
            formViewId: Number(xmlDoc.getAttribute("form_view_id")) || false,
            menu: [],
            mode: xmlDoc.getAttribute("mode") || scales[0],
            print: xmlDoc.getAttribute("print"),
            readonly: this.parseCondition(xmlDoc, "readonly"),
            reopen: xmlDoc.getAttribute("reopen"),
            rows: [],
            scales,
            sideList: null,
            snap: Number(xmlDoc.getAttribute("snap")) || DEFAULT_SNAP,
            templateDocs: {},
            warning: xmlDoc.getAttribute("warning"),
            xmlDoc,
        };
        visitXML(xmlDoc, (node) => this.visit(node, archInfo, fields));
        for (const name of ["pill", ...(archInfo.sideList ? ["card"] : [])]) {
            if (!archInfo.templateDocs[name]) {
                throw new Error(`Missing '${name}' template.`);
            }
        }
        if (!archInfo.rows.length) {
            throw new Error("A planner needs rows.");
        }
        return archInfo;
    }

    visit(node, archInfo, fields) {
        if (node.hasAttribute("t-name")) {
            archInfo.templateDocs[node.getAttribute("t-name")] = node;
        }
        switch (node.tagName) {
            case "row":
                archInfo.rows.push(this.parseRow(node, fields));
                break;
            case "menu":
                archInfo.menu = [...node.querySelectorAll("button")].map((button) =>
                    this.parseButton(button)
                );
                break;
            case "side_list":
                archInfo.sideList = { string: node.getAttribute("string") || "" };
                break;
            case "field":
                archInfo.fieldNodes[node.getAttribute("name")] = {
                    name: node.getAttribute("name"),
                };
                break;
        }
    }

    getField(node, attribute, fields) {
        const name = node.getAttribute(attribute);
        if (fields[name]?.type !== "datetime") {
            throw new Error(`A planner needs ${attribute}, a field of date and time.`);
        }
        return name;
    }

    splitNames(names) {
        return names && names.split(",").map((name) => name.trim());
    }

    parseCondition(node, attribute) {
        const expression = node.getAttribute(attribute);
        return expression ? parseExpr(expression) : null;
    }

    /** Names are those of Odoo's lists: danger, info …, bf and it. */
    parseDecorations(xmlDoc) {
        return xmlDoc
            .getAttributeNames()
            .filter((name) => name.startsWith(DECORATION))
            .map((name) => ({
                name: name.slice(DECORATION.length),
                condition: parseExpr(xmlDoc.getAttribute(name)),
            }));
    }

    parseRow(node, fields) {
        const names = this.splitNames(node.getAttribute("fields"));
        const unknown = names.find((name) => !(name in fields));
        if (unknown) {
            throw new Error(`The row field ${unknown} is not a field of the model.`);
        }
        return {
            key: names.join(),
            fields: names,
            string: node.getAttribute("string"),
            action: node.getAttribute("action"),
        };
    }

    parseButton(node) {
        return {
            name: node.getAttribute("name"),
            type: node.getAttribute("type"),
            string: node.getAttribute("string"),
            icon: node.getAttribute("icon"),
            invisible: this.parseCondition(node, "invisible"),
        };
    }
}
