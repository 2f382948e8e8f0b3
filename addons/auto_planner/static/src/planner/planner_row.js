import { Component } from "@odoo/owl";

import { formatHours, formatSpan } from "./planner_format";
import { recordContextOf } from "./planner_template";

const TINY = 52; // a plate does not fit
const NARROW = 82; // its frame does not
const SHORT = 160; // its region does not, beside the badges

/** How full something is, as a class. */
export function loadClassOf(percent) {
    if (percent > 100) {
        return "o_over";
    }
    return percent > 85 ? "o_full" : "";
}

/** The colour of a row, an index of Odoo's palette, as a class. */
export function colorClassOf({ color }) {
    return color ? `o_auto_planner_color_${color}` : "";
}

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
        const { dragged } = this.props;
        return this.props.layout.pills.filter(
            (pill) => this.isInSight(pill) || pill.id === dragged
        );
    }

    get tails() {
        return this.props.layout.tails.filter((box) => this.isInSight(box));
    }

    get colorClass() {
        return colorClassOf(this.props.row);
    }

    get closed() {
        return this.props.layout.closed.filter((box) => this.isInSight(box));
    }

    get absences() {
        return this.props.layout.absences.filter((box) => this.isInSight(box));
    }

    isInSight({ left, width }) {
        return left < this.props.right && left + width > this.props.left;
    }

    getPillClass({ record, width }) {
        const classes = record
            .getDecorations(this.props.now)
            .map((name) => `o_${name}`)
            .join(" ");
        return {
            [classes]: classes,
            o_tiny: width < TINY,
            o_narrow: width < NARROW,
            o_short: width < SHORT,
            o_readonly: this.isReadonly(record),
            o_pending: record.pending,
            o_refused: record.refused,
            o_dragged: record.id === this.props.dragged,
        };
    }

    isReadonly(record) {
        return !this.props.isEditable || record.isReadonly(this.props.now);
    }

    getPillLabel({ record }) {
        return `${record.name}, ${formatSpan(record.start, record.stop)}`;
    }

    getPillContext({ record }) {
        const { templates, now, row } = this.props;
        return recordContextOf(record, { templates, now, rowField: row.fieldName });
    }

    getLoadTitle({ planned, capacity, percent }) {
        return `${formatHours(planned)} / ${formatHours(capacity)} (${percent} %)`;
    }

    get rowLoadTitle() {
        const loads = Object.values(this.props.row.load);
        const sum = (name) => loads.reduce((total, load) => total + load[name], 0);
        const { percent } = this.props.layout;
        return this.getLoadTitle({
            planned: sum("planned"),
            capacity: sum("capacity"),
            percent,
        });
    }

    getLoadClass(percent) {
        return loadClassOf(percent);
    }
}
