"""When a lieu is open, as bookings are judged by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from booking.places.rules import Hours, open_stretches
from booking.values.interval import Interval

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The opening hours of one lieu, as the rules read them."""

    timezone: str
    week: Mapping[int, Sequence[Hours]]
    special_days: Mapping[dt.date, Sequence[Hours]]

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Equal for calendars that are open at the same instants."""
        week = tuple((day, *hours) for day, hours in sorted(self.week.items()))
        return self.timezone, week, tuple((day, *hours) for day, hours in sorted(self.special_days.items()))

    def open_during(self, stretch: Interval) -> list[Interval]:
        """When it is open: whole openings around the stretch, touching ones merged."""
        around = Interval(stretch.start - 2 * _DAY, stretch.end + 2 * _DAY)
        return open_stretches(self.week, self.special_days, around, self.timezone)
