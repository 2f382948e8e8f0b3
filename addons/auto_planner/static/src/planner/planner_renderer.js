import {
    Component,
    onMounted,
    onPatched,
    onWillUnmount,
    useRef,
    useState,
} from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { evaluate } from "@web/core/py_js/py";
import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { useBus, useService } from "@web/core/utils/hooks";
import { ActionHelper } from "@web/views/action_helper";
import { useViewCompiler } from "@web/views/view_compiler";

import { PlannerAgenda } from "./planner_agenda";
import { PlannerCompiler } from "./planner_compiler";
import { EDGE, usePlannerDrag } from "./planner_drag";
import {
    formatHour,
    formatHours,
    formatPeriod,
    formatSpan,
    formatTime,
} from "./planner_format";
import { usePlannerKeys } from "./planner_keys";
import { HEAD_WIDTH, PlannerLayout } from "./planner_layout";
import { PlannerMenu } from "./planner_menu";
import { PlannerMonth } from "./planner_month";
import { evalContextOf } from "./planner_record";
import { loadClassOf, PlannerRow } from "./planner_row";
import { PlannerSideList } from "./planner_side_list";
import { PlannerTip } from "./planner_tip";
import { drawBetween, HOUR, MINUTE, moveBy, resizeBy, toUtc } from "./planner_time";

const DATE_ROW_HEIGHT = 44;
const SCROLL_MARGIN = 60;
const TIP_DELAY = 450;
const HOUR_LABEL_WIDTH = 44;

/** The board: draws what is in sight of a planner and understands the pointer. */
export class PlannerRenderer extends Component {
    static template = "auto_planner.PlannerRenderer";
    static components = {
        ActionHelper,
        PlannerAgenda,
        PlannerMonth,
        PlannerRow,
        PlannerSideList,
    };
    static props = {
        model: Object,
        archInfo: Object,
        isWholeDay: Boolean,
        isSideListOpen: Boolean,
        openRecord: Function,
        createRecord: Function,
        cancelRecord: Function,
        runButton: Function,
        openAction: Function,
        openCard: Function,
        noContentHelp: { type: String, optional: true },
    };

    setup() {
        this.rootRef = useRef("root");
        this.boardRef = useRef("board");
        this.layout = new PlannerLayout();
        this.ui = useService("ui");
        this.templates = useViewCompiler(
            PlannerCompiler,
            this.props.archInfo.templateDocs
        );
        this.view = useState({
            sight: null,
            ghost: null,
            now: Date.now(),
            focus: null,
        });
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
        useBus(this.props.model.bus, "update", () => {
            this.closeTip();
            this.render();
        });
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
        this.setupSize();
    }

    setupSize() {
        const observer = new ResizeObserver(() => this.onResize());
        let observed = null;
        const observe = () => {
            const { el } = this.boardRef;
            if (el !== observed) {
                observer.disconnect();
                observed = el;
                if (el) {
                    observer.observe(el);
                    this.onResize();
                }
            }
        };
        onMounted(observe);
        onPatched(observe);
        onPatched(() => this.scrollToPeriod());
        const timer = browser.setInterval(() => {
            this.view.now = Date.now();
        }, MINUTE);
        onWillUnmount(() => {
            observer.disconnect();
            browser.clearInterval(timer);
            browser.clearTimeout(this.tipTimer);
            browser.cancelAnimationFrame(this.scrollFrame);
        });
    }

    // -------------------------------------------------------------------------
    // What is drawn
    // -------------------------------------------------------------------------

    get model() {
        return this.props.model;
    }

    get isAgenda() {
        return this.env.isSmall;
    }

    get hasRows() {
        return (
            this.model.sections.some(({ rows }) => rows.length) ||
            this.model.records.size
        );
    }

    /** The action that makes the first row, of the switch's current position. */
    get emptyRow() {
        const { meta, archInfo } = this.model;
        return archInfo.rows.find((row) => row.key === meta.rowsKey);
    }

    /** Laid out anew when the data, the width or the hours have changed. */
    updateLayout() {
        const { isWholeDay } = this.props;
        const { boardWidth = 0, boardHeight = 0 } = this;
        const key = [this.model.version, boardWidth, boardHeight, isWholeDay].join();
        if (key !== this.layoutKey) {
            this.layoutKey = key;
            const width = Math.max(boardWidth - HEAD_WIDTH, 0);
            const height = boardHeight - DATE_ROW_HEIGHT;
            this.layout.update(this.model, { width, height, isWholeDay });
        }
        return this.layout;
    }

    get sight() {
        return this.view.sight || { left: 0, right: 0, top: 0, bottom: 0 };
    }

    get width() {
        return HEAD_WIDTH + this.layout.scale.width;
    }

    get items() {
        const { top, bottom } = this.sight;
        return this.layout.items.filter(
            (item) => item.top < bottom && item.top + item.height > top
        );
    }

    get columns() {
        const { left, right } = this.sight;
        return this.layout.scale.columns.filter(
            (column) => column.left < right && column.left + column.width > left
        );
    }

    /** Hours of a column's head, as many as fit. */
    getHours(column) {
        const { scale } = this.layout;
        const every = Math.max(1, Math.ceil(HOUR_LABEL_WIDTH / scale.hourWidth));
        return scale.hoursOf(column).filter((_hour, index) => index % every === 0);
    }

