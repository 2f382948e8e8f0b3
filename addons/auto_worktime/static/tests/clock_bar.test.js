import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { click, queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Repair extends models.Model {
    bar = fields.Json();

    _records = [
        {
            id: 7,
            bar: [
                {
                    state: "on_hold",
                    reason: 3,
                    name: "Waiting for parts",
                    hours: 60.5,
                    share: 90,
                    colour: "bg-warning",
                },
                {
                    state: "in_progress",
                    reason: false,
                    name: "In progress",
                    hours: 6.5,
                    share: 10,
                    colour: "bg-primary",
                },
            ],
        },
        { id: 8, bar: false },
    ];
}

defineMailModels();
defineModels([Repair]);

function mountBar(resId) {
    return mountView({
        type: "form",
        resModel: "repair",
        resId,
        arch: `<form><field name="bar" widget="auto_clock_bar" readonly="1"/></form>`,
    });
}

test("a part of the bar opens the rows it is computed from", async () => {
    onRpc("repair", "action_open_clock", ({ args, kwargs }) => {
        expect.step([args[0], kwargs.state, kwargs.reason]);
        return { type: "ir.actions.act_window", res_model: "auto.order.clock" };
    });
    mockService("action", {
        doAction: (action) => expect.step(action.res_model),
    });
    await mountBar(7);
    expect(queryAllTexts(".o_auto_clock_bar .btn-link")).toEqual([
        "Waiting for parts2 d 12 h",
        "In progress6:30",
    ]);
    const [waiting, working] = queryAll(".o_auto_clock_bar .progress-bar");
    expect(waiting.style.width).toBe("90%");
    await click(waiting);
    await animationFrame();
    expect.verifySteps([[[7], "on_hold", 3], "auto.order.clock"]);
    await click(working);
    await animationFrame();
    expect.verifySteps([[[7], "in_progress", false], "auto.order.clock"]);
});

test("an order without a clock has no parts", async () => {
    await mountBar(8);
    expect(".o_auto_clock_bar .progress-bar").toHaveCount(0);
});
