import { Component, onWillUnmount, useRef, useState } from "@odoo/owl";

import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { DateTimePicker } from "@web/core/datetime/datetime_picker";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useBus, useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { useModel } from "@web/model/model";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { standardViewProps } from "@web/views/standard_view_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

import { formatDayTime, formatPeriod, formatSpan } from "./planner_format";
import { loadClassOf } from "./planner_row";

const { DateTime } = luxon;
const SETTINGS_KEY = "auto_planner.settings";
const UNDO_SECONDS = 10;

export const SCALE_LABELS = {
    day: _t("Day"),
    days3: _t("3 days"),
    week: _t("Week"),
    month: _t("Month"),
};

function readSettings() {
    try {
        return JSON.parse(browser.localStorage.getItem(SETTINGS_KEY)) || {};
    } catch {
        return {};
    }
}

export class PlannerController extends Component {
    static template = "auto_planner.PlannerController";
    static components = {
        CogMenu,
        DateTimePicker,
        Dropdown,
        DropdownItem,
        Layout,
        SearchBar,
    };
    static props = {
        ...standardViewProps,
        Model: Function,
        Renderer: Function,
        buttonTemplate: String,
        archInfo: Object,
    };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.addDialog = useOwnedDialogs();
        this.rootRef = useRef("root");
        this.searchBarToggler = useSearchBarToggler();
        this.datePicker = useDropdownState();
        this.setupState();
        this.model = useModel(this.props.Model, this.modelParams);
        useBus(this.model.bus, "update", () => this.render());
        useBus(this.model.bus, "done", (ev) => this.onDone(ev.detail));
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ meta: { ...this.model.meta } }),
        });
        this.setupHotkeys();
        this.setupBus();
    }

    setupState() {
        const { isSideListOpen = true, isWholeDay = false } = readSettings();
        this.state = useState({
            isSideListOpen: isSideListOpen && !this.env.isSmall,
            isWholeDay,
        });
    }

    get modelParams() {
        const { archInfo, fields, resModel, state } = this.props;
        const { scale, rowsKey } = readSettings();
        const params = {
            archInfo,
            fields,
            resModel,
            scale: archInfo.scales.includes(scale) ? scale : archInfo.mode,
            rowsKey: archInfo.rows.some((row) => row.key === rowsKey) && rowsKey,
            ...state?.meta,
        };
        return this.env.isSmall ? { ...params, scale: "day" } : params;
    }

    setupHotkeys() {
        useHotkey("control+z", () => this.model.undo());
        useHotkey("t", () => this.goToday());
        const isAvailable = (target) => this.isPageKey(target);
        useHotkey("arrowleft", () => this.model.turnPage(-1), { isAvailable });
        useHotkey("arrowright", () => this.model.turnPage(1), { isAvailable });
    }

    /** Whether arrows turn pages: a board scrolls by them, an open menu has its own. */
    isPageKey(target) {
        const others =
            ".o_auto_planner_board, .o-dropdown--menu, [aria-expanded='true']";
        return !this.datePicker.isOpen && !target?.closest?.(others);
    }

    setupBus() {
        const { bus } = this.props.archInfo;
        onWillUnmount(() => this.model.dispose());
        if (!bus) {
            return;
        }
        const busService = useService("bus_service");
        const onChanged = ({ ids, company_id: companyId }) => {
            const isShown = user.activeCompanies.some(({ id }) => id === companyId);
            if (!companyId || isShown) {
                this.model.onChanged(ids);
            }
        };
        busService.subscribe(bus, onChanged);
        busService.start();
        onWillUnmount(() => busService.unsubscribe(bus, onChanged));
        // what was said while the connection was lost may not come any more
        useBus(busService, "BUS:RECONNECT", () => this.model.onReconnected());
    }

    /** Remember what this person likes to see. */
    saveSettings() {
        if (this.env.isSmall) {
            return;
        }
        const { scale, rowsKey } = this.model.meta;
        const settings = { ...this.state, scale, rowsKey };
        browser.localStorage.setItem(SETTINGS_KEY, JSON.stringify(settings));
    }

    // -------------------------------------------------------------------------
    // Toolbar
    // -------------------------------------------------------------------------

    get title() {
        const { loadedMeta, loadedDays } = this.model;
        return formatPeriod(loadedMeta.scale, loadedDays);
    }

    get scales() {
        return this.env.isSmall ? [] : this.props.archInfo.scales;
    }

    getScaleLabel(scale) {
        return SCALE_LABELS[scale];
    }

    get isToday() {
        return this.model.loadedDays.some((day) => day.hasSame(DateTime.now(), "day"));
    }

    get rowsLabel() {
        const { archInfo } = this.props;
        return archInfo.rows.find((row) => row.key === this.model.meta.rowsKey).string;
    }

    get load() {
        return this.model.getLoad();
    }

    get loadClass() {
        return loadClassOf(this.load);
    }

    /** Print what is planned on the day, or the first of the days, that is shown. */
    async printDay() {
        const { archInfo, resModel } = this.props;
        const day = this.model.loadedDays[0].toISODate();
        const action = await this.model.orm.call(resModel, archInfo.print, [day]);
        return this.action.doAction(action);
    }

    goToday() {
        return this.model.setMeta({ date: DateTime.now() });
    }

    goToDate(date) {
        this.datePicker.close();
        return this.model.setMeta({ date });
    }

    async setScale(scale) {
        await this.model.setMeta({ scale });
        this.saveSettings();
    }

    async setRows(rowsKey) {
        await this.model.setMeta({ rowsKey });
        this.saveSettings();
    }

    toggle(name) {
        this.state[name] = !this.state[name];
        this.saveSettings();
    }

    // -------------------------------------------------------------------------
    // Records
    // -------------------------------------------------------------------------

    get rendererProps() {
        return {
            model: this.model,
            archInfo: this.props.archInfo,
            isWholeDay: this.state.isWholeDay,
            isSideListOpen: this.state.isSideListOpen,
            noContentHelp: this.props.info.noContentHelp,
            openRecord: (this.boundOpen ||= this.openRecord.bind(this)),
            createRecord: (this.boundCreate ||= this.createRecord.bind(this)),
            cancelRecord: (this.boundCancel ||= this.cancelRecord.bind(this)),
            runButton: (this.boundRun ||= this.runButton.bind(this)),
            openAction: (this.boundAction ||= this.openAction.bind(this)),
            openCard: (this.boundCard ||= this.openCard.bind(this)),
        };
    }

    /** Open the form of a record: over the board, on a phone instead of it. */
    openRecord(id) {
        if (this.env.isSmall && this.props.selectRecord) {
            return this.props.selectRecord(id, { activeIds: [id] });
        }
        this.addDialog(
            FormViewDialog,
            {
                resModel: this.props.resModel,
                resId: id,
                title: this.model.records.get(id)?.name,
                viewId: this.props.archInfo.formViewId,
                context: this.props.context,
                preventEdit: !this.model.canEdit,
            },
            { onClose: () => this.model.reloadIds([id]) }
        );
    }

    /** Open the form of a new record, in a place of the board or without one. */
    createRecord(place, defaults = {}) {
        const context = { ...this.props.context };
        const values = {
            ...(place ? this.model.getNewValues(place) : this.model.getNewStart()),
            ...defaults,
        };
        for (const [name, value] of Object.entries(values)) {
            context[`default_${name}`] = value;
        }
        this.model.setDraft(place);
        this.addDialog(
            FormViewDialog,
            {
                resModel: this.props.resModel,
                title: _t("New"),
                viewId: this.props.archInfo.formViewId,
                context,
                onRecordSaved: (record) => this.model.reloadIds([record.resId]),
            },
            { onClose: () => this.model.setDraft(null) }
        );
    }

    /** Open the document that a card stands for. */
    openCard({ document }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: document.model,
            res_id: document.id,
            views: [[false, "form"]],
        });
    }

    cancelRecord(id) {
        const record = this.model.records.get(id);
        if (!record) {
            this.model.warnGone();
            return;
        }
        this.addDialog(ConfirmationDialog, {
            title: _t("Cancel it?"),
            body: _t("%(name)s, %(time)s: its place becomes free.", {
                name: record.name,
                time: formatDayTime(record.start),
            }),
            confirmLabel: _t("Cancel it"),
            confirmClass: "btn-danger",
            confirm: () => this.model.cancel(id),
            cancelLabel: _t("Keep it"),
            cancel: () => {},
        });
    }

    async runButton(id, button) {
        const { context, resModel } = this.props;
        await this.action.doActionButton({
            type: button.type,
            name: button.name,
            resModel,
            resId: id,
            context,
            onClose: () => this.model.reloadIds([id]),
        });
        await this.model.reloadIds([id]);
    }

    openAction(xmlid) {
        return this.action.doAction(xmlid);
    }

    getMoveText({ before, after }) {
        const isResized = after.stop - after.start !== before.stop - before.start;
        return isResized
            ? _t("It takes %(span)s now.", {
                  span: formatSpan(after.start, after.stop),
              })
            : _t("Moved to %(time)s.", { time: formatDayTime(after.start) });
    }

    /** Tell what was done, with a way back. */
    onDone(step) {
        this.closeUndo?.();
        const texts = {
            move: () => this.getMoveText(step),
            plan: () =>
                _t("Booked for %(time)s.", { time: formatDayTime(step.after.start) }),
            cancel: () => _t("Cancelled."),
        };
        const { warning = "" } = step;
        const text = [texts[step.kind](), ...warning.split("\n")]
            .filter(Boolean)
            .join(" ");
        this.closeUndo = this.notification.add(text, {
            type: warning ? "warning" : "success",
            autocloseDelay: UNDO_SECONDS * 1000,
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: () => {
                        this.closeUndo();
                        this.model.undo(step);
                    },
                },
            ],
        });
    }
}
