import { call, OfflineError, RefusedError } from "./server";

const AT_ONCE = 20;
const AT_ONCE_CHARS = 8_000_000; // photos are large
const AGAIN = 5_000;

/**
 * What was pressed is kept on the device until the server has taken it: sent in order,
 * one request at a time. The server knows a number it has had already.
 */
export class Queue {
    /**
     * @param {Store} store
     * @param {string} base path of the screen
     * @param {object} state reactive; gets `items` not sent, `rejected`, `isOffline`
     * @param {Function} onSent called after the server has taken something
     */
    constructor(store, base, state, onSent) {
        Object.assign(this, { store, base, state, onSent, atOnce: AT_ONCE });
        Object.assign(state, { items: [], rejected: [], isOffline: false });
    }

    async load() {
        this.device = await this.store.getValue("device");
        if (!this.device) {
            const bytes = crypto.getRandomValues(new Uint8Array(16));
            this.device = [...bytes]
                .map((byte) => byte.toString(16).padStart(2, "0"))
                .join("");
            await this.store.setValue("device", this.device);
        }
        this.state.items = await this.store.getPresses();
        this.state.rejected = (await this.store.getValue("rejected")) || [];
        window.addEventListener("online", () => this.send());
        setInterval(() => this.send(), AGAIN);
    }

    /** Keep a press; it is on the disk when this is done. */
    async add(press) {
        const item = { ...press, pressed: Date.now() };
        item.sequence = await this.store.addPress(item);
        this.state.items.push(item);
        this.send();
    }

    async send() {
        if (this.isSending || !this.state.items.length) {
            return;
        }
        this.isSending = true;
        try {
            while (this.state.items.length) {
                await this.sendSome(this.choose());
            }
            this.state.isOffline = false;
            await this.onSent();
        } catch (error) {
            if (!(error instanceof OfflineError || error instanceof RefusedError)) {
                throw error;
            }
            this.state.isOffline = error instanceof OfflineError;
        } finally {
            this.isSending = false;
        }
    }

    choose() {
        const chosen = [];
        let chars = 0;
        for (const item of this.state.items) {
            chars += (item.photo || "").length;
            if (
                chosen.length &&
                (chosen.length >= this.atOnce || chars > AT_ONCE_CHARS)
            ) {
                break;
            }
            chosen.push(item);
        }
        return chosen;
    }

    async sendSome(items) {
        let results;
        try {
            ({ results } = await call(`${this.base}/send`, {
                device: this.device,
                sent: Date.now(),
                items,
            }));
            this.atOnce = AT_ONCE;
        } catch (error) {
            if (!(error instanceof RefusedError) || error.status === 404) {
                throw error; // the link is shut: kept, until it is opened anew
            }
            if (items.length > 1) {
                this.atOnce = 1; // find out which of them
                return;
            }
            results = [{ sequence: items[0].sequence, state: "unknown", refusal: "" }];
        }
        const known = new Map(results.map((result) => [result.sequence, result]));
        for (const item of items) {
            const result = known.get(item.sequence);
            if (!result) {
                throw new OfflineError(); // not done yet: again, in this order
            }
            if (result.state !== "done") {
                await this.reject(item, result.refusal);
            }
            await this.store.removePress(item.sequence);
            this.state.items.shift();
        }
    }

    async reject(item, refusal) {
        const { action, name, pressed } = item;
        this.state.rejected.push({ action, name, pressed, refusal });
        await this.keepRejected();
    }

    async forgetRejected() {
        this.state.rejected.length = 0;
        await this.keepRejected();
    }

    keepRejected() {
        const rejected = this.state.rejected.map((one) => ({ ...one }));
        return this.store.setValue("rejected", rejected);
    }
}
