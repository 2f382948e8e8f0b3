import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Vehicle extends models.Model {
    _name = "auto.vehicle";

    odometer = fields.Integer();
    year = fields.Integer();
    height = fields.Float();

    _records = [
        { id: 1, odometer: 0, year: 0, height: 0 },
        { id: 2, odometer: 84500, year: 2019, height: 1.5 },
    ];
}

defineMailModels();
defineModels([Vehicle]);

const ARCH = `
    <form>
        <field name="odometer" widget="auto_known_integer" />
        <field name="year" widget="auto_known_integer" options="{'enable_formatting': false}" />
        <field name="height" widget="auto_known_float" />
    </form>`;

test("what is not known is empty", async () => {
    await mountView({ type: "form", resModel: "auto.vehicle", resId: 1, arch: ARCH });
    for (const name of ["odometer", "year", "height"]) {
        expect(`[name=${name}] input`).toHaveValue("");
    }
});

test("what is known is shown, and may be emptied", async () => {
    onRpc("web_save", ({ args }) => expect.step(args[1]));
    await mountView({ type: "form", resModel: "auto.vehicle", resId: 2, arch: ARCH });
    expect("[name=odometer] input").toHaveValue("84,500");
    expect("[name=year] input").toHaveValue("2019");
    expect("[name=height] input").toHaveValue("1.50");
    await contains("[name=height] input").edit("");
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ height: 0 }]);
    expect("[name=height] input").toHaveValue("");
});
