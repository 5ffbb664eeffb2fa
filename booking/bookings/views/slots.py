"""What takes a resource's time, and what is free of it, as parts of an axis: for the agenda of a week and its list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

from flask import url_for
from flask_babel import gettext as _

from booking.bookings.queries.planning import Lane, Planning, TakenSeen
from booking.bookings.views.frame import reason_said
from booking.resources.rules import Take
from booking.values.interval import Interval, merged, without
from booking.values.wall import at_minute, wall_of
from booking.web.axis import Axis, Day, Part, axis, hours_of
from booking.web.formats import day as day_said

HOUR, DAY_MINUTES = 60, 1440
USUAL_HOURS = (8 * HOUR, 20 * HOUR)
DAY = dt.timedelta(days=1)
WEEK = 7

BookUrl = Callable[[Interval], str]


def parts_of(lane: Lane, opening: Sequence[Interval], span: Interval, book_url: BookUrl) -> list[Part]:
    """Everything that stands on the axis of one resource; what is left bare is free time that cannot be booked."""
    closed = [Part("closed", piece) for piece in without([span], opening)]
    pool = lane.terms.take is Take.ANY and len(lane.terms.units) > 1
    windows = [cut for free in lane.free if (cut := free.stretch.intersection(span))]
    shown = _pool(lane, windows, opening) if pool else _single(lane, windows)
    parts = (_free(lane, each, book_url) if isinstance(each, Interval) else each for each in shown)
    return [*closed, *(part for part in parts if part is not None)]


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
        parts = parts_of(lane, planning.open, whole, book_url)
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


def _single(lane: Lane, windows: Iterable[Interval]) -> Iterator[Part | Interval]:
    """Of what is taken as a whole, each booking stands for itself, with its buffers beside it; then what is free."""
    seen: list[Interval] = []
    for each in lane.taken:
        if each.stretch in seen:
            continue  # another unit of the same booking
        seen.append(each.stretch)
        yield _taken(each)
        for piece in without([each.outer], [each.stretch]):
            yield Part("buffer", piece)
    yield from windows


def _pool(lane: Lane, windows: Sequence[Interval], opening: Sequence[Interval]) -> Iterator[Part | Interval]:
    """Of several alike: when all are taken, and one's own bookings; then when one is free."""
    mine = [each for each in lane.taken if each.state == "mine"]
    held = [each.stretch for each in mine]
    spread = apart(windows)
    busy = merged(each.outer for each in lane.taken)
    for stretch in without([common for o in opening for b in busy if (common := o.intersection(b))], [*spread, *held]):
        yield Part("taken", stretch, text=_("complet"))
    yield from map(_taken, {each.stretch: each for each in mine}.values())
    for window in spread:
        yield from without([window], held)


def apart(windows: Sequence[Interval]) -> list[Interval]:
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


def _free(lane: Lane, window: Interval, book_url: BookUrl) -> Part | None:
    """A free window as a link that books it, or as much of it as may be booked at once; None when it is too short."""
    terms = lane.terms
    least, most = dt.timedelta(minutes=terms.shortest), dt.timedelta(minutes=terms.longest)
    if window.duration < least:
        return None
    stretch = Interval(window.start, min(window.end, window.start + most))
    said = _("%(hours)s libre, réserver", hours=hours_of(window, terms.timezone))
    return Part("free", window, href=book_url(stretch), said=said)


def _taken(taken: TakenSeen) -> Part:
    """What takes time, as who asks may know it; one's own and, for staff, others' lead to their page."""
    named = reason_said(taken.label) if taken.state in ("maintenance", "closed") else ""
    text = "" if taken.state == "mine" else taken.holder or named
    if taken.code is None:
        return Part(taken.state, taken.stretch, text=text)
    address = url_for("bookings.booking_page", code=taken.code)
    return Part(taken.state, taken.stretch, text=text, href=address, said=taken.code)


def _hours(opening: Sequence[Interval], dates: Sequence[dt.date], zone: str) -> tuple[int, int]:
    """The full hours between which the lieu is open on one of the days, in wall minutes since its midnight.

    A night belongs to the day on which it begins, so the last hour may be past 1440; where nights and mornings would
    overlap, whole days are shown.
    """
    lows, highs = [], []
    for piece in opening:
        if piece.duration > DAY:
            return 0, DAY_MINUTES
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
