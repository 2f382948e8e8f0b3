import { registry } from "@web/core/registry";

import { PlannerArchParser } from "./planner_arch_parser";
import { PlannerController } from "./planner_controller";
import { PlannerModel } from "./planner_model";
import { PlannerRenderer } from "./planner_renderer";

export const plannerView = {
    type: "planner",
    ArchParser: PlannerArchParser,
    Controller: PlannerController,
    Model: PlannerModel,
    Renderer: PlannerRenderer,
    buttonTemplate: "auto_planner.PlannerButtons",
    searchMenuTypes: ["filter", "groupBy", "favorite"],

    props: (genericProps, view) => {
        const { ArchParser, Model, Renderer, buttonTemplate } = view;
        const { arch, relatedModels, resModel } = genericProps;
        return {
            ...genericProps,
            archInfo: new ArchParser().parse(arch, relatedModels, resModel),
            buttonTemplate: genericProps.buttonTemplate || buttonTemplate,
            Model,
            Renderer,
        };
    },
};

registry.category("views").add("planner", plannerView);
