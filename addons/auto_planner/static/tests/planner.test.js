import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    keyDown,
    manuallyDispatchProgrammaticEvent,
    press,
    queryAll,
    queryAllTexts,
    queryOne,
} from "@odoo/hoot-dom";
import {
    advanceTime,
    animationFrame,
    Deferred,
    mockDate,
    mockTimeZone,
    runAllTimers,
} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    makeServerError,
    MockServer,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";
import { parseXML } from "@web/core/utils/xml";
import { PlannerArchParser } from "@auto_planner/planner/planner_arch_parser";
import { initialsOf } from "@auto_planner/planner/planner_compiler";
import { edgeScroll } from "@auto_planner/planner/planner_drag";
import { formatHours } from "@auto_planner/planner/planner_format";
import { findNeighbour } from "@auto_planner/planner/planner_keys";
import { percentOf } from "@auto_planner/planner/planner_layout";
import {
    dayAfter,
    daysOf,
    drawBetween,
    HOUR,
    hoursOf,
    MINUTE,
    moveBy,
    openOf,
    parseUtc,
    resizeBy,
    stack,
    TimeScale,
    toUtc,
    turnPage,
} from "@auto_planner/planner/planner_time";

describe.current.tags("desktop");

const { DateTime } = luxon;
const QUARTER = 15 * MINUTE;

const ARCH = `
    <planner date_start="start" date_stop="stop" cancel="action_cancel"
             decoration-info="state == 'confirmed'">
        <row fields="post_id" string="Posts"/>
        <row fields="post_id,mechanic_ids" string="Both"/>
        <menu>
            <button name="action_confirm" type="object" string="Confirm" invisible="state == 'confirmed'"/>
        </menu>
        <field name="state"/>
        <templates>
            <t t-name="pill"><field name="name"/><b t-if="record.state.raw_value == 'confirmed'">!</b></t>
        </templates>
    </planner>`;

const LIST_ARCH = ARCH.replace(
    "<templates>",
    `
        <side_list string="To plan"/>
        <templates>
            <t t-name="card"><b t-out="item.plate"/></t>`
).replace("<planner ", '<planner bus="changed" warning="warning" ');

const CANCEL_ARCH = ARCH.replace(
    "</menu>",
    `<button name="action_cancel" type="object" string="Cancel booking" invisible="state == 'confirmed'"/></menu>`
);

const READONLY_ARCH = ARCH.replace(
    "<planner ",
    `<planner readonly="state == 'confirmed'" `
);

class Post extends models.Model {
    _name = "post";

    name = fields.Char();
    _records = [
        { id: 1, name: "Lift 1" },
        { id: 2, name: "Lift 2" },
    ];
}

class Mechanic extends models.Model {
    _name = "mechanic";

    name = fields.Char();
    _records = [
        { id: 1, name: "Oleg" },
        { id: 2, name: "Pavel" },
    ];
}

class Booking extends models.Model {
    _name = "booking";

    name = fields.Char();
    start = fields.Datetime();
    stop = fields.Datetime();
    state = fields.Selection({
        selection: [
            ["tentative", "Tentative"],
            ["confirmed", "Confirmed"],
        ],
    });
    warning = fields.Char();
    buffer = fields.Integer();
    post_id = fields.Many2one({ relation: "post" });
    mechanic_ids = fields.Many2many({ relation: "mechanic" });
    _records = [
        {
            id: 1,
            name: "Kia",
            start: "2035-01-08 09:00:00",
            stop: "2035-01-08 11:00:00",
            state: "tentative",
            post_id: 1,
            mechanic_ids: [1],
        },
        {
            id: 2,
            name: "BMW",
            start: "2035-01-08 14:00:00",
            stop: "2035-01-08 15:00:00",
            state: "confirmed",
            post_id: 2,
        },
    ];
    _views = {
        form: `<form><field name="name"/><field name="start"/><field name="stop"/><field name="post_id"/></form>`,
    };
}

/** Something with a start, a stop and a choice, that knows nothing of planners. */
class Lesson extends models.Model {
    _name = "lesson";

    name = fields.Char();
    begin = fields.Datetime();
    end = fields.Datetime();
    hall = fields.Selection({
        selection: [
            ["red", "Red hall"],
            ["blue", "Blue hall"],
        ],
    });
    _records = [
        {
            id: 1,
            name: "Piano",
            begin: "2035-01-08 09:00:00",
            end: "2035-01-08 11:00:00",
            hall: "red",
        },
    ];
}

defineModels([Booking, Lesson, Mechanic, Post]);
defineMailModels();

/** What `planner_read` of the server does. */
function plannerRead({ args, kwargs, model }) {
    const [domain, specification, start, stop, rowFields, [dateStart, dateStop]] = args;
    const env = this.env;
    const range = [
        [dateStart, "<", stop],
        [dateStop, ">", start],
    ];
    const ids = kwargs.ids ? [["id", "in", kwargs.ids]] : [];
    const { records } = specification
        ? env[model].web_search_read([...domain, ...range, ...ids], specification)
        : { records: [] };
    const result = { records, rows: {}, closed: {}, load: {} };
    for (const name of rowFields) {
        const { relation, selection } = env[model]._fields[name];
        const rows = relation
            ? env[relation].search_read([], ["name"])
            : selection.map(([id, label]) => ({ id, name: label }));
        result.rows[name] = rows.map(({ id, name: label }) => ({
            id,
            name: label,
            detail: "",
        }));
        result.closed[name] = Object.fromEntries(
            rows.map(({ id }) => [
                id,
                [
                    [start, "2035-01-08 08:00:00"],
                    ["2035-01-08 18:00:00", stop],
                ],
            ])
        );
        result.load[name] = Object.fromEntries(
            rows.map(({ id }) => [
                id,
                { "2035-01-08": { planned: 2 * id, capacity: 8 } },
            ])
        );
    }
    return result;
}

beforeEach(() => {
    mockTimeZone(0);
    mockDate("2035-01-08 10:00:00", 0);
    onRpc("planner_read", plannerRead);
});

async function mountPlanner(options = {}) {
    const view = await mountView({
        type: "planner",
        resModel: "booking",
        arch: ARCH,
        ...options,
    });
    await animationFrame();
    await animationFrame();
    return view;
}

const CARD = {
    key: "order-7",
    hours: 2,
    plate: "A 123",
    work: "Brakes",
    title: "A 123 Kia",
    defaults: { name: "Seven" },
    document: { model: "booking", id: 2, string: "Open the order" },
};

const pill = (id) => `.o_auto_planner_pill[data-id='${id}']`;
const lane = (id) => `[data-row='post_id:${id}'] .o_auto_planner_lane`;

