/** What a mechanic does: the log that runs; undefined if nothing does. */
export function getRunning(view) {
    const last = view.day.logs.at(-1);
    return last && last.stop === null ? last : undefined;
}

/**
 * The day as it will be when the server has taken what was pressed since.
 *
 * @param {object} day as the server told it
 * @param {object[]} presses not sent, in their order
 * @param {number} offset of the server's clock, milliseconds
 */
export function replay(day, presses, offset) {
    const view = JSON.parse(JSON.stringify(day));
    for (const press of presses) {
        APPLY[press.action]?.(view, press, press.pressed + offset);
    }
    return view;
}

function findJob(view, id) {
    return view.jobs.find((job) => job.id === id);
}

function end(view, at) {
    const running = getRunning(view);
    if (!running) {
        return undefined;
    }
    running.stop = at;
    const job = findJob(view, running.job);
    if (job && running.kind !== "idle" && running.kind !== "break") {
        job.since = job.since.filter((moment) => moment !== running.start);
        job.worked += Math.max(at - running.start, 0) / 3_600_000;
    }
    return running;
}

function begin(view, at, log) {
    view.day.logs.push({
        job: null,
        reason: null,
        text: "",
        stop: null,
        ...log,
        start: at,
    });
}

function isOnJob(log) {
    return Boolean(log) && log.kind !== "idle" && log.kind !== "break";
}

function start(view, job, at) {
    const running = getRunning(view);
    if (!job || (isOnJob(running) && running.job === job.id)) {
        return;
    }
    end(view, at);
    begin(view, at, { kind: "work", job: job.id, text: job.name });
    Object.assign(job, { state: "in_progress", reason: "" });
    job.since.push(at);
}

const APPLY = {
    in(view, press, at) {
        if (!view.is_present) {
            view.is_present = true;
            view.day.presence.push([at, null]);
        }
    },
    out(view, press, at) {
        end(view, at);
        view.is_present = false;
        const last = view.day.presence.at(-1);
        if (last) {
            last[1] = at;
        }
    },
    start(view, press, at) {
        start(view, findJob(view, press.job), at);
    },
    pause(view, press, at) {
        const reason = view.reasons.find((one) => one.id === press.reason);
        const left = end(view, at);
        const job = left && left.kind !== "break" ? left.job : null;
        begin(view, at, { kind: "idle", job, reason: reason.id, text: reason.name });
        if (isOnJob(left) && reason.holds && findJob(view, job)) {
            const others = findJob(view, job).since.length;
            if (!others) {
                Object.assign(findJob(view, job), {
                    state: "on_hold",
                    reason: reason.name,
                });
            }
        }
    },
    break(view, press, at) {
        const left = end(view, at);
        begin(view, at, {
            kind: "break",
            job: left ? left.job : null,
            text: press.name,
        });
    },
    resume(view, press, at) {
        const left = getRunning(view);
        if (isOnJob(left)) {
            return;
        }
        const job = left && findJob(view, left.job);
        if (job && job.state !== "done") {
            start(view, job, at);
        } else {
            end(view, at);
        }
    },
    done(view, press, at) {
        const running = getRunning(view);
        if (isOnJob(running) && running.job === press.job) {
            end(view, at);
        }
        const job = findJob(view, press.job);
        if (job) {
            Object.assign(job, { state: "done", reason: "", since: [] });
        }
    },
    stop(view, press, at) {
        end(view, at);
    },
};

/** Hours of the day by what they went to: presence, on jobs, idle, breaks, none given. */
export function getTotals(view, now) {
    const sum = (spans) =>
        spans.reduce(
            (total, [from, to]) => total + Math.max((to ?? now) - from, 0),
            0
        ) / 3_600_000;
    const of = (test) =>
        sum(view.day.logs.filter(test).map((log) => [log.start, log.stop]));
    const totals = {
        present: sum(view.day.presence),
        work: of(isOnJob),
        idle: of((log) => log.kind === "idle"),
        break: of((log) => log.kind === "break"),
    };
    totals.none = Math.max(
        totals.present - totals.work - totals.idle - totals.break,
        0
    );
    return totals;
}

/** The day row by row: what he did from when to when, and when nothing was given. */
export function getRows(view, now) {
    const rows = view.day.logs.map((log) => ({ ...log, stop: log.stop ?? now }));
    for (const [from, to] of view.day.presence) {
        let free = from;
        for (const log of rows.filter((row) => row.kind !== "none")) {
            if (log.stop > free && log.start < (to ?? now)) {
                addFree(rows, free, log.start);
                free = Math.max(free, log.stop);
            }
        }
        addFree(rows, free, to ?? now);
    }
    return rows.sort((one, other) => one.start - other.start);
}

function addFree(rows, start, stop) {
    if (stop - start >= 60_000) {
        rows.push({ kind: "none", text: "", start, stop });
    }
}
