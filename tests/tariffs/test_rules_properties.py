"""What must hold of every price, on lists that people would not write.

Small amounts make ties and nonsense (a month for less than an hour) common; prices almost in proportion to time make
one combination beat another by a cent.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.tariffs.rules import SENTENCES, Period, Rate, RateSheet, Vat, cheapest, price_lines
from booking.values.interval import Interval
from booking.values.money import Money, Unit
from tests.tariffs.reference import every_cover, walk

ZONES = ("Europe/Paris", "America/Miquelon", "Pacific/Marquesas", "Indian/Reunion")
EVES = ("2026-10-24", "2026-10-31", "2027-01-29", "2027-03-12", "2027-03-27", "2028-02-28")
"""Just before clocks change in Paris or Miquelon, and before short months."""


MINUTES = {Period.HOUR: 60, Period.HALF_DAY: 720, Period.DAY: 1440, Period.WEEK: 10_080, Period.MONTH: 43_200}


@st.composite
def price_lists(draw: st.DrawFn, *, least_step: int = 1) -> RateSheet:
    minutes = draw(st.sampled_from([each for each in (7, 10, 15, 25, 30, 45, 60, 90, 720) if each >= least_step]))
    if draw(st.booleans()):
        cents = draw(st.dictionaries(st.sampled_from(Period), st.integers(0, 40), min_size=1))
    else:
        percents = draw(st.dictionaries(st.sampled_from(Period), st.integers(80, 105), min_size=1))
        cents = {period: {Period.STEP: minutes, **MINUTES}[period] * each // 100 for period, each in percents.items()}
    split = draw(st.sampled_from([60, 495, 720, 780, 1439]))
    zone = draw(st.sampled_from(ZONES))
    rates = tuple(Rate(period, Money(each)) for period, each in cents.items())
    return RateSheet(rates, step=minutes, half_day_split=split, timezone=zone)


def stretches(longest: dt.timedelta, grain: int = 60) -> st.SearchStrategy[Interval]:
    def build(eve: str, after: int, length: int) -> Interval:
        start = dt.datetime.fromisoformat(eve).replace(tzinfo=dt.UTC) + dt.timedelta(seconds=after * grain)
        return Interval(start, start + dt.timedelta(seconds=length * grain))

    seconds = int(longest.total_seconds())
    return st.builds(build, st.sampled_from(EVES), st.integers(0, 3 * 86400 // grain), st.integers(2, seconds // grain))


@given(stretches(dt.timedelta(hours=20), grain=900), price_lists())
@settings(max_examples=150, deadline=None)
def test_never_dearer_than_any_other_combination(stretch: Interval, rates: RateSheet) -> None:
    assert cheapest(stretch, rates).total.amount == min(every_cover(stretch, rates))


@given(stretches(dt.timedelta(days=45)), price_lists(least_step=15))
@settings(max_examples=100, deadline=None)
def test_the_short_cuts_lose_nothing(stretch: Interval, rates: RateSheet) -> None:
    total, counts = walk(stretch, rates)
    combination = cheapest(stretch, rates)
    assert (combination.total.amount, dict(combination.items)) == (total, counts)


@given(stretches(dt.timedelta(hours=30), grain=1), price_lists())
@settings(max_examples=100, deadline=None)
def test_the_short_cuts_lose_nothing_to_the_second(stretch: Interval, rates: RateSheet) -> None:
    total, counts = walk(stretch, rates)
    combination = cheapest(stretch, rates)
    assert (combination.total.amount, dict(combination.items)) == (total, counts)


@given(stretches(dt.timedelta(days=70)), price_lists(), st.data())
@settings(max_examples=300, deadline=None)
def test_a_longer_stretch_never_costs_less(stretch: Interval, rates: RateSheet, data: st.DataObject) -> None:
    more = st.integers(0, 3000).map(lambda minutes: dt.timedelta(minutes=minutes))
    longer = stretch.widened(data.draw(more), data.draw(more))
    assert 0 <= cheapest(stretch, rates).total.amount <= cheapest(longer, rates).total.amount


@given(stretches(dt.timedelta(days=70)), price_lists(), st.integers(1, 99))
@settings(max_examples=300, deadline=None)
def test_splitting_a_stay_never_makes_it_cheaper(stretch: Interval, rates: RateSheet, percent: int) -> None:
    middle = stretch.start + dt.timedelta(seconds=int(stretch.duration.total_seconds()) * percent // 100)
    parts = [Interval(stretch.start, middle), Interval(middle, stretch.end)]
    assert cheapest(stretch, rates).total.amount <= sum(cheapest(part, rates).total.amount for part in parts)


@given(stretches(dt.timedelta(days=70)), price_lists(), st.sampled_from(Period), st.integers(0, 3000))
@settings(max_examples=300, deadline=None)
def test_one_more_rate_never_raises_a_price(stretch: Interval, rates: RateSheet, period: Period, amount: int) -> None:
    others = tuple(rate for rate in rates.rates if rate.period is not period)
    if not others:
        others = (Rate(next(each for each in Period if each is not period), Money(500)),)
    fewer, more = replace(rates, rates=others), replace(rates, rates=(*others, Rate(period, Money(amount))))
    assert cheapest(stretch, more).total.amount <= cheapest(stretch, fewer).total.amount


@given(stretches(dt.timedelta(days=70)), price_lists(), st.integers(1, 50), st.integers(0, 10_000))
@settings(max_examples=300, deadline=None)
def test_a_price_adds_up(stretch: Interval, rates: RateSheet, quantity: int, basis_points: int) -> None:
    price = price_lines(stretch, quantity, rates, Vat(basis_points))
    assert price == price_lines(stretch, quantity, rates, Vat(basis_points))
    assert sum((line.amount for line in price.lines), Money(0)) == price.total
    assert price.total == cheapest(stretch, rates).total * quantity
    assert 0 <= price.vat.amount <= price.total.amount
    assert price.plain is None or price.plain.amount > price.total.amount
    for line in price.lines:
        assert line.unit_amount * line.count == line.amount
        assert line.unit_amount.unit is Unit.EUR
        assert SENTENCES[line.code] % json.loads(json.dumps(line.params))
