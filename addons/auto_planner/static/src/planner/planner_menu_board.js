import { onWillUnmount } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { evaluate } from "@web/core/py_js/py";

import { PlannerBoard } from "./planner_board";
import { formatTime } from "./planner_format";
import { PlannerMenu } from "./planner_menu";
import { evalContextOf } from "./planner_record";
import { HOUR } from "./planner_time";
import { PlannerTip } from "./planner_tip";

const TIP_DELAY = 450;

/** The menus and tips of a board. */
export class PlannerMenuBoard extends PlannerBoard {
    /** @override */
    setup() {
        super.setup();
        this.menu = usePopover(PlannerMenu, {
            position: "bottom-start",
            arrow: false,
            animation: false,
        });
        this.tip = usePopover(PlannerTip, {
            position: "bottom-start",
            arrow: false,
            setActiveElement: false,
            popoverClass: "pe-none",
        });
        onWillUnmount(() => browser.clearTimeout(this.tipTimer));
    }

    /** @override */
    onUpdate() {
        this.closeTip();
        super.onUpdate();
    }

    /** @override */
    onScroll() {
        this.menu.close();
        this.closeTip();
        super.onScroll();
    }

    // -------------------------------------------------------------------------
    // Menus
    // -------------------------------------------------------------------------

    getCard(key) {
        return this.cards?.find((card) => card.key === key);
    }

    createAt({ x, item }) {
        const start = this.layout.scale.xToTime(x, this.model.snap);
        this.props.createRecord({ start, stop: start + HOUR, row: item.row });
    }

    openMenuAt({ x, y }, props) {
        this.closeTip();
        const anchor = this.rootRef.el.querySelector(".o_auto_planner_anchor");
        anchor.style.left = `${x}px`;
        anchor.style.top = `${y}px`;
        this.menu.open(anchor, props);
    }

    /** The buttons of the arch's menu that the state allows, for who may write. */
    getButtons({ data, config }) {
        const context = evalContextOf(data, config.fields, this.now);
        return this.model.canEdit
            ? this.props.archInfo.menu.filter(
                  ({ invisible }) => !invisible || !evaluate(invisible, context)
              )
            : [];
    }

    /** Whether a record may be cancelled, as the button of the menu says. */
    canCancel(record) {
        const { activeActions, cancel, menu } = this.props.archInfo;
        if (!cancel) {
            return activeActions.delete;
        }
        const isButton = ({ name }) => name === cancel;
        return menu.some(isButton)
            ? this.getButtons(record).some(isButton)
            : this.model.canEdit;
    }

    openMenu(id, point) {
        const record = this.model.records.get(id);
        if (!record) {
            return;
        }
        const { archInfo, cancelRecord, openRecord, runButton } = this.props;
        const buttons = this.getButtons(record);
        const open = { name: "open", string: _t("Open"), icon: "fa-pencil" };
        this.openMenuAt(point, {
            tip: { record, templates: this.templates, now: this.now },
            items: [
                { ...open, run: () => openRecord(id) },
                ...buttons.map((button) => ({
                    ...button,
                    run: () =>
                        button.name === archInfo.cancel
                            ? cancelRecord(id)
                            : runButton(id, button),
                })),
            ],
        });
    }

    openCardMenu(card, point) {
        if (!card) {
            return;
        }
        const { createRecord, openCard } = this.props;
        const items = [
            {
                name: "plan",
                string: _t("Choose a time…"),
                icon: "fa-calendar-plus-o",
                run: () => createRecord(null, card.defaults),
            },
            {
                name: "open",
                string: card.document?.string,
                icon: "fa-wrench",
                run: () => openCard(card),
            },
        ];
        this.openMenuAt(point, {
            title: card.title,
            items: items.filter(({ name }) =>
                name === "plan" ? card.defaults : card.document
            ),
        });
    }

    openFreeMenu(place, point) {
        const time = formatTime(this.layout.scale.xToTime(place.x, this.model.snap));
        this.openMenuAt(point, {
            title: place.item.row.name,
            items: [
                {
                    name: "new",
                    string: _t("New at %(time)s", { time }),
                    icon: "fa-plus",
                    run: () => this.createAt(place),
                },
            ],
        });
    }

    // -------------------------------------------------------------------------
    // Tip
    // -------------------------------------------------------------------------

    onPointerOver(ev) {
        const pill = ev.target.closest(".o_auto_planner_pill[data-id]");
        if (pill === this.tipTarget) {
            return;
        }
        this.closeTip();
        if (pill && ev.pointerType === "mouse" && !ev.buttons && !this.isAgenda) {
            this.tipTarget = pill;
            this.tipTimer = browser.setTimeout(() => this.openTip(pill), TIP_DELAY);
        }
    }

    openTip(pill) {
        const record = this.model.records.get(Number(pill.dataset.id));
        if (record && pill.isConnected && !this.menu.isOpen && !this.view.ghost) {
            this.tip.open(pill, { record, templates: this.templates, now: this.now });
        }
    }

    closeTip() {
        browser.clearTimeout(this.tipTimer);
        this.tipTarget = null;
        this.tip.close();
    }
}
