import { ActionHelper } from "@web/views/action_helper";

import { PlannerAgenda } from "./planner_agenda";
import { usePlannerDrag } from "./planner_drag";
import { formatHours, formatSpan } from "./planner_format";
import { usePlannerKeys } from "./planner_keys";
import { HEAD_WIDTH } from "./planner_layout";
import { PlannerMenuBoard } from "./planner_menu_board";
import { PlannerMonth } from "./planner_month";
import { PlannerRow } from "./planner_row";
import { PlannerSideList } from "./planner_side_list";
import { drawBetween, HOUR, moveBy, resizeBy } from "./planner_time";

/** The board that understands the pointer: drags, clicks and keys. */
export class PlannerRenderer extends PlannerMenuBoard {
    static components = {
        ActionHelper,
        PlannerAgenda,
        PlannerMonth,
        PlannerRow,
        PlannerSideList,
    };

    /** @override */
    setup() {
        super.setup();
        usePlannerDrag({
            ref: this.rootRef,
            getScroller: () => this.boardRef.el,
            getLeftEdge: (box) => box.left + HEAD_WIDTH,
            getTarget: (ev) => this.getDragTarget(ev),
            onStart: (target, point) => this.onDragStart(target, point),
            onMove: (target, point) => this.onDragMove(target, point),
            onDrop: (target, point) => this.onDrop(target, point),
            onCancel: () => this.onDragCancel(),
            onLongPress: (target, point) => this.onLongPress(target, point),
        });
        this.keys = usePlannerKeys(this);
    }

    // -------------------------------------------------------------------------
    // Dragging
    // -------------------------------------------------------------------------

    getDragTarget(ev) {
        if (ev.target.closest("input, button, a, .o_auto_planner_row_head")) {
            return null;
        }
        const card = ev.target.closest(".o_auto_planner_card");
        if (card) {
            const isFixed = this.isAgenda || !this.model.canCreate;
            return { mode: "card", key: card.dataset.key, isFixed };
        }
        const place = this.getPlace({ x: ev.clientX, y: ev.clientY });
        const pill = ev.target.closest(".o_auto_planner_pill");
        if (pill) {
            return this.getPillTarget(ev, pill, place);
        }
        const isLane = ev.target.closest(".o_auto_planner_lane");
        return isLane && place && this.model.canCreate
            ? { mode: "create", ...place }
            : null;
    }

    getPillTarget(ev, pill, place) {
        const record = this.model.records.get(Number(pill.dataset.id));
        if (!record) {
            return null;
        }
        if (this.isAgenda) {
            return { mode: "move", id: record.id, isFixed: true };
        }
        const { key } = this.getRowOf(pill);
        const edge = ev.target.closest(".o_auto_planner_handle")?.dataset.edge;
        const mode = edge ? "resize" : "move";
        const isFixed = !this.model.canEdit || this.model.isReadonly(record);
        return { mode, edge, id: record.id, rowKey: key, x: place?.x, isFixed };
    }

    onDragStart(target) {
        this.menu.close();
        this.closeTip();
        if (target.mode === "card") {
            target.card = this.getCard(target.key);
            return;
        }
        const record = this.model.records.get(target.id);
        if (record && this.model.canEdit && this.model.isReadonly(record)) {
            this.model.warnReadonly(record);
        }
    }

    onDragMove(target, point) {
        if (!target.isFixed) {
            this.view.ghost = this.getGhost(target, this.getPlace(point), point);
        }
    }

    onDragCancel() {
        this.view.ghost = null;
    }

    async onDrop(target, point) {
        const ghost = target.isFixed
            ? null
            : this.getGhost(target, this.getPlace(point), point);
        this.view.ghost = null;
        if (!ghost?.item) {
            return;
        }
        const { start, stop } = ghost;
        const { row } = ghost.item;
        switch (target.mode) {
            case "card":
                await this.model.plan(target.card, { start, stop, row });
                break;
            case "create":
                this.props.createRecord({ start, stop, row });
                break;
            default: {
                const fromRow = this.layout.items.find(
                    (item) => item.key === target.rowKey
                )?.row;
                await this.model.move(target.id, { start, stop, fromRow, toRow: row });
            }
        }
    }

