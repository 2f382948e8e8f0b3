import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";

const isUnknown = (record, fieldName) => !record.data[fieldName];

/** A whole number that is never 0: nothing is shown while it is not known. */
export class KnownIntegerField extends IntegerField {
    get value() {
        return super.value || false;
    }

    get formattedValue() {
        return this.value === false ? "" : super.formattedValue;
    }
}

/** A number that is never 0: nothing is shown while it is not known. */
export class KnownFloatField extends FloatField {
    get value() {
        return super.value || false;
    }

    get formattedValue() {
        return this.value === false ? "" : super.formattedValue;
    }
}

registry.category("fields").add("auto_known_integer", {
    ...integerField,
    component: KnownIntegerField,
    displayName: _t("Whole number, empty while unknown"),
    isEmpty: isUnknown,
});
registry.category("fields").add("auto_known_float", {
    ...floatField,
    component: KnownFloatField,
    displayName: _t("Number, empty while unknown"),
    isEmpty: isUnknown,
});
