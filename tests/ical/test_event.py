"""One event's text: exactly what it says, the same for every reader, whatever it holds."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.ical import ZONES, Days, Event, Status, UnknownZone, calendar, vevent
from booking.values.interval import Interval
from tests.ical.events import HOSTILE, Seen, an_event, by_icalendar, by_vobject, meant, stretch, texts

UTC = dt.UTC


def seen(event: Event) -> list[Seen]:
    """What each reader finds of the event in its file."""
    raw = calendar([vevent(event)], name="Essai", description="", timezone=event.timezone)
    for line in raw.split(b"\r\n"):
        assert len(line) <= 75
    (one,), (two,) = by_icalendar(raw), by_vobject(raw)
    return [one, two]


def test_the_whole_text() -> None:
    event = an_event(
        sequence=3,
        summary="Salle Belledonne ; étage 2",
        location="La Coursive\n12 rue du Port",
        description="Réservation R-7K3Q9V",
        url="https://archipel.example/bookings/R-7K3Q9V",
        categories=("Salle", "Lyon, 7e"),
        geo=(45.7772, -3.087),
    )
    assert vevent(event).split("\r\n") == [
        "BEGIN:VEVENT",
        "UID:0198c7a2-5b1e-7c3a-9f00-000000000001@archipel",
        "DTSTAMP:20260902T093005Z",
        "CREATED:20260901T080000Z",
        "LAST-MODIFIED:20260902T093005Z",
        "SEQUENCE:3",
        "DTSTART;TZID=Europe/Paris:20261203T090000",
        "DTEND;TZID=Europe/Paris:20261203T110000",
        r"SUMMARY:Salle Belledonne \; étage 2",
        "DESCRIPTION:Réservation R-7K3Q9V",
        r"LOCATION:La Coursive\n12 rue du Port",
        "GEO:45.777200;-3.087000",
        "URL:https://archipel.example/bookings/R-7K3Q9V",
        r"CATEGORIES:Salle,Lyon\, 7e",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "CLASS:PUBLIC",
        "END:VEVENT",
        "",
    ]
    assert seen(event) == [meant(event)] * 2


@pytest.mark.parametrize("blank", ["", " ", "\x00 \r\n\t\u2028\u00a0"])
def test_what_is_blank_is_left_out_but_the_summary(blank: str) -> None:
    """Calcurse 4.7.1 crashes without SUMMARY, libical 3.0.16 counts an error for one without a value."""
    event = an_event(summary=blank, description=blank, location=blank, categories=("", blank))
    lines = vevent(event).split("\r\n")
    assert "SUMMARY:-" in lines
    assert not {"DESCRIPTION", "LOCATION", "GEO", "URL", "CATEGORIES"} & {line.partition(":")[0] for line in lines}
    assert seen(event) == [meant(event)] * 2


@pytest.mark.parametrize(
    ("timezone", "when", "start", "end"),
    [
        # Europe/Paris: 02:00 to 03:00 is repeated on 25 October 2026 and skipped on 28 March 2027.
        (
            "Europe/Paris",
            ("2026-10-24T20:00", "2026-10-25T05:00"),
            ";TZID=Europe/Paris:20261024T220000",
            ";TZID=Europe/Paris:20261025T060000",
        ),
        ("Europe/Paris", ("2026-10-25T00:30", "2026-10-25T01:30"), ":20261025T003000Z", ":20261025T013000Z"),
        ("Europe/Paris", ("2026-10-25T00:00", "2026-10-25T01:00"), ":20261025T000000Z", ":20261025T010000Z"),
        ("Europe/Paris", ("2026-10-25T01:00", "2026-10-25T02:00"), ":20261025T010000Z", ":20261025T020000Z"),
        ("Europe/Paris", ("2026-10-24T20:00", "2026-10-25T01:30"), ":20261024T200000Z", ":20261025T013000Z"),
        (
            "Europe/Paris",
            ("2026-10-25T02:00", "2026-10-25T03:00"),
            ";TZID=Europe/Paris:20261025T030000",
            ";TZID=Europe/Paris:20261025T040000",
        ),
        (
            "Europe/Paris",
            ("2026-10-24T23:00", "2026-10-24T23:59"),
            ";TZID=Europe/Paris:20261025T010000",
            ";TZID=Europe/Paris:20261025T015900",
        ),
        (
            "Europe/Paris",
            ("2027-03-28T00:00", "2027-03-28T01:00"),
            ";TZID=Europe/Paris:20270328T010000",
            ";TZID=Europe/Paris:20270328T030000",
        ),
        (
            "Europe/Paris",
            ("2027-03-28T01:00", "2027-03-28T02:00"),
            ";TZID=Europe/Paris:20270328T030000",
            ";TZID=Europe/Paris:20270328T040000",
        ),
        # America/Miquelon: 01:00 to 02:00 is repeated on 1 November 2026.
        ("America/Miquelon", ("2026-11-01T03:30", "2026-11-01T04:30"), ":20261101T033000Z", ":20261101T043000Z"),
        (
            "America/Miquelon",
            ("2026-11-01T05:00", "2026-11-01T06:00"),
            ";TZID=America/Miquelon:20261101T020000",
            ";TZID=America/Miquelon:20261101T030000",
        ),
        (
            "Pacific/Marquesas",
            ("2026-12-03T18:30", "2026-12-03T19:00"),
            ";TZID=Pacific/Marquesas:20261203T090000",
            ";TZID=Pacific/Marquesas:20261203T093000",
        ),
        (
            "Pacific/Noumea",
            ("2026-12-31T22:00", "2027-01-01T01:00"),
            ";TZID=Pacific/Noumea:20270101T090000",
            ";TZID=Pacific/Noumea:20270101T120000",
        ),
    ],
)
def test_hours_are_the_lieus_own_except_where_its_clock_repeats_itself(
    timezone: str, when: tuple[str, str], start: str, end: str
) -> None:
    event = an_event(timezone=timezone, when=stretch(*when))
    lines = vevent(event).split("\r\n")
    assert f"DTSTART{start}" in lines
    assert f"DTEND{end}" in lines
    assert seen(event) == [meant(event)] * 2


def test_a_closure_is_whole_days_and_its_end_is_exclusive() -> None:
    event = an_event(when=Days(dt.date(2026, 12, 24), dt.date(2026, 12, 31)), timezone="Indian/Reunion")
    lines = vevent(event).split("\r\n")
    assert "DTSTART;VALUE=DATE:20261224" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert seen(event) == [meant(event)] * 2


@pytest.mark.parametrize(
    ("status", "transparent", "written"),
    [
        (Status.CONFIRMED, False, "OPAQUE"),
        (Status.CONFIRMED, True, "TRANSPARENT"),
        (Status.TENTATIVE, False, "OPAQUE"),
        (Status.CANCELLED, False, "TRANSPARENT"),
        (Status.CANCELLED, True, "TRANSPARENT"),
    ],
)
def test_a_cancelled_event_makes_nobody_busy(status: Status, transparent: bool, written: str) -> None:  # noqa: FBT001 - a table
    event = an_event(status=status, transparent=transparent, sequence=1)
    lines = vevent(event).split("\r\n")
    assert f"STATUS:{status.name}" in lines
    assert f"TRANSP:{written}" in lines
    assert seen(event) == [meant(event)] * 2


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_in_every_field_is_only_text(text: str) -> None:
    event = an_event(summary=text, location=text, description=text, categories=(text, "Salle", text))
    assert seen(event) == [meant(event)] * 2
    names = [line.partition(":")[0] for line in vevent(event).replace("\r\n ", "").split("\r\n")]
    assert names == [
        *("BEGIN", "UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE"),
        *("DTSTART;TZID=Europe/Paris", "DTEND;TZID=Europe/Paris"),
        *("SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "STATUS", "TRANSP", "CLASS", "END", ""),
    ]


def minutes_around(instant: str, before: int, after: int) -> st.SearchStrategy[dt.datetime]:
    at = dt.datetime.fromisoformat(instant).replace(tzinfo=UTC)
    return st.integers(-before, after).map(lambda minutes: at + dt.timedelta(minutes=minutes))


instants = st.one_of(
    minutes_around("2024-01-01", 0, 12 * 365 * 24 * 60),
    *(minutes_around(change, 180, 180) for change in ("2026-10-25T01:00", "2027-03-28T01:00")),
    *(minutes_around(change, 180, 180) for change in ("2026-11-01T04:00", "2027-03-14T05:00")),
)
stretches = st.builds(
    lambda start, minutes: Interval(start, start + dt.timedelta(minutes=minutes)),
    instants,
    st.integers(1, 60 * 24 * 40),
)
days = st.builds(
    lambda first, more: Days(first, first + dt.timedelta(days=more)),
    st.dates(dt.date(2024, 1, 1), dt.date(2035, 1, 1)),
    st.integers(0, 60),
)
events = st.builds(
    an_event,
    uid=st.uuids().map(lambda uid: f"{uid}@archipel"),
    sequence=st.integers(0, 2**31 - 1),
    created=instants,
    modified=instants,
    when=stretches | days,
    timezone=st.sampled_from(sorted(ZONES)),
    summary=texts,
    location=texts,
    description=texts,
    url=st.sampled_from(["", "https://archipel.example/r/a?b=1,2;3&c=%0D%0A#d:e"]),
    categories=st.lists(texts, max_size=3).map(tuple),
    status=st.sampled_from(Status),
    transparent=st.booleans(),
    geo=st.none()
    | st.tuples(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000)).map(
        lambda at: (at[0] / 1e6, at[1] / 1e6)
    ),
)


@given(events)
def test_two_other_readers_find_what_was_meant(event: Event) -> None:
    assert seen(event) == [meant(event)] * 2


@given(events)
def test_equal_events_have_equal_texts(event: Event) -> None:
    assert vevent(event) == vevent(an_event(**{name: getattr(event, name) for name in Event.__slots__}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"uid": "a@archipel\r\nATTENDEE:x"}, "uid"),
        ({"uid": "a@elsewhere"}, "uid"),
        ({"uid": "@archipel"}, "uid"),
        ({"sequence": -1}, "sequence"),
        ({"url": "javascript:alert(1)"}, "address"),
        ({"url": "https://a.example/\r\nATTENDEE:x"}, "address"),
        ({"url": "https://a.example/\n"}, "address"),
        ({"url": "https://a.example/é"}, "address"),
        ({"geo": (91.0, 0.0)}, "Earth"),
        ({"geo": (0.0, -180.5)}, "Earth"),
        ({"geo": (float("nan"), 0.0)}, "Earth"),
        ({"timezone": "Europe/Berlin"}, "time zone"),
        ({"created": dt.datetime(2026, 1, 1)}, "aware UTC"),
        ({"modified": dt.datetime(2026, 1, 1, microsecond=1, tzinfo=UTC)}, "aware UTC"),
    ],
)
def test_what_our_own_code_must_not_send_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        an_event(**changes)


def test_an_unknown_zone_has_its_own_error() -> None:
    with pytest.raises(UnknownZone):
        an_event(timezone="Mars/Olympus")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (dt.date(2026, 1, 2), dt.date(2026, 1, 1)),
        (dt.datetime(2026, 1, 1, tzinfo=UTC), dt.datetime(2026, 1, 2, tzinfo=UTC)),
    ],
)
def test_days_out_of_order_or_instants_are_refused(first: dt.date, last: dt.date) -> None:
    with pytest.raises(ValueError, match="whole days"):
        Days(first, last)
