import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryFirst } from "@odoo/hoot-dom";
import {
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";
import { formatPhone } from "@auto_crm/backend/phone/phone";

describe.current.tags("desktop");

class Customer extends models.Model {
    name = fields.Char();
    phone = fields.Char();

    _records = [{ id: 1, name: "Anna", phone: "+79163031177" }];
}

defineMailModels();
defineModels([Customer]);

test("a phone is written as people read it out", () => {
    expect(formatPhone("+79163031177")).toBe("+7 916 303-11-77");
    expect(formatPhone("+7 (916) 303 11 77")).toBe("+7 916 303-11-77");
    expect(formatPhone("+49 30 901820")).toBe("+49 30 901820");
    expect(formatPhone("8 916, ask Anna")).toBe("8 916, ask Anna");
    expect(formatPhone(false)).toBe("");
});

test("a phone is a link that calls", async () => {
    await mountView({
        type: "form",
        resModel: "customer",
        resId: 1,
        arch: `<form><field name="phone" widget="auto_phone"/></form>`,
    });
    const link = queryFirst(".o_field_widget[name=phone] a");
    expect(link).toHaveText("+7 916 303-11-77");
    expect(link).toHaveAttribute("href", "tel:+79163031177");
});
