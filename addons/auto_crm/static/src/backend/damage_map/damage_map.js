import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { isBinarySize } from "@web/core/utils/binary";
import { imageUrl } from "@web/core/utils/urls";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";

/**
 * Marks of visible damage on a car's outline. A tap on the picture opens a new mark, a tap
 * on a mark opens it; the sub-view's records need `x` and `y` (percent of the picture),
 * `kind`, `note` and `image`.
 */
export class DamageMapField extends X2ManyField {
    static template = "auto_crm.DamageMapField";

    get marks() {
        return this.list.records.map((record, index) => ({
            record,
            number: index + 1,
            kind: record.data.kind,
            label: this.getKindLabel(record.data.kind),
            note: record.data.note,
            imageUrl: this.getImageUrl(record),
            style: `left: ${record.data.x}%; top: ${record.data.y}%;`,
        }));
    }

    get hint() {
        return _t("Tap the car where it is damaged.");
    }

    getKindLabel(kind) {
        const option = this.list.fields.kind.selection.find(
            ([value]) => value === kind
        );
        return option ? option[1] : "";
    }

    getImageUrl(record) {
        const image = record.data.image;
        if (!image) {
            return "";
        }
        if (isBinarySize(image)) {
            return imageUrl(record.resModel, record.resId, "image");
        }
        return `data:image;base64,${image}`;
    }

    onMapClick(ev) {
        if (!this.canCreate) {
            return;
        }
        const box = ev.currentTarget.getBoundingClientRect();
        const toPercent = (distance, size) => {
            const percent = Math.min(Math.max((100 * distance) / size, 0), 100);
            return Math.round(percent * 10) / 10;
        };
        return this._openRecord({
            title: _t("Damage"),
            context: {
                ...this.props.context,
                default_x: toPercent(ev.clientX - box.left, box.width),
                default_y: toPercent(ev.clientY - box.top, box.height),
            },
        });
    }

    onMarkClick(record) {
        return this._openRecord({
            title: _t("Damage"),
            record,
            context: this.props.context,
            readonly: this.props.readonly,
        });
    }

    async onRemoveClick(record) {
        await this.activeActions.onDelete(record);
    }
}

export const damageMapField = {
    ...x2ManyField,
    component: DamageMapField,
    displayName: _t("Damage on a car's outline"),
    supportedTypes: ["one2many"],
};

registry.category("fields").add("auto_damage_map", damageMapField);
