"""The cheapest combination of rates that covers a stretch."""

from __future__ import annotations

import calendar
import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

from booking.errors import N_, Invalid
from booking.tariffs.rules.sheets import FLOATING, Period, Rate, RateSheet
from booking.values.interval import Interval
from booking.values.money import Money
from booking.values.wall import at_minute, wall_of

LONGEST_DAYS = 400
"""No price is computed for longer stretches (in whole elapsed days): whoever asks for centuries gets a sentence."""


class NoRate(Invalid):
    """The price list has no rate for who asks, and is not free either."""

    code = "no_rate"
    message = N_("Aucun tarif n’est encore fixé pour cette ressource.")


class StretchTooLong(Invalid):
    """Longer than any stretch that is priced."""

    code = "stretch_too_long"
    message = N_("Une réservation dure au plus %(days)s jours.")


@dataclass(frozen=True, slots=True)
class Combination:
    """How many items of which periods cover a stretch, the longest period first, and what they cost together."""

    items: tuple[tuple[Period, int], ...]
    total: Money


def cheapest(stretch: Interval, sheet: RateSheet) -> Combination:
    """The cheapest items that together cover the stretch; of equal ones the fewest, then the longest periods.

    Raises NoRate when the sheet has no rate, StretchTooLong past `LONGEST_DAYS`. A free sheet gives no item.

    Why it is exact. In any cover, look at the first instant not covered yet. Of each period, the item that contains it
    and reaches farthest begins there (steps, hours), is the window around it (half-days, days) or begins at its day's
    midnight (weeks and months, whose ends never go back as their starts advance). So a walk from one such instant to
    the next that tries every period at each finds the best cover. Three facts make it short without losing any:

    1. Steps and hours between two windows commute, so those of the worse value may come first; and where j of them cost
       no less than the fewest of the better value that reach as far, these replace them. Few j remain.
    2. The walk's windows lie between two midnights (and splits), and all instants inside one can take the same items.
       So only the cheapest of them need take one, a run of the better value goes straight on to the next window, and an
       instant is dropped when a later one inside the window costs no more.
    3. After an item that is no step or hour, the walk stands at the start of a window: one score each is enough.
    """
    if sheet.free:
        return Combination((), Money(0, sheet.unit))
    if not sheet.rates:
        raise NoRate
    if stretch.duration.days > LONGEST_DAYS:
        raise StretchTooLong(days=LONGEST_DAYS)
    rates = sheet.ascending
    score = _least(stretch, sheet, _scores(rates))
    items: list[tuple[Period, int]] = []
    shorter = 0
    for rate in rates:
        score, up_to = divmod(score, _DIGIT)
        if up_to > shorter:
            items.insert(0, (rate.period, up_to - shorter))
        shorter = up_to
    return Combination(tuple(items), Money(score, sheet.unit))


_DIGIT = 1 << 32
"""The base of scores. Their digits count items, at most 577,440 (one a minute for 401 days): they never carry."""


def _scores(rates: tuple[Rate, ...]) -> dict[Period, int]:
    """What one item of each period adds to a score, so that the least score is the best combination.

    Digits from the highest: the cost, the number of items, the number of items shorter than the longest period, than
    the second longest... Of two combinations of as many items, the one with fewer short ones has more long ones.
    """
    return {
        rate.period: rate.amount.amount * _DIGIT ** len(rates) + sum(_DIGIT**i for i in range(rank, len(rates)))
        for rank, rate in enumerate(rates)
    }


