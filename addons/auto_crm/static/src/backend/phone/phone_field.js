import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatPhone } from "./phone";

/** A phone to read and to call; option `icon` puts the handset before it. */
export class AutoPhoneField extends Component {
    static template = "auto_crm.AutoPhoneField";
    static props = {
        ...standardFieldProps,
        icon: { type: Boolean, optional: true },
    };

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get text() {
        return formatPhone(this.value);
    }

    get href() {
        return `tel:${this.value.replace(/[\s()-]/g, "")}`;
    }
}

registry.category("fields").add("auto_phone", {
    component: AutoPhoneField,
    displayName: _t("Phone to call"),
    supportedTypes: ["char"],
    supportedOptions: [{ label: _t("Handset icon"), name: "icon", type: "boolean" }],
    extractProps: ({ options }) => ({ icon: Boolean(options.icon) }),
});
