import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    editSearch,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
    validateSearch,
} from "@web/../tests/web_test_helpers";
import { AnimatedNumber } from "@web/views/view_components/animated_number";
import { formatAge, formatDay } from "@auto_crm/backend/deal_board/deal_time";

describe.current.tags("desktop");

const { DateTime } = luxon;

const STAGES = [
    { id: 1, name: "New request" },
    { id: 2, name: "Agreement" },
    { id: 3, name: "Ready" },
];

class Stage extends models.Model {
    _name = "crm.stage";

    name = fields.Char();
    fold = fields.Boolean();

    _records = STAGES;
}

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    activity_state = fields.Char();
    amount_deal = fields.Integer({ aggregator: "sum" });
    stage_minutes = fields.Integer({ aggregator: "max" });
    silent_count = fields.Integer({ aggregator: "sum" });
    is_silent = fields.Boolean();
    parts_date = fields.Date();
    date_last_stage_update = fields.Datetime();
    stage_id = fields.Many2one({ relation: "crm.stage" });

    _records = [
        {
            id: 1,
            name: "Kia",
            stage_id: 1,
            amount_deal: 100,
            stage_minutes: 25,
            date_last_stage_update: "2026-01-10 11:35:00",
        },
        {
            id: 2,
            name: "BMW",
            stage_id: 2,
            amount_deal: 300,
            stage_minutes: 6 * 24 * 60,
            silent_count: 1,
            is_silent: true,
            parts_date: "2026-01-08",
            date_last_stage_update: "2026-01-04 12:00:00",
        },
        {
            id: 3,
            name: "Lada",
            stage_id: 2,
            amount_deal: 50,
            stage_minutes: 60,
            parts_date: "2026-01-11",
            date_last_stage_update: "2026-01-10 11:00:00",
        },
    ];
}

defineModels([Lead, Stage]);
defineMailModels();

beforeEach(() => {
    mockDate("2026-01-10 12:00:00", 0);
    patchWithCleanup(AnimatedNumber, { enableAnimations: false });
});

async function mountBoard(searchViewArch) {
    await mountView({
        type: "kanban",
        searchViewArch,
        resModel: "crm.lead",
        groupBy: ["stage_id"],
        arch: `
            <kanban js_class="auto_deal_kanban">
                <progressbar field="activity_state" colors='{"overdue": "danger"}' sum_field="amount_deal"/>
                <templates>
                    <t t-name="card">
                        <field name="name" class="name"/>
                        <field name="date_last_stage_update" widget="auto_age" class="age"/>
                        <field name="parts_date" widget="auto_moment" class="parts"/>
                    </t>
                </templates>
            </kanban>`,
    });
}

test("a column tells count, sum, oldest age and silent customers", async () => {
    await mountBoard();
    expect(queryAllTexts(".o_auto_deal_count")).toEqual(["1", "2"]);
    expect(queryAllTexts(".o_kanban_counter")).toEqual(["100", "350"]);
    expect(queryAllTexts(".o_auto_deal_oldest")).toEqual([
        "oldest 25 min",
        "oldest 6 d",
    ]);
    expect(queryAllTexts(".o_auto_deal_silent")).toEqual(["1 silent"]);
});

test("the ages come with count and sum, not by a call of their own", async () => {
    onRpc("web_read_group", ({ kwargs }) => {
        expect.step(kwargs.aggregates.join(" "));
    });
    onRpc("formatted_read_group", () => {
        expect.step("another call");
    });
    await mountBoard();
    expect.verifySteps(["amount_deal:sum stage_minutes:max silent_count:sum"]);
});

test("the ages of a column are not read of its cards", async () => {
    onRpc("web_read_group", ({ kwargs }) => {
        const names = Object.keys(kwargs.unfold_read_specification);
        expect.step(names.filter((name) => /minutes|silent/.test(name)).join(" "));
        expect.step(names.includes("parts_date"));
    });
    await mountBoard();
    expect.verifySteps(["", true]);
});

