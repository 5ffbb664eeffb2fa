"""The constant VTIMEZONE texts, read by dateutil, against tzdata."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil import tz

from booking.ical import ZONES, UnknownZone, vtimezone
from booking.values import wall


def differences(name: str, text: str, years: tuple[int, int] = (2024, 2035)) -> list[dt.datetime]:
    """The hours of those years, in UTC, at which the text and tzdata show another wall time."""
    theirs, ours = ZoneInfo(name), tz.tzical(io.StringIO(text)).get(name)
    first, after = dt.datetime(years[0], 1, 1, tzinfo=dt.UTC), dt.datetime(years[1] + 1, 1, 1, tzinfo=dt.UTC)
    every = (first + dt.timedelta(hours=n) for n in range((after - first) // dt.timedelta(hours=1)))
    # Within one zone the comparison is that of the wall times.
    return [at for at in every if at.astimezone(ours).replace(tzinfo=theirs) != at.astimezone(theirs)]


def test_every_zone_that_a_lieu_may_have_can_be_written() -> None:
    assert set(wall.ZONES) == ZONES


@pytest.mark.parametrize("name", sorted(ZONES))
def test_a_zone_says_what_tzdata_says(name: str) -> None:
    assert differences(name, vtimezone(name)) == []


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Europe/Paris", "BYMONTH=10;BYDAY=-1SU", "BYMONTH=10;BYDAY=4SU"),
        ("America/Miquelon", "19700308T020000", "19700308T030000"),
        ("Pacific/Marquesas", "-0930", "-0900"),
    ],
)
def test_a_wrong_constant_would_be_found(name: str, right: str, wrong: str) -> None:
    assert right in vtimezone(name)
    assert differences(name, vtimezone(name).replace(right, wrong), (2027, 2027))


@pytest.mark.parametrize(
    ("name", "instant", "local"),
    [
        ("Europe/Paris", "2026-10-25T00:59:59", "02:59:59"),
        ("Europe/Paris", "2026-10-25T01:00:00", "02:00:00"),
        ("Europe/Paris", "2027-03-28T00:59:59", "01:59:59"),
        ("Europe/Paris", "2027-03-28T01:00:00", "03:00:00"),
        ("America/Miquelon", "2026-11-01T03:59:59", "01:59:59"),
        ("America/Miquelon", "2026-11-01T04:00:00", "01:00:00"),
        ("America/Miquelon", "2027-03-14T04:59:59", "01:59:59"),
        ("America/Miquelon", "2027-03-14T05:00:00", "03:00:00"),
        ("Pacific/Marquesas", "2026-12-31T23:00:00", "13:30:00"),
    ],
)
def test_the_clocks_change_at_the_right_second(name: str, instant: str, local: str) -> None:
    read = tz.tzical(io.StringIO(vtimezone(name))).get(name)
    at = dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)
    assert at.astimezone(read).strftime("%H:%M:%S") == local == at.astimezone(ZoneInfo(name)).strftime("%H:%M:%S")


@pytest.mark.parametrize("name", sorted(ZONES))
def test_winter_and_summer_have_their_names(name: str) -> None:
    read = tz.tzical(io.StringIO(vtimezone(name))).get(name)
    for at in (dt.datetime(2027, 1, 15, tzinfo=dt.UTC), dt.datetime(2027, 7, 15, tzinfo=dt.UTC)):
        assert at.astimezone(read).tzname() == at.astimezone(ZoneInfo(name)).tzname()


@pytest.mark.parametrize("name", sorted(ZONES))
def test_a_text_is_plain(name: str) -> None:
    """What some reader is known to stumble over is absent; what each needs is present."""
    text = vtimezone(name)
    assert text.startswith(f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n")
    assert text.endswith("END:VTIMEZONE\r\n")
    assert text.count("\r\n") == text.count("\n") == text.count("\r")
    assert "RDATE" not in text
    assert "TZURL" not in text
    rules: list[Any] = icalendar.Timezone.from_ical(text).subcomponents
    assert [rule.name for rule in rules] == (
        ["DAYLIGHT", "STANDARD"] if name in {"Europe/Paris", "America/Miquelon"} else ["STANDARD"]
    )
    for rule in rules:
        assert {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"} <= set(rule)
        assert rule["DTSTART"].dt.year == 1970


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "europe/paris", "Europe/Berlin", "Europe/Paris\r\nX:y"])
def test_another_zone_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(UnknownZone, match="Europe/Paris") as refused:
        vtimezone(name)
    assert repr(name) in str(refused.value)
