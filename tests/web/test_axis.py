"""The axis of time: half hours, breaks, nights, two zones, and the two days when clocks jump."""

from __future__ import annotations

import datetime as dt

from booking.values.interval import Interval
from booking.web.axis import Part, axis, clock, hours_of

PARIS, REUNION = "Europe/Paris", "Indian/Reunion"


def utc(day: int, hour: int, minute: int = 0, month: int = 6) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=dt.UTC)


DAY = Interval(utc(11, 6), utc(11, 18))  # 8:00 to 20:00 in Paris


def test_a_plain_day_has_a_mark_each_hour_and_shows_now() -> None:
    seen = axis(DAY, PARIS, now=utc(11, 8, 40))
    assert (seen.span, seen.first_hour, seen.now, seen.clock) == (720, 0, 160, "10:40")
    assert [mark.label for mark in seen.marks] == [str(hour) for hour in range(8, 21)]
    assert [mark.at for mark in seen.marks] == list(range(0, 721, 60))


def test_another_day_has_no_now() -> None:
    for elsewhere in (utc(11, 5, 59), utc(11, 18), None):
        seen = axis(DAY, PARIS, now=elsewhere)
        assert seen.now is None
        assert seen.clock == ""


def test_a_lieu_may_open_at_half_past() -> None:
    seen = axis(Interval(utc(11, 6, 30), utc(11, 10)), PARIS)
    assert seen.first_hour == 30
    assert [(mark.at, mark.label) for mark in seen.marks] == [(30, "9"), (90, "10"), (150, "11"), (210, "12")]


def test_a_night_names_the_day_that_begins() -> None:
    seen = axis(Interval(utc(11, 20), utc(12, 2)), PARIS, name_day=lambda day: f"le {day.day}")
    assert [mark.label for mark in seen.marks] == ["22", "23", "le 12", "1", "2", "3", "4"]
    assert [mark.label for mark in seen.marks if mark.midnight] == ["le 12"]


def test_a_day_that_begins_at_midnight_does_not_name_itself() -> None:
    assert axis(Interval(utc(10, 22), utc(11, 4)), PARIS).marks[0].label == "0"


def test_the_reader_may_see_their_own_hours_too() -> None:
    seen = axis(Interval(utc(11, 4), utc(11, 6)), REUNION, far_zone=PARIS)
    assert [(mark.label, mark.far) for mark in seen.marks] == [("8", "6"), ("9", "7"), ("10", "8")]
    odd = axis(Interval(utc(11, 4), utc(11, 5)), REUNION, far_zone="Pacific/Marquesas")
    assert [mark.far for mark in odd.marks] == ["18:30", "19:30"]


def test_the_spring_day_is_an_hour_short_and_the_autumn_day_an_hour_long() -> None:
    spring = axis(Interval(utc(28, 23, month=3), utc(29, 22, month=3)), PARIS)
    assert spring.span == 23 * 60
    assert [mark.label for mark in spring.marks[:4]] == ["0", "1", "3", "4"]
    autumn = axis(Interval(utc(24, 22, month=10), utc(25, 23, month=10)), PARIS)
    assert autumn.span == 25 * 60
    assert [mark.label for mark in autumn.marks[:5]] == ["0", "1", "2", "2", "3"]
    assert [mark.at for mark in autumn.marks] == list(range(0, 25 * 60 + 1, 60))


def test_narrow_screens_keep_evenly_spread_marks() -> None:
    whole = axis(Interval(utc(11, 6), utc(12, 6)), PARIS).marks
    on_phones = [mark.at for mark in whole if mark.rank == 0]
    assert on_phones == list(range(0, 24 * 60 + 1, 240))
    assert len([mark for mark in whole if mark.rank <= 1]) == 13


def test_parts_are_placed_in_order_cut_to_the_axis_and_keep_their_hours() -> None:
    seen = axis(DAY, PARIS)
    slots = seen.place(
        [
            Part("taken", Interval(utc(11, 17), utc(11, 20)), "Atelier"),
            Part("free", Interval(utc(11, 4), utc(11, 7, 30)), href="/x"),
            Part("closed", Interval(utc(12, 4), utc(12, 7))),
        ]
    )
    assert [(slot.state, slot.at, slot.to, slot.hours) for slot in slots] == [
        ("free", 0, 90, "6:00\N{EN DASH}9:30"),
        ("taken", 660, 720, "19:00\N{EN DASH}22:00"),
    ]
    assert slots[0].href == "/x"
    assert slots[1].text == "Atelier"


def test_hours_are_those_of_the_lieu() -> None:
    assert clock(utc(11, 10, 5), REUNION) == "14:05"
    assert hours_of(Interval(utc(11, 22), utc(11, 23)), PARIS) == "0:00\N{EN DASH}1:00"
