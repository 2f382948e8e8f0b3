import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { CharField } from "@web/views/fields/char/char_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Plate } from "./plate";

/** A plate in a view: typed as text, shown as a plate. Option `large` for a form's head. */
export class PlateField extends Component {
    static template = "auto_crm.PlateField";
    static components = { CharField, Plate };
    static props = {
        ...standardFieldProps,
        large: { type: Boolean, optional: true },
        placeholder: { type: String, optional: true },
    };

    get charProps() {
        const { id, name, placeholder, readonly, record } = this.props;
        return { id, name, placeholder, readonly, record };
    }
}

export const plateField = {
    component: PlateField,
    displayName: _t("Licence plate"),
    supportedTypes: ["char"],
    supportedOptions: [{ label: _t("Large"), name: "large", type: "boolean" }],
    extractProps: ({ attrs, options, placeholder }) => ({
        large: Boolean(options.large),
        placeholder: placeholder ?? attrs.placeholder,
    }),
};

registry.category("fields").add("auto_plate", plateField);
