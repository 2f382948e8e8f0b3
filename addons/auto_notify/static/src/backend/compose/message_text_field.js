import { onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { TextField, textField } from "@web/views/fields/text/text_field";
import { useRecordObserver } from "@web/model/relational_model/utils";

const DELAY = 250;

/** Text of a message; as SMS its length and parts are counted while it is typed. */
export class MessageTextField extends TextField {
    static template = "auto_notify.MessageTextField";

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.size = useState({ text: "", parts: 0 });
        this.measureLater = useDebounced(this.measure, DELAY);
        useRecordObserver((record) => {
            // both are named, so that a change of either is observed
            const { kind, [this.props.name]: text } = record.data;
            this.measureLater(kind, text);
        });
        onMounted(() => {
            this.textareaRef.el?.addEventListener("input", () => this.measureLater());
        });
    }

    /** Count what stands in the box now, saved or not. */
    async measure() {
        const { kind, [this.props.name]: saved } = this.props.record.data;
        const text = this.textareaRef.el?.value ?? saved;
        if (kind !== "sms" || !text) {
            Object.assign(this.size, { text: "", parts: 0 });
            return;
        }
        const { encoding, units, parts, left } = await this.keepLast.add(
            this.orm.silent.call("auto.notify.compose", "get_sms_length", [text])
        );
        this.size.parts = parts;
        this.size.text = _t(
            "%(units)s characters · %(parts)s SMS · %(left)s left in the last one · %(encoding)s",
            { units, parts, left, encoding }
        );
    }
}

registry.category("fields").add("auto_notify_text", {
    ...textField,
    component: MessageTextField,
    displayName: _t("Text of a message"),
    fieldDependencies: [{ name: "kind", type: "selection", selection: [] }],
});
