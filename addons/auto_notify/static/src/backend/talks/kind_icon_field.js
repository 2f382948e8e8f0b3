import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { getKind } from "../chatter_state/delivery";

const NO_MESSENGER = { label: _t("E-mail or portal"), icon: "fa fa-envelope-o" };

/** The messenger as its icon. */
export class KindIconField extends Component {
    static template = "auto_notify.KindIconField";
    static props = { ...standardFieldProps };

    get kind() {
        const kind = this.props.record.data[this.props.name];
        return kind ? getKind(kind) : NO_MESSENGER;
    }
}

registry.category("fields").add("auto_notify_kind_icon", {
    component: KindIconField,
    displayName: _t("Icon of the messenger"),
    supportedTypes: ["selection"],
});
