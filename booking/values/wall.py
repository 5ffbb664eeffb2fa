"""Wall clocks: the only place where local time becomes an instant, and where gaps and folds are decided.

A wall time exists only with the IANA zone of a lieu. A time skipped in spring does not exist and is refused with the
next one that does; a time repeated in autumn is the first of the two unless `fold` says the second.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from booking.values.interval import Interval

ZONES = (
    "Europe/Paris",
    "America/Miquelon",
    "America/Guadeloupe",
    "America/Martinique",
    "America/St_Barthelemy",
    "America/Marigot",
    "America/Cayenne",
    "Indian/Reunion",
    "Indian/Mayotte",
    "Pacific/Noumea",
    "Pacific/Wallis",
    "Pacific/Tahiti",
    "Pacific/Marquesas",
    "Pacific/Gambier",
)
"""The zones a lieu may have, by their chosen names (some are links in tzdata today and may part later)."""

DAY = 1440
"""Minutes on the clock of one day."""

_TEXT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(/1)?")


class NoSuchTime(ValueError):
    """The wall time was skipped by the clocks; `following` is the next one that exists."""

    def __init__(self, wall: Wall, following: Wall) -> None:
        super().__init__(f"{wall} does not exist")
        self.following = following


@dataclass(frozen=True, order=True, slots=True)
class Wall:
    """A date and a time of day in minutes since midnight (0..1439) as a clock on the wall shows them."""

    day: dt.date
    minute: int
    fold: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.minute < DAY or self.fold not in (0, 1):
            msg = f"no such time of day: {self.minute} min, fold {self.fold}"
            raise ValueError(msg)

    def __str__(self) -> str:
        """`2026-10-25T02:30`, with `/1` after the second of a repeated hour; text order is wall order."""
        return f"{self.day.isoformat()}T{self.clock}{'/1' if self.fold else ''}"

    @property
    def clock(self) -> str:
        """`HH:MM`."""
        return f"{self.minute // 60:02d}:{self.minute % 60:02d}"

    @classmethod
    def parse(cls, text: str) -> Wall:
        """The wall time that `str()` wrote. Raises ValueError for anything else."""
        match = _TEXT.fullmatch(text)
        if not match:
            msg = f"not a wall time: {text!r}"
            raise ValueError(msg)
        clock = dt.time.fromisoformat(match[2])
        return cls(dt.date.fromisoformat(match[1]), clock.hour * 60 + clock.minute, 1 if match[3] else 0)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises ValueError when tzdata does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = f"unknown time zone: {name!r}"
        raise ValueError(msg) from None


def instant(wall: Wall, zone_name: str) -> dt.datetime:
    """The UTC instant of a wall time. Raises NoSuchTime inside a spring gap, ValueError past the calendar's ends."""
    tz = zone(zone_name)
    local = _naive(wall).replace(tzinfo=tz, fold=wall.fold)
    try:
        utc = local.astimezone(dt.UTC)
        back = utc.astimezone(tz)
    except OverflowError:
        msg = f"{wall} is out of the calendar"
        raise ValueError(msg) from None
    if (back.hour, back.minute, back.date()) != (local.hour, local.minute, local.date()):
        raise NoSuchTime(wall, wall_of(_after_gap(local), zone_name))
    return utc


def wall_of(at: dt.datetime, zone_name: str) -> Wall:
    """What the wall clock of the zone shows at an instant (a started minute's beginning), with its fold."""
    local = at.astimezone(zone(zone_name))
    ambiguous = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return Wall(local.date(), local.hour * 60 + local.minute, local.fold if ambiguous else 0)


def day_start(day: dt.date, zone_name: str) -> dt.datetime:
    """The instant at which a local day begins; a midnight skipped by the clocks begins at the next existing time."""
    return at_minute(day, 0, zone_name)


@lru_cache(maxsize=8192)
def at_minute(day: dt.date, minute: int, zone_name: str) -> dt.datetime:
    """The instant `minute` wall minutes after local midnight of `day` (1440 and more: the days after), gaps closed.

    For opening hours and other wall facts that nobody typed: a skipped time counts as the first one after the gap.
    """
    wall = Wall(day + dt.timedelta(days=minute // DAY), minute % DAY)
    try:
        return instant(wall, zone_name)
    except NoSuchTime as skipped:
        return instant(skipped.following, zone_name)


@lru_cache(maxsize=256)
def today(now: dt.datetime, zone_name: str) -> dt.date:
    """The local date at `now`."""
    return now.astimezone(zone(zone_name)).date()


def days_of(interval: Interval, zone_name: str) -> list[dt.date]:
    """The local dates that an interval touches, in order."""
    first = today(interval.start, zone_name)
    last = today(interval.end - dt.timedelta(seconds=1), zone_name)
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _naive(wall: Wall) -> dt.datetime:
    return dt.datetime.combine(wall.day, dt.time(wall.minute // 60, wall.minute % 60))


def _after_gap(local: dt.datetime) -> dt.datetime:
    """The first instant after the gap that `local` falls in: the transition itself, found to the second."""
    low = local.replace(fold=1).astimezone(dt.UTC)  # the later offset, read too early: before the transition
    high = local.replace(fold=0).astimezone(dt.UTC)  # the earlier offset, read too late: after it
    tz = local.tzinfo
    before = low.astimezone(tz).utcoffset()
    while high - low > dt.timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(tz).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