    get now() {
        return toUtc(this.view.now);
    }

    get nowLeft() {
        const { view, layout } = this;
        const { scale } = layout;
        return scale.isShown(view.now) ? HEAD_WIDTH + scale.timeToX(view.now) : null;
    }

    isToday(column) {
        return column.date.hasSame(luxon.DateTime.fromMillis(this.view.now), "day");
    }

    /** Of a single day the toolbar tells it. */
    getDayLoad({ key }) {
        return this.layout.scale.columns.length > 1 ? this.model.getLoad(key) : null;
    }

    getDayLabel(column) {
        return column.date.toFormat("ccc d MMM");
    }

    formatHour(time) {
        return formatHour(time);
    }

    formatTime(time) {
        return formatTime(time);
    }

    getLoadClass(percent) {
        return loadClassOf(percent);
    }

    get title() {
        return formatPeriod(this.model.loadedMeta.scale, this.model.loadedDays);
    }

    get rowTemplate() {
        return this.templates.pill;
    }

    getGridStyle(column) {
        const { hourWidth } = this.layout.scale;
        return (
            `left:${HEAD_WIDTH + column.left}px;width:${column.width}px;` +
            `--o-planner-hour:${hourWidth}px`
        );
    }

    // -------------------------------------------------------------------------
    // Scrolling
    // -------------------------------------------------------------------------

    onScroll() {
        this.menu.close();
        this.closeTip();
        if (!this.scrollFrame) {
            this.scrollFrame = browser.requestAnimationFrame(() => {
                this.scrollFrame = null;
                this.updateWindow();
            });
        }
    }

    onResize() {
        const { el } = this.boardRef;
        if (!el) {
            return;
        }
        const isResized =
            this.boardWidth !== el.clientWidth || this.boardHeight !== el.clientHeight;
        this.boardWidth = el.clientWidth;
        this.boardHeight = el.clientHeight;
        this.updateWindow();
        if (isResized) {
            this.render();
        }
    }

    updateWindow() {
        const { el } = this.boardRef;
        if (!el) {
            return;
        }
        const view = this.layout.getWindow({
            left: el.scrollLeft,
            top: el.scrollTop,
            width: el.clientWidth - HEAD_WIDTH,
            height: el.clientHeight,
        });
        const { sight: old } = this.view;
        if (!old || Object.keys(view).some((side) => view[side] !== old[side])) {
            this.view.sight = view;
        }
    }

    /** Bring now, else the first hours, into sight when another period is shown. */
    scrollToPeriod() {
        const { el } = this.boardRef;
        const key = this.layout.scaleKey;
        if (!el || !this.boardWidth || key === this.shownKey) {
            return;
        }
        const { nowLeft } = this;
        const isSamePeriod = String(this.model.loadedDays) === this.shownDays;
        this.shownKey = key;
        this.shownDays = String(this.model.loadedDays);
        if (!isSamePeriod) {
            el.scrollLeft =
                nowLeft === null ? 0 : nowLeft - HEAD_WIDTH - 2 * SCROLL_MARGIN;
        }
        this.updateWindow();
    }

    /** Scroll until a pill can be seen. */
    reveal(item, pill) {
        const { el } = this.boardRef;
        const width = el.clientWidth - HEAD_WIDTH;
        if (
            pill.left < el.scrollLeft ||
            pill.left + pill.width > el.scrollLeft + width
        ) {
            el.scrollLeft = pill.left - SCROLL_MARGIN;
        }
        const height = el.clientHeight - DATE_ROW_HEIGHT;
        if (item.top < el.scrollTop || item.top + item.height > el.scrollTop + height) {
            el.scrollTop = item.top - SCROLL_MARGIN;
        }
        this.updateWindow();
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

    getRowOf(element) {
        const { row: key } = element.closest(".o_auto_planner_row").dataset;
        return this.layout.items.find((item) => item.key === key);
    }

    /** Where a point of the screen is on the board, or beside it. */
    getPlace({ x, y }) {
        const { el } = this.boardRef;
        if (!el) {
            return null;
        }
        const box = el.getBoundingClientRect();
        const isOver = (edge = 0) =>
            x >= box.left - edge &&
            x <= box.right + edge &&
            y >= box.top &&
            y <= box.bottom;
        const left = x - box.left + el.scrollLeft - HEAD_WIDTH;
        const top = y - box.top + el.scrollTop - DATE_ROW_HEIGHT;
        return {
            x: left,
            y: top,
            item: this.layout.getItemAt(top),
            isOver: isOver(),
            isNear: isOver(EDGE),
        };
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

    getCard(key) {
        return this.cards?.find((card) => card.key === key);
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

    createAt({ x, item }) {
        const start = this.layout.scale.xToTime(x, this.model.snap);
        this.props.createRecord({ start, stop: start + HOUR, row: item.row });
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

    onCardsLoaded(cards) {
        this.cards = cards;
    }

    get hint() {
        return this.model.isFiltered
            ? _t(
                  "Nothing that matches the search is booked. Drag over a free time, or drag a card from the list."
              )
            : _t(
                  "Nothing is booked. Drag over a free time, or drag a card from the list."
              );
    }
}
