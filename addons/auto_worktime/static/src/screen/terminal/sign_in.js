import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { call, RefusedError } from "../server";

const AGAIN = 30_000;
const MAX_PIN = 12;
const SCAN_GAP = 500; // a scanner types faster than anybody

/** Who are you? Tiles of people, then the PIN; or a badge at any time. */
export class SignIn extends Component {
    static template = "auto_worktime.SignIn";
    static props = { screen: Object, isWaiting: Boolean, onSignedIn: Function };

    setup() {
        this.digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
        this.state = useState({
            people: [],
            chosen: null,
            pin: "",
            error: "",
            isBusy: false,
            isOffline: false,
        });
        this.scanned = { text: "", at: 0 };
        const onKeydown = (ev) => this.onKeydown(ev);
        onMounted(() => {
            this.load();
            this.timer = setInterval(() => this.load(), AGAIN);
            window.addEventListener("keydown", onKeydown);
        });
        onWillUnmount(() => {
            clearInterval(this.timer);
            window.removeEventListener("keydown", onKeydown);
        });
    }

    get labels() {
        return {
            work: _t("On a job"),
            rework: _t("On a job"),
            idle: _t("Idle"),
            break: _t("Break"),
        };
    }

    /** What is said on a tile below the name. */
    getLabel(person) {
        return (
            this.labels[person.what] ||
            (person.is_present ? _t("Present") : _t("Absent"))
        );
    }

    async load() {
        try {
            const { people } = await call(`${this.props.screen.base}/people`);
            Object.assign(this.state, { people, isOffline: false });
        } catch (error) {
            this.state.isOffline = true;
            this.state.error = error instanceof RefusedError ? this.getShutText() : "";
        }
    }

    choose(person) {
        Object.assign(this.state, { chosen: person, pin: "", error: "" });
    }

    press(digit) {
        if (this.state.pin.length < MAX_PIN) {
            this.state.pin += digit;
        }
        this.state.error = "";
    }

    erase() {
        this.state.pin = this.state.pin.slice(0, -1);
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            const badge = this.scanned.text;
            this.scanned.text = "";
            if (this.state.chosen) {
                return this.enter();
            }
            return badge.length > 2 ? this.signIn({ badge }) : undefined;
        }
        if (this.state.chosen && /^\d$/.test(ev.key)) {
            return this.press(ev.key);
        }
        if (this.state.chosen && ev.key === "Backspace") {
            return this.erase();
        }
        if (ev.key.length === 1) {
            const isNew = ev.timeStamp - this.scanned.at > SCAN_GAP;
            this.scanned.text = (isNew ? "" : this.scanned.text) + ev.key;
            this.scanned.at = ev.timeStamp;
        }
    }

    enter() {
        if (this.state.pin) {
            this.signIn({ employee: this.state.chosen.id, pin: this.state.pin });
        }
    }

    async signIn(proof) {
        if (this.state.isBusy) {
            return;
        }
        Object.assign(this.state, { isBusy: true, error: "", pin: "" });
        try {
            const answer = await call(`${this.props.screen.base}/sign_in`, proof);
            if (answer.error) {
                this.state.error = this.getErrorText(answer.error, proof);
            } else {
                await this.props.onSignedIn(answer);
            }
        } catch (error) {
            this.state.error =
                error instanceof RefusedError
                    ? this.getShutText()
                    : _t("No connection: signing in needs one. Try again.");
        } finally {
            this.state.isBusy = false;
        }
    }

    getErrorText(code, proof) {
        if (code === "too_many") {
            return _t("Too many wrong tries. Wait a quarter of an hour.");
        }
        return proof.badge
            ? _t("Nobody here has this badge.")
            : _t("Wrong PIN. Who has none asks the foreman for one.");
    }

    getShutText() {
        return _t("This link is shut. Ask the manager for the new one.");
    }
}