def _least(stretch: Interval, sheet: RateSheet, scores: Mapping[Period, int]) -> int:
    """The least score of a cover. Positions are seconds from the start of the stretch."""
    starts, ends = _windows(stretch, sheet)
    heads, better = _runs(sheet.step, scores)
    last = len(starts) - 1
    fresh = {0: 0}  # by window: the least score of standing at its start, free to begin a run
    running: list[dict[int, int]] = [{} for _ in starts]  # by window: the least score at each position within a run

    def arrive(position: int, score: int) -> None:
        inside = running[bisect_right(starts, position) - 1]
        inside[position] = min(score, inside.get(position, score))

    for window in range(last):
        if window in fresh:
            for length, score in heads:
                arrive(starts[window] + length, fresh[window] + score)
        inside = running[window]
        if not inside:
            continue
        for period, end in ends.items():
            score = min(inside.values()) + scores[period]
            fresh[end[window]] = min(score, fresh.get(end[window], score))
        if better is None:
            continue
        length, each = better
        beyond = None  # the least score at a later position of this window
        for position in sorted(inside, reverse=True):
            if beyond is None or inside[position] < beyond:
                beyond = inside[position]
                times = -((position - starts[window + 1]) // length)
                arrive(position + times * length, beyond + times * each)
    return min([*running[last].values(), *([fresh[last]] if last in fresh else [])])


def _runs(step: int, scores: Mapping[Period, int]) -> tuple[list[tuple[int, int]], tuple[int, int] | None]:
    """The heads of runs of steps and hours, and the one that goes on, of the better value; as (seconds, score).

    A head is j items of the worse value, for every j that the better one does not replace at the same score.
    """
    lengths = {Period.STEP: step * 60, Period.HOUR: 3600}
    values = [(lengths[period], score) for period, score in scores.items() if period in FLOATING]
    values.sort(key=lambda value: Fraction(value[1], value[0]))
    heads = [(0, 0)]
    if not values:
        return heads, None
    (length, each), *others = values
    for worse_length, worse in others:
        for times in count(1):
            if times * worse >= -(-times * worse_length // length) * each:
                break
            heads.append((times * worse_length, times * worse))
    return heads, (length, each)


def _windows(stretch: Interval, sheet: RateSheet) -> tuple[list[int], dict[Period, list[int]]]:
    """The stretch cut at the local midnights (and splits) that its rates need.

    Gives the starts of the windows and the end of the stretch, in seconds from its start; and for each period but steps
    and hours, by window, the index in `starts` at which an item taken there ends.
    """
    periods = {rate.period for rate in sheet.rates} - FLOATING
    cuts = [0] if periods else []
    if Period.HALF_DAY in periods:
        cuts.append(sheet.half_day_split)
    length = int(stretch.duration.total_seconds())
    first_day, last_day = (wall_of(at, sheet.timezone).day.toordinal() for at in (stretch.start, stretch.end))
    starts, days = [0], [first_day]
    first: dict[int, int] = {}  # the first window of each day
    for day in range(first_day, last_day + 1):
        for cut in cuts:
            at = int((at_minute(dt.date.fromordinal(day), cut, sheet.timezone) - stretch.start).total_seconds())
            if at >= length:
                break
            if at > starts[-1]:
                starts.append(at)
                days.append(day)
            days[-1] = day  # where the clocks skip a cut, the window is the later day's
            first.setdefault(day, len(starts) - 1)
    end = len(starts)
    following: dict[Period, Callable[[int], int]] = {
        Period.DAY: lambda day: day + 1,
        Period.WEEK: lambda day: day + 7,
        Period.MONTH: _a_month_later,
    }
    ends = {
        period: [first.get(after(day), end) for day in days] for period, after in following.items() if period in periods
    }
    if Period.HALF_DAY in periods:
        ends[Period.HALF_DAY] = list(range(1, end + 1))
    return [*starts, length], ends


def _a_month_later(day: int) -> int:
    """The same day of the next month, or its last one when it is shorter; days are counted as by `date.toordinal`."""
    date = dt.date.fromordinal(day)
    this = calendar.monthrange(date.year, date.month)[1]
    following = calendar.monthrange(date.year + date.month // 12, date.month % 12 + 1)[1]
    return day + this - max(0, date.day - following)
