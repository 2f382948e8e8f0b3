import {
    Component,
    onMounted,
    onPatched,
    onWillUnmount,
    useRef,
    useState,
} from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { useViewCompiler } from "@web/views/view_compiler";

import { PlannerCompiler } from "./planner_compiler";
import { EDGE } from "./planner_drag";
import { formatHour, formatPeriod, formatTime } from "./planner_format";
import { HEAD_WIDTH, PlannerLayout } from "./planner_layout";
import { loadClassOf } from "./planner_row";
import { MINUTE, toUtc } from "./planner_time";

const DATE_ROW_HEIGHT = 44;
const SCROLL_MARGIN = 60;
const HOUR_LABEL_WIDTH = 44;

/** What is drawn of a planner: the part of the board that is in sight. */
export class PlannerBoard extends Component {
    static template = "auto_planner.PlannerRenderer";
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
        useBus(this.props.model.bus, "update", () => this.onUpdate());
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
            browser.cancelAnimationFrame(this.scrollFrame);
        });
    }

    onUpdate() {
        this.render();
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

    get hint() {
        return this.model.isFiltered
            ? _t(
                  "Nothing that matches the search is booked. Drag over a free time, or drag a card from the list."
              )
            : _t(
                  "Nothing is booked. Drag over a free time, or drag a card from the list."
              );
    }

    // -------------------------------------------------------------------------
    // Scrolling
    // -------------------------------------------------------------------------

    onScroll() {
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
    // Places
    // -------------------------------------------------------------------------

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
}
