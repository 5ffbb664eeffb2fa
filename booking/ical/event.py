"""One event and its VEVENT text (RFC 5545, section 3.6.1)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from booking.ical.lines import basic, escaped, folded, one_line, utc
from booking.ical.zones import ZONES, UnknownZone
from booking.values.interval import Interval
from booking.values.wall import zone

_UID = re.compile(r"[0-9A-Za-z-]+@archipel")
_URL = re.compile(r"https?://[!-~]+")
_SUMMARY = re.compile(r"\r\nSUMMARY:[^\r]*(?:\r\n [^\r]*)*\r\n")
_LATITUDES, _LONGITUDES = 90, 180


class Status(StrEnum):
    """What a calendar says of an event (RFC 5545, section 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, `last` included. Raises ValueError when `last` is before `first`, or for instants."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if isinstance(self.first, dt.datetime) or isinstance(self.last, dt.datetime) or self.last < self.first:
            raise ValueError(f"not whole days in order: {self.first!r} to {self.last!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one calendar entry says. Texts may hold anything; only `description` and `location` keep line breaks.

    `uid` is `<uuid>@archipel`, the same for ever; `sequence` grows at each visible change; `created` and `modified` are
    the row's own instants, never the time of rendering. `when` is a stretch, written in the wall time of `timezone`
    (the lieu's, one of ZONES), or whole days. `url` is one of our own addresses; `geo` is latitude and longitude in
    degrees. A `transparent` event makes nobody busy; a cancelled one never does.

    Raises UnknownZone, and ValueError for what our own code must not send.
    """

    uid: str
    sequence: int
    created: dt.datetime
    modified: dt.datetime
    when: Interval | Days
    timezone: str
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    status: Status = Status.CONFIRMED
    transparent: bool = False
    geo: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not _UID.fullmatch(self.uid):
            raise ValueError(f"the uid must be <uuid>@archipel, not {self.uid!r}")
        if self.sequence < 0:
            raise ValueError(f"the sequence must not be negative: {self.sequence}")
        if self.timezone not in ZONES:
            raise UnknownZone(self.timezone)
        if self.url and not _URL.fullmatch(self.url):
            raise ValueError(f"the address must be http(s) in plain ASCII: {self.url!r}")
        if self.geo and not (abs(self.geo[0]) <= _LATITUDES and abs(self.geo[1]) <= _LONGITUDES):
            raise ValueError(f"no such place on Earth: {self.geo}")
        for instant in (self.created, self.modified):
            utc(instant)  # refuses what is not aware UTC in whole seconds


def vevent(event: Event) -> str:
    """The event's VEVENT, folded, CRLF-ended lines; equal events give equal text.

    DTSTAMP is the last change, as RFC 5545, section 3.8.7.2 has it for a calendar without METHOD.
    """
    opaque = not event.transparent and event.status is not Status.CANCELLED
    start, end = _bounds(event.when, event.timezone)
    description, location = escaped(event.description), escaped(event.location)
    categories = ",".join(filter(None, map(one_line, event.categories)))
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{utc(event.modified)}",
        f"CREATED:{utc(event.created)}",
        f"LAST-MODIFIED:{utc(event.modified)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTART{start}",
        f"DTEND{end}",
        f"SUMMARY:{one_line(event.summary) or '-'}",  # calcurse crashes without one, libical refuses an empty one
        *([f"DESCRIPTION:{description}"] if description else []),
        *([f"LOCATION:{location}"] if location else []),
        *([f"GEO:{event.geo[0]:z.6f};{event.geo[1]:z.6f}"] if event.geo else []),
        *([f"URL:{event.url}"] if event.url else []),
        *([f"CATEGORIES:{categories}"] if categories else []),
        f"STATUS:{event.status}",
        f"TRANSP:{'OPAQUE' if opaque else 'TRANSPARENT'}",
        "CLASS:PUBLIC",
        "END:VEVENT",
    ]
    return "".join(map(folded, lines))


def retitled(text: str, summary: str) -> str:
    """What `vevent` gave, under another SUMMARY; far quicker than writing the event anew.

    No text of a person begins a line, so the first line of that name is the event's own.
    """
    line = _title_line(summary)
    return _SUMMARY.sub(lambda _found: line, text, count=1)


@lru_cache(maxsize=1024)
def _title_line(summary: str) -> str:
    """Kept: a feed gives its thousand events few titles."""
    return "\r\n" + folded(f"SUMMARY:{one_line(summary) or '-'}")


def _bounds(when: Interval | Days, timezone: str) -> tuple[str, str]:
    """What follows DTSTART and DTEND: parameters, colon, value. DTEND is exclusive."""
    if isinstance(when, Days):
        return f";VALUE=DATE:{basic(when.first)}", f";VALUE=DATE:{basic(when.last + dt.timedelta(days=1))}"
    start, end = (instant.astimezone(zone(timezone)) for instant in (when.start, when.end))
    if _repeated(start) or _repeated(end):
        # A wall time that the clocks show twice means the first one (RFC 5545, section 3.3.5), so the second has no
        # name in the zone, and readers disagree about the first.
        return f":{utc(when.start)}", f":{utc(when.end)}"
    return f";TZID={timezone}:{basic(start)}", f";TZID={timezone}:{basic(end)}"


def _repeated(local: dt.datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
