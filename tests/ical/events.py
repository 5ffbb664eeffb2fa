"""Events to write, hostile texts to put in them, and two readers that are not ours."""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from typing import Any

import icalendar
import vobject
from hypothesis import strategies as st

from booking.ical import Days, Event, Status
from booking.values.interval import Interval

UTC = dt.UTC


def stretch(start: str, end: str) -> Interval:
    """The stretch between two UTC instants written `2026-10-25T00:30`."""
    return Interval(
        dt.datetime.fromisoformat(start + "+00:00").astimezone(UTC),
        dt.datetime.fromisoformat(end + "+00:00").astimezone(UTC),
    )


EVENT = Event(
    uid="0198c7a2-5b1e-7c3a-9f00-000000000001@archipel",
    sequence=0,
    created=dt.datetime(2026, 9, 1, 8, 0, tzinfo=UTC),
    modified=dt.datetime(2026, 9, 2, 9, 30, 5, tzinfo=UTC),
    when=stretch("2026-12-03T08:00", "2026-12-03T10:00"),
    timezone="Europe/Paris",
    summary="Bureau 4",
)
"""A plain booking, Thursday 3 December 2026, 09:00 to 11:00 in Paris."""


def an_event(**changes: Any) -> Event:
    """EVENT with other values."""
    return dataclasses.replace(EVENT, **changes)


# --- hostile text ---

HOSTILE = (
    "a\r\nATTENDEE:mailto:x@example.org",
    "a\nEND:VEVENT\nBEGIN:VEVENT\nUID:other",
    "a\rBEGIN:VALARM",
    "a\x85DTSTART:19700101",
    "a\u2028b\u2029c\x0bd\x0ce\x1cf\x1dg\x1eh\x7fi\x00j",
    "a;b,c:d\"e'f^n^^",
    r"C:\new\nothing\\n\,\;\N",
    "\\",
    ";",
    "tab\there",
    " ends with spaces  ",
    "\ufeffmark",
    "lone \ud83d surrogate",
    "Réservation ; salle « Belledonne », 1\u202fh\u00a0: 👩🏽\u200d🔧",
    "é" * 100,
    "😀" * 100,
    "x" * 10_000,
    "x" + " " * 300 + "x",
)
"""What a name or a note may hold when somebody means harm, or merely pastes."""

texts = st.lists(
    st.one_of(
        st.text(max_size=90), st.sampled_from(HOSTILE), st.text(alphabet="\\;,nN:\r\n\t \"'\x85\u2028é😀", max_size=90)
    ),
    max_size=4,
).map("".join)
"""Any text, hostile more often than chance."""


def harmless(text: str) -> str:
    """What a reader should see of a text of several lines: only text and line breaks, no blank ends."""
    kept = (c for c in text.replace("\t", " ") if c == "\n" or unicodedata.category(c) not in {"Cc", "Zl", "Zp", "Cs"})
    return "".join(kept).strip()


def harmless_line(text: str) -> str:
    """What a reader should see of a text of one line."""
    return harmless(text).replace("\n", " ")


def unescaped(written: str) -> str:
    """The text that an escaped one stands for, letter by letter as RFC 5545, section 3.3.11 says."""
    letters = iter(written)
    breaks = {"n": "\n", "N": "\n"}
    return "".join(breaks.get(after := next(letters), after) if each == "\\" else each for each in letters)


# --- two readers ---


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a reader found in one VEVENT; moments are UTC instants, or dates (the end exclusive) for whole days."""

    uid: str
    sequence: int
    stamp: dt.datetime
    created: dt.datetime
    modified: dt.datetime
    start: dt.date
    end: dt.date
    summary: str
    description: str
    location: str
    categories: tuple[str, ...]
    url: str
    status: str
    opaque: bool
    geo: tuple[float, float] | None


def meant(event: Event) -> Seen:
    """What a reader should find in the event's text."""
    if isinstance(event.when, Days):
        start, end = event.when.first, event.when.last + dt.timedelta(days=1)
    else:
        start, end = event.when.start, event.when.end
    return Seen(
        uid=event.uid,
        sequence=event.sequence,
        stamp=event.modified,
        created=event.created,
        modified=event.modified,
        start=start,
        end=end,
        summary=harmless_line(event.summary) or "-",
        description=harmless(event.description),
        location=harmless(event.location),
        categories=tuple(filter(None, map(harmless_line, event.categories))),
        url=event.url,
        status=event.status.value,
        opaque=not event.transparent and event.status is not Status.CANCELLED,
        geo=event.geo,
    )


def by_icalendar(raw: bytes) -> list[Seen]:
    """What icalendar finds. It takes the zones from tzdata, by their names."""
    found: list[Any] = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    return [
        Seen(
            uid=str(each["UID"]),
            sequence=int(each["SEQUENCE"]),
            stamp=each["DTSTAMP"].dt,
            created=each["CREATED"].dt,
            modified=each["LAST-MODIFIED"].dt,
            start=_utc(each["DTSTART"].dt),
            end=_utc(each["DTEND"].dt),
            summary=str(each["SUMMARY"]),
            description=str(each.get("DESCRIPTION", "")),
            location=str(each.get("LOCATION", "")),
            categories=tuple(map(str, each["CATEGORIES"].cats)) if "CATEGORIES" in each else (),
            url=str(each.get("URL", "")),
            status=str(each["STATUS"]),
            opaque=str(each["TRANSP"]) == "OPAQUE",
            geo=(each["GEO"].latitude, each["GEO"].longitude) if "GEO" in each else None,
        )
        for each in found
    ]


def by_vobject(raw: bytes) -> list[Seen]:
    """What vobject finds, and finds valid. It takes the zones from the calendar's own VTIMEZONEs."""
    found: Any = vobject.readOne(raw.decode())
    found.validate(raiseException=True)
    return [_of_vobject(each.contents) for each in found.contents.get("vevent", [])]


def _of_vobject(contents: dict[str, Any]) -> Seen:
    def value(name: str, default: Any = "") -> Any:
        return contents[name][0].value if name in contents else default

    latitude, _, longitude = value("geo").partition(";")
    return Seen(
        uid=value("uid"),
        sequence=int(value("sequence")),
        stamp=value("dtstamp"),
        created=value("created"),
        modified=value("last-modified"),
        start=_utc(value("dtstart")),
        end=_utc(value("dtend")),
        summary=value("summary"),
        description=value("description"),
        location=value("location"),
        categories=tuple(value("categories", ())),
        url=value("url"),
        status=value("status"),
        opaque=value("transp") == "OPAQUE",
        geo=(float(latitude), float(longitude)) if latitude else None,
    )


def _utc(moment: dt.date) -> dt.date:
    return moment.astimezone(UTC) if isinstance(moment, dt.datetime) else moment
