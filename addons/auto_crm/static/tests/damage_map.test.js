import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import {
    animationFrame,
    pointerDown,
    queryAllTexts,
    queryFirst,
    queryRect,
} from "@odoo/hoot-dom";
import {
    clickSave,
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Acceptance extends models.Model {
    _name = "auto.acceptance";

    name = fields.Char();
    is_locked = fields.Boolean();
    damage_ids = fields.One2many({
        relation: "auto.damage",
        relation_field: "acceptance_id",
    });

    _records = [
        { id: 1, name: "Act", damage_ids: [1, 2] },
        { id: 2, name: "Signed act", is_locked: true, damage_ids: [3] },
        { id: 3, name: "Clean car", is_locked: true, damage_ids: [] },
    ];
}

class Damage extends models.Model {
    _name = "auto.damage";

    acceptance_id = fields.Many2one({ relation: "auto.acceptance" });
    x = fields.Float();
    y = fields.Float();
    kind = fields.Selection({
        selection: [
            ["scratch", "Scratch"],
            ["dent", "Dent"],
        ],
        default: "scratch",
    });
    note = fields.Char();
    image = fields.Binary();

    _records = [
        { id: 1, acceptance_id: 1, x: 20, y: 33.3, kind: "dent", note: "on the door" },
        { id: 2, acceptance_id: 1, x: 50, y: 10, kind: "scratch", image: "12.5 Kb" },
        { id: 3, acceptance_id: 2, x: 88, y: 60, kind: "dent" },
    ];

    _views = {
        form: `
            <form class="o_auto_damage_form">
                <field name="x" invisible="1"/>
                <field name="y" invisible="1"/>
                <field name="kind"/>
                <field name="note"/>
            </form>`,
    };
}

defineModels([Acceptance, Damage]);
defineMailModels();

const ARCH = `
    <form>
        <field name="is_locked" invisible="1"/>
        <field name="damage_ids" widget="auto_damage_map" readonly="is_locked">
            <kanban>
                <field name="x"/>
                <field name="y"/>
                <field name="kind"/>
                <field name="note"/>
                <field name="image"/>
                <templates><t t-name="card"><field name="kind"/></t></templates>
            </kanban>
        </field>
    </form>`;

function mountAct(resId) {
    return mountView({ type: "form", resModel: "auto.acceptance", resId, arch: ARCH });
}

/** Give the picture a size, whether or not the runner serves it. */
async function sizePicture() {
    const picture = queryFirst(".o_auto_damage_picture");
    Object.assign(picture.style, { flex: "none", width: "300px", height: "400px" });
    await animationFrame();
    return queryRect(picture);
}

test("marks are numbered, coloured by kind and placed in percent", async () => {
    await mountAct(1);
    expect(".o_auto_damage_mark").toHaveCount(2);
    expect(queryAllTexts(".o_auto_damage_mark")).toEqual(["1", "2"]);
    expect(".o_auto_damage_mark:eq(0)").toHaveClass("o_auto_damage_dent");
    expect(".o_auto_damage_mark:eq(0)").toHaveAttribute(
        "style",
        "left: 20%; top: 33.3%;"
    );
    expect(".o_auto_damage_mark:eq(1)").toHaveClass("o_auto_damage_scratch");
});

test("the list beside the car tells kind, note and photo", async () => {
    await mountAct(1);
    expect(".o_auto_damage_item").toHaveCount(2);
    expect(".o_auto_damage_item:eq(0) .o_auto_damage_text").toHaveText(
        /Dent\s*on the door/
    );
    expect(".o_auto_damage_item:eq(0) .o_auto_damage_photo").toHaveCount(0);
    expect(".o_auto_damage_item:eq(1) .o_auto_damage_photo").toHaveAttribute(
        "data-src",
        /\/web\/image\/auto\.damage\/2\/image/
    );
});

test("a tap on the car makes a mark there", async () => {
    onRpc("auto.acceptance", "web_save", ({ args }) => {
        const [command, , values] = args[1].damage_ids[0];
        expect(command).toBe(0);
        expect(values).toMatchObject({ x: 50, y: 25, kind: "scratch", note: "fresh" });
        expect.step("saved");
    });
    await mountAct(1);
    const box = await sizePicture();
    await contains(".o_auto_damage_picture").click({
        position: { x: box.x + box.width / 2, y: box.y + box.height / 4 },
    });
    expect(".modal .o_auto_damage_form").toHaveCount(1);
    await contains(".modal .o_field_widget[name=note] input").edit("fresh");
    await contains(".modal .o_form_button_save").click();
    expect(".o_auto_damage_mark").toHaveCount(3);
    expect(".o_auto_damage_mark:eq(2)").toHaveText("3");
    await clickSave();
    expect.verifySteps(["saved"]);
});

test("a discarded mark leaves nothing", async () => {
    await mountAct(1);
    const box = await sizePicture();
    await contains(".o_auto_damage_picture").click({
        position: { x: box.x + 10, y: box.y + 10 },
    });
    await contains(".modal .o_form_button_cancel").click();
    expect(".modal").toHaveCount(0);
    expect(".o_auto_damage_mark").toHaveCount(2);
});

test("a tap on a mark opens it and makes no new one", async () => {
    await mountAct(1);
    await contains(".o_auto_damage_mark:eq(0)").click();
    expect(".modal .o_auto_damage_form").toHaveCount(1);
    expect(".modal .o_field_widget[name=note] input").toHaveValue("on the door");
    await contains(".modal .o_field_widget[name=note] input").edit("on both doors");
    await contains(".modal .o_form_button_save").click();
    expect(".o_auto_damage_mark").toHaveCount(2);
    expect(".o_auto_damage_item:eq(0) .o_auto_damage_text").toHaveText(/on both doors/);
});

test("a removed mark is deleted and the rest are numbered anew", async () => {
    onRpc("auto.acceptance", "web_save", ({ args }) => {
        expect(args[1].damage_ids).toEqual([[2, 1]]);
        expect.step("saved");
    });
    await mountAct(1);
    await contains(".o_auto_damage_item:eq(0) .o_auto_damage_remove").click();
    expect(queryAllTexts(".o_auto_damage_mark")).toEqual(["1"]);
    expect(".o_auto_damage_mark").toHaveClass("o_auto_damage_scratch");
    await clickSave();
    expect.verifySteps(["saved"]);
});

test("a signed act shows its marks and takes no new ones", async () => {
    await mountAct(2);
    expect(".o_auto_damage_map").toHaveClass("o_auto_damage_readonly");
    expect(".o_auto_damage_mark").toHaveCount(1);
    expect(".o_auto_damage_remove").toHaveCount(0);
    await pointerDown(".o_auto_damage_picture");
    await contains(".o_auto_damage_picture").click();
    expect(".modal").toHaveCount(0);
    await contains(".o_auto_damage_mark").click();
    expect(".modal .o_auto_damage_form").toHaveCount(1);
    expect(".modal .o_field_widget[name=note] input").toHaveCount(0);
});

test("a clean car says so", async () => {
    await mountAct(3);
    expect(".o_auto_damage_mark").toHaveCount(0);
    expect(".o_auto_damage_list").toHaveText("No visible damage.");
});
