"""When a lieu is open: hours of the week with breaks and nights, days that do not follow the week, clocks that jump."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from booking.errors import N_, Refusal
from booking.values.interval import Interval, merged, without
from booking.values.wall import at_minute, day_start, wall_of

DAY = 1440
"""Minutes on the clock of one day."""

MOST_STRETCHES = 4
"""Stretches of opening hours in one day."""

LOOK_AHEAD = dt.timedelta(days=21)
"""How far the next opening is looked for."""

_YEARS = Interval(dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC))
"""Hours are read within these; nothing is open outside, and no date can pass the calendar's ends."""


@dataclass(frozen=True, order=True, slots=True)
class Hours:
    """Open from wall minute `opens` (0..1439 since midnight) until `closes`; past 1440 it closes the next day.

    Raises ValueError for an empty stretch and for one longer than a day.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < DAY and self.opens < self.closes <= self.opens + DAY):
            raise ValueError(f"no such opening hours: {self.opens} to {self.closes}")

    def __str__(self) -> str:
        """`09:00` and `12:30` with an en dash between."""
        return f"{_clock(self.opens)}\N{EN DASH}{_clock(self.closes)}"


Week = Mapping[int, Sequence[Hours]]
"""Hours by the weekday on which they begin, 0 for Monday; a weekday without any is closed."""

SpecialDays = Mapping[dt.date, Sequence[Hours]]
"""Hours of the dates that do not follow the week; a date without any is closed from midnight to midnight."""

CLOSED: tuple[Hours, ...] = ()


def open_stretches(week: Week, special_days: SpecialDays, interval: Interval, zone: str) -> list[Interval]:
    """The stretches in which a lieu of that zone is open, cut to the interval, in order, as few as possible.

    Hours belong to the day on which they begin, so Friday's night runs on into Saturday. A special day replaces the
    hours that begin on it; a closed one also ends the night before it at midnight. Hours are wall time: on the night of
    a change they may last one hour more or less, a skipped time counts as the first one after the gap, a repeated one
    as the first of the two.
    """
    asked = interval.intersection(_YEARS)
    if asked is None:
        return []
    pieces: list[Interval] = []
    closed: list[Interval] = []
    for day in _days(asked, zone):
        hours = special_days.get(day)
        if hours is not None and not hours:
            closed.append(Interval(day_start(day, zone), day_start(day + dt.timedelta(days=1), zone)))
        for each in week.get(day.weekday(), CLOSED) if hours is None else hours:
            start, end = at_minute(day, each.opens, zone), at_minute(day, each.closes, zone)
            if start < end:
                pieces.append(Interval(start, end))
    cut = (piece.intersection(asked) for piece in without(merged(pieces), closed))
    return [piece for piece in cut if piece]


def _days(interval: Interval, zone: str) -> Iterator[dt.date]:
    """The local dates whose hours may reach into the interval: those it touches and the one before."""
    day = wall_of(interval.start, zone).day - dt.timedelta(days=1)
    last = wall_of(interval.end, zone).day
    while day <= last:
        yield day
        day += dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a lieu is open at an instant, and when that changes; None when it does not for the next three weeks."""

    is_open: bool
    changes_at: dt.datetime | None


def state_at(week: Week, special_days: SpecialDays, zone: str, now: dt.datetime) -> OpenState:
    """Whether the lieu is open at `now`, until when, or else when it opens next."""
    end = now + LOOK_AHEAD
    following = next(iter(open_stretches(week, special_days, Interval(now, end), zone)), None)
    if following is None:
        return OpenState(is_open=False, changes_at=None)
    if following.start > now:
        return OpenState(is_open=False, changes_at=following.start)
    return OpenState(is_open=True, changes_at=following.end if following.end < end else None)


def hours_refusals(hours: Sequence[Hours], field: str) -> list[Refusal]:
    """Why these cannot be the hours of one day, a reason each."""
    found = []
    if len(hours) > MOST_STRETCHES:
        message = N_("Au plus %(most)s plages par jour.")
        found.append(Refusal("too_many_stretches", message, {"most": MOST_STRETCHES}, field))
    for before, after in pairwise(sorted(hours)):
        if after.opens < before.closes:
            message = N_("Ces horaires se chevauchent : %(first)s et %(second)s.")
            found.append(Refusal("hours_overlap", message, {"first": str(before), "second": str(after)}, field))
    return found


def week_refusals(week: Week) -> list[Refusal]:
    """Why these cannot be the hours of a week, a reason each, at the field `weekday_0` (Monday) to `weekday_6`."""
    found = []
    for weekday in range(7):
        hours = sorted(week.get(weekday, CLOSED))
        field = f"weekday_{weekday}"
        found += hours_refusals(hours, field)
        night = max((each.closes - DAY for each in week.get((weekday - 1) % 7, CLOSED)), default=0)
        if hours and hours[0].opens < night:
            message = N_("La veille, le lieu ferme à %(night)s : ces horaires commencent avant.")
            found.append(Refusal("night_overlaps", message, {"night": _clock(night)}, field))
    return found


def week_in_short(week: Week) -> list[tuple[int, int, tuple[Hours, ...]]]:
    """The week as people say it: (first weekday, last weekday, hours), days alike and in a row being one line."""
    lines: list[tuple[int, int, tuple[Hours, ...]]] = []
    for weekday in range(7):
        hours = tuple(sorted(week.get(weekday, CLOSED)))
        if lines and lines[-1][2] == hours:
            lines[-1] = (lines[-1][0], weekday, hours)
        else:
            lines.append((weekday, weekday, hours))
    return lines


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
