"""Opening hours: tables for the days on which clocks jump, properties for all others."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.places.rules import (
    CLOSED,
    DAY,
    Hours,
    SpecialDays,
    Week,
    open_stretches,
    state_at,
    week_in_short,
    week_refusals,
)
from booking.values.interval import Interval
from booking.values.wall import ZONES, Wall, instant, wall_of

PARIS = "Europe/Paris"
WORKING = {day: (Hours(9 * 60, 12 * 60 + 30), Hours(14 * 60, 18 * 60)) for day in range(5)}


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def local_day(day: str, zone: str = PARIS, days: int = 1) -> Interval:
    first = dt.date.fromisoformat(day)
    return Interval(instant(Wall(first, 0), zone), instant(Wall(first + dt.timedelta(days=days), 0), zone))


def seen(stretches: list[Interval], zone: str = PARIS) -> list[str]:
    return [f"{wall_of(s.start, zone)} {wall_of(s.end, zone)}" for s in stretches]


def test_a_working_day_has_its_break() -> None:
    assert seen(open_stretches(WORKING, {}, local_day("2026-06-11"), PARIS)) == [
        "2026-06-11T09:00 2026-06-11T12:30",
        "2026-06-11T14:00 2026-06-11T18:00",
    ]
    assert open_stretches(WORKING, {}, local_day("2026-06-13"), PARIS) == []


def test_what_is_asked_cuts_what_is_open() -> None:
    asked = Interval(utc("2026-06-11T08:00"), utc("2026-06-11T12:30"))  # 10:00 to 14:30 in Paris
    assert seen(open_stretches(WORKING, {}, asked, PARIS)) == [
        "2026-06-11T10:00 2026-06-11T12:30",
        "2026-06-11T14:00 2026-06-11T14:30",
    ]


def test_a_night_runs_past_midnight_and_past_sunday() -> None:
    nights = {4: (Hours(20 * 60, 26 * 60),), 6: (Hours(22 * 60, 30 * 60),)}
    assert seen(open_stretches(nights, {}, local_day("2026-06-13"), PARIS)) == ["2026-06-13T00:00 2026-06-13T02:00"]
    assert seen(open_stretches(nights, {}, local_day("2026-06-14", days=2), PARIS)) == [
        "2026-06-14T22:00 2026-06-15T06:00"
    ]


def test_day_and_night_is_one_stretch() -> None:
    always: Week = {day: (Hours(0, DAY),) for day in range(7)}
    asked = local_day("2026-03-20", days=20)
    assert open_stretches(always, {}, asked, PARIS) == [asked]
    assert state_at(always, {}, PARIS, utc("2026-06-11T10:00")).changes_at is None


def test_a_special_day_replaces_the_hours_of_the_week() -> None:
    special: SpecialDays = {dt.date(2026, 6, 11): (Hours(10 * 60, 11 * 60),), dt.date(2026, 6, 13): (Hours(600, 720),)}
    assert seen(open_stretches(WORKING, special, local_day("2026-06-11", days=3), PARIS)) == [
        "2026-06-11T10:00 2026-06-11T11:00",
        "2026-06-12T09:00 2026-06-12T12:30",
        "2026-06-12T14:00 2026-06-12T18:00",
        "2026-06-13T10:00 2026-06-13T12:00",
    ]


def test_a_closed_day_ends_the_night_before_it_at_midnight() -> None:
    nights = {day: (Hours(18 * 60, 27 * 60),) for day in range(7)}
    special: SpecialDays = {dt.date(2026, 6, 12): CLOSED}
    assert seen(open_stretches(nights, special, local_day("2026-06-11", days=3), PARIS)) == [
        "2026-06-11T00:00 2026-06-11T03:00",
        "2026-06-11T18:00 2026-06-12T00:00",
        "2026-06-13T18:00 2026-06-14T00:00",
    ]


@pytest.mark.parametrize(
    ("day", "zone", "hours", "expected_minutes"),
    [
        ("2026-10-24", PARIS, Hours(22 * 60, 30 * 60), 9 * 60),  # the night that lasts nine hours
        ("2027-03-27", PARIS, Hours(22 * 60, 30 * 60), 7 * 60),
        ("2026-10-25", PARIS, Hours(0, DAY), 25 * 60),
        ("2027-03-28", PARIS, Hours(0, DAY), 23 * 60),
        ("2026-11-01", "America/Miquelon", Hours(0, DAY), 25 * 60),
        ("2027-03-14", "America/Miquelon", Hours(0, DAY), 23 * 60),
        ("2026-10-25", "Indian/Reunion", Hours(0, DAY), 24 * 60),
        ("2027-03-28", "Pacific/Marquesas", Hours(8 * 60, 17 * 60), 9 * 60),
        ("2027-03-28", PARIS, Hours(2 * 60 + 15, 2 * 60 + 45), 0),  # a stretch that the clocks skip whole
        ("2027-03-28", PARIS, Hours(2 * 60 + 30, 4 * 60), 60),  # opens when the clocks have jumped, at 03:00
        ("2026-10-25", PARIS, Hours(2 * 60 + 30, 4 * 60), 2 * 60 + 30),  # opens at the first 02:30
        ("2026-10-25", PARIS, Hours(60, 2 * 60 + 30), 90),  # closes at the first 02:30
    ],
)
def test_the_nights_on_which_clocks_jump(day: str, zone: str, hours: Hours, expected_minutes: int) -> None:
    special = {dt.date.fromisoformat(day): (hours,)}
    stretches = open_stretches({}, special, local_day(day, zone, days=3), zone)
    assert sum(each.minutes for each in stretches) == expected_minutes


def test_hours_that_touch_in_a_repeated_hour_leave_no_hole() -> None:
    week: Week = {6: (Hours(60, 150), Hours(150, 300))}
    assert len(open_stretches(week, {}, local_day("2026-10-25"), PARIS)) == 1


@pytest.mark.parametrize(
    "asked",
    [
        Interval(dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(2, 1, 1, tzinfo=dt.UTC)),
        Interval(dt.datetime(9999, 12, 30, tzinfo=dt.UTC), dt.datetime.max.replace(microsecond=0, tzinfo=dt.UTC)),
    ],
)
@pytest.mark.parametrize("zone", ["Pacific/Wallis", "Pacific/Tahiti"])
def test_at_the_calendars_ends_nothing_is_open_and_nothing_breaks(asked: Interval, zone: str) -> None:
    assert open_stretches({day: (Hours(0, DAY),) for day in range(7)}, {}, asked, zone) == []


def test_a_stretch_of_ten_thousand_years_is_answered() -> None:
    forever = Interval(dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 1, 1, tzinfo=dt.UTC))
    assert len(open_stretches({0: (Hours(540, 600),)}, {}, forever, PARIS)) == pytest.approx(200 * 52.18, abs=2)


HOURS = st.integers(0, DAY - 1).flatmap(
    lambda opens: st.integers(opens + 1, opens + DAY).map(lambda closes: Hours(opens, closes))
)
WEEKS = st.dictionaries(st.integers(0, 6), st.lists(HOURS, max_size=3).map(tuple), max_size=7)
DATES = st.dates(dt.date(2026, 6, 1), dt.date(2026, 6, 14))
SPECIALS = st.dictionaries(DATES, st.lists(HOURS, max_size=2).map(tuple), max_size=5)


@given(
    week=WEEKS,
    special=SPECIALS,
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 12 * DAY).map(lambda m: utc("2026-06-01T00:00") + dt.timedelta(minutes=m)),
    length=st.integers(1, 3 * DAY),
    data=st.data(),
)
def test_an_instant_is_inside_exactly_when_the_wall_clock_says_open(
    week: Week, special: SpecialDays, zone: str, start: dt.datetime, length: int, data: st.DataObject
) -> None:
    asked = Interval(start, start + dt.timedelta(minutes=length))
    stretches = open_stretches(week, special, asked, zone)
    assert stretches == sorted(stretches)
    assert all(a.end < b.start for a, b in pairwise(stretches))
    assert all(asked.contains(each) for each in stretches)
    at = start + dt.timedelta(minutes=data.draw(st.integers(0, length - 1)))
    wall = wall_of(at, zone)

    def hours_of(day: dt.date) -> tuple[Hours, ...]:
        return tuple(special[day] if day in special else week.get(day.weekday(), ()))

    yesterday = wall.day - dt.timedelta(days=1)
    closed_today = special.get(wall.day) == ()
    says_open = any(h.opens <= wall.minute < h.closes for h in hours_of(wall.day)) or (
        not closed_today and any(wall.minute + DAY < h.closes for h in hours_of(yesterday))
    )
    assert any(each.start <= at < each.end for each in stretches) == says_open


@given(week=WEEKS, special=SPECIALS, zone=st.sampled_from(ZONES), cut=st.integers(1, 5 * DAY - 1))
def test_two_halves_say_what_the_whole_says(week: Week, special: SpecialDays, zone: str, cut: int) -> None:
    start, end = utc("2026-06-02T00:00"), utc("2026-06-07T00:00")
    middle = start + dt.timedelta(minutes=cut)
    parts = [
        *open_stretches(week, special, Interval(start, middle), zone),
        *open_stretches(week, special, Interval(middle, end), zone),
    ]
    whole = open_stretches(week, special, Interval(start, end), zone)
    assert sum((p.duration for p in parts), dt.timedelta()) == sum((w.duration for w in whole), dt.timedelta())


@pytest.mark.parametrize(
    ("now", "is_open", "changes_at"),
    [
        ("2026-06-11T08:40", True, "2026-06-11T10:30"),  # Thursday 10:40 in Paris, until the break
        ("2026-06-11T10:30", False, "2026-06-11T12:00"),  # the break begins at its very minute
        ("2026-06-12T16:00", False, "2026-06-15T07:00"),  # Friday evening, until Monday
    ],
)
def test_the_present_state(now: str, is_open: bool, changes_at: str) -> None:  # noqa: FBT001 - a column of the table
    state = state_at(WORKING, {}, PARIS, utc(now))
    assert (state.is_open, state.changes_at) == (is_open, utc(changes_at))


def test_a_lieu_without_hours_does_not_open() -> None:
    state = state_at({}, {}, PARIS, utc("2026-06-11T08:40"))
    assert (state.is_open, state.changes_at) == (False, None)


@pytest.mark.parametrize(
    ("week", "codes"),
    [
        ({0: (Hours(540, 720), Hours(720, 1080))}, {}),
        ({0: (Hours(540, 721), Hours(720, 1080))}, {"weekday_0": "hours_overlap"}),
        ({2: (Hours(720, 1080), Hours(540, 721))}, {"weekday_2": "hours_overlap"}),
        ({4: (Hours(1200, 1560),), 5: (Hours(119, 600),)}, {"weekday_5": "night_overlaps"}),
        ({4: (Hours(1200, 1560),), 5: (Hours(120, 600),)}, {}),
        ({6: (Hours(1200, 2000),), 0: (Hours(540, 600),)}, {"weekday_0": "night_overlaps"}),
        ({1: tuple(Hours(60 * n, 60 * n + 30) for n in range(5))}, {"weekday_1": "too_many_stretches"}),
        ({day: (Hours(0, DAY),) for day in range(7)}, {}),
    ],
)
def test_hours_that_contradict_each_other_are_refused(week: Week, codes: dict[str, str]) -> None:
    assert {r.field: r.code for r in week_refusals(week)} == codes


@pytest.mark.parametrize(("opens", "closes"), [(-1, 60), (1440, 1500), (540, 540), (540, 1981), (540, 300)])
def test_impossible_hours_cannot_be_made(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="opening hours"):
        Hours(opens, closes)


def test_days_alike_are_said_together() -> None:
    office, morning = (Hours(480, 1200),), (Hours(540, 780),)
    week = {**dict.fromkeys(range(5), office), 5: morning}
    assert week_in_short(week) == [(0, 4, office), (5, 5, morning), (6, 6, ())]
