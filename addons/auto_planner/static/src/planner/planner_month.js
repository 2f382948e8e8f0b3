import { Component } from "@odoo/owl";

import { formatHours } from "./planner_format";
import { percentOf } from "./planner_layout";

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

    getCell(row, day) {
        const load = row.load[day.key];
        const percent = load ? percentOf([load]) : null;
        return { percent, isClosed: row.hasCalendar && !load?.capacity };
    }

    getStyle(percent) {
        return percent ? `--o-planner-load:${Math.min(percent, 100)}` : "";
    }

    getTitle(row, day) {
        const load = row.load[day.key];
        return load ? `${formatHours(load.planned)} / ${formatHours(load.capacity)}` : "";
    }

    openDay(day) {
        this.props.model.setMeta({ scale: "day", date: day.date });
    }
}