/** Pixels of an hour, by the two hours of the Kia. */
const hourWidth = () => (queryAll(pill(1))[0].getBoundingClientRect().width + 2) / 2;

function pointer(element, type, point) {
    return manuallyDispatchProgrammaticEvent(queryOne(element), type, {
        clientX: point.x,
        clientY: point.y,
        button: 0,
        pointerId: 1,
        pointerType: "mouse",
    });
}

/** Drag an element so far; `onTheWay` is done before it is let go. */
async function dragBy(element, { x = 0, y = 0 }, onTheWay = () => {}) {
    const box = queryOne(element).getBoundingClientRect();
    const from = { x: box.x + 30, y: box.y + 10 };
    const to = { x: from.x + x, y: from.y + y };
    await pointer(element, "pointerdown", from);
    await pointer(element, "pointermove", { x: from.x + 6, y: from.y });
    await pointer(element, "pointermove", to);
    await animationFrame();
    await onTheWay();
    await pointer(document.body, "pointerup", to);
    await animationFrame();
}

async function dragPill(id, hours, target = null, source = pill(id)) {
    const box = queryOne(source).getBoundingClientRect();
    const y = target ? queryOne(target).getBoundingClientRect().y - box.y : 0;
    await dragBy(source, { x: hours * hourWidth(), y });
}

/** Make rows of posts and of mechanics. */
async function showBoth() {
    await contains(".o_auto_planner_rows").click();
    await contains(".o-dropdown-item:contains(Both)").click();
    await animationFrame();
}

const mechanicRow = (id) => `[data-row='mechanic_ids:${id}']`;

/** @returns {(message: Object) => void} what tells that others have changed something */
function mockBus() {
    let tell;
    mockService("bus_service", {
        subscribe(type, callback) {
            if (type === "changed") {
                tell = callback;
            } else {
                super.subscribe(type, callback);
            }
        },
    });
    return (message) => tell(message);
}

describe("time", () => {
    const zone = "Europe/Berlin";
    const day = (text) => DateTime.fromISO(text, { zone });

    test("times go to the server and come back", () => {
        expect(parseUtc("2035-01-08 09:30:00")).toBe(Date.UTC(2035, 0, 8, 9, 30));
        expect(toUtc(Date.UTC(2035, 0, 8, 9, 30))).toBe("2035-01-08 09:30:00");
    });

    test("scales have days, pages turn by them", async () => {
        await makeMockEnv();
        const date = day("2035-01-10T15:00");
        expect(daysOf("day", date)).toHaveLength(1);
        expect(daysOf("days3", date)).toHaveLength(3);
        expect(daysOf("week", date)).toHaveLength(7);
        expect(daysOf("month", date)).toHaveLength(31);
        expect(turnPage("days3", date, 1).toISODate()).toBe("2035-01-13");
        expect(turnPage("month", date, -1).toISODate()).toBe("2034-12-01");
    });

    test("a place is a time and a time is a place, nights left out", () => {
        const scale = new TimeScale(
            [day("2035-01-08"), day("2035-01-09")],
            [8, 18],
            50
        );
        const nine = day("2035-01-08T09:00").toMillis();
        const nextNine = day("2035-01-09T09:00").toMillis();
        expect(scale.width).toBe(1000);
        expect(scale.timeToX(nine)).toBe(50);
        expect(scale.timeToX(nextNine)).toBe(550);
        expect(scale.timeToX(day("2035-01-08T23:00").toMillis())).toBe(500);
        expect(scale.xToTime(551, QUARTER)).toBe(nextNine);
        expect(scale.xToTime(500, QUARTER)).toBe(day("2035-01-09T08:00").toMillis());
        expect(scale.xToTime(500, QUARTER, true)).toBe(
            day("2035-01-08T18:00").toMillis()
        );
        expect(scale.xToTime(-99, QUARTER)).toBe(day("2035-01-08T08:00").toMillis());
    });

    test("days of changed clocks have 23 and 25 hours", () => {
        for (const [date, hours] of [
            ["2026-03-29", 23],
            ["2026-10-25", 25],
            ["2026-10-26", 24],
        ]) {
            const scale = new TimeScale([day(date)], [0, 24], 10);
            expect(scale.width).toBe(hours * 10);
            expect(scale.hoursOf(scale.columns[0])).toHaveLength(hours);
        }
        const spring = new TimeScale([day("2026-03-29")], [0, 24], 10);
        expect(spring.timeToX(day("2026-03-29T03:00").toMillis())).toBe(20);
    });

    test("only hours in which something is are shown", () => {
        const days = [day("2035-01-08")];
        const at = (text) => day(`2035-01-08T${text}`).toMillis();
        expect(hoursOf(days, [[at("09:00"), at("18:00")]], [])).toEqual([9, 18]);
        const early = { start: at("06:30"), stop: at("07:00") };
        expect(hoursOf(days, [[at("09:00"), at("18:00")]], [early])).toEqual([6, 18]);
        expect(hoursOf(days, [], [])).toEqual([8, 20]);
        const night = [at("20:00"), day("2035-01-09").toMillis()];
        expect(hoursOf(days, [night], [])).toEqual([20, 24]);
    });

    test("what overlaps is put below each other", () => {
        const spans = [
            [0, 2],
            [1, 3],
            [2, 4],
        ].map(([start, stop]) => ({ start, stop }));
        expect(stack(spans)).toEqual({ lanes: [0, 1, 0], count: 2 });
        expect(stack([])).toEqual({ lanes: [], count: 1 });
    });

    test("open is what closed leaves", () => {
        expect(
            openOf(
                [
                    [0, 2],
                    [5, 9],
                ],
                0,
                9
            )
        ).toEqual([[2, 5]]);
        expect(openOf([], 0, 9)).toEqual([[0, 9]]);
    });

    test("moving snaps and keeps the length", () => {
        const scale = new TimeScale([day("2035-01-08")], [8, 18], 60);
        const start = day("2035-01-08T09:00").toMillis();
        const record = { start, stop: start + 2 * HOUR };
        expect(moveBy(scale, record, 90, 110, QUARTER)).toEqual({
            start: start + QUARTER,
            stop: start + 2 * HOUR + QUARTER,
        });
        expect(moveBy(scale, record, 90, 90, QUARTER)).toEqual(record);
    });

    test("what began before the day goes as far as the pointer", () => {
        const scale = new TimeScale([day("2035-01-09")], [8, 18], 60);
        const record = {
            start: day("2035-01-08T16:00").toMillis(),
            stop: day("2035-01-09T10:00").toMillis(),
        };
        expect(moveBy(scale, record, 60, 61, QUARTER)).toEqual(record);
        expect(moveBy(scale, record, 60, 90, QUARTER)).toEqual({
            start: record.start + HOUR / 2,
            stop: record.stop + HOUR / 2,
        });
    });

    test("a pointer that hardly moves means no other time", () => {
        const scale = new TimeScale([day("2035-01-08")], [8, 18], 60);
        const start = day("2035-01-08T10:37").toMillis();
        const record = { start, stop: start + HOUR };
        for (const distance of [1, -1, 7]) {
            expect(moveBy(scale, record, 200, 200 + distance, QUARTER)).toEqual(record);
            for (const edge of ["start", "stop"]) {
                expect(resizeBy(scale, record, edge, distance, QUARTER)).toEqual(
                    record
                );
            }
        }
        expect(moveBy(scale, record, 200, 208, QUARTER).start).toBe(
            day("2035-01-08T10:45").toMillis()
        );
    });

    test("of what goes on for days the first and the last hour are shown", () => {
        const open = ["2035-01-08", "2035-01-09"].map((date) =>
            ["09:00", "18:00"].map((time) => day(`${date}T${time}`).toMillis())
        );
        const late = {
            start: day("2035-01-08T18:00").toMillis(),
            stop: day("2035-01-09T10:00").toMillis(),
        };
        const early = {
            start: day("2035-01-08T12:00").toMillis(),
            stop: day("2035-01-09T09:00").toMillis(),
        };
        const night = { ...late, start: day("2035-01-08T23:30").toMillis() };
        const [monday, tuesday] = [[day("2035-01-08")], [day("2035-01-09")]];
        expect(hoursOf(monday, open.slice(0, 1), [late])).toEqual([9, 19]);
        expect(hoursOf(tuesday, open.slice(1), [late])).toEqual([9, 18]);
        expect(hoursOf(tuesday, open.slice(1), [early])).toEqual([8, 18]);
        expect(hoursOf([...monday, ...tuesday], open, [late, early])).toEqual([8, 19]);
        expect(hoursOf([...monday, ...tuesday], open, [night])).toEqual([9, 24]);
    });

    test("a day begins where clocks leave it: in Beirut at one o'clock", () => {
        const beirut = (text) => DateTime.fromISO(text, { zone: "Asia/Beirut" });
        const gap = beirut("2026-03-29").startOf("day");
        expect(gap.hour).toBe(1);
        expect(dayAfter(gap).hour).toBe(0);
        expect(daysOf("days3", gap).map(({ hour }) => hour)).toEqual([1, 0, 0]);
        const scale = new TimeScale([gap], [0, 24], 10);
        expect(scale.width).toBe(230);
        const open = [9, 18].map((hour) => gap.set({ hour }).toMillis());
        expect(hoursOf([gap], [open], [])).toEqual([9, 18]);
    });

    test("an edge never passes the other", () => {
        const scale = new TimeScale([day("2035-01-08")], [8, 18], 60);
        const start = day("2035-01-08T09:00").toMillis();
        const record = { start, stop: start + 2 * HOUR };
        expect(resizeBy(scale, record, "stop", -600, QUARTER).stop).toBe(
            start + QUARTER
        );
        expect(resizeBy(scale, record, "start", 600, QUARTER).start).toBe(
            record.stop - QUARTER
        );
        expect(resizeBy(scale, record, "stop", 30, QUARTER).stop).toBe(
            record.stop + 2 * QUARTER
        );
    });

    test("drawing works in both directions", () => {
        const scale = new TimeScale([day("2035-01-08")], [8, 18], 60);
        const drawn = drawBetween(scale, 180, 60, QUARTER);
        expect(drawn).toEqual(drawBetween(scale, 60, 180, QUARTER));
        expect(drawn.stop - drawn.start).toBe(2 * HOUR);
        const dot = drawBetween(scale, 60, 60, QUARTER);
        expect(dot.stop - dot.start).toBe(QUARTER);
    });
});

