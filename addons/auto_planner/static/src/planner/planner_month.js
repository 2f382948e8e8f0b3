import { Component } from "@odoo/owl";

import { formatHours } from "./planner_format";
import { percentOf } from "./planner_layout";
import { loadClassOf } from "./planner_row";

/** A month of load: how full each row is on each day; a day opens at a click. */
export class PlannerMonth extends Component {
    static template = "auto_planner.PlannerMonth";
    static props = { model: Object, now: Number };

    get days() {
        return this.props.model.loadedDays.map((date) => ({
            key: date.toISODate(),
            date,
            label: date.toFormat("d"),
            weekday: date.toFormat("ccccc"),
            isToday: date.hasSame(luxon.DateTime.fromMillis(this.props.now), "day"),
            percent: this.props.model.getLoad(date.toISODate()),
        }));
    }

    /** How full; of a day on which the row is closed, what is planned all the same. */
    getCell(row, day) {
        const load = row.load[day.key];
        const isClosed = row.hasCalendar && !load?.capacity;
        const percent = load ? percentOf([load]) : null;
        const hours = Math.ceil(load?.planned || 0);
        const text = isClosed && hours ? formatHours(hours) : percent || "";
        return { percent, text, isClosed };
    }

    getRowPercent(row) {
        return percentOf(Object.values(row.load));
    }

    getLoadClass(percent) {
        return loadClassOf(percent);
    }

    getStyle(percent) {
        return percent ? `--o-planner-load:${Math.min(percent, 100)}` : "";
    }

    getTitle(row, day) {
        const load = row.load[day.key];
        return load
            ? `${formatHours(load.planned)} / ${formatHours(load.capacity)}`
            : "";
    }

    openDay(day) {
        this.props.model.setMeta({ scale: "day", date: day.date });
    }
}
