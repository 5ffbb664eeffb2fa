"""Price lists as one person sees them for one resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from booking.values.money import Money, Unit
from booking.values.wall import zone

_MINUTES_OF_DAY = 1440


class Period(StrEnum):
    """What a rate pays for."""

    STEP = "step"
    """The sheet's `step` of real minutes, from any instant."""
    HOUR = "hour"
    """Sixty real minutes, from any instant."""
    HALF_DAY = "half_day"
    """The local morning [00:00, split) or afternoon [split, 24:00) of one day."""
    DAY = "day"
    """One local calendar day, be it of 23, 24 or 25 hours."""
    WEEK = "week"
    """Seven local days from a local midnight."""
    MONTH = "month"
    """From a local midnight to that of the same day of the next month, or of its last day when it is shorter."""


FLOATING = frozenset({Period.STEP, Period.HOUR})
"""Periods of real elapsed time; the others are windows of the lieu's wall clock."""

_NOMINAL_MINUTES = {
    Period.HOUR: 60,
    Period.HALF_DAY: 720,
    Period.DAY: _MINUTES_OF_DAY,
    Period.WEEK: 7 * _MINUTES_OF_DAY,
    Period.MONTH: 30 * _MINUTES_OF_DAY,
}


@dataclass(frozen=True, slots=True)
class Rate:
    """The price of one item of a period. Raises ValueError for a negative amount."""

    period: Period
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.amount < 0:
            raise ValueError(f"a rate is not negative: {self.amount}")


@dataclass(frozen=True, slots=True)
class RateSheet:
    """The rates one person pays for one resource.

    `step` is in real minutes (1..1440); `half_day_split` is the wall minute at which the lieu's afternoon begins
    (1..1439, 780 is 13:00); `timezone` is the lieu's IANA zone. A free sheet costs nothing, whatever its rates.
    Raises ValueError for anything else, for a period given twice and for several units of account.
    """

    rates: tuple[Rate, ...]
    step: int
    half_day_split: int
    timezone: str
    free: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.step <= _MINUTES_OF_DAY:
            raise ValueError(f"a step lasts 1 to {_MINUTES_OF_DAY} minutes, not {self.step}")
        if not 0 < self.half_day_split < _MINUTES_OF_DAY:
            raise ValueError(f"a day is not cut at minute {self.half_day_split}")
        if len({rate.period for rate in self.rates}) < len(self.rates):
            raise ValueError("a period has one rate at most")
        if len({rate.amount.unit for rate in self.rates}) > 1:
            raise ValueError("a sheet has one unit of account")
        zone(self.timezone)

    @property
    def unit(self) -> Unit:
        """The unit of account of all its prices; euros when it has none."""
        return self.rates[0].amount.unit if self.rates else Unit.EUR

    @property
    def ascending(self) -> tuple[Rate, ...]:
        """The rates from the shortest period to the longest; a step may be longer than an hour."""
        minutes = {Period.STEP: self.step, **_NOMINAL_MINUTES}
        order = list(Period)
        return tuple(sorted(self.rates, key=lambda rate: (minutes[rate.period], order.index(rate.period))))