    onLongPress(target, point) {
        switch (target.mode) {
            case "card":
                this.openCardMenu(this.getCard(target.key), point);
                break;
            case "create":
                this.openFreeMenu(target, point);
                break;
            default:
                this.openMenu(target.id, point);
        }
    }

    /** What would be if the pointer were released now; null if nothing would. */
    getGhost(target, place, point) {
        const times = place && this.getTargetTimes(target, place);
        if (!times) {
            return null;
        }
        const { scale } = this.layout;
        const item = this.getTargetItem(target, place);
        const left = scale.timeToX(times.start);
        const width = Math.max(scale.timeToX(times.stop) - left, 8);
        return {
            ...times,
            item,
            point,
            id: target.id || false,
            card: target.card,
            left: HEAD_WIDTH + left,
            width,
            top: item?.top,
            height: item?.height,
            label: formatSpan(times.start, times.stop),
            duration: formatHours((times.stop - times.start) / HOUR),
        };
    }

    /** Start and stop; null for what is gone, or is dragged off the board. */
    getTargetTimes({ mode, id, edge, x, card }, place) {
        const { scale } = this.layout;
        const { records, snap } = this.model;
        const record = records.get(id);
        switch (mode) {
            case "resize":
                return record ? resizeBy(scale, record, edge, place.x - x, snap) : null;
            case "create":
                return drawBetween(scale, x, place.x, snap);
            case "card":
                return card ? this.getCardTimes(card, place) : null;
            default:
                return record && place.isNear
                    ? moveBy(scale, record, x, place.x, snap)
                    : null;
        }
    }

    getTargetItem(target, place) {
        const source = this.layout.items.find((item) => item.key === target.rowKey);
        switch (target.mode) {
            case "resize":
                return source;
            case "create":
                return target.item;
            case "card":
                return place.isOver && place.x >= 0 ? place.item : null;
            default: {
                const item = place.item || source;
                return item && this.model.isMovable(item.row.fieldName) ? item : source;
            }
        }
    }

    getCardTimes(card, place) {
        const start = this.layout.scale.xToTime(place.x, this.model.snap);
        const hours = card.paces?.[place.item?.row.pace] || card.hours || 1;
        return { start, stop: start + hours * HOUR };
    }

    // -------------------------------------------------------------------------
    // Clicks
    // -------------------------------------------------------------------------

    getPillId(ev) {
        const pill = ev.target.closest(".o_auto_planner_pill[data-id]");
        return pill ? Number(pill.dataset.id) : null;
    }

    /** The free time at a point of the board, if that is what is there. */
    getFreePlace(ev) {
        const isLane = ev.target.closest(".o_auto_planner_lane");
        const place = isLane && this.getPlace({ x: ev.clientX, y: ev.clientY });
        return place?.item && this.model.canCreate ? place : null;
    }

    onClick(ev) {
        const pill = ev.target.closest(".o_auto_planner_pill[data-id]");
        const card = ev.target.closest(".o_auto_planner_card");
        if (card) {
            this.openCardMenu(this.getCard(card.dataset.key), {
                x: ev.clientX,
                y: ev.clientY,
            });
        } else if (pill && !this.isAgenda) {
            this.keys.focus(this.getRowOf(pill).key, Number(pill.dataset.id));
        }
    }

    onDoubleClick(ev) {
        const id = this.getPillId(ev);
        const place = this.getFreePlace(ev);
        if (id) {
            this.props.openRecord(id);
        } else if (place) {
            this.createAt(place);
        }
    }

    onContextMenu(ev) {
        const point = { x: ev.clientX, y: ev.clientY };
        const id = this.getPillId(ev);
        const card = ev.target.closest(".o_auto_planner_card");
        const place = this.getFreePlace(ev);
        if (id) {
            this.openMenu(id, point);
        } else if (card) {
            this.openCardMenu(this.getCard(card.dataset.key), point);
        } else if (place) {
            this.openFreeMenu(place, point);
        } else {
            return;
        }
        ev.preventDefault();
    }

    onCardsLoaded(cards) {
        this.cards = cards;
    }
}