describe("parts", () => {
    test("the arch is read", () => {
        const models_ = {
            booking: {
                fields: {
                    start: { type: "datetime" },
                    stop: { type: "datetime" },
                    post_id: { type: "many2one" },
                    mechanic_ids: { type: "many2many" },
                },
            },
        };
        const parse = (arch) =>
            new PlannerArchParser().parse(parseXML(arch), models_, "booking");
        const archInfo = parse(ARCH);
        expect(archInfo.rows.map((row) => row.key)).toEqual([
            "post_id",
            "post_id,mechanic_ids",
        ]);
        expect(archInfo.snap).toBe(15);
        expect(archInfo.mode).toBe("day");
        expect(archInfo.cancel).toBe("action_cancel");
        expect(archInfo.menu[0].name).toBe("action_confirm");
        expect(() => parse(ARCH.replace("stop=", "other="))).toThrow(/date_stop/);
        expect(() => parse(ARCH.replace("pill", "box"))).toThrow(/Missing 'pill'/);
        expect(() => parse(ARCH.replaceAll("mechanic_ids", "no_field"))).toThrow(
            /no_field/
        );
    });

    test("the board scrolls at its edges", () => {
        expect(edgeScroll(200, 0, 400)).toBe(0);
        expect(edgeScroll(5, 0, 400)).toBeLessThan(0);
        expect(edgeScroll(395, 0, 400)).toBeGreaterThan(0);
    });

    test("load is a percentage, or nothing", () => {
        expect(percentOf([{ planned: 6, capacity: 8 }])).toBe(75);
        expect(percentOf([])).toBe(null);
        expect(percentOf([{ planned: 1, capacity: 0 }])).toBe(100);
    });

    test("hours are told in words", async () => {
        await makeMockEnv();
        expect(String(formatHours(1.5))).toBe("1 h 30 min");
        expect(String(formatHours(2))).toBe("2 h");
        expect(String(formatHours(0.25))).toBe("15 min");
    });

    test("initials are those of the first two words", () => {
        expect(initialsOf("Anna Karlson, Bo van Dyk")).toEqual(["AK", "BV"]);
        expect(initialsOf(false)).toEqual([]);
    });

    test("arrows find the neighbour", () => {
        const item = (key, ...lefts) => ({
            key,
            row: {},
            layout: { pills: lefts.map((left) => ({ id: `${key}${left}`, left })) },
        });
        const items = [item("a", 10, 50), item("b"), item("c", 0, 45)];
        const find = (rowKey, id, direction) =>
            findNeighbour(items, { rowKey, id }, direction)?.pill.id;
        expect(find("a", "a10", [1, 0])).toBe("a50");
        expect(find("a", "a50", [1, 0])).toBe(undefined);
        expect(find("a", "a50", [0, 1])).toBe("c45");
        expect(find("c", "c0", [0, -1])).toBe("a10");
    });
});

