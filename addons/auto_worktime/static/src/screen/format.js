const { DateTime } = luxon;

/** 1.2 hours as "1:12". */
export function formatHours(hours) {
    const minutes = Math.floor(Math.max(hours, 0) * 60 + 1e-6);
    return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** The time of a moment on the shop's clock; with its day unless it is today. */
export function formatTime(moment, { tz, lang, now }) {
    const locale = lang.replace("_", "-");
    const time = DateTime.fromMillis(moment, { zone: tz, locale });
    const isToday = time.hasSame(DateTime.fromMillis(now, { zone: tz }), "day");
    return time.toLocaleString(
        isToday
            ? DateTime.TIME_24_SIMPLE
            : {
                  weekday: "short",
                  day: "numeric",
                  month: "short",
                  hour: "2-digit",
                  minute: "2-digit",
                  hourCycle: "h23",
              }
    );
}
