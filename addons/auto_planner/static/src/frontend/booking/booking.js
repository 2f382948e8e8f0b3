import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * Another day is shown without loading the whole page; without scripts it is a link. A
 * time is sent once, however often its button is pressed.
 */
export class AutoBookTime extends Interaction {
    static selector = ".o_auto_book_time";
    dynamicContent = {
        _root: { "t-on-click": this.onClick, "t-on-submit": this.onSubmit },
        // coming back by the browser's cache finds the page as it was left
        _window: { "t-on-pageshow": () => (this.isSent = false) },
    };

    setup() {
        this.request = 0;
        this.isSent = false;
    }

    start() {
        this.showChosenDay();
    }

    onClick(ev) {
        const day = ev.target.closest(".o_auto_book_day");
        if (day) {
            ev.preventDefault();
            return this.showDay(day.href);
        }
    }

    onSubmit(ev) {
        if (this.isSent) {
            ev.preventDefault();
        }
        this.isSent = true; // no button is disabled: the pressed one tells the time
    }

    async showDay(url) {
        const request = ++this.request;
        this.el.setAttribute("aria-busy", "true");
        let times;
        try {
            const response = await this.waitFor(fetch(url));
            const text = await this.waitFor(response.text());
            const page = new DOMParser().parseFromString(text, "text/html");
            times = response.ok && page.querySelector(".o_auto_book_time");
        } catch {
            times = null;
        }
        if (request !== this.request) {
            return; // another day has been chosen meanwhile
        }
        if (!times) {
            window.location.href = url;
            return;
        }
        const left = this.el.querySelector(".o_auto_book_days")?.scrollLeft;
        this.el.replaceChildren(...times.childNodes);
        this.el.removeAttribute("aria-busy");
        const day = this.getChosenDay();
        if (day) {
            day.parentElement.scrollLeft = left;
            day.focus({ preventScroll: true });
        }
    }

    /** The link of the day that is shown; null when there is no free time at all. */
    getChosenDay() {
        return this.el.querySelector(".o_auto_book_day[aria-current]");
    }

    showChosenDay() {
        const day = this.getChosenDay();
        const days = day?.parentElement;
        if (
            days &&
            day.offsetLeft + day.offsetWidth > days.scrollLeft + days.clientWidth
        ) {
            days.scrollLeft = day.offsetLeft - days.clientWidth / 2;
        }
    }
}

/** Of one's own car only what fits it can be chosen; without scripts the server says so. */
export class AutoBookWork extends Interaction {
    static selector = ".o_auto_book_work";
    dynamicContent = {
        "input[name='vehicle_id']": { "t-on-change": this.showFitting },
    };

    start() {
        this.showFitting();
    }

    showFitting() {
        const car = this.el.querySelector("input[name='vehicle_id']:checked");
        const fitting = car?.dataset.packages?.split(" ");
        for (const input of this.el.querySelectorAll("input[name='package_ids']")) {
            const isFit = !fitting || fitting.includes(input.value);
            input.closest("label").classList.toggle("d-none", !isFit);
            input.checked &&= isFit;
        }
    }
}

/** The minutes for which the chosen time is still kept run down before one's eyes. */
export class AutoBookHold extends Interaction {
    static selector = ".o_auto_book_hold";
    dynamicContent = {
        ".o_auto_book_minutes": {
            "t-out": () => String(Math.max(Math.ceil(this.left / 60), 0)),
        },
    };

    setup() {
        this.stop = Date.now() + Number(this.el.dataset.seconds) * 1000;
        this.update();
    }

    get left() {
        return (this.stop - Date.now()) / 1000;
    }

    update() {
        if (this.left > 0) {
            this.waitForTimeout(() => this.update(), 10_000);
        }
    }
}

registry.category("public.interactions").add("auto_planner.book_work", AutoBookWork);
registry.category("public.interactions").add("auto_planner.book_time", AutoBookTime);
registry.category("public.interactions").add("auto_planner.book_hold", AutoBookHold);
