"""Waits, periods and error lines."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.jobs.rules import MOST_ATTEMPTS, next_due, one_line, period_key

NOW = dt.datetime(2026, 6, 11, 8, 40, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_waits_grow_and_outlast_a_mail_server_that_is_down_for_an_hour() -> None:
    waits = []
    for attempts in range(1, MOST_ATTEMPTS):
        due = next_due(attempts, NOW)
        assert due is not None
        waits.append(due - NOW)
    assert waits == sorted(set(waits))
    assert sum(waits, dt.timedelta()) > dt.timedelta(hours=12)
    assert [next_due(attempts, NOW) for attempts in (MOST_ATTEMPTS, MOST_ATTEMPTS + 5)] == [None, None]


@pytest.mark.parametrize(
    ("later", "same"),
    [(dt.timedelta(hours=15), True), (dt.timedelta(hours=15, minutes=20), False), (-DAY, False)],
)
def test_a_period_is_a_day_of_utc_whenever_it_is_asked(later: dt.timedelta, *, same: bool) -> None:
    assert (period_key("jobs.clean", DAY, NOW) == period_key("jobs.clean", DAY, NOW + later)) is same


def test_an_error_is_stored_as_one_printable_line() -> None:
    assert one_line("DETAIL:\n\tKey \x00(email)\u202e \ud800 exists\r\n") == "DETAIL: Key (email) exists"
    assert len(one_line("x" * 2000)) == 500
