import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { queryAllTexts } from "@odoo/hoot-dom";
import { contains, getService, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { inboxNotificationService } from "@auto_notify/backend/inbox_notification";

describe.current.tags("desktop");
defineMailModels();

const TOAST = ".o_auto_notify_incoming";

/** Starts the service with a bus that hands back what it is subscribed to. */
async function start() {
    const handlers = {};
    const actions = [];
    await mountWithCleanup(MainComponentsContainer);
    inboxNotificationService.start(
        {},
        {
            action: { doAction: (action) => actions.push(action) },
            bus_service: {
                subscribe: (name, handler) => (handlers[name] = handler),
                start: () => expect.step("bus started"),
            },
            notification: getService("notification"),
        }
    );
    const receive = async (payload) => {
        handlers["auto_notify.incoming"](payload);
        await animationFrame();
    };
    return { actions, receive };
}

test("a message is shown at once, and its deal opens", async () => {
    const { actions, receive } = await start();
    expect.verifySteps(["bus started"]);
    await receive({
        lead_id: 7,
        title: "Vanya (Telegram)",
        text: "Is it <b>ready</b>?",
        deal: "Brakes",
    });
    expect(`${TOAST} .o_notification_content`).toHaveText(
        "Vanya (Telegram): Brakes. Is it <b>ready</b>?"
    );
    await contains(`${TOAST} button:contains(Open)`).click();
    expect(actions).toHaveLength(1);
    expect(actions[0].res_model).toBe("crm.lead");
    expect(actions[0].res_id).toBe(7);
    await animationFrame();
    expect(TOAST).toHaveCount(0);
});

test("a deal has one notification, with the last words", async () => {
    const { receive } = await start();
    expect.verifySteps(["bus started"]);
    await receive({ lead_id: 7, title: "Vanya", text: "One", deal: "A" });
    await receive({ lead_id: 8, title: "Anna", text: "Other", deal: "B" });
    await receive({ lead_id: 7, title: "Vanya", text: "Two", deal: "A" });
    expect(queryAllTexts(`${TOAST} .o_notification_content`).sort()).toEqual([
        "Anna: B. Other",
        "Vanya: A. Two",
    ]);
});
