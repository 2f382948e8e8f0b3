import { onMounted, onWillUnmount, useExternalListener } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const TOLERANCE = 5;
const TOUCH_TOLERANCE = 10;
const TOUCH_DELAY = 350;
export const EDGE = 40; // beyond an edge the board still scrolls
const EDGE_SPEED = 14;

/**
 * Return how far to scroll when the pointer is near an edge of a box.
 *
 * @param {number} position of the pointer
 * @param {number} low edge
 * @param {number} high edge
 * @returns {number} pixels a frame
 */
export function edgeScroll(position, low, high) {
    const towards = (distance) =>
        Math.ceil((1 - Math.max(distance, 0) / EDGE) * EDGE_SPEED);
    if (position - low < EDGE) {
        return -towards(position - low);
    }
    return high - position < EDGE ? towards(high - position) : 0;
}

/**
 * Pointer gestures of the planner. By mouse a drag starts when the pointer moves, by
 * touch after a long press, so that a swipe scrolls. A long press that does not move is
 * told apart: it opens the menu.
 *
 * @param {Object} params
 * @param {{el: HTMLElement}} params.ref where gestures start
 * @param {() => HTMLElement | null} params.getScroller what scrolls at its edges
 * @param {(ev: PointerEvent) => Object | null} params.getTarget what would be dragged
 * @param {(target, point) => void} params.onStart
 * @param {(target, point) => void} params.onMove also when the board scrolls below
 * @param {(target, point) => void} params.onDrop
 * @param {(target) => void} params.onCancel Escape, or the browser took the pointer
 * @param {(target, point) => void} params.onLongPress
 */
export function usePlannerDrag(params) {
    let gesture = null;
    let wasDragged = false;

    const pointOf = (ev) => ({ x: ev.clientX, y: ev.clientY });

    function start() {
        gesture.isDragging = true;
        wasDragged = true;
        params.onStart(gesture.target, gesture.point);
        gesture.frame = browser.requestAnimationFrame(scrollAtEdges);
    }

    function end(isDrop) {
        const { isDragging, isPressed, target, point, frame, timer } = gesture;
        browser.clearTimeout(timer);
        browser.cancelAnimationFrame(frame);
        gesture = null;
        if (isDragging) {
            (isDrop ? params.onDrop : params.onCancel)(target, point);
        } else if (isPressed && isDrop) {
            wasDragged = true;
            params.onLongPress(target, point);
        }
    }

    function scrollAtEdges() {
        if (!gesture?.isDragging) {
            return;
        }
        const scroller = params.getScroller();
        if (scroller) {
            const box = scroller.getBoundingClientRect();
            const { x, y } = gesture.point;
            const isOver =
                x > box.left - EDGE &&
                x < box.right + EDGE &&
                y > box.top &&
                y < box.bottom;
            const { scrollLeft, scrollTop } = scroller;
            if (isOver) {
                const left = params.getLeftEdge(box);
                scroller.scrollLeft += edgeScroll(x, left, box.right);
                scroller.scrollTop += edgeScroll(y, box.top, box.bottom);
            }
            if (
                scrollLeft !== scroller.scrollLeft ||
                scrollTop !== scroller.scrollTop
            ) {
                params.onMove(gesture.target, gesture.point);
            }
        }
        gesture.frame = browser.requestAnimationFrame(scrollAtEdges);
    }

    function onPointerDown(ev) {
        wasDragged = false;
        if (gesture) {
            end(false);
        }
        if (ev.button !== 0) {
            return;
        }
        const target = params.getTarget(ev);
        if (!target) {
            return;
        }
        const isTouch = ev.pointerType === "touch";
        gesture = {
            target,
            isTouch,
            point: pointOf(ev),
            origin: pointOf(ev),
            pointerId: ev.pointerId,
        };
        if (isTouch) {
            gesture.timer = browser.setTimeout(() => {
                gesture.isPressed = true;
                browser.navigator.vibrate?.(10);
            }, TOUCH_DELAY);
        }
    }

    function onPointerMove(ev) {
        if (!gesture || ev.pointerId !== gesture.pointerId) {
            return;
        }
        gesture.point = pointOf(ev);
        if (gesture.isDragging) {
            params.onMove(gesture.target, gesture.point);
            return;
        }
        const { origin, point, isTouch, isPressed } = gesture;
        const distance = Math.hypot(point.x - origin.x, point.y - origin.y);
        if (isTouch && !isPressed) {
            if (distance > TOUCH_TOLERANCE) {
                end(false); // a swipe
            }
        } else if (distance >= TOLERANCE) {
            start();
            params.onMove(gesture.target, gesture.point);
        }
    }

    function onPointerUp(ev) {
        if (gesture && ev.pointerId === gesture.pointerId) {
            gesture.point = pointOf(ev);
            end(true);
        }
    }

    function onPointerCancel(ev) {
        if (gesture && ev.pointerId === gesture.pointerId) {
            end(false);
        }
    }

    function onKeydown(ev) {
        if (gesture?.isDragging && ev.key === "Escape") {
            ev.preventDefault();
            ev.stopPropagation();
            end(false);
        }
    }

    function onTouchMove(ev) {
        // once the press is long enough, the finger drags and the page stays
        if ((gesture?.isDragging || gesture?.isPressed) && ev.cancelable) {
            ev.preventDefault();
        }
    }

    function onClick(ev) {
        if (wasDragged) {
            wasDragged = false;
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    function onContextMenu(ev) {
        if (gesture?.isTouch) {
            ev.preventDefault();
            ev.stopPropagation();
        }
    }

    useExternalListener(window, "pointermove", onPointerMove);
    useExternalListener(window, "pointerup", onPointerUp);
    useExternalListener(window, "pointercancel", onPointerCancel);
    useExternalListener(window, "keydown", onKeydown, { capture: true });
    onMounted(() => {
        const { el } = params.ref;
        el.addEventListener("pointerdown", onPointerDown);
        el.addEventListener("touchmove", onTouchMove, { passive: false });
        el.addEventListener("click", onClick, { capture: true });
        el.addEventListener("contextmenu", onContextMenu, { capture: true });
    });
    onWillUnmount(() => gesture && end(false));
}
