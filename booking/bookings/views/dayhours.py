"""Which hours a page about one day of a lieu shows: those at which it is open, nights told with their evening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from booking.bookings.queries.planning import Lane
from booking.values.interval import Interval
from booking.values.wall import at_minute, day_start, wall_of
from booking.web.formats import hour_said

ONE_DAY = dt.timedelta(days=1)
NIGHT = dt.timedelta(hours=12)
"""So far past midnight a night still belongs to the day on which it began."""

BEFORE = dt.timedelta(hours=1)
"""So far back one has to look to know whether something had begun before midnight."""

HOUR = 60
USUAL_HOURS = (8 * HOUR, 20 * HOUR)


def local_day(date: dt.date, zone: str) -> Interval:
    """From midnight to midnight on the lieu's clock: 23, 24 or 25 hours."""
    return Interval(day_start(date, zone), day_start(date + ONE_DAY, zone))


def around_day(date: dt.date, zone: str) -> Interval:
    """All that may have to do with a day: itself, the night after it, and an hour to see what runs into it."""
    whole = local_day(date, zone)
    return Interval(whole.start - BEFORE, whole.end + NIGHT)


def openings_of_day(opening: Iterable[Interval], date: dt.date, zone: str) -> list[Interval]:
    """Of the openings around a day, those that are told with it, whole; with none, what is left of last night's.

    An opening that goes on through day and night is cut at midnight.
    """
    whole = local_day(date, zone)
    found, night = [], []
    for piece in opening:
        if not piece.overlaps(whole):
            continue
        if piece.start < whole.start and piece.end <= whole.start + NIGHT:
            night.append(Interval(whole.start, piece.end))
            continue
        end = piece.end if piece.end < whole.end + NIGHT else whole.end
        found.append(Interval(max(piece.start, whole.start), end))
    return found or night


def in_last_night(opening: Iterable[Interval], now: dt.datetime, date: dt.date, zone: str) -> bool:
    """Whether the lieu is still in the night that began the day before."""
    start = local_day(date, zone).start
    return any(piece.start < start and now < piece.end <= start + NIGHT for piece in opening)


def span_of_day(opening: Sequence[Interval], lanes: Iterable[Lane], date: dt.date, zone: str) -> Interval:
    """From the first full hour of interest to the last: those of the openings, and of bookings outside of them."""
    whole = local_day(date, zone)
    shown = list(opening) or [Interval(*(at_minute(date, minute, zone) for minute in USUAL_HOURS))]
    for lane in lanes:
        shown += [
            each.outer
            for each in lane.taken
            if each.state in ("taken", "mine", "held")
            and whole.start <= each.outer.start < whole.end
            and each.outer.duration <= ONE_DAY
        ]
    start, end = min(each.start for each in shown), max(each.end for each in shown)
    past, left = wall_of(start, zone).minute % HOUR, -wall_of(end, zone).minute % HOUR
    return Interval(start - dt.timedelta(minutes=past), min(end, whole.end + NIGHT) + dt.timedelta(minutes=left))


def opening_said(opening: Sequence[Interval], zone: str) -> str:
    """`Ouvert de 8 h à 12 h et de 14 h à 20 h`."""
    if not opening:
        return _("Fermé ce jour-là")
    if len(opening) == 1 and wall_of(opening[0].start, zone).minute == wall_of(opening[0].end, zone).minute == 0:
        return _("Ouvert jour et nuit")
    pieces = [
        _("de %(start)s à %(end)s", start=hour_said(each.start, zone), end=hour_said(each.end, zone))
        for each in opening
    ]
    return _("Ouvert %(hours)s", hours=_(" et ").join(pieces))
