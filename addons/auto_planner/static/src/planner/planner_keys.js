import { onPatched } from "@odoo/owl";

const ARROWS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
};
const RESIZE = { "+": 1, "=": 1, "-": -1 };

/**
 * Return the pill to which an arrow leads: the one before or after it in the row, or
 * the nearest in time in the next row that has any.
 *
 * @param {Object[]} items of the layout
 * @param {{rowKey: string, id: number}} focus
 * @param {[number, number]} direction
 * @returns {{item, pill} | null}
 */
export function findNeighbour(items, focus, [dx, dy]) {
    const rows = items.filter((item) => item.layout?.pills.length);
    const index = rows.findIndex((item) => item.key === focus.rowKey);
    const { pills } = rows[index]?.layout || { pills: [] };
    const place = pills.findIndex((pill) => pill.id === focus.id);
    if (place < 0) {
        return null;
    }
    if (dx) {
        const pill = pills[place + dx];
        return pill ? { item: rows[index], pill } : null;
    }
    const item = rows[index + dy];
    if (!item) {
        return null;
    }
    const distance = (pill) => Math.abs(pill.left - pills[place].left);
    const pill = item.layout.pills.reduce((best, other) =>
        distance(other) < distance(best) ? other : best
    );
    return { item, pill };
}

/**
 * The keyboard of the board: arrows go from pill to pill, with Shift they move it, plus
 * and minus make it longer and shorter, Enter opens, Delete cancels, the menu key opens
 * the menu.
 *
 * @param {PlannerRenderer} renderer
 */
export function usePlannerKeys(renderer) {
    let wanted = false;

    function focus(rowKey, id) {
        renderer.view.focus = { rowKey, id };
        wanted = true;
        focusElement();
    }

    function getElement() {
        const { focus: current } = renderer.view;
        return (
            current &&
            renderer.boardRef.el?.querySelector(
                `[data-row="${CSS.escape(current.rowKey)}"] ` +
                    `.o_auto_planner_pill[data-id="${current.id}"]`
            )
        );
    }

    function focusElement() {
        const element = wanted && getElement();
        if (element && document.activeElement !== element) {
            element.focus({ preventScroll: true });
        }
    }

    function getFocused() {
        const { focus: current } = renderer.view;
        const item = renderer.layout.items.find(({ key }) => key === current?.rowKey);
        const pill = item?.layout?.pills.find(({ id }) => id === current.id);
        return pill ? { item, pill } : null;
    }

    function goTo(found) {
        if (found) {
            renderer.reveal(found.item, found.pill);
            focus(found.item.key, found.pill.id);
        }
    }

    /** Move the pill by a snap, or to the next row of its section. */
    function moveBy({ item, pill }, [dx, dy]) {
        const { model } = renderer;
        const { record } = pill;
        if (!model.canEdit) {
            return;
        }
        const distance = dx * model.snap;
        const change = { start: record.start + distance, stop: record.stop + distance };
        if (dy) {
            const { fieldName } = item.row;
            const rows = renderer.layout.items.filter(
                (other) => other.row?.fieldName === fieldName
            );
            const target = rows[rows.indexOf(item) + dy];
            if (!target || !model.isMovable(fieldName)) {
                return;
            }
            Object.assign(change, { fromRow: item.row, toRow: target.row });
            focus(target.key, record.id);
        }
        model.move(record.id, change);
    }

    function resizeBy({ pill }, direction) {
        const { model } = renderer;
        const { start, stop } = pill.record;
        const length = stop - start + direction * model.snap;
        if (model.canEdit && length > 0) {
            model.move(pill.record.id, { start, stop: start + length });
        }
    }

    function cancel({ pill }) {
        if (renderer.canCancel(pill.record)) {
            renderer.props.cancelRecord(pill.id);
        }
    }

    function onPillKey(ev, focused) {
        const { id } = focused.pill;
        const direction = ARROWS[ev.key];
        if (direction && ev.shiftKey) {
            moveBy(focused, direction);
        } else if (direction) {
            goTo(findNeighbour(renderer.layout.items, renderer.view.focus, direction));
        } else if (RESIZE[ev.key]) {
            resizeBy(focused, RESIZE[ev.key]);
        } else if (ev.key === "Enter") {
            renderer.props.openRecord(id);
        } else if (ev.key === "Delete") {
            cancel(focused);
        } else if (ev.key === "ContextMenu" || (ev.key === "F10" && ev.shiftKey)) {
            const box = getElement().getBoundingClientRect();
            renderer.openMenu(id, { x: box.left, y: box.bottom });
        } else if (ev.key === "Escape") {
            wanted = false;
            renderer.boardRef.el.focus();
        } else {
            return false;
        }
        return true;
    }

    function onBoardKey(ev) {
        if (ev.target !== renderer.boardRef.el) {
            return false;
        }
        if (ev.key !== "ArrowDown" && ev.key !== "Enter") {
            return false;
        }
        const item = renderer.items.find((other) => other.layout?.pills.length);
        if (item) {
            goTo({ item, pill: item.layout.pills[0] });
        }
        return Boolean(item);
    }

    function onKeydown(ev) {
        if (ev.ctrlKey || ev.metaKey || ev.altKey) {
            return;
        }
        const isPill = ev.target.closest(".o_auto_planner_pill");
        const focused = isPill && getFocused();
        if (focused ? onPillKey(ev, focused) : onBoardKey(ev)) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    function onFocusOut(ev) {
        if (ev.relatedTarget) {
            wanted = false;
        }
    }

    onPatched(focusElement);
    return { focus, onKeydown, onFocusOut };
}
