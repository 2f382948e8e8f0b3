import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("auto_loyalty_bonus_pay", {
    steps: () => [
        {
            content: "the order says how many bonuses pay for it",
            trigger: "div[name=bonus_offer]:contains(1,240, pay up to 600)",
            timeout: 60000,
        },
        {
            trigger: "button[name=action_open_bonus_pay]",
            run: "click",
        },
        {
            content: "all that the order takes is filled in, he wants fewer",
            trigger: ".modal .o_field_widget[name=points] input:value(600.00)",
            run: "edit 412",
        },
        {
            trigger: ".modal button[name=action_pay]",
            run: "click",
        },
        {
            content: "the order says what is paid with bonuses",
            trigger: ".o_field_widget[name=bonus_spent]:contains(412)",
        },
        {
            content: "and works, bonuses and the total make sense",
            trigger: "[name=totals_by_kind]:contains(3,000.00):contains(412.00)",
        },
        {
            trigger: "[name=tax_totals]:contains(2,588.00)",
        },
    ],
});
