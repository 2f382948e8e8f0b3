import { registry } from "@web/core/registry";
import { addLoadingEffect } from "@web/core/utils/ui";
import { Interaction } from "@web/public/interaction";

/** A form is sent once: its button rests until the page answers. */
export class AutoPortalForm extends Interaction {
    static selector = ".o_auto_form";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
    };

    onSubmit(ev) {
        const button = this.el.querySelector("button[type='submit']");
        if (button.disabled) {
            ev.preventDefault();
            return;
        }
        // After the browser has taken the form, or a disabled button would stop it.
        this.waitForTimeout(() => {
            const restore = addLoadingEffect(button);
            // Coming back by the browser's cache finds the page as it was left.
            this.addListener(window, "pageshow", restore);
        }, 0);
    }
}

registry.category("public.interactions").add("auto_crm.portal_form", AutoPortalForm);
