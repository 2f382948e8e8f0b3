import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    useRef,
    useState,
} from "@odoo/owl";
import { Plate } from "@auto_crm/backend/plate/plate";
import { _t } from "@web/core/l10n/translation";
import { getRows, getRunning, getTotals, replay } from "../day";
import { formatHours, formatTime } from "../format";
import { Queue } from "../queue";
import { call, RefusedError } from "../server";
import { Store } from "../store";
import { readPhoto } from "./photo";
import { SignIn } from "./sign_in";

const FRESH = 30_000; // how old the jobs on the screen may be
const PATIENCE = 180_000; // of a shared screen with who does nothing
const FILES = ["/web/assets/", "/web/static/", "/auto_crm/static/"]; // see the worker
const PARTS = {
    none: "secondary",
    missing: "danger",
    ordered: "warning",
    arrived: "success",
};

/** The terminal of a shared tablet or a phone: my jobs, Start, Pause, Done, my day. */
export class Terminal extends Component {
    static template = "auto_worktime.Terminal";
    static components = { Plate, SignIn };
    static props = { screen: Object };

    setup() {
        this.state = useState({
            now: Date.now(),
            session: null,
            day: null,
            offset: 0,
            open: null,
            ask: null,
            text: "",
            isUrgent: false,
            isExtra: false,
            error: "",
            said: "",
            isFaulty: false,
        });
        this.queue = useState({});
        this.camera = useRef("camera");
        this.isPlain = !window.isSecureContext;
        onWillStart(() => this.begin());
        onMounted(() => {
            this.timer = setInterval(() => this.tick(), 1000);
            this.keepOffline();
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    async begin() {
        const { id, base } = this.props.screen;
        this.lastTouch = Date.now();
        try {
            this.store = new Store(`auto_worktime_${id}`);
            this.sender = new Queue(this.store, base, this.queue, () => this.refresh());
            await this.sender.load();
            const kept = await this.store.getValue("session");
            if (kept) {
                Object.assign(this.state, kept);
            }
        } catch {
            this.state.isFaulty = true;
            return;
        }
        this.sender.send();
        this.refresh();
    }

    /** Let the page be opened without a connection: browsers allow it over https only. */
    async keepOffline() {
        if (this.isPlain || !navigator.serviceWorker) {
            return;
        }
        navigator.storage?.persist?.();
        await navigator.serviceWorker.register(
            "/auto_worktime/terminal/service-worker.js"
        );
        const { active } = await navigator.serviceWorker.ready;
        const files = performance
            .getEntriesByType("resource")
            .map((entry) => entry.name)
            .filter((name) => FILES.some((path) => name.includes(path)));
        active.postMessage({
            keep: [...new Set([location.href.split("#")[0], ...files])],
        });
    }

    tick() {
        this.state.now = Date.now();
        const isIdle = this.state.now - this.lastTouch > PATIENCE;
        if (!this.state.session) {
            return;
        }
        if (this.props.screen.is_shared && isIdle && !this.queue.items.length) {
            this.leave();
        } else if (this.state.now - this.lastRefresh > FRESH) {
            this.refresh();
        }
    }

    touch() {
        this.lastTouch = Date.now();
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get now() {
        return this.state.now + this.state.offset;
    }

    get view() {
        const own = this.queue.items.filter(
            (item) => item.ticket === this.state.session
        );
        return replay(this.state.day, own, this.state.offset);
    }

    get running() {
        return getRunning(this.view);
    }

    get openJob() {
        return this.view.jobs.find((job) => job.id === this.state.open);
    }

    get bar() {
        const { logs, presence } = this.view.day;
        const moments = [
            ...presence.flat(),
            ...logs.flatMap((log) => [log.start, log.stop]),
        ];
        const from = Math.min(...moments.filter(Boolean), this.now);
        const length = Math.max(this.now - from, 3_600_000);
        const place = (start, stop) => ({
            left: (Math.max(start - from, 0) / length) * 100,
            width:
                (Math.max((stop ?? this.now) - Math.max(start, from), 0) / length) *
                100,
        });
        return {
            from,
            presence: presence.map(([start, stop]) => place(start, stop)),
            logs: logs.map((log) => ({ ...place(log.start, log.stop), ...log })),
        };
    }

    get totals() {
        const totals = getTotals(this.view, this.now);
        return [
            { name: "work", label: _t("On jobs"), hours: totals.work },
            { name: "idle", label: _t("Idle"), hours: totals.idle },
            { name: "break", label: _t("Breaks"), hours: totals.break },
            { name: "none", label: _t("Not given"), hours: totals.none },
        ].filter((one) => one.hours >= 1 / 60);
    }

    get rows() {
        return getRows(this.view, this.now).map((row) => ({
            ...row,
            text: row.kind === "none" ? _t("Not given") : row.text,
            from: this.formatTime(row.start),
            to: this.formatTime(row.stop),
            hours: formatHours((row.stop - row.start) / 3_600_000),
        }));
    }

    get present() {
        return formatHours(getTotals(this.view, this.now).present);
    }

    get closeText() {
        return _t("Close");
    }

    get cancelText() {
        return _t("Cancel");
    }

    get unsentText() {
        return _t("Not sent: %(count)s", { count: this.queue.items.length });
    }

    get actionNames() {
        return {
            in: _t("Check in"),
            start: _t("Start"),
            pause: _t("Pause"),
            break: _t("Break"),
            resume: _t("Go on"),
            done: _t("Done"),
            stop: _t("Stop"),
            out: _t("Check out"),
            note: _t("Note"),
            photo: _t("Photo"),
            finding: _t("Found something"),
            part: _t("Ask for a part"),
        };
    }

    isOn(job) {
        const running = this.running;
        return running?.job === job.id && ["work", "rework"].includes(running.kind);
    }

    getClock(job) {
        const live = job.since.reduce((sum, start) => sum + (this.now - start), 0);
        return formatHours(job.worked + live / 3_600_000);
    }

    isOver(job) {
        const live = job.since.reduce((sum, start) => sum + (this.now - start), 0);
        return job.norm && job.worked + live / 3_600_000 > job.norm;
    }

    formatHours(hours) {
        return formatHours(hours);
    }

    formatTime(moment) {
        return formatTime(moment, { ...this.props.screen, now: this.now });
    }

    getPartsClass(job) {
        return `text-bg-${PARTS[job.parts_state] || "secondary"}`;
    }

    getSince(log) {
        return formatHours((this.now - log.start) / 3_600_000);
    }

    // ------------------------------------------------------------------
    // Who it is
    // ------------------------------------------------------------------

    async signedIn({ ticket, ...day }) {
        this.touch();
        this.state.session = ticket;
        await this.show(day);
    }

    async show(day) {
        this.lastRefresh = Date.now();
        Object.assign(this.state, { day, offset: day.now - Date.now() });
        const { session, offset } = this.state;
        await this.store.setValue("session", { session, day, offset });
    }

    async refresh() {
        const ticket = this.state.session;
        if (!ticket || this.isRefreshing) {
            return;
        }
        this.isRefreshing = true;
        this.lastRefresh = Date.now();
        const sent = this.queue.items.length;
        try {
            const day = await call(`${this.props.screen.base}/day`, { ticket });
            this.queue.isOffline = false;
            if (day.error && !this.queue.items.length) {
                await this.leave();
            } else if (
                !day.error &&
                ticket === this.state.session &&
                sent >= this.queue.items.length
            ) {
                await this.show(day);
            }
        } catch (error) {
            this.queue.isOffline = !(error instanceof RefusedError);
            if (error.status === 404) {
                this.state.error = _t(
                    "This link is shut. Ask the manager for the new one."
                );
            }
        } finally {
            this.isRefreshing = false;
        }
    }

    /** Sign out, unless something is not sent: it would have nobody to look after it. */
    async signOut() {
        if (this.queue.items.length) {
            this.state.error = _t(
                "%(count)s not sent yet: sign out when there is a connection again.",
                { count: this.queue.items.length }
            );
            this.sender.send();
            return;
        }
        await this.leave();
    }

    async leave() {
        Object.assign(this.state, {
            session: null,
            day: null,
            open: null,
            ask: null,
            error: "",
            said: "",
        });
        await this.store.removeValue("session");
    }

    // ------------------------------------------------------------------
    // What is pressed
    // ------------------------------------------------------------------

    async press(action, vals = {}) {
        this.touch();
        Object.assign(this.state, {
            ask: null,
            text: "",
            isUrgent: false,
            isExtra: false,
            error: "",
            said: "",
        });
        const job = this.view.jobs.find((one) => one.id === vals.job);
        const name = job ? job.name : this.actionNames[action];
        try {
            await this.sender.add({
                action,
                name: String(name),
                ticket: this.state.session,
                ...vals,
            });
        } catch {
            this.state.error = _t("The browser could not keep this: press again.");
            return false;
        }
        this.state.now = Date.now();
        return true;
    }

    start(job) {
        const running = this.running;
        if (
            running &&
            ["work", "rework"].includes(running.kind) &&
            running.job !== job.id
        ) {
            this.state.ask = { kind: "switch", job, running };
        } else {
            this.press("start", { job: job.id });
        }
    }

    ask(kind, job) {
        this.touch();
        Object.assign(this.state, {
            ask: { kind, job },
            text: "",
            isUrgent: false,
            isExtra: false,
            error: "",
            said: "",
        });
    }

    async tell() {
        const { kind, job } = this.state.ask;
        const text = this.state.text.trim();
        if (!text) {
            return;
        }
        const { isUrgent, isExtra } = this.state;
        const vals = { job: job.id, text, is_urgent: isUrgent, is_extra: isExtra };
        if (await this.press(kind, vals)) {
            this.state.said = {
                note: _t("The note goes to the order."),
                finding: isExtra
                    ? _t("The advisor will agree it with the customer.")
                    : _t("The advisor will offer it to the customer."),
                part: _t("The parts clerk will be asked."),
            }[kind];
        }
    }

    takePhoto(job) {
        this.touch();
        this.photographed = job;
        this.camera.el.click();
    }

    async onPhoto(ev) {
        const file = ev.target.files[0];
        ev.target.value = "";
        if (!file) {
            return;
        }
        let photo;
        try {
            photo = await readPhoto(file);
        } catch {
            this.state.error = _t("This is no photo.");
            return;
        }
        if (await this.press("photo", { job: this.photographed.id, photo })) {
            this.state.said = _t("The photo goes to the order.");
        }
    }
}