test("the red number of a column shows the silent deals, and all of them again", async () => {
    await mountBoard();
    await contains(".o_auto_deal_silent").click();
    await animationFrame();
    expect(queryAllTexts(".o_kanban_group:eq(1) .name")).toEqual(["BMW"]);
    await contains(".o_auto_deal_silent").click();
    await animationFrame();
    expect(queryAllTexts(".o_kanban_group:eq(1) .name")).toEqual(["BMW", "Lada"]);
});

/** Lets the board have columns of stages without deals, as the server's does. */
function showEmptyStages() {
    onRpc("web_read_group", async ({ kwargs, parent }) => {
        const { groups, length } = await parent();
        const found = groups.map((group) => group.stage_id[0]);
        const folded = (kwargs.opening_info || [])
            .filter((info) => info.folded)
            .map((info) => info.value);
        const others = STAGES.filter(({ id }) => !found.includes(id));
        const empty = others.map(({ id, name }) => ({
            stage_id: [id, name],
            "amount_deal:sum": 0,
            __count: 0,
            __extra_domain: [["stage_id", "=", id]],
            ...(folded.includes(id) ? {} : { __records: [] }),
        }));
        const all = [...groups, ...empty].sort((a, b) => a.stage_id[0] - b.stage_id[0]);
        return { groups: all, length: length + empty.length };
    });
}

/** Columns that are open, by the first word of their names; a folded one is a bar. */
function openColumns() {
    const titles = queryAllTexts(
        ".o_kanban_group:not(.o_column_folded) .o_column_title"
    );
    return titles.map((title) => title.split(/\s/)[0]);
}

test("columns without a hit fold while somebody searches, and open again", async () => {
    Stage._records = [...STAGES.slice(0, 2), { ...STAGES[2], fold: true }];
    Lead._records.push({ id: 4, name: "Lada Vesta", stage_id: 3, amount_deal: 1 });
    showEmptyStages();
    await mountBoard(`<search><field name="name"/></search>`);
    expect(openColumns()).toEqual(["New", "Agreement"]);
    await editSearch("Lada");
    await validateSearch();
    expect(openColumns()).toEqual(["Agreement", "Ready"]);
    expect(queryAllTexts(".o_kanban_record .name")).toEqual(["Lada", "Lada Vesta"]);
    await contains(".o_column_folded").click();
    expect(openColumns()).toEqual(["New", "Agreement", "Ready"]);
    await contains(".o_facet_remove").click();
    expect(openColumns()).toEqual(["New", "Agreement"]);
});

test("a search that finds nothing leaves the columns", async () => {
    showEmptyStages();
    await mountBoard(`<search><field name="name"/></search>`);
    await editSearch("Tesla");
    await validateSearch();
    expect(openColumns()).toEqual(["New", "Agreement", "Ready"]);
});

test("a card tells ages and days in words, the moment is its tooltip", async () => {
    await mountBoard();
    expect(queryAllTexts(".age")).toEqual(["25 min", "6 d", "1 h"]);
    expect(queryAllTexts(".parts")).toEqual(["", "2 d late", "tomorrow"]);
    expect(queryFirst(".o_kanban_group:eq(1) .parts span").title).not.toBe("");
});

test("ages and days in words", async () => {
    await mountBoard(); // loads the translations
    expect([-5, 0, 59, 60, 1439, 1440, 14400].map(formatAge)).toEqual([
        "0 min",
        "0 min",
        "59 min",
        "1 h",
        "23 h",
        "1 d",
        "10 d",
    ]);
    const today = DateTime.local();
    expect(formatDay(today)).toBe("today");
    expect(formatDay(today.minus({ days: 1 }))).toBe("yesterday");
    expect(formatDay(today.minus({ days: 9 }), true)).toBe("9 d late");
    expect(formatDay(today.plus({ days: 3 }))).toBe("in 3 days");
    expect(formatDay(today.plus({ days: 30 }))).toBe("Feb 9");
});
