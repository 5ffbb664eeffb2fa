"""The axis of time that every planning stands on: where an instant falls, and what the scale above it says.

Positions are elapsed minutes from the axis's first instant, so that an hour is as long as an hour on the two days a
year when clocks jump, and so that a lieu may open at half past eight, close for lunch or stay open past midnight. The
style sheet turns minutes into places (`--from`, `--to`, `--at` over `--span`); nothing else of it knows time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from booking.values.interval import Interval
from booking.values.wall import Wall, wall_of

_HOUR = 60
_EN_DASH = "\u2013"
_ON_PHONES = 6
_ON_TABLETS = 13


@dataclass(frozen=True, slots=True)
class Mark:
    """A full hour on the scale. `rank` says on how narrow a screen it still stands: 0 phones, 1 tablets, 2 wide ones.

    `far` is the hour of a second zone, or empty; `midnight` marks the start of a day, whose name is then the label.
    """

    at: int
    label: str
    far: str = ""
    rank: int = 0
    midnight: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch and its state, before it is placed.

    States: `free`, `taken`, `mine`, `held`, `buffer`, `maintenance`, `closed`.

    `text` is the short word inside; `href` leads on from a free window; `said` is the whole sentence for those who hear
    the page instead of seeing it.
    """

    state: str
    interval: Interval
    text: str = ""
    href: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A part in its place: `at` and `to` in minutes of the axis, `hours` as the wall shows them, uncut."""

    state: str
    at: int
    to: int
    hours: str
    text: str = ""
    href: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Choosing:
    """What may be picked in the free windows of a resource: the step, least and most of a stretch, in minutes.

    `most` 0 means no limit. `book_url` takes `start` and `end` (RFC 3339 instants) and shows the booking page;
    `quote_url` takes the same and `resource`, and answers one sentence of plain text, also when it refuses.
    """

    resource: str
    step: int
    least: int
    most: int = 0
    book_url: str = ""
    quote_url: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time seen in one zone.

    `origin` is its first instant, `span` its length in minutes, `first_hour` the minute of its first full hour (the
    grid starts there), `now` the present's minute or None when the axis does not show it.
    """

    origin: dt.datetime
    span: int
    zone: str
    marks: tuple[Mark, ...]
    first_hour: int
    now: int | None = None
    clock: str = ""

    def minute(self, instant: dt.datetime) -> int:
        """Elapsed minutes from the origin, negative before it, started ones dropped."""
        return int((instant - self.origin).total_seconds() // 60)

    def place(self, parts: Iterable[Part]) -> tuple[Slot, ...]:
        """The parts in order of time, cut to the axis; those outside it are left out."""
        whole = Interval(self.origin, self.origin + dt.timedelta(minutes=self.span))
        out = []
        for part in sorted(parts, key=lambda each: each.interval):
            cut = part.interval.intersection(whole)
            at, to = (self.minute(cut.start), self.minute(cut.end)) if cut else (0, 0)
            if at < to:
                hours = hours_of(part.interval, self.zone)
                out.append(Slot(part.state, at, to, hours, part.text, part.href, part.said))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Day:
    """A column of an agenda: `weekday` and `number` above it, `title` the whole date, `key` unique on the page."""

    key: str
    weekday: str
    number: str
    title: str
    axis: Axis
    slots: tuple[Slot, ...]
    current: bool = False
    href: str = ""


def axis(
    whole: Interval,
    zone: str,
    *,
    now: dt.datetime | None = None,
    far_zone: str = "",
    name_day: Callable[[dt.date], str] = str,
) -> Axis:
    """The axis of `whole` in the lieu's zone, with a mark at each full hour of its wall clock.

    `far_zone` adds the same hours as the reader's own clock shows them. `name_day` words the mark at each midnight
    after the first instant.
    """
    span = int(whole.duration.total_seconds() // 60)
    found = list(_full_hours(whole, zone))
    marks = tuple(
        Mark(
            at=_minutes(at - whole.start),
            label=name_day(wall.day) if wall.minute == 0 and at > whole.start else str(wall.minute // _HOUR),
            far=_far(at, far_zone),
            rank=_rank(index, len(found)),
            midnight=wall.minute == 0 and at > whole.start,
        )
        for index, (at, wall) in enumerate(found)
    )
    shown = now is not None and whole.start <= now < whole.end
    return Axis(
        origin=whole.start,
        span=span,
        zone=zone,
        marks=marks,
        first_hour=marks[0].at if marks else 0,
        now=_minutes(now - whole.start) if now is not None and shown else None,
        clock=clock(now, zone) if now is not None and shown else "",
    )


@lru_cache(maxsize=4096)
def clock(instant: dt.datetime, zone: str) -> str:
    """`9:05`: what the wall clock of the zone shows, as grids write it."""
    return _short(wall_of(instant, zone))


def hours_of(interval: Interval, zone: str) -> str:
    """A stretch as grids write it, `9:00` and `12:30` with an en dash between."""
    return f"{clock(interval.start, zone)}{_EN_DASH}{clock(interval.end, zone)}"


def _short(wall: Wall) -> str:
    return f"{wall.minute // _HOUR}:{wall.minute % _HOUR:02d}"


def _far(at: dt.datetime, zone: str) -> str:
    if not zone:
        return ""
    wall = wall_of(at, zone)
    return str(wall.minute // _HOUR) if wall.minute % _HOUR == 0 else _short(wall)


def _full_hours(whole: Interval, zone: str) -> Iterable[tuple[dt.datetime, Wall]]:
    """Every instant of the stretch, its end included, at which the wall clock shows a full hour."""
    at = whole.start
    while at <= whole.end:
        wall = wall_of(at, zone)
        past = wall.minute % _HOUR
        if past == 0 and at.second == 0:
            yield at, wall
        at += dt.timedelta(minutes=_HOUR - past, seconds=-at.second)


def _rank(index: int, count: int) -> int:
    """Which marks to drop where there is little room, so that those left are evenly spread."""
    phone, tablet = max(1, -(-(count - 1) // _ON_PHONES)), max(1, -(-(count - 1) // _ON_TABLETS))
    if index % phone == 0:
        return 0
    return 1 if index % tablet == 0 else 2


def _minutes(length: dt.timedelta) -> int:
    return int(length.total_seconds() // 60)
