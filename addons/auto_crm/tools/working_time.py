"""Deadlines in working time, from the intervals a calendar gives. No database here."""


def get_working_date(intervals, moment, days=0):
    """Find the date on which something asked for at `moment` is due.

    Today counts while some working time of today is still ahead, so a request of
    07:00 is due today and one of 22:00, or of Saturday night, on the next working day.

    :param intervals: pairs (start, stop) of aware datetimes, sorted, from `moment` on
    :param datetime moment: when it was asked for, aware
    :param int days: further working days to wait
    :return: the date, or None if the intervals do not reach that far
    """
    dates = []
    for interval in intervals:
        start, stop = interval[0], interval[1]
        if stop <= moment:
            continue
        if start.date() not in dates:
            dates.append(start.date())
        if len(dates) > days:
            return dates[days]
    return None
