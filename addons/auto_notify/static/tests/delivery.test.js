import {
    click,
    contains,
    defineMailModels,
    insertText,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    asyncStep,
    getService,
    onRpc,
    patchWithCleanup,
    waitForSteps,
} from "@web/../tests/web_test_helpers";
import { session } from "@web/session";

describe.current.tags("desktop");
defineMailModels();

beforeEach(() => {
    patchWithCleanup(session, {
        auto_notify_kinds: { telegram: { label: "Telegram", icon: "fa-telegram" } },
    });
});

const INFO = {
    id: 77,
    kind: "telegram",
    state: "queued",
    is_unsure: false,
    date: "2026-11-24 04:00:00",
    recipient: "Ivan Petrov",
    address: "4711",
    account: "@shop_bot",
    error: false,
};

const CHAT = {
    kind: "telegram",
    name: "Ivan Petrov",
    email: "",
    refusal: "",
    max_length: 4096,
};

/** A document in whose chatter there is a message to a customer. */
async function openDocument(info = {}, arch = undefined) {
    const pyEnv = await startServer();
    const partnerId = pyEnv["res.partner"].create({ name: "Ivan Petrov" });
    const messageId = pyEnv["mail.message"].create({
        body: "Your car is ready",
        message_type: "comment",
        model: "res.partner",
        res_id: partnerId,
    });
    await start();
    await openFormView("res.partner", partnerId, { arch });
    await contains(".o-mail-Message", { text: "Your car is ready" });
    const store = getService("mail.store");
    store["mail.notification"].insert({
        id: 5,
        mail_message_id: messageId,
        notification_status: "ready",
        notification_type: "auto_notify",
        auto_notify: { ...INFO, ...info },
    });
    return { messageId, partnerId, pyEnv, store };
}

/** What the outbox tells about a message, as its bus message says it. */
function tell(pyEnv, threadId, messageId, info) {
    pyEnv["bus.bus"]._sendone(
        pyEnv["res.partner"].browse(3)[0],
        "auto_notify/messages",
        [
            {
                id: messageId,
                thread: { model: "res.partner", id: threadId },
                notifications: [
                    {
                        id: 5,
                        notification_status: "ready",
                        auto_notify: { ...INFO, ...info },
                    },
                ],
            },
        ]
    );
}

test("a message tells its channel and its state", async () => {
    await openDocument({ state: "delivered" });
    await contains(".o_auto_notify_state.text-success i.fa-telegram");
    await contains(".o_auto_notify_state", { text: "TelegramDelivered" });
    await contains(".o-mail-Message-notification", { count: 0 });
    await click(".o_auto_notify_state");
    await contains(".o_auto_notify_popover", { text: "@shop_bot" });
    await contains(".o_auto_notify_popover dd", { text: "Ivan Petrov4711" });
    await contains(".o_auto_notify_popover .o_auto_notify_retry", { count: 0 });
});

test("states change while one looks", async () => {
    const { messageId, partnerId, pyEnv } = await openDocument();
    await contains(".o_auto_notify_state.text-muted", { text: "TelegramQueued" });
    tell(pyEnv, partnerId, messageId, { state: "sent" });
    await contains(".o_auto_notify_state.text-info", { text: "TelegramSent" });
    tell(pyEnv, partnerId, messageId, { state: "read" });
    await contains(".o_auto_notify_state.text-success", { text: "TelegramRead" });
});

test("a new message appears while one looks", async () => {
    const { partnerId, pyEnv } = await openDocument();
    const messageId = pyEnv["mail.message"].create({
        body: "Parts have arrived",
        message_type: "comment",
        model: "res.partner",
        res_id: partnerId,
    });
    tell(pyEnv, partnerId, messageId, {});
    await contains(".o-mail-Message", { text: "Parts have arrived" });
});