describe("board", () => {
    test("rows, pills, load and closed hours are drawn", async () => {
        await mountPlanner();
        expect(queryAllTexts(".o_auto_planner_row_name > span:first-child")).toEqual([
            "Lift 1",
            "Lift 2",
        ]);
        expect(queryAllTexts(".o_auto_planner_row .o_auto_planner_percent")).toEqual([
            "25 %",
            "50 %",
        ]);
        expect(".o_auto_planner_total").toHaveText(/38 %/);
        expect(queryAllTexts(".o_auto_planner_pill")).toEqual(["Kia", "BMW!"]);
        expect(pill(2)).toHaveClass("o_info");
        const width = hourWidth();
        const [kia, bmw] = [1, 2].map((id) =>
            queryOne(pill(id)).getBoundingClientRect()
        );
        expect(Math.round((bmw.x - kia.x) / width)).toBe(5);
        expect(".o_auto_planner_now").toHaveCount(1);
    });

    test("a move is shown at once, and is pending until the server agrees", async () => {
        const answer = new Deferred();
        onRpc("web_save", ({ args }) => {
            expect.step(args[1]);
            return answer;
        });
        await mountPlanner();
        await dragPill(1, 1, lane(2));
        expect(pill(1)).toHaveClass("o_pending");
        expect(queryOne(pill(1)).closest("[data-row]").dataset.row).toBe("post_id:2");
        expect.verifySteps([
            { start: "2035-01-08 10:00:00", stop: "2035-01-08 12:00:00", post_id: 2 },
        ]);
        answer.resolve([
            {
                id: 1,
                display_name: "Kia",
                name: "Kia",
                start: "2035-01-08 10:00:00",
                stop: "2035-01-08 12:00:00",
                state: "tentative",
                post_id: { id: 2, display_name: "Lift 2" },
                mechanic_ids: [1],
            },
        ]);
        await animationFrame();
        expect(pill(1)).not.toHaveClass("o_pending");
        expect(".o_notification:contains(Moved to)").toHaveCount(1);
    });

    test("a refused move goes back and says why", async () => {
        onRpc("web_save", () => {
            throw makeServerError({ message: "Lift 2 is taken by a Lada." });
        });
        await mountPlanner();
        await dragPill(1, 0, lane(2));
        await animationFrame();
        expect(queryOne(pill(1)).closest("[data-row]").dataset.row).toBe("post_id:1");
        expect(pill(1)).toHaveClass("o_refused");
        expect(".o_notification").toHaveText(/Lift 2 is taken by a Lada/);
        await advanceTime(3000);
        await animationFrame();
        expect(pill(1)).not.toHaveClass("o_refused");
    });

    test("moves of one pill wait for each other; a refusal drops those behind it", async () => {
        const answers = [new Deferred(), new Deferred()];
        let count = 0;
        onRpc("web_save", async ({ args }) => {
            expect.step(args[1].start);
            await answers[count++];
            throw makeServerError({ message: "No." });
        });
        await mountPlanner();
        await dragPill(1, 1);
        await dragPill(1, 1);
        expect.verifySteps(["2035-01-08 10:00:00"]);
        answers[0].resolve();
        await animationFrame();
        await animationFrame();
        expect.verifySteps([]);
        expect(".o_notification").toHaveCount(1);
        const offset =
            queryOne(pill(2)).getBoundingClientRect().x -
            queryOne(pill(1)).getBoundingClientRect().x;
        expect(Math.round(offset / hourWidth())).toBe(5);
    });

    test("Ctrl+Z takes a move back", async () => {
        onRpc("web_save", ({ args }) => expect.step(args[1].start));
        await mountPlanner();
        await dragPill(1, 1);
        await animationFrame();
        await press(["Control", "z"]);
        await animationFrame();
        expect.verifySteps(["2035-01-08 10:00:00", "2035-01-08 09:00:00"]);
    });

    test("mechanics are linked and unlinked one by one", async () => {
        onRpc("web_save", ({ args }) => expect.step(args[1]));
        await mountPlanner();
        await contains(".o_auto_planner_rows").click();
        await contains(".o-dropdown-item:contains(Both)").click();
        await animationFrame();
        expect(queryAll(pill(1))).toHaveLength(2);
        expect(queryAllTexts(".o_auto_planner_section")).toHaveLength(2);
        queryAll(pill(1))[1].focus();
        await contains(queryAll(pill(1))[1]).click();
        await keyDown(["Shift", "ArrowDown"]);
        await animationFrame();
        expect.verifySteps([
            {
                mechanic_ids: [
                    [3, 1],
                    [4, 2],
                ],
            },
        ]);
    });

    test("an undo brings back a mechanic who was there before", async () => {
        Booking._records[0].mechanic_ids = [1, 2];
        onRpc("web_save", ({ args }) => expect.step(args[1]));
        await mountPlanner();
        await showBoth();
        await contains(`${mechanicRow(1)} ${pill(1)}`).click();
        await press(["Shift", "ArrowDown"]);
        await animationFrame();
        expect.verifySteps([{ mechanic_ids: [[3, 1]] }]);
        await press(["Control", "z"]);
        await animationFrame();
        expect.verifySteps([{ mechanic_ids: [[6, 0, [1, 2]]] }]);
        expect(MockServer.env["booking"].browse(1)[0].mechanic_ids).toEqual([1, 2]);
        expect(`${mechanicRow(1)} ${pill(1)}`).toHaveCount(1);
        expect(`${mechanicRow(2)} ${pill(1)}`).toHaveCount(1);
    });

    test("an undo leaves the mechanics whom the move left", async () => {
        onRpc("web_save", ({ args }) => expect.step(args[1]));
        await mountPlanner();
        await showBoth();
        const source = `[data-row='post_id:1'] ${pill(1)}`;
        await dragPill(1, 1, `${mechanicRow(1)} .o_auto_planner_lane`, source);
        expect.verifySteps([
            { start: "2035-01-08 10:00:00", stop: "2035-01-08 12:00:00" },
        ]);
        await press(["Control", "z"]);
        await animationFrame();
        expect.verifySteps([
            { start: "2035-01-08 09:00:00", stop: "2035-01-08 11:00:00" },
        ]);
        expect(MockServer.env["booking"].browse(1)[0].mechanic_ids).toEqual([1]);
    });

    test("an undo goes back to another post", async () => {
        onRpc("web_save", ({ args }) => expect.step(args[1]));
        await mountPlanner();
        await dragPill(1, 0, lane(2));
        await press(["Control", "z"]);
        await animationFrame();
        expect.verifySteps([{ post_id: 2 }, { post_id: 1 }]);
        expect(queryOne(pill(1)).closest("[data-row]").dataset.row).toBe("post_id:1");
    });

    test("what is over is not dragged, nor moved by keys, and says so", async () => {
        onRpc("web_save", () => expect.step("web_save"));
        await mountPlanner({ arch: READONLY_ARCH });
        expect(pill(2)).toHaveClass("o_readonly");
        expect(`${pill(2)} .o_auto_planner_handle`).toHaveCount(0);
        expect(pill(1)).not.toHaveClass("o_readonly");
        expect(`${pill(1)} .o_auto_planner_handle`).toHaveCount(2);
        await dragBy(pill(2), { x: 2 * hourWidth() }, () => {
            expect(".o_auto_planner_ghost").toHaveCount(0);
        });
        expect(".o_notification").toHaveText(/BMW cannot be moved/);
        await contains(pill(2)).click();
        await press("+");
        await keyDown(["Shift", "ArrowRight"]);
        await animationFrame();
        expect.verifySteps([]);
        expect(".o_notification").toHaveCount(3);
    });

    test("a move is not undone once it is over", async () => {
        onRpc("web_save", () => expect.step("web_save"));
        onRpc("planner_side_list", () => ({ length: 0, records: [] }));
        const tell = mockBus();
        await mountPlanner({
            arch: READONLY_ARCH.replace("<planner ", '<planner bus="changed" '),
        });
        await dragPill(1, 1);
        await animationFrame();
        expect.verifySteps(["web_save"]);
        MockServer.env["booking"].write([1], { state: "confirmed" });
        tell({ ids: [1] });
        await advanceTime(200);
        await animationFrame();
        await press(["Control", "z"]);
        await animationFrame();
        expect.verifySteps([]);
        expect(".o_notification:contains(cannot be moved)").toHaveCount(1);
    });

    test("of what has changed only its rows are read, and those it left", async () => {
        const asked = [];
        onRpc("planner_read", function (params) {
            asked.push(params.kwargs);
            return plannerRead.call(this, params);
        });
        onRpc("planner_side_list", () => ({ length: 0, records: [] }));
        const tell = mockBus();
        await mountPlanner({ arch: LIST_ARCH });
        await dragPill(1, 0, lane(2));
        tell({ ids: [1] });
        await advanceTime(200);
        await animationFrame();
        expect(asked).toHaveLength(2);
        expect(asked[0].ids).toBe(undefined);
        expect(asked[1].ids).toEqual([1]);
        expect(asked[1].touched).toEqual({ post_id: [1, 2] });
    });

    test("what another company has changed is not read", async () => {
        onRpc("planner_read", () => expect.step("planner_read"));
        onRpc("planner_side_list", () => ({ length: 0, records: [] }));
        const tell = mockBus();
        await mountPlanner({ arch: LIST_ARCH });
        expect.verifySteps(["planner_read"]);
        tell({ ids: [1], company_id: 99 });
        await advanceTime(200);
        expect.verifySteps([]);
        tell({ ids: [1], company_id: user.activeCompanies[0].id });
        await advanceTime(200);
        expect.verifySteps(["planner_read"]);
    });

    test("a pill that is let go off the board stays", async () => {
        onRpc("web_save", () => expect.step("web_save"));
        await mountPlanner();
        await dragBy(pill(1), { x: 60, y: -5000 });
        await dragBy(pill(1), { x: -5000, y: 0 });
        expect.verifySteps([]);
        expect(pill(1)).not.toHaveClass("o_dragged");
    });

    test("a pill that vanishes under the pointer moves nothing", async () => {
        onRpc("web_save", () => expect.step("web_save"));
        const tell = mockBus();
        onRpc("planner_side_list", () => ({ length: 0, records: [] }));
        await mountPlanner({ arch: LIST_ARCH });
        await dragBy(pill(1), { x: 2 * hourWidth() }, async () => {
            MockServer.env["booking"].unlink([1]);
            tell({ ids: [1] });
            await advanceTime(200);
            await animationFrame();
            expect(pill(1)).toHaveCount(0);
        });
        expect.verifySteps([]);
        expect(".o_auto_planner_ghost").toHaveCount(0);
    });

    test("a dialog to cancel what has vanished meanwhile says so", async () => {
        const tell = mockBus();
        onRpc("planner_side_list", () => ({ length: 0, records: [] }));
        await mountPlanner({
            arch: CANCEL_ARCH.replace("<planner ", '<planner bus="changed" '),
        });
        await manuallyDispatchProgrammaticEvent(queryOne(pill(1)), "contextmenu", {
            clientX: 50,
            clientY: 50,
        });
        await animationFrame();
        MockServer.env["booking"].unlink([1]);
        tell({ ids: [1] });
        await advanceTime(200);
        await animationFrame();
        await contains(".o_auto_planner_menu button[name=action_cancel]").click();
        expect(".modal").toHaveCount(0);
        expect(".o_notification").toHaveText(/not on the board any more/);
    });

    test("a page that cannot be turned leaves the board as it was", async () => {
        expect.errors(1);
        let isBroken = false;
        onRpc("planner_read", function (params) {
            if (isBroken) {
                throw makeServerError({ message: "The server is tired." });
            }
            return plannerRead.call(this, params);
        });
        const tell = mockBus();
        onRpc("planner_side_list", () => ({ length: 0, records: [] }));
        await mountPlanner({ arch: LIST_ARCH });
        isBroken = true;
        await press("ArrowRight");
        await animationFrame();
        await animationFrame();
        expect.verifyErrors(["The server is tired."]);
        expect(".o_auto_planner_title").toHaveText(/8 January/);
        isBroken = false;
        MockServer.env["booking"].write([1], { name: "Kia Rio" });
        tell({ ids: [1] });
        await advanceTime(200);
        await animationFrame();
        expect(pill(1)).toHaveText("Kia Rio");
        expect(".o_auto_planner_pill").toHaveCount(2);
    });

    test("only the server's own refusals are told as such", async () => {
        expect.errors(1);
        onRpc("web_save", () => {
            throw makeServerError({
                errorName: "odoo.other.Fault",
                message: "Broken.",
            });
        });
        await mountPlanner();
        await dragPill(1, 1);
        await animationFrame();
        expect.verifyErrors(["Broken."]);
        expect(".o_notification").toHaveCount(0);
    });

    test("a day on which something begins is shown, closed or not", async () => {
        onRpc("planner_read", function (params) {
            const result = plannerRead.call(this, params);
            const [, , start, stop] = params.args;
            result.closed.post_id = { 1: [[start, stop]], 2: [[start, stop]] };
            return result;
        });
        await mountPlanner();
        await contains("[data-scale=week]").click();
        await animationFrame();
        expect(".o_auto_planner_day").toHaveCount(1);
        MockServer.env["booking"].write([2], {
            start: "2035-01-13 14:00:00",
            stop: "2035-01-13 15:00:00",
        });
        await contains(".o_auto_planner_today").click();
        await animationFrame();
        expect(queryAllTexts(".o_auto_planner_day_label > span:first-child")).toEqual([
            "Mon 8 Jan",
            "Sat 13 Jan",
        ]);
    });

    test("arrows scroll the board that has the focus", async () => {
        await mountPlanner();
        queryOne(".o_auto_planner_board").focus();
        await press("ArrowRight");
        await animationFrame();
        expect(".o_auto_planner_title").toHaveText(/8 January/);
    });

    test("the delete key does what the button of the menu may", async () => {
        await mountPlanner({ arch: CANCEL_ARCH });
        await contains(pill(2)).click();
        await press("Delete");
        await animationFrame();
        expect(".modal").toHaveCount(0);
        await contains(pill(1)).click();
        await press("Delete");
        await animationFrame();
        expect(".modal").toHaveText(/its place becomes free/);
    });

    test("who may not write is offered nothing that does", async () => {
        await mountPlanner({
            arch: CANCEL_ARCH.replace("<planner ", '<planner edit="0" '),
        });
        await contains(pill(1)).click();
        await press("Delete");
        await animationFrame();
        expect(".modal").toHaveCount(0);
        await manuallyDispatchProgrammaticEvent(queryOne(pill(1)), "contextmenu", {
            clientX: 50,
            clientY: 50,
        });
        await animationFrame();
        expect(queryAllTexts(".o_auto_planner_menu button")).toEqual(["Open"]);
    });

    test("grouping makes rows, and only fields that may be written take drops", async () => {
        await mountPlanner({ groupBy: ["state"] });
        expect(queryAllTexts(".o_auto_planner_row_name > span:first-child")).toEqual([
            "Tentative",
            "Confirmed",
        ]);
        expect(".o_auto_planner_rows").toHaveCount(0);
    });

    test("arrows turn pages, t comes back", async () => {
        await mountPlanner();
        expect(".o_auto_planner_title").toHaveText(/8 January/);
        await press("ArrowRight");
        await animationFrame();
        expect(".o_auto_planner_title").toHaveText(/9 January/);
        expect(".o_auto_planner_pill").toHaveCount(0);
        expect(".o_auto_planner_hint").toHaveText(/Nothing is booked/);
        await press("t");
        await animationFrame();
        expect(".o_auto_planner_title").toHaveText(/8 January/);
    });

    test("a month shows load and opens a day", async () => {
        await mountPlanner();
        await contains("[data-scale=month]").click();
        expect(queryAllTexts(".o_auto_planner_cell").filter(Boolean)).toEqual([
            "25",
            "50",
        ]);
        await contains(".o_auto_planner_cell:contains(25)").click();
        await animationFrame();
        expect(".o_auto_planner_title").toHaveText(/8 January/);
    });

    test("a model that knows nothing of planners has one", async () => {
        onRpc("web_save", ({ args }) => expect.step(args));
        await mountPlanner({
            resModel: "lesson",
            arch: `
                <planner date_start="begin" date_stop="end" snap="30" scales="day,week">
                    <row fields="hall" string="Halls"/>
                    <templates><t t-name="pill"><field name="name"/></t></templates>
                </planner>`,
        });
        expect(queryAllTexts(".o_auto_planner_row_name > span:first-child")).toEqual([
            "Red hall",
            "Blue hall",
        ]);
        expect(".o_auto_planner_rows").toHaveCount(0);
        expect(".o_auto_planner_side_list").toHaveCount(0);
        expect("[data-scale]").toHaveCount(2);
        await contains(pill(1)).click();
        await keyDown(["Shift", "ArrowRight"]);
        await animationFrame();
        expect.verifySteps([
            [[1], { begin: "2035-01-08 09:30:00", end: "2035-01-08 11:30:00" }],
        ]);
        await keyDown(["Shift", "ArrowDown"]);
        await animationFrame();
        expect.verifySteps([[[1], { hall: "blue" }]]);
        expect(queryOne(pill(1)).closest("[data-row]").dataset.row).toBe("hall:blue");
    });

    test("who may not write moves nothing", async () => {
        onRpc("web_save", () => expect.step("web_save"));
        await mountPlanner({
            arch: ARCH.replace("<planner ", '<planner edit="0" create="0" '),
        });
        await dragPill(1, 2);
        await contains(pill(1)).click();
        await keyDown(["Shift", "ArrowRight"]);
        await press("+");
        await animationFrame();
        expect.verifySteps([]);
        expect(".o_auto_planner_new").toHaveCount(0);
        expect(".o_auto_planner_handle").toHaveCount(0);
    });

    test("the day that is shown is printed", async () => {
        onRpc("print_day", ({ args }) => {
            expect.step(args);
            return { type: "ir.actions.report" };
        });
        mockService("action", {
            doAction: (action) => expect.step(action.type),
        });
        await mountPlanner({
            arch: ARCH.replace("<planner ", '<planner print="print_day" '),
        });
        await contains(".o_auto_planner_print").click();
        expect.verifySteps([["2035-01-08"], "ir.actions.report"]);
    });

    test("without a method to print with there is no button for it", async () => {
        await mountPlanner();
        expect(".o_auto_planner_print").toHaveCount(0);
    });

    test("plus and minus make it longer and shorter", async () => {
        onRpc("web_save", ({ args }) => expect.step(args[1]));
        await mountPlanner();
        await contains(pill(1)).click();
        await press("+");
        await animationFrame();
        await press("-");
        await animationFrame();
        expect.verifySteps([
            { stop: "2035-01-08 11:15:00" },
            { stop: "2035-01-08 11:00:00" },
        ]);
    });

    test("an undo goes to the day on which it was done", async () => {
        await mountPlanner();
        await dragPill(1, 1);
        await press("ArrowRight");
        await animationFrame();
        expect(".o_auto_planner_title").toHaveText(/9 January/);
        await press(["Control", "z"]);
        await animationFrame();
        await animationFrame();
        expect(".o_auto_planner_title").toHaveText(/8 January/);
        expect(MockServer.env["booking"].browse(1)[0].start).toBe(
            "2035-01-08 09:00:00"
        );
    });

    test("only rows in sight are drawn", async () => {
        Post._records = Array.from({ length: 200 }, (_, index) => ({
            id: index + 1,
            name: `Lift ${index + 1}`,
        }));
        await mountPlanner();
        const drawn = queryAll(".o_auto_planner_row").length;
        expect(drawn).toBeGreaterThan(5);
        expect(drawn).toBeLessThan(60);
        queryOne(".o_auto_planner_board").scrollTop = 5000;
        await animationFrame();
        await animationFrame();
        expect(".o_auto_planner_row[data-row='post_id:1']").toHaveCount(0);
        expect(".o_auto_planner_row[data-row='post_id:100']").toHaveCount(1);
    });

    test("what others change is read, and an older answer changes nothing", async () => {
        const tell = mockBus();
        onRpc("planner_side_list", () => ({ length: 0, records: [] }));
        const slow = new Deferred();
        let partial = 0;
        onRpc("planner_read", async function (params) {
            const result = plannerRead.call(this, params);
            if (params.kwargs.ids && ++partial === 1) {
                await slow;
            }
            return result;
        });
        await mountPlanner({ arch: LIST_ARCH });
        const booking = MockServer.env["booking"];
        booking.write([1], { post_id: 2 });
        tell({ ids: [1] });
        await advanceTime(200);
        booking.write([1], { post_id: 1, name: "Kia Rio" });
        tell({ ids: [1] });
        await advanceTime(200);
        await animationFrame();
        expect(pill(1)).toHaveText("Kia Rio");
        slow.resolve();
        await animationFrame();
        await animationFrame();
        expect(pill(1)).toHaveText("Kia Rio");
        expect(queryOne(pill(1)).closest("[data-row]").dataset.row).toBe("post_id:1");
        booking.unlink([1]);
        tell({ ids: [1] });
        await advanceTime(200);
        await animationFrame();
        expect(pill(1)).toHaveCount(0);
    });

    test("cards have a menu, and a refused one is in the list again", async () => {
        onRpc("planner_side_list", () => ({ length: 1, records: [CARD] }));
        const answer = new Deferred();
        onRpc("planner_plan", async ({ args }) => {
            expect.step(args.slice(0, 2));
            await answer;
            throw makeServerError({ message: "Lift 2 is taken." });
        });
        await mountPlanner({ arch: LIST_ARCH });
        await runAllTimers();
        await contains(".o_auto_planner_card").click();
        expect(queryAllTexts(".o_auto_planner_menu button")).toEqual([
            "Choose a time…",
            "Open the order",
        ]);
        await contains(".o_auto_planner_menu button[name=plan]").click();
        expect(".modal .o_field_widget[name=name] input").toHaveValue("Seven");
        await contains(".modal .btn-close").click();
        const from = queryOne(".o_auto_planner_card").getBoundingClientRect();
        const to = queryOne(lane(2)).getBoundingClientRect();
        const x = queryOne(pill(1)).getBoundingClientRect().x + 1;
        const event = (type, point) =>
            manuallyDispatchProgrammaticEvent(queryOne(".o_auto_planner_card"), type, {
                clientX: point.x,
                clientY: point.y,
                button: 0,
                pointerId: 1,
                pointerType: "mouse",
            });
        await event("pointerdown", { x: from.x + 5, y: from.y + 5 });
        await event("pointermove", { x: from.x + 20, y: from.y + 5 });
        await event("pointermove", { x, y: to.y + 5 });
        await animationFrame();
        expect(".o_auto_planner_ghost").toHaveText("09:00 – 11:00");
        await event("pointerup", { x, y: to.y + 5 });
        await animationFrame();
        expect.verifySteps([
            [
                "order-7",
                {
                    start: "2035-01-08 09:00:00",
                    stop: "2035-01-08 11:00:00",
                    post_id: 2,
                },
            ],
        ]);
        expect(".o_auto_planner_card").toHaveCount(0);
        expect(".o_placeholder").toHaveCount(1);
        answer.resolve();
        await animationFrame();
        await animationFrame();
        expect(".o_placeholder").toHaveCount(0);
        expect(".o_auto_planner_card").toHaveCount(1);
        expect(".o_notification").toHaveText(/Lift 2 is taken/);
    });

    test("without a board a card goes nowhere", async () => {
        Post._records = [];
        Booking._records = [];
        onRpc("planner_side_list", () => ({ length: 1, records: [CARD] }));
        onRpc("planner_plan", () => expect.step("planner_plan"));
        await mountPlanner({ arch: LIST_ARCH });
        await runAllTimers();
        await dragBy(".o_auto_planner_card", { x: 400, y: 100 });
        expect.verifySteps([]);
    });

    test("a planned card stays away until the list knows, and its undo looks first", async () => {
        const list = { length: 1, records: [CARD] };
        const later = new Deferred();
        const answers = [list, later];
        onRpc("planner_side_list", () => answers.shift());
        onRpc("planner_plan", function ({ args }) {
            const booking = this.env["booking"];
            const [id] = booking.create([{ name: "Seven", ...args[1] }]);
            return booking.web_read([id], args[2]);
        });
        onRpc("planner_undo_plan", () => expect.step("undone"));
        const tell = mockBus();
        await mountPlanner({ arch: LIST_ARCH });
        await runAllTimers();
        const from = queryOne(".o_auto_planner_card").getBoundingClientRect();
        const to = queryOne(lane(2)).getBoundingClientRect();
        await dragBy(".o_auto_planner_card", {
            x: queryOne(pill(1)).getBoundingClientRect().x - from.x,
            y: to.y - from.y,
        });
        await animationFrame();
        const [{ id }] = MockServer.env["booking"].search_read([
            ["name", "=", "Seven"],
        ]);
        expect(pill(id)).toHaveCount(1);
        expect(".o_auto_planner_card").toHaveCount(0);
        await advanceTime(200);
        await animationFrame();
        await advanceTime(500); // the list is being read again
        await animationFrame();
        expect(".o_auto_planner_card").toHaveCount(0);
        later.resolve(list); // something is left of it
        await animationFrame();
        await animationFrame();
        expect(".o_auto_planner_card").toHaveCount(1);
        MockServer.env["booking"].write([id], { post_id: 1 });
        tell({ ids: [id] });
        await advanceTime(200);
        await animationFrame();
        await press(["Control", "z"]);
        await animationFrame();
        expect.verifySteps([]);
        expect(".o_notification:contains(Somebody has changed it)").toHaveCount(1);
    });

    test("what is worth a second look is told after a move", async () => {
        Booking._records[0].warning = "Lift 1 is closed then.";
        onRpc("planner_side_list", () => ({ length: 0, records: [] }));
        await mountPlanner({ arch: LIST_ARCH });
        await dragPill(1, 1);
        await animationFrame();
        expect(".o_notification").toHaveText(/Moved to .* Lift 1 is closed then\./);
    });

    test("a card takes as long as the pace of the row says", async () => {
        const card = { ...CARD, paces: { 200: 1, 100: 2 } };
        onRpc("planner_side_list", () => ({ length: 1, records: [card] }));
        onRpc("planner_read", function (params) {
            const result = plannerRead.call(this, params);
            result.rows.post_id[0].pace = "100";
            result.rows.post_id[1].pace = "200";
            return result;
        });
        const answer = new Deferred();
        onRpc("planner_plan", ({ args }) => {
            expect.step([args[1].start, args[1].stop]);
            return answer;
        });
        await mountPlanner({ arch: LIST_ARCH });
        await runAllTimers();
        const from = queryOne(".o_auto_planner_card").getBoundingClientRect();
        const x = queryOne(pill(1)).getBoundingClientRect().x - from.x;
        const y = (id) => queryOne(lane(id)).getBoundingClientRect().y - from.y;
        const width = hourWidth();
        await dragBy(".o_auto_planner_card", { x: x - 29, y: y(2) }, async () => {
            expect(".o_auto_planner_ghost").toHaveText("09:00 – 10:00");
            const ghost = queryOne(".o_auto_planner_ghost").getBoundingClientRect();
            expect(Math.round(ghost.width)).toBe(Math.round(width));
            expect(".o_auto_planner_flying").toHaveText(/1 h/);
        });
        expect.verifySteps([["2035-01-08 09:00:00", "2035-01-08 10:00:00"]]);
        const placeholder = queryOne(".o_placeholder").getBoundingClientRect();
        expect(Math.round(placeholder.width + 2)).toBe(Math.round(width));
        answer.resolve([
            {
                id: 7,
                display_name: "Seven",
                name: "Seven",
                start: "2035-01-08 09:00:00",
                stop: "2035-01-08 10:00:00",
                state: "tentative",
                mechanic_ids: [],
                post_id: { id: 2, display_name: "Lift 2" },
            },
        ]);
        await animationFrame();
        expect(Math.round(queryOne(pill(7)).getBoundingClientRect().width + 2)).toBe(
            Math.round(width)
        );
    });

    test("what is kept free after a record is drawn on rows that keep it", async () => {
        Booking._records[0].buffer = 30;
        await mountPlanner({
            arch: READONLY_ARCH.replace(
                "<planner ",
                '<planner buffer="buffer" buffer_rows="post_id" '
            ),
        });
        await showBoth();
        expect(".o_auto_planner_tail").toHaveCount(1);
        const tail = queryOne(`[data-row='post_id:1'] .o_auto_planner_tail`);
        const [box, own] = [tail, queryAll(pill(1))[0]].map((element) =>
            element.getBoundingClientRect()
        );
        expect(Math.round(box.width)).toBe(Math.round(hourWidth() / 2));
        expect(Math.abs(box.left - own.right)).toBeLessThan(2);
        expect(queryAll(pill(1))[0].contains(tail)).toBe(false);
    });

    test("what is over keeps nothing free", async () => {
        Booking._records[1].buffer = 30; // confirmed: in this arch it is over
        const arch = READONLY_ARCH.replace("<planner ", '<planner buffer="buffer" ');
        await mountPlanner({ arch });
        expect(".o_auto_planner_tail").toHaveCount(0);
    });

    test("a row shows its photo and its colour", async () => {
        onRpc("planner_read", function (params) {
            const result = plannerRead.call(this, params);
            Object.assign(result.rows.post_id[0], { color: 3, image: "/photo" });
            return result;
        });
        await mountPlanner();
        const head = (id) => `[data-row='post_id:${id}'] .o_auto_planner_row_head`;
        expect(`${head(1)} img`).toHaveAttribute("data-src", "/photo");
        expect(head(1)).toHaveClass("o_auto_planner_color_3");
        expect(getComputedStyle(queryOne(head(1))).boxShadow).toMatch(/inset/);
        expect(`${head(2)} img`).toHaveCount(0);
        expect(getComputedStyle(queryOne(head(2))).boxShadow).toBe("none");
    });

    test("groups that are no rows are told", async () => {
        await mountPlanner({ groupBy: ["start:day"] });
        expect(".o_notification").toHaveText(/no rows by Start/);
        expect(`[data-row='post_id:1']`).toHaveCount(1);
    });

    test("groups that are rows are not told of", async () => {
        await mountPlanner({ groupBy: ["state", "post_id"] });
        expect(".o_notification").toHaveCount(0);
        expect(`[data-row='state:confirmed']`).toHaveCount(1);
    });

    test("how late something is stands on it, and grows", async () => {
        await mountPlanner({
            arch: ARCH.replace(
                '<field name="name"/><b',
                `<field name="name"/><field name="start" widget="late" t-if="record.start.raw_value &lt; now"/><b`
            ),
        });
        expect(pill(1)).toHaveText(/1 h late/);
        expect(pill(2)).not.toHaveText(/late/);
        await advanceTime(25 * MINUTE);
        await animationFrame();
        expect(pill(1)).toHaveText(/1 h 25 min late/);
    });

    test("an absence has a name", async () => {
        onRpc("planner_read", function (params) {
            const absence = ["2035-01-08 12:00:00", "2035-01-08 14:00:00", "Repair"];
            return {
                ...plannerRead.call(this, params),
                absences: { post_id: { 2: [absence] } },
            };
        });
        await mountPlanner();
        expect(queryAllTexts(".o_auto_planner_absence")).toEqual(["Repair"]);
        expect(
            queryOne(".o_auto_planner_absence").closest("[data-row]").dataset.row
        ).toBe("post_id:2");
    });

    test("a free time has a menu that makes a record there", async () => {
        await mountPlanner();
        const { x, y } = queryOne(lane(2)).getBoundingClientRect();
        const point = { clientX: x + 3 * hourWidth(), clientY: y + 10 };
        await manuallyDispatchProgrammaticEvent(
            queryOne(lane(2)),
            "contextmenu",
            point
        );
        await animationFrame();
        await contains(".o_auto_planner_menu button[name=new]").click();
        expect(".modal .o_field_widget[name=post_id] input").toHaveValue("Lift 2");
        expect(".o_placeholder").toHaveCount(1);
        await contains(".modal .btn-close").click();
        expect(".o_placeholder").toHaveCount(0);
    });

    test("the menu offers what the state allows", async () => {
        await mountPlanner();
        await contains(pill(2)).click({ button: 2 });
        await manuallyDispatchProgrammaticEvent(queryOne(pill(2)), "contextmenu", {
            clientX: 50,
            clientY: 50,
        });
        await animationFrame();
        expect(queryAllTexts(".o_auto_planner_menu button")).toEqual(["Open"]);
    });

    test("without rows the view says what to do first", async () => {
        Post._records = [];
        Booking._records = [];
        await mountPlanner({ noContentHelp: "<p>Add a post</p>" });
        await runAllTimers();
        expect(".o_auto_planner_empty").toHaveText(/Add a post/);
    });
});
