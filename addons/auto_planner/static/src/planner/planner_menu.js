import { Component, useRef } from "@odoo/owl";

import { PlannerTip } from "./planner_tip";

/**
 * What can be done with a pill, a card or a free time: opened by a right click, a long
 * press or the menu key; arrows go through it.
 */
export class PlannerMenu extends Component {
    static template = "auto_planner.PlannerMenu";
    static components = { PlannerTip };
    static props = {
        title: { type: String, optional: true },
        tip: { type: Object, optional: true },
        items: Array, // of { name, string, icon, run }
        close: Function,
    };

    setup() {
        this.rootRef = useRef("root");
    }

    run(item) {
        this.props.close();
        item.run();
    }

    onKeydown(ev) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (!step) {
            return;
        }
        ev.preventDefault();
        const buttons = [...this.rootRef.el.querySelectorAll("button")];
        const index = buttons.indexOf(document.activeElement) + step;
        buttons[(index + buttons.length) % buttons.length].focus();
    }
}
