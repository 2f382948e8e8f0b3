import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Where the days of a car went: a bar, each part of which opens its rows. */
export class ClockBarField extends Component {
    static template = "auto_worktime.ClockBarField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get parts() {
        return (this.props.record.data[this.props.name] || []).map((part) => ({
            ...part,
            key: `${part.state}/${part.reason}`,
            time: this.formatTime(part.hours),
        }));
    }

    /** Days are those of the calendar: a car also waits at night. */
    formatTime(hours) {
        if (hours >= 48) {
            const days = Math.floor(hours / 24);
            return _t("%(days)s d %(hours)s h", {
                days,
                hours: Math.floor(hours - days * 24),
            });
        }
        const minutes = Math.round(hours * 60);
        return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    }

    async open({ state, reason }) {
        const { resModel, resId } = this.props.record;
        const action = await this.orm.call(resModel, "action_open_clock", [[resId]], {
            state,
            reason,
        });
        await this.action.doAction(action);
    }
}

registry.category("fields").add("auto_clock_bar", {
    component: ClockBarField,
    displayName: _t("Where the days went"),
    supportedTypes: ["json"],
});
