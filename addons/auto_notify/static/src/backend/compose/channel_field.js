import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { getKind } from "../chatter_state/delivery";

/** Channels of the shop to choose from: where each reaches the person, or why it doesn't. */
export class ChannelField extends Component {
    static template = "auto_notify.ChannelField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get options() {
        return (this.props.record.data.channel_options || []).map((option) => ({
            ...option,
            ...getKind(option.kind),
        }));
    }

    onChange(kind) {
        this.props.record.update({ [this.props.name]: kind });
    }
}

registry.category("fields").add("auto_notify_channel", {
    component: ChannelField,
    displayName: _t("Channel that reaches a person"),
    supportedTypes: ["selection"],
    fieldDependencies: [{ name: "channel_options", type: "json", readonly: true }],
});
