import { Component, onMounted, useState } from "@odoo/owl";
import { Plate } from "@auto_crm/backend/plate/plate";
import { _t } from "@web/core/l10n/translation";
import { formatHours, formatTime } from "../format";
import { call, RefusedError } from "../server";
import { listen } from "./live";

const FRESH = 60_000; // the bus may be out of order
const TOGETHER = 300; // changes that come at once are read once

/** The board on the wall: each post, its car and mechanic, and what waits and why. */
export class Board extends Component {
    static template = "auto_worktime.Board";
    static components = { Plate };
    static props = { screen: Object };

    setup() {
        this.state = useState({
            now: Date.now(),
            read: Date.now(),
            offset: 0,
            data: null,
            error: "",
        });
        onMounted(() => {
            const { channel, version } = this.props.screen;
            setInterval(() => (this.state.now = Date.now()), 1000);
            setInterval(() => this.load(), FRESH);
            this.load();
            listen(channel, version, () => this.loadSoon());
        });
    }

    loadSoon() {
        clearTimeout(this.soon);
        this.soon = setTimeout(() => this.load(), TOGETHER);
    }

    async load() {
        try {
            const data = await call(`${this.props.screen.base}/now`);
            Object.assign(this.state, {
                data,
                read: Date.now(),
                offset: data.now - Date.now(),
                error: "",
            });
        } catch (error) {
            this.state.error =
                error instanceof RefusedError
                    ? _t("This link is shut. Ask the manager for the new one.")
                    : _t("No connection");
        }
    }

    get now() {
        return this.state.now + this.state.offset;
    }

    get clock() {
        return this.formatTime(this.now);
    }

    /** Hours on the jobs of a car: those of the server, and what has passed since. */
    getWorked(car) {
        return (
            car.worked + (car.running * (this.state.now - this.state.read)) / 3_600_000
        );
    }

    getPercent(car) {
        return car.norm ? Math.min((this.getWorked(car) / car.norm) * 100, 100) : 0;
    }

    isOver(car) {
        return car.norm > 0 && this.getWorked(car) > car.norm;
    }

    formatHours(hours) {
        return formatHours(hours);
    }

    formatTime(moment) {
        return formatTime(moment, { ...this.props.screen, now: this.now });
    }

    formatDay(day) {
        const locale = this.props.screen.lang.replace("_", "-");
        return luxon.DateTime.fromISO(day, { locale }).toLocaleString({
            day: "numeric",
            month: "short",
        });
    }

    getSince(moment) {
        return formatHours((this.now - moment) / 3_600_000);
    }
}
