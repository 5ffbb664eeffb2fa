"""What takes a resource's time, and what is free of it, as parts of an axis: for the agenda of a week and its list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from flask_babel import gettext as _

from booking.bookings.queries.planning import Lane, Planning, TakenSeen
from booking.resources.rules import Take
from booking.values.interval import Interval, merged, without
from booking.values.wall import at_minute, wall_of
from booking.web.axis import Axis, Day, Part, axis, hours_of
from booking.web.formats import day as day_said

HOUR, DAY_MINUTES = 60, 1440
USUAL_HOURS = (8 * HOUR, 20 * HOUR)
WEEK = 7

BookUrl = Callable[[Interval], str]


def parts_of(lane: Lane, opening: Sequence[Interval], span: Interval, zone: str, book_url: BookUrl) -> list[Part]:
    """Everything that stands on the axis of one resource; what is left bare is free time that cannot be booked."""
    closed = [Part("closed", piece) for piece in without([span], opening)]
    pool = lane.terms.take is Take.ANY and len(lane.terms.units) > 1
    return [*closed, *(_pool(lane, opening, zone, book_url) if pool else _single(lane, zone, book_url))]


def week_of(planning: Planning, lane: Lane, first: dt.date, now: dt.datetime, book_url: BookUrl) -> list[Day]:
    """The seven days from `first` on, all between the same hours of the wall clock: those at which the lieu is open.

    `planning` reaches a day further on both sides, so that nights are whole.
    """
    zone = lane.terms.timezone
    dates = [first + dt.timedelta(days=number) for number in range(WEEK)]
    low, high = _hours(planning.open, dates, zone)
    today = wall_of(now, zone).day
    days = []
    for date in dates:
        whole = Interval(at_minute(date, low, zone), at_minute(date, high, zone))
        seen = axis(whole, zone, now=now, name_day=_midnight)
        parts = parts_of(lane, planning.open, whole, zone, book_url)
        days.append(
            Day(
                key=date.isoformat(),
                weekday=day_said(date, style="weekday"),
                number=str(date.day),
                title=day_said(date, style="middle"),
                axis=seen,
                slots=seen.place(parts),
                current=date == today,
            )
        )
    return days


def _single(lane: Lane, zone: str, book_url: BookUrl) -> Iterator[Part]:
    """Of what is taken as a whole, each booking stands for itself, with its buffers beside it."""
    seen: list[Interval] = []
    for each in lane.taken:
        if each.stretch in seen:
            continue  # another unit of the same booking
        seen.append(each.stretch)
        yield Part(each.state, each.stretch, text=_word(each), said=_whose(each))
        for piece in without([each.outer], [each.stretch]):
            yield Part("buffer", piece)
    for free in lane.free:
        yield _free(free.stretch, zone, book_url)


def _pool(lane: Lane, opening: Sequence[Interval], zone: str, book_url: BookUrl) -> Iterator[Part]:
    """Of several alike: when one is free, when all are taken, and one's own bookings."""
    mine = [each.stretch for each in lane.taken if each.state == "mine"]
    windows = _apart([free.stretch for free in lane.free])
    busy = merged(each.outer for each in lane.taken)
    for stretch in without([common for o in opening for b in busy if (common := o.intersection(b))], [*windows, *mine]):
        yield Part("taken", stretch, text=_("complet"))
    for stretch in merged(mine):
        yield Part("mine", stretch)
    least = dt.timedelta(minutes=lane.terms.shortest)
    for window in windows:
        for piece in without([window], mine):
            if piece.duration >= least:
                yield _free(piece, zone, book_url)


def _apart(windows: Sequence[Interval]) -> list[Interval]:
    """The free windows of several units without overlap: each begins where it does, and ends where the next begins."""
    kept: list[Interval] = []
    for window in sorted(windows, key=lambda each: (each.start, -each.duration)):
        if kept and window.end <= kept[-1].end:
            continue
        if kept and window.start < kept[-1].end:
            before = kept.pop()
            if window.start > before.start:
                kept.append(Interval(before.start, window.start))
        kept.append(window)
    return kept


def _free(stretch: Interval, zone: str, book_url: BookUrl) -> Part:
    said = _("%(hours)s libre, réserver", hours=hours_of(stretch, zone))
    return Part("free", stretch, href=book_url(stretch), said=said)


def _word(taken: TakenSeen) -> str:
    return taken.holder or (taken.label if taken.state in ("maintenance", "closed") else "")


def _whose(taken: TakenSeen) -> str:
    return taken.code or ""


def _hours(opening: Sequence[Interval], dates: Sequence[dt.date], zone: str) -> tuple[int, int]:
    """The full hours between which the lieu is open on one of the days, in wall minutes since its midnight.

    A night belongs to the day on which it begins, so the last hour may be past 1440; where nights and mornings would
    overlap, whole days are shown.
    """
    lows, highs = [], []
    for piece in opening:
        start, end = wall_of(piece.start, zone), wall_of(piece.end, zone)
        if start.day in dates:
            lows.append(start.minute)
            highs.append(end.minute + DAY_MINUTES * (end.day - start.day).days)
    low, high = (min(lows), max(highs)) if lows else USUAL_HOURS
    low, high = low // HOUR * HOUR, -(-high // HOUR) * HOUR
    return (low, high) if high - DAY_MINUTES <= low else (0, DAY_MINUTES)


def axis_of(opening: Sequence[Interval], wanted: Interval, date: dt.date, zone: str) -> Axis:
    """The axis of a day strip: from the first to the last hour of interest, at least the usual ones."""
    low, high = _hours([*opening, wanted], [date], zone)
    low, high = min(low, USUAL_HOURS[0]), max(high, USUAL_HOURS[1])
    return axis(Interval(at_minute(date, low, zone), at_minute(date, high, zone)), zone, name_day=_midnight)


def _midnight(_day: dt.date) -> str:
    return "0"
