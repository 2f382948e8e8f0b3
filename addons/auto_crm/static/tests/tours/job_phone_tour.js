import { registry } from "@web/core/registry";

const CARD = ".o_auto_job_kanban .o_kanban_record:contains(Replace front pads)";

registry.category("web_tour.tours").add("auto_crm_job_phone", {
    steps: () => [
        {
            content: "what he has found can be told from the card",
            trigger: `${CARD} button[name=action_open_recommend]`,
            timeout: 60000,
        },
        { trigger: `${CARD} button[name=action_start]`, run: "click" },
        { trigger: `${CARD} button[name=action_done]`, run: "click" },
        {
            content: "what was done today stays in sight, and can be undone",
            trigger: `${CARD} button[name=action_reopen]`,
            run: "click",
        },
        { trigger: `${CARD} button[name=action_done]` },
        { trigger: `${CARD} .fw-bold:contains(Replace front pads)`, run: "click" },
        {
            content: "the form shows it, not behind three dots",
            trigger:
                ".o_form_view [name=phone_buttons] button[name=action_open_recommend]",
            run: "click",
        },
        { trigger: ".modal .o_form_view .o_field_widget" },
        { trigger: ".modal .btn-close, .modal .oi-arrow-left", run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ],
});
