import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { formatHours } from "./planner_format";
import { cardContextOf } from "./planner_template";

const RELOAD_DELAY = 400;
const SEARCH_DELAY = 250;

/** What waits to be planned: searched here, dragged onto the board. */
export class PlannerSideList extends Component {
    static template = "auto_planner.PlannerSideList";
    static props = {
        model: Object,
        title: String,
        template: String,
        templates: Object,
        onLoaded: Function,
        openMenu: Function,
        draggedKey: { type: [String, Boolean] },
    };

    setup() {
        this.state = useState({ search: "", length: 0, cards: [], isLoaded: false });
        this.keepLast = new KeepLast();
        this.onSearch = useDebounced(() => this.load(), SEARCH_DELAY);
        useBus(this.props.model.bus, "side-list", () => this.reloadSoon());
        useBus(this.props.model.bus, "update", () => this.render());
        onWillStart(() => {
            this.load(); // the board does not wait for it
        });
        onWillDestroy(() => browser.clearTimeout(this.timer));
    }

    async load() {
        const { plannedKeys } = this.props.model;
        const planned = [...plannedKeys];
        const { length, records } = await this.keepLast.add(
            this.props.model.loadSideList(this.state.search)
        );
        const cards = records.map((card) => ({
            ...card,
            duration: formatHours(card.hours),
        }));
        Object.assign(this.state, { cards, length, isLoaded: true });
        planned.forEach((key) => plannedKeys.delete(key)); // this answer knows of them
        this.props.onLoaded(cards);
    }

    onKeydown(ev, card) {
        if (["Enter", " ", "ContextMenu"].includes(ev.key)) {
            ev.preventDefault();
            const { left, bottom } = ev.currentTarget.getBoundingClientRect();
            this.props.openMenu(card, { x: left, y: bottom });
        }
    }

    reloadSoon() {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(() => this.load(), RELOAD_DELAY);
    }

    getContext(card) {
        return cardContextOf(card, this.props);
    }

    /** Cards that are on the board, or on their way, are not in the list any more. */
    get cards() {
        const { placeholders, plannedKeys } = this.props.model;
        return this.state.cards.filter(
            ({ key }) => !placeholders.has(key) && !plannedKeys.has(key)
        );
    }
}
