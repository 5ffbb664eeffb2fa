"""Price lists in one line, and two slow prices that share nothing with the fast one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from itertools import chain, combinations
from zoneinfo import ZoneInfo

from booking.tariffs.rules import Period, Rate, RateSheet
from booking.values.interval import Interval
from booking.values.money import Money


def sheet(
    zone: str = "Europe/Paris", *, minutes: int = 30, split: int = 780, free: bool = False, **cents: int
) -> RateSheet:
    rates = tuple(Rate(Period(period), Money(amount)) for period, amount in cents.items())
    return RateSheet(rates, step=minutes, half_day_split=split, timezone=zone, free=free)


def midnight(day: dt.date, rates: RateSheet, minute: int = 0) -> dt.datetime:
    """A wall time of that day (none that the clocks skip)."""
    local = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), ZoneInfo(rates.timezone))
    return local.astimezone(dt.UTC)


def local_day(at: dt.datetime, rates: RateSheet) -> dt.date:
    return at.astimezone(ZoneInfo(rates.timezone)).date()


def next_month(day: dt.date) -> dt.date:
    first = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return min(first + dt.timedelta(days=day.day - 1), last)


def window(period: Period, day: dt.date, rates: RateSheet) -> list[tuple[dt.datetime, dt.datetime]]:
    """The windows of a period that begin on a day."""
    start = midnight(day, rates)
    if period is Period.HALF_DAY:
        split, end = midnight(day, rates, rates.half_day_split), midnight(day + dt.timedelta(days=1), rates)
        return [(start, split), (split, end)]
    days = {Period.DAY: day + dt.timedelta(days=1), Period.WEEK: day + dt.timedelta(days=7)}
    return [(start, midnight(days.get(period, next_month(day)), rates))]


def amounts(rates: RateSheet) -> dict[Period, int]:
    return {rate.period: rate.amount.amount for rate in rates.rates}


def lengths(rates: RateSheet) -> dict[Period, dt.timedelta]:
    """The periods of real elapsed time among the list's rates."""
    every = {Period.STEP: dt.timedelta(minutes=rates.step), Period.HOUR: dt.timedelta(hours=1)}
    return {period: every[period] for period in amounts(rates) if period in every}


def every_cover(stretch: Interval, rates: RateSheet) -> Iterator[int]:
    """What each way to cover a stretch of a day or so costs: every set of windows, with the least that fills the rest.

    Steps and hours fill what the windows leave: each begins where the last one ended, or at the next instant left.
    """
    prices, first, last = amounts(rates), local_day(stretch.start, rates), local_day(stretch.end, rates)
    found: set[tuple[int, dt.datetime, dt.datetime]] = set()
    for offset in range(-31, (last - first).days + 1):
        for period in prices.keys() - lengths(rates).keys():
            for start, end in window(period, first + dt.timedelta(days=offset), rates):
                if start < stretch.end and stretch.start < end:
                    found.add((prices[period], max(start, stretch.start), min(end, stretch.end)))
    for chosen in chain.from_iterable(combinations(sorted(found), size) for size in range(len(found) + 1)):
        left = _least_left(stretch, sorted((start, end) for _, start, end in chosen), rates)
        if left is not None:
            yield sum(price for price, _, _ in chosen) + left


def _least_left(stretch: Interval, taken: list[tuple[dt.datetime, dt.datetime]], rates: RateSheet) -> int | None:
    prices, floating = amounts(rates), lengths(rates)

    @cache
    def least(at: dt.datetime) -> int | None:
        for start, end in taken:
            if start <= at < end:
                at = end
        if at >= stretch.end:
            return 0
        costs = [(prices[period], least(at + length)) for period, length in floating.items()]
        return min((price + rest for price, rest in costs if rest is not None), default=None)

    return least(stretch.start)


def walk(stretch: Interval, rates: RateSheet) -> tuple[int, dict[Period, int]]:
    """The best cover, instant by instant: at each, every item that can begin there or contains it."""
    prices, floating = amounts(rates), lengths(rates)
    order = [rate.period for rate in rates.ascending][::-1]

    def nexts(at: dt.datetime) -> Iterator[tuple[Period, dt.datetime]]:
        for period in prices:
            if period in floating:
                yield period, at + floating[period]
            else:
                around = window(period, local_day(at, rates), rates)
                yield period, next(end for start, end in around if start <= at < end)

    best: dict[dt.datetime, tuple[int, ...]] = {stretch.start: (0, 0, *(0 for _ in order))}
    while (at := min(best)) < stretch.end:
        cost, items, *counts = best.pop(at)
        for period, then in nexts(at):
            more = [each - (period is which) for each, which in zip(counts, order, strict=True)]
            candidate = (cost + prices[period], items + 1, *more)
            key = min(then, stretch.end)
            best[key] = min(candidate, best.get(key, candidate))
    cost, _, *counts = best[stretch.end]
    return cost, {period: -each for period, each in zip(order, counts, strict=True) if each}
