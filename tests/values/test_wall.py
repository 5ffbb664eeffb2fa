"""Wall clocks of every zone a lieu may have: gaps, folds, days of 23 and 25 hours."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.values.interval import Interval
from booking.values.wall import ZONES, NoSuchTime, Wall, at_minute, day_start, instant, today, wall_of, zone


def wall(text: str) -> Wall:
    return Wall.parse(text)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text + "+00:00")


@pytest.mark.parametrize(
    ("zone_name", "start", "end", "hours"),
    [
        ("Europe/Paris", "2026-10-24T22:00", "2026-10-25T06:00", 9),
        ("Europe/Paris", "2027-03-27T22:00", "2027-03-28T06:00", 7),
        ("Europe/Paris", "2026-06-10T22:00", "2026-06-11T06:00", 8),
        ("America/Miquelon", "2026-10-31T22:00", "2026-11-01T06:00", 9),
        ("America/Miquelon", "2027-03-13T22:00", "2027-03-14T06:00", 7),
        ("Indian/Reunion", "2026-10-24T22:00", "2026-10-25T06:00", 8),
    ],
)
def test_real_hours_of_a_night(zone_name: str, start: str, end: str, hours: int) -> None:
    night = Interval(instant(wall(start), zone_name), instant(wall(end), zone_name))
    assert night.duration == dt.timedelta(hours=hours)
    assert night.minutes == hours * 60


@pytest.mark.parametrize(
    ("zone_name", "skipped", "following"),
    [
        ("Europe/Paris", "2027-03-28T02:30", "2027-03-28T03:00"),
        ("Europe/Paris", "2027-03-28T02:00", "2027-03-28T03:00"),
        ("America/Miquelon", "2027-03-14T02:59", "2027-03-14T03:00"),
    ],
)
def test_a_skipped_time_is_refused_with_the_next_one(zone_name: str, skipped: str, following: str) -> None:
    with pytest.raises(NoSuchTime) as refused:
        instant(wall(skipped), zone_name)
    assert refused.value.following == wall(following)


@pytest.mark.parametrize(
    ("zone_name", "twice", "first", "second"),
    [
        ("Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("America/Miquelon", "2026-11-01T01:30", "2026-11-01T03:30", "2026-11-01T04:30"),
    ],
)
def test_a_repeated_time_is_the_first_unless_said(zone_name: str, twice: str, first: str, second: str) -> None:
    assert instant(wall(twice), zone_name) == utc(first)
    assert instant(wall(twice + "/1"), zone_name) == utc(second)
    assert wall_of(utc(first), zone_name) == wall(twice)
    assert wall_of(utc(second), zone_name) == wall(twice + "/1")


@pytest.mark.parametrize(
    ("zone_name", "day", "hours"),
    [
        ("Europe/Paris", "2026-10-25", 25),
        ("Europe/Paris", "2027-03-28", 23),
        ("Europe/Paris", "2026-06-11", 24),
        ("America/Miquelon", "2026-11-01", 25),
        ("Pacific/Marquesas", "2026-10-25", 24),
    ],
)
def test_length_of_a_day(zone_name: str, day: str, hours: int) -> None:
    date = dt.date.fromisoformat(day)
    assert day_start(date + dt.timedelta(days=1), zone_name) - day_start(date, zone_name) == dt.timedelta(hours=hours)
    assert at_minute(date, 1440, zone_name) == day_start(date + dt.timedelta(days=1), zone_name)


@pytest.mark.parametrize(
    ("zone_name", "said"),
    [
        ("Europe/Paris", "2027-01-01T00:00"),
        ("Indian/Reunion", "2027-01-01T03:00"),
        ("America/Guadeloupe", "2026-12-31T19:00"),
        ("Pacific/Noumea", "2027-01-01T10:00"),
        ("America/Miquelon", "2026-12-31T20:00"),
        ("Pacific/Marquesas", "2026-12-31T13:30"),
    ],
)
def test_one_instant_on_six_walls(zone_name: str, said: str) -> None:
    at = utc("2026-12-31T23:00")
    assert wall_of(at, zone_name) == wall(said)
    assert today(at, zone_name) == wall(said).day


@given(
    zone_name=st.sampled_from(ZONES),
    at=st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(dt.UTC)),
)
def test_an_instant_and_its_wall_are_one(zone_name: str, at: dt.datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    assert instant(wall_of(at, zone_name), zone_name) == at


@given(
    zone_name=st.sampled_from(ZONES),
    day=st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)),
    minute=st.integers(0, 1439),
    fold=st.integers(0, 1),
)
def test_a_wall_time_is_an_instant_or_a_gap(zone_name: str, day: dt.date, minute: int, fold: int) -> None:
    try:
        told = wall_of(instant(Wall(day, minute, fold), zone_name), zone_name)
    except NoSuchTime as skipped:
        told, after_gap = skipped.following, True
    else:
        after_gap = False
    assert ((told.day, told.minute) > (day, minute)) == after_gap
    assert ((told.day, told.minute) == (day, minute)) != after_gap
    if after_gap:
        assert instant(told, zone_name) == at_minute(day, minute, zone_name)


@given(day=st.dates(), minute=st.integers(0, 1439), fold=st.integers(0, 1))
def test_text_of_a_wall_time_reads_back_and_sorts(day: dt.date, minute: int, fold: int) -> None:
    one = Wall(day, minute, fold)
    assert Wall.parse(str(one)) == one
    if minute:
        assert str(Wall(day, minute - 1)) < str(one)


@pytest.mark.parametrize("text", ["", "2026-10-25", "2026-10-25T2:30", "2026-13-25T02:30", "2026-10-25T24:00", "x"])
def test_other_text_is_no_wall_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Wall.parse(text)


def test_an_unknown_zone_is_a_value_error() -> None:
    for name in ("Mars/Olympus", "", "../etc/passwd"):
        with pytest.raises(ValueError, match="unknown time zone"):
            zone(name)
