import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("auto_crm_portal_reading", {
    url: "/my",
    steps: () => [
        {
            content: "open the car from the home page",
            trigger: ".o_auto_garage .o_auto_vehicle_row",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "type less than the last reading",
            trigger: "#mileage input[name='odometer']",
            run: "edit 100",
        },
        {
            trigger: "#mileage button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the reason stands beside the field and the number is kept",
            trigger:
                "#mileage:has(.invalid-feedback:contains(The last reading is)) input:value(100)",
            run: "edit 81200",
        },
        {
            trigger: "#mileage button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains(mileage is kept)" },
        { trigger: "#mileage:contains(81,200)" },
        {
            content: "the bar at the bottom leads home",
            trigger: ".o_auto_bar a[name='home']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".o_auto_garage" },
    ],
});

const sign = (page) => [
    {
        content: "wait for the signature to be drawn",
        trigger: ".modal.show canvas.o_web_sign_signature",
        run: "canvasNotEmpty",
    },
    {
        trigger: ".modal.show .o_portal_sign_submit:enabled",
        run: "click",
        expectUnloadPage: true,
    },
    { trigger: page, timeout: 60000 }, // the signed paper is printed first
];

registry.category("web_tour.tours").add("auto_crm_portal_sign", {
    url: "/my",
    steps: () => [
        {
            content: "open the estimate to agree",
            trigger: ".o_auto_garage [name='to_agree'] a",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#portal_sale_content .o_auto_plate" },
        {
            trigger: "#sale_order_sidebar_button a[data-bs-target='#modalaccept']",
            run: "click",
        },
        ...sign("#quote_content:contains(Thank You)"),
        { trigger: "#consents" },
    ],
});

registry.category("web_tour.tours").add("auto_crm_portal_sign_extra", {
    url: "/my",
    steps: () => [
        {
            content: "open the order with extra work",
            trigger: ".o_auto_garage [name='to_agree'] a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "[name='extra'] a[data-bs-target='#modalextra']",
            run: "click",
        },
        ...sign("#quote_content:contains(You have agreed to the extra work)"),
    ],
});

registry.category("web_tour.tours").add("auto_crm_portal_add_car", {
    url: "/my/cars",
    steps: () => [
        {
            trigger: "a[name='add_car']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "send the form empty",
            trigger: "form[name='add_car'] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: "#auto_license_plate_error" },
        {
            trigger: "#auto_license_plate",
            run: "edit К010ОО77",
        },
        {
            trigger: "#auto_car",
            run: "edit Testla Rio",
        },
        {
            trigger: "form[name='add_car'] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        { trigger: ".alert-success:contains(The car is added)" },
    ],
});
