"""Whole calendars: the properties in their place, the zones that are used, and free/busy."""

from __future__ import annotations

import datetime as dt
import timeit
import tomllib
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import vobject
from hypothesis import given
from hypothesis import strategies as st

from booking.ical import Days, Status, UnknownZone, calendar, freebusy, vevent, vtimezone
from booking.ical.feeds import PRODID
from booking.values.interval import Interval, merged
from tests.ical.events import (
    HOSTILE,
    an_event,
    by_icalendar,
    by_vobject,
    harmless,
    harmless_line,
    meant,
    stretch,
    texts,
    unescaped,
)

UTC = dt.UTC


def lines(raw: bytes) -> list[str]:
    """The calendar's lines, unfolded."""
    return raw.decode().replace("\r\n ", "").split("\r\n")


def test_the_whole_text_of_an_empty_calendar() -> None:
    raw = calendar(
        [], name="Bureau 4 ; Thiers", description="Occupation, La Coursive", timezone="Indian/Reunion", color="teal"
    )
    assert raw.decode() == (
        "BEGIN:VCALENDAR\r\n"
        "VERSION:2.0\r\n"
        "PRODID:-//Archipel//Archipel 0//FR\r\n"
        "CALSCALE:GREGORIAN\r\n"
        "NAME:Bureau 4 \\; Thiers\r\n"
        "X-WR-CALNAME:Bureau 4 \\; Thiers\r\n"
        "DESCRIPTION:Occupation\\, La Coursive\r\n"
        "X-WR-CALDESC:Occupation\\, La Coursive\r\n"
        "X-WR-TIMEZONE:Indian/Reunion\r\n"
        "COLOR:teal\r\n"
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
        "X-PUBLISHED-TTL:PT1H\r\n" + vtimezone("Indian/Reunion") + "END:VCALENDAR\r\n"
    )
    assert by_icalendar(raw) == by_vobject(raw) == []


def test_the_product_is_named_by_its_major_version() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    major = project["version"].partition(".")[0]
    assert f"-//Archipel//Archipel {major}//FR" == PRODID


def test_events_stand_in_the_order_given_after_the_zones_they_use() -> None:
    texts = [
        vevent(an_event(uid="2@archipel", timezone="Indian/Reunion")),
        vevent(an_event(uid="1@archipel", timezone="Europe/Paris")),
        vevent(an_event(uid="3@archipel", timezone="Indian/Reunion")),
        vevent(
            an_event(uid="4@archipel", timezone="Pacific/Noumea", when=Days(dt.date(2027, 1, 1), dt.date(2027, 1, 1)))
        ),
    ]
    raw = calendar(iter(texts), name="Essai", description="", timezone="America/Guadeloupe")
    zones = vtimezone("Europe/Paris") + vtimezone("Indian/Reunion")
    assert raw.decode().endswith("X-PUBLISHED-TTL:PT1H\r\n" + zones + "".join(texts) + "END:VCALENDAR\r\n")
    assert not any(line.startswith(("METHOD", "SOURCE", "COLOR", "DESCRIPTION", "X-WR-CALDESC")) for line in lines(raw))
    assert icalendar.Calendar.from_ical(raw).get("UID") is None


def test_a_zone_that_only_a_text_or_an_address_names_is_not_declared() -> None:
    event = an_event(
        summary="x" * 67 + "\r\nDTSTART;TZID=Pacific/Noumea:20260101T000000",
        description="\r\nDTSTART;TZID=Mars/Olympus:1",
        url="https://archipel.example/?DTSTART;TZID=Pacific/Tahiti:1",
    )
    raw = calendar([vevent(event)], name="\r\nDTSTART;TZID=Indian/Mayotte:", description="", timezone="Europe/Paris")
    assert [line for line in lines(raw) if line.startswith("TZID")] == ["TZID:Europe/Paris"]


def test_all_kinds_of_events_are_read_alike_by_two_readers() -> None:
    events = [
        an_event(
            uid="1@archipel",
            summary="Réservation ; salle « Belledonne », 1er étage, grande table et vidéoprojecteur 👩🏽\u200d🔧",
        ),
        an_event(uid="2@archipel", timezone="Indian/Reunion", geo=(-20.882, 55.4504)),
        an_event(uid="3@archipel", summary="Annulé : Bureau 4", status=Status.CANCELLED, sequence=2),
        an_event(uid="4@archipel", summary="Fermé", when=Days(dt.date(2026, 12, 25), dt.date(2026, 12, 25))),
        an_event(uid="5@archipel", when=stretch("2026-10-25T00:30", "2026-10-25T01:30")),
        an_event(uid="6@archipel", when=stretch("2027-03-28T00:30", "2027-03-28T01:30"), status=Status.TENTATIVE),
    ]
    raw = calendar(map(vevent, events), name="Essai", description="Tout", timezone="Europe/Paris")
    assert by_icalendar(raw) == by_vobject(raw) == [meant(each) for each in events]
    expanded = recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between(
        dt.date(2026, 1, 1), dt.date(2028, 1, 1)
    )
    assert len(expanded) == len(events)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_only_a_name(text: str) -> None:
    names_are_kept(text, text)


@given(texts, texts)
def test_any_name_and_description_come_back(name: str, description: str) -> None:
    names_are_kept(name, description)