test("a failure says why and is sent again by a button", async () => {
    onRpc("auto.notify.message", "action_retry", ({ args, kwargs }) => {
        asyncStep(`retry ${args[0]} ${kwargs.context.auto_notify_warned || false}`);
        return true;
    });
    await openDocument({ state: "failed", error: "Blocked by the customer" });
    await contains(".o_auto_notify_state.text-danger", { text: "Not delivered" });
    await click(".o_auto_notify_failure .o_auto_notify_retry");
    await waitForSteps(["retry 77 false"]);
});

test("an unsure message is sent again after a warning only", async () => {
    onRpc("auto.notify.message", "action_retry", ({ kwargs }) => {
        asyncStep(`warned ${kwargs.context.auto_notify_warned}`);
        return true;
    });
    await openDocument({ state: "failed", is_unsure: true });
    await contains(".o_auto_notify_state", { text: "Not known whether sent" });
    await click(".o_auto_notify_failure .o_auto_notify_retry");
    await contains(".modal", {
        text: "It is not known whether the message has arrived. The customer may get it twice.",
    });
    await waitForSteps([]);
    await click(".modal .btn-primary");
    await waitForSteps(["warned true"]);
});

test("who may not see addresses has no buttons", async () => {
    const { store } = await openDocument();
    store["mail.notification"].get(5).auto_notify = {
        id: 77,
        kind: "telegram",
        state: "failed",
        is_unsure: false,
        date: false,
    };
    await contains(".o_auto_notify_failure");
    await contains(".o_auto_notify_retry", { count: 0 });
});

test("the composer says through which chat the message goes", async () => {
    onRpc("/mail/message/post", async (request) => {
        const { params } = await request.json();
        asyncStep(`chat ${params.post_data.notify_reply}`);
        expect(params.post_data.partner_emails).toBe(undefined);
    });
    const { partnerId, store } = await openDocument();
    const thread = store.Thread.get({ model: "res.partner", id: partnerId });
    await click("button", { text: "Send message" });
    thread.autoNotifyChat = { ...CHAT, partner_id: partnerId };
    thread.suggestedRecipients = [
        { name: "Ivan Petrov", partner_id: partnerId, email: false },
    ];
    await contains(".o_auto_notify_chat", { text: "Telegram → Ivan Petrov" });
    await contains(".o-mail-RecipientsInput .o_tag", { count: 0 });
    await insertText(".o-mail-Composer-input", "Come at ten");
    await click(".o-mail-Composer-send:enabled");
    await waitForSteps(["chat true"]);
});

test("the chat can be switched off for one message", async () => {
    onRpc("/mail/message/post", async (request) => {
        const { params } = await request.json();
        asyncStep(`chat ${params.post_data.notify_reply}`);
    });
    const { partnerId, store } = await openDocument();
    const thread = store.Thread.get({ model: "res.partner", id: partnerId });
    await click("button", { text: "Send message" });
    thread.autoNotifyChat = { ...CHAT, partner_id: partnerId };
    await click(".o_auto_notify_chat input");
    await contains(".o_auto_notify_chat_hint", {
        text: "Not by the chat this time: by e-mail to those below.",
    });
    await insertText(".o-mail-Composer-input", "Come at ten");
    await click(".o-mail-Composer-send:enabled");
    await waitForSteps(["chat false"]);
    await contains(".o-mail-Composer", { count: 0 });
    expect(thread.isAutoNotifyOff).toBe(false);
});

test("a closed chat says why", async () => {
    const { partnerId, store } = await openDocument();
    await click("button", { text: "Send message" });
    const thread = store.Thread.get({ model: "res.partner", id: partnerId });
    thread.autoNotifyChat = {
        ...CHAT,
        partner_id: partnerId,
        refusal: "The customer has blocked us in this messenger.",
    };
    await contains(".o_auto_notify_chat_hint", {
        text: "The customer has blocked us in this messenger.",
    });
    await contains(".o_auto_notify_chat input:disabled:not(:checked)");
});
