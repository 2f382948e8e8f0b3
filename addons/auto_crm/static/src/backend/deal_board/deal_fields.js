import { Component } from "@odoo/owl";
import { formatDateTime, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatAge, formatDay } from "./deal_time";

const { DateTime } = luxon;

/** How long ago a moment was: "2 d"; the moment itself is the tooltip. */
export class AutoAgeField extends Component {
    static template = "auto_crm.AutoAgeField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get age() {
        return this.value
            ? formatAge(DateTime.local().diff(this.value, "minutes").minutes)
            : "";
    }

    get title() {
        return this.value ? formatDateTime(this.value, { showSeconds: false }) : "";
    }
}

/** A day or moment as people say it: "today 14:30", "2 d late". */
export class AutoMomentField extends Component {
    static template = "auto_crm.AutoMomentField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get isDate() {
        return this.props.record.fields[this.props.name].type === "date";
    }

    get text() {
        if (!this.value) {
            return "";
        }
        const day = formatDay(this.value, this.isDate);
        return this.isDate
            ? day
            : `${day} ${this.value.toLocaleString(DateTime.TIME_SIMPLE)}`;
    }

    get title() {
        if (!this.value) {
            return "";
        }
        return this.isDate
            ? formatDate(this.value)
            : formatDateTime(this.value, { showSeconds: false });
    }
}

registry.category("fields").add("auto_age", {
    component: AutoAgeField,
    displayName: _t("Age"),
    supportedTypes: ["datetime"],
});

registry.category("fields").add("auto_moment", {
    component: AutoMomentField,
    displayName: _t("Day in words"),
    supportedTypes: ["date", "datetime"],
});
