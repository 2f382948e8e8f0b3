import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("auto_notify_reply", {
    steps: () => [
        {
            content: "an answer is due",
            trigger: ".o-mail-Activity:contains(Answer Vanya)",
            timeout: 60000, // the chatter loads after the form
        },
        {
            content: "answer the customer",
            trigger: ".o-mail-Chatter-sendMessage",
            run: "click",
        },
        {
            content: "it says through which chat the message goes",
            trigger: ".o_auto_notify_chat_title:contains(Telegram → Ivan Petrov)",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "edit We wait for you until 20:00",
        },
        {
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "the state stands on this very message",
            trigger:
                ".o-mail-Message:contains(We wait for you) .o_auto_notify_state[data-state=queued]:contains(Telegram)",
            run: "click",
        },
        {
            content: "and is due no more",
            trigger:
                ".o-mail-Chatter:not(:has(.o-mail-Activity:contains(Answer Vanya)))",
        },
        {
            content: "the popover tells the person",
            trigger: ".o_auto_notify_popover:contains(Ivan Petrov)",
        },
        {
            content: "write by another channel",
            trigger: "button[name=action_notify_compose]",
            run: "click",
        },
        {
            trigger: ".o_auto_notify_channels [data-kind=sms] input",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=body] textarea",
            run: "edit Ваша машина готова",
        },
        {
            content: "SMS are counted",
            trigger: ".o_auto_notify_length:contains(18 characters · 1 SMS)",
        },
        {
            trigger: ".modal button[name=action_send]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
