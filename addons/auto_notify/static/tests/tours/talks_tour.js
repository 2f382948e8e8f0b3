import { registry } from "@web/core/registry";

const ROW = ".o_auto_talks_list .o_kanban_record:contains(Ivan Petrov)";

registry.category("web_tour.tours").add("auto_notify_talks", {
    steps: () => [
        {
            content: "who has unread conversations sees how many, wherever he is",
            trigger: ".o_auto_talks_count:contains(1)",
            run: "click",
            timeout: 60000,
        },
        {
            content: "unread, with the last words",
            trigger: `${ROW}:contains(When is it ready)`,
            run: "click",
        },
        {
            content: "it is open on the right, the list says so",
            trigger: ".o_auto_talk_open:contains(Ivan Petrov)",
        },
        {
            content: "read: nothing is unread any more",
            trigger: "body:not(:has(.o_auto_talks_count))",
        },
        {
            content: "the talk, with the customer's words",
            trigger: ".o_auto_talks_pane .o-mail-Message:contains(When is it ready)",
        },
        {
            content: "the answer can be typed at once",
            trigger: ".o_auto_talks_pane .o-mail-Composer-input",
            run: "edit At six",
        },
        {
            trigger: ".o_auto_talks_pane .o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "it goes by the messenger",
            trigger:
                ".o_auto_talks_pane .o-mail-Message:contains(At six) .o_auto_notify_state[data-state=queued]",
        },
        {
            content: "the list knows, and the next answer can be typed",
            trigger: `${ROW}:contains(We: At six)`,
        },
        {
            trigger: ".o_auto_talks_pane .o-mail-Composer-input",
        },
        {
            content: "the title is the list's",
            trigger: ".o_breadcrumb:contains(Conversations)",
        },
    ],
});