def names_are_kept(name: str, description: str) -> None:
    """Both readers find the name and the description, twice each, and nothing else."""
    raw = calendar([vevent(an_event())], name=name, description=description, timezone="Europe/Paris")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    title, about = harmless_line(name), harmless(description)
    texts = {"NAME": title, "X-WR-CALNAME": title, "DESCRIPTION": about, "X-WR-CALDESC": about}
    wanted = {key: text for key, text in texts.items() if text}
    fixed = {"VERSION", "PRODID", "CALSCALE", "X-WR-TIMEZONE", "REFRESH-INTERVAL", "X-PUBLISHED-TTL"}
    one: dict[str, Any] = icalendar.Calendar.from_ical(raw)
    two: dict[str, Any] = vobject.readOne(raw.decode()).contents
    assert set(one) == fixed | set(wanted)
    assert {key.upper() for key in two} == fixed | set(wanted) | {"VTIMEZONE", "VEVENT"}
    for key, text in wanted.items():
        assert two[key.lower()][0].value == text
        # icalendar leaves a property that it does not know as it was written.
        assert (str(one[key]) if key == "DESCRIPTION" else unescaped(str(one[key]))) == text


def test_the_same_texts_give_the_same_bytes() -> None:
    texts = [
        vevent(an_event(uid=f"{n}@archipel", timezone=zone))
        for n, zone in enumerate(("Indian/Reunion", "Europe/Paris", "Pacific/Noumea"))
    ]
    once = calendar(texts, name="Essai", description="x", timezone="Europe/Paris")
    assert once == calendar(tuple(texts), name="Essai", description="x", timezone="Europe/Paris")


@pytest.mark.parametrize("color", ["#00796b", "teal\r\nX:y", "bleu pétrole"])
def test_a_colour_is_a_name(color: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        calendar([], name="Essai", description="", timezone="Europe/Paris", color=color)


def test_a_calendar_in_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UnknownZone):
        calendar([vevent(an_event())], name="Essai", description="", timezone="Europe/Berlin")


def test_joining_texts_is_far_quicker_than_writing_them() -> None:
    """The reason why texts are stored: nothing in a calendar is worked out again for each event."""
    events = [an_event(uid=f"{n}@archipel", description="Réservation, " * 20) for n in range(1000)]
    texts = [vevent(each) for each in events]
    writing = min(timeit.repeat(lambda: [vevent(each) for each in events], number=1, repeat=5))
    joining = min(
        timeit.repeat(
            lambda: calendar(texts, name="Essai", description="", timezone="Europe/Paris"), number=1, repeat=5
        )
    )
    assert joining < writing / 3


# --- free/busy ---

WINDOW = stretch("2026-10-01T00:00", "2026-11-01T00:00")


def periods(raw: bytes) -> list[Interval]:
    """The busy periods that icalendar finds."""
    (found,) = icalendar.Calendar.from_ical(raw).walk("VFREEBUSY")
    each = found.get("FREEBUSY", [])
    return [
        Interval(p.start.astimezone(UTC), p.end.astimezone(UTC)) for p in (each if isinstance(each, list) else [each])
    ]


def test_the_whole_text_of_free_busy() -> None:
    raw = freebusy(
        [
            stretch("2026-10-25T00:30", "2026-10-25T01:30"),
            stretch("2026-09-30T22:00", "2026-10-01T06:00"),
            stretch("2026-10-24T20:00", "2026-10-25T01:00"),
            stretch("2026-10-25T01:30", "2026-10-25T02:00"),
            stretch("2026-10-31T23:00", "2026-11-02T00:00"),
            stretch("2026-11-01T00:00", "2026-11-01T10:00"),
        ],
        uid="9@archipel",
        modified=dt.datetime(2026, 9, 2, tzinfo=UTC),
        window=WINDOW,
    )
    assert raw.decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Archipel//Archipel 0//FR",
        "CALSCALE:GREGORIAN",
        "BEGIN:VFREEBUSY",
        "UID:9@archipel",
        "DTSTAMP:20260902T000000Z",
        "DTSTART:20261001T000000Z",
        "DTEND:20261101T000000Z",
        "FREEBUSY:20261001T000000Z/20261001T060000Z",
        "FREEBUSY:20261024T200000Z/20261025T020000Z",
        "FREEBUSY:20261031T230000Z/20261101T000000Z",
        "END:VFREEBUSY",
        "END:VCALENDAR",
        "",
    ]


def test_a_free_month_has_no_period() -> None:
    raw = freebusy([], uid="9@archipel", modified=dt.datetime(2026, 9, 2, tzinfo=UTC), window=WINDOW)
    assert "FREEBUSY:" not in raw.decode().replace("VFREEBUSY", "")
    assert periods(raw) == []


minutes = st.integers(-60 * 24 * 3, 60 * 24 * 35)
busy = st.lists(
    st.tuples(minutes, st.integers(1, 60 * 24 * 5)).map(
        lambda at: Interval(
            WINDOW.start + dt.timedelta(minutes=at[0]), WINDOW.start + dt.timedelta(minutes=at[0] + at[1])
        )
    ),
    max_size=12,
)


@given(busy)
def test_busy_is_what_some_stretch_covers_inside_the_window(given_busy: list[Interval]) -> None:
    raw = freebusy(given_busy, uid="9@archipel", modified=dt.datetime(2026, 9, 2, tzinfo=UTC), window=WINDOW)
    found = periods(raw)
    assert found == merged(found)
    assert all(WINDOW.contains(each) for each in found)
    edges = sorted(
        {
            WINDOW.start,
            *(edge for each in given_busy for edge in (each.start, each.end) if WINDOW.start <= edge < WINDOW.end),
        }
    )
    for at in edges:  # between two edges nothing changes
        assert any(each.start <= at < each.end for each in found) == any(
            each.start <= at < each.end for each in given_busy
        )
    assert len({(each.start, each.end) for each in found}) == len(found)
