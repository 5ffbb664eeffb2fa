"""What a stretch costs: B-12 (started steps), B-15 (days, hours, half-days of unequal length), B-72 (line by line)."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import pytest

from booking.tariffs.rules import (
    LONGEST_DAYS,
    SENTENCES,
    NoRate,
    Period,
    Rate,
    RateSheet,
    StretchTooLong,
    Vat,
    VatMention,
    cheapest,
    price_from,
    price_lines,
)
from booking.values.interval import Interval
from booking.values.money import Money
from booking.values.wall import Wall, instant
from tests.tariffs.reference import sheet

NO_VAT = Vat(0)


def wall(start: str, end: str, zone: str = "Europe/Paris") -> Interval:
    return Interval(instant(Wall.parse(start), zone), instant(Wall.parse(end), zone))


def items(stretch: Interval, rates: RateSheet) -> dict[str, int]:
    return {str(period): times for period, times in cheapest(stretch, rates).items}


DESK = sheet(hour=300, half_day=1000, day=1800, week=8000, month=18000)


@pytest.mark.parametrize(
    ("start", "end", "expected", "total"),
    [
        ("2026-12-03T09:00", "2026-12-03T10:00", {"hour": 1}, 300),
        ("2026-12-03T09:00", "2026-12-03T10:01", {"hour": 2}, 600),
        ("2026-12-03T09:00", "2026-12-03T12:30", {"half_day": 1}, 1000),
        ("2026-12-03T09:00", "2026-12-03T14:30", {"half_day": 1, "hour": 2}, 1600),
        ("2026-12-03T09:00", "2026-12-03T17:30", {"day": 1}, 1800),
        ("2026-12-03T09:00", "2026-12-04T02:00", {"day": 1, "hour": 2}, 2400),
        ("2026-12-03T20:00", "2026-12-04T08:00", {"half_day": 2}, 2000),
        ("2026-11-30T09:00", "2026-12-04T18:00", {"week": 1}, 8000),
        ("2026-11-30T09:00", "2026-12-07T01:00", {"week": 1, "hour": 1}, 8300),
        ("2026-12-10T00:00", "2027-01-10T00:00", {"month": 1}, 18000),
        ("2027-01-31T09:00", "2027-02-28T00:00", {"month": 1}, 18000),
        ("2027-01-31T09:00", "2027-02-28T00:01", {"month": 1, "hour": 1}, 18300),
        ("2028-01-31T09:00", "2028-02-29T00:00", {"month": 1}, 18000),
        ("2026-12-31T09:00", "2027-01-31T12:00", {"month": 1, "half_day": 1}, 19000),
    ],
)
def test_the_cheapest_combination_is_found(start: str, end: str, expected: dict[str, int], total: int) -> None:
    assert items(wall(start, end), DESK) == expected
    assert cheapest(wall(start, end), DESK).total == Money(total)


def test_items_stand_from_the_longest_period_to_the_shortest() -> None:
    combination = cheapest(
        wall("2026-12-03T09:00", "2026-12-04T14:20"), sheet(step=150, hour=300, half_day=1000, day=1800)
    )
    assert combination.items == ((Period.DAY, 1), (Period.HALF_DAY, 1), (Period.HOUR, 1), (Period.STEP, 1))


@pytest.mark.parametrize(("split", "total"), [(720, 2000), (780, 1000)])
def test_b15_each_lieu_cuts_its_own_half_days(split: int, total: int) -> None:
    assert cheapest(wall("2026-12-03T08:00", "2026-12-03T13:00"), sheet(split=split, half_day=1000)).total == Money(
        total
    )


@pytest.mark.parametrize(("rates", "total"), [(sheet(hour=300), 600), (sheet(hour=300, step=150), 450)])
def test_b12_a_started_item_is_due_and_steps_spare_the_started_hour(rates: RateSheet, total: int) -> None:
    assert cheapest(wall("2026-12-03T09:00", "2026-12-03T10:20"), rates).total == Money(total)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-10-24T22:00", "2026-10-25T06:00", 9),
        ("2027-03-27T22:00", "2027-03-28T06:00", 7),
        ("2026-10-25T02:00", "2026-10-25T03:00", 2),
        ("2026-10-25T02:30", "2026-10-25T02:30/1", 1),
        ("2026-10-25T00:00", "2026-10-26T00:00", 25),
        ("2027-03-28T00:00", "2027-03-29T00:00", 23),
    ],
)
def test_hours_are_real_hours_when_the_clocks_change(start: str, end: str, hours: int) -> None:
    assert items(wall(start, end), sheet(hour=300)) == {"hour": hours}


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Paris", "2026-10-25"),
        ("Europe/Paris", "2027-03-28"),
        ("America/Miquelon", "2026-11-01"),
        ("America/Miquelon", "2027-03-14"),
    ],
)
def test_a_day_stays_one_day_when_the_clocks_change(zone: str, day: str) -> None:
    after = dt.date.fromisoformat(day) + dt.timedelta(days=1)
    whole = wall(f"{day}T00:00", f"{after}T00:00", zone)
    assert whole.duration != dt.timedelta(hours=24)
    assert items(whole, sheet(zone, day=1800)) == {"day": 1}
    assert items(whole, sheet(zone, half_day=1000)) == {"half_day": 2}
    assert items(whole.widened(dt.timedelta(0), dt.timedelta(minutes=1)), sheet(zone, day=1800)) == {"day": 2}


def test_a_split_that_the_clocks_skip_falls_after_the_gap() -> None:
    morning = wall("2027-03-28T00:00", "2027-03-28T03:00")
    assert items(morning, sheet(split=150, half_day=1000)) == {"half_day": 1}
    assert items(morning.widened(dt.timedelta(0), dt.timedelta(minutes=1)), sheet(split=150, half_day=1000)) == {
        "half_day": 2
    }


@pytest.mark.parametrize(
    ("zone", "start", "end", "days"),
    [
        ("Europe/Paris", "2026-12-03T22:59:59", "2026-12-03T23:00:01", 2),
        ("Pacific/Apia", "2011-12-29T22:00:00", "2011-12-30T22:00:00", 2),  # 30 December did not exist
        ("America/St_Johns", "2010-11-07T02:45:00", "2010-11-07T04:00:00", 1),  # at 00:01 it was 23:01 again
    ],
)
def test_a_day_begins_once(zone: str, start: str, end: str, days: int) -> None:
    utc = Interval(*(dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC) for at in (start, end)))
    assert items(utc, sheet(zone, day=1800)) == {"day": days}


def test_windows_are_those_of_a_zone_of_half_hours() -> None:
    marquesas = sheet("Pacific/Marquesas", split=750, hour=500, half_day=800, day=1200)
    utc = Interval(dt.datetime(2026, 12, 31, 18, 30, tzinfo=dt.UTC), dt.datetime(2026, 12, 31, 22, 0, tzinfo=dt.UTC))
    assert items(utc, marquesas) == {"half_day": 1}  # 09:00 to 12:30 there
    assert items(utc.widened(dt.timedelta(0), dt.timedelta(minutes=30)), marquesas) == {"day": 1}
    assert items(wall("2026-12-31T00:00", "2027-01-01T00:00", "Pacific/Marquesas"), marquesas) == {"day": 1}


@pytest.mark.parametrize(
    ("rates", "start", "end", "expected"),
    [
        (sheet(hour=300, half_day=1200), "2026-12-03T09:00", "2026-12-03T13:00", {"half_day": 1}),
        (sheet(hour=10, half_day=10, day=10), "2026-12-03T14:00", "2026-12-04T01:00", {"day": 2}),
        (sheet(hour=0, day=0), "2026-12-03T09:00", "2026-12-03T12:00", {"day": 1}),
        (sheet(step=150, hour=300), "2026-12-03T09:00", "2026-12-03T12:00", {"hour": 3}),
    ],
)
def test_equal_prices_go_to_the_fewest_then_longest_items(
    rates: RateSheet, start: str, end: str, expected: dict[str, int]
) -> None:
    assert items(wall(start, end), rates) == expected


def test_a_free_sheet_costs_nothing_and_takes_no_item() -> None:
    free = replace(DESK, free=True)
    assert cheapest(wall("2026-12-03T09:00", "2026-12-03T12:00"), free).items == ()
    price = price_lines(wall("2026-12-03T09:00", "2026-12-03T12:00"), 3, free, Vat(2000))
    assert [(line.code, line.amount) for line in price.lines] == [("free", Money(0))]
    assert (price.total, price.vat, price.plain) == (Money(0), Money(0), None)


def test_no_rate_and_too_long_are_named() -> None:
    with pytest.raises(NoRate) as none:
        cheapest(wall("2026-12-03T09:00", "2026-12-03T12:00"), sheet())
    with pytest.raises(StretchTooLong) as long:
        cheapest(wall("2026-12-03T09:00", "9026-12-03T12:00"), DESK)
    assert [none.value.reasons[0].code, long.value.reasons[0].code] == ["no_rate", "stretch_too_long"]
    assert long.value.reasons[0].message % long.value.reasons[0].params == "Une réservation dure au plus 400 jours."


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: sheet(hour=-1),
        lambda: sheet(minutes=0),
        lambda: sheet(minutes=1441),
        lambda: sheet(split=0),
        lambda: sheet(split=1440),
        lambda: sheet("Europe/Rennes", hour=300),
        lambda: replace(DESK, rates=(DESK.rates[0], DESK.rates[0])),
        lambda: Vat(-1),
        lambda: Vat(10_001),
        lambda: price_lines(wall("2026-12-03T09:00", "2026-12-03T12:00"), 0, DESK, NO_VAT),
    ],
)
def test_a_price_list_that_makes_no_sense_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"\w"):
        wrong()


def test_b72_a_price_is_explained_line_by_line() -> None:
    rates = sheet(minutes=15, step=75, half_day=1000, day=1800)
    price = price_lines(wall("2026-12-03T09:00", "2026-12-04T00:20"), 3, rates, Vat(2000))
    assert [SENTENCES[line.code] % line.params for line in price.lines] == [
        "1 × journée",
        "2 × 15 min",
        "Quantité 3, soit 2 de plus",
    ]
    assert [(line.count, line.unit_amount.amount, line.amount.amount) for line in price.lines] == [
        (1, 1800, 1800),
        (2, 75, 150),
        (2, 1950, 3900),
    ]
    assert (price.total, price.vat, price.vat_basis_points) == (Money(5850), Money(975), 2000)
    assert price.vat_mention is VatMention.INCLUDED


def test_a_lieu_without_vat_contains_none() -> None:
    price = price_lines(wall("2026-12-03T09:00", "2026-12-03T17:30"), 1, DESK, NO_VAT)
    assert (price.vat, price.vat_mention) == (Money(0), VatMention.NONE)


def test_the_plain_price_is_told_when_it_is_dearer() -> None:
    by_steps = sheet(minutes=30, step=150, day=1800)
    day = wall("2026-12-03T09:00", "2026-12-03T17:30")
    assert price_lines(day, 1, by_steps, NO_VAT).plain == Money(2550)
    assert price_lines(day, 2, by_steps, NO_VAT).plain == Money(5100)
    assert price_lines(wall("2026-12-03T09:00", "2026-12-03T15:00"), 1, by_steps, NO_VAT).plain is None


def test_the_price_from_is_that_of_the_shortest_period() -> None:
    assert price_from(DESK) == Rate(Period.HOUR, Money(300))
    assert price_from(sheet(day=1800, step=150)) == Rate(Period.STEP, Money(150))
    assert price_from(sheet(minutes=90, step=400, hour=300)) == Rate(Period.HOUR, Money(300))
    assert price_from(replace(DESK, free=True)) is None
    assert price_from(sheet()) is None


def test_every_code_has_its_sentence() -> None:
    assert set(SENTENCES) == {f"rate_{period}" for period in Period} | {"quantity", "free"}


@pytest.mark.parametrize(
    "rates",
    [
        sheet(minutes=15, step=80, hour=300, half_day=1000, day=1800, week=8000, month=18000),
        sheet(minutes=15, step=75, hour=299, half_day=3588, day=7176, week=50000, month=210000),
        sheet(minutes=15, step=75, hour=299, half_day=10**5, day=10**6),
    ],
)
def test_four_hundred_days_take_less_than_fifty_milliseconds(rates: RateSheet) -> None:
    stretch = Interval(dt.datetime(2026, 10, 1, 7, 13, tzinfo=dt.UTC), dt.datetime(2027, 11, 5, 7, 13, tzinfo=dt.UTC))
    assert stretch.duration == dt.timedelta(days=LONGEST_DAYS)
    spent = []
    for _ in range(5):
        before = time.process_time()
        cheapest(stretch, rates)
        spent.append(time.process_time() - before)
    assert min(spent) < 0.05
