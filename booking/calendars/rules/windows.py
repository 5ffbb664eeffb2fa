"""The days that a feed shows."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from booking.values.interval import Interval
from booking.values.wall import day_start, today

BACK = dt.timedelta(days=60)
AHEAD_MONTHS = 18
CANCELLED_DAYS = dt.timedelta(days=30)
"""For how long a member's own feed shows that a booking was cancelled."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a feed shows on one day of its lieu: 60 days back and 18 months ahead, whole days of that zone.

    `middle` is the beginning of today, `cancelled_since` the instant from which cancellations are still told.
    """

    day: dt.date
    timezone: str
    span: Interval
    middle: dt.datetime
    cancelled_since: dt.datetime


def window(now: dt.datetime, timezone: str) -> Window:
    """The window of that moment; it is the same the whole day long, so that a feed may be too."""
    day = today(now, timezone)
    return Window(
        day,
        timezone,
        Interval(day_start(day - BACK, timezone), day_start(_months_later(day, AHEAD_MONTHS), timezone)),
        day_start(day, timezone),
        day_start(day - CANCELLED_DAYS, timezone),
    )


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
