"""Whole calendars (RFC 5545, section 3.4; RFC 7986): stored VEVENT texts joined, and free/busy."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from booking.ical.lines import escaped, folded, one_line, utc
from booking.ical.zones import vtimezone
from booking.values.interval import Interval, merged

PRODID = "-//Archipel//Archipel 0//FR"
"""Constant per major version: it is part of every feed's hash."""

_HEAD = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODID}\r\nCALSCALE:GREGORIAN\r\n"
_TAIL = "END:VCALENDAR\r\n"
_TZID = re.compile(r"\r\nDTSTART;TZID=([^:]+):")


def calendar(texts: Iterable[str], *, name: str, description: str, timezone: str, color: str = "") -> bytes:
    """The calendar made of what `vevent` gave, in the order given, UTF-8.

    One text makes the file of a single event. `timezone` is the zone a client should show, one of ZONES; `color` a CSS
    colour name. Neither METHOD, UID nor SOURCE: the first is refused without ORGANIZER (RFC 5546, section 3.2.1), the
    second makes some clients store the feed as one item, the third would write a secret address into the file.

    Raises UnknownZone, and ValueError for a colour that is not a name.
    """
    if color and not (color.isascii() and color.isalpha()):
        raise ValueError(f"not a CSS colour name: {color!r}")
    fallback = vtimezone(timezone)
    title, about = one_line(name), escaped(description)
    lines = [
        *([f"NAME:{title}", f"X-WR-CALNAME:{title}"] if title else []),
        *([f"DESCRIPTION:{about}", f"X-WR-CALDESC:{about}"] if about else []),
        f"X-WR-TIMEZONE:{timezone}",
        *([f"COLOR:{color}"] if color else []),
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    events = "".join(texts)
    # No text of a person begins a line, so what is found is our own DTSTART. An empty calendar declares the zone that
    # it names: RFC 5545 wants at least one component.
    zones = "".join(map(vtimezone, sorted(set(_TZID.findall(events))))) or fallback
    return "".join([_HEAD, *map(folded, lines), zones, events, _TAIL]).encode()


def freebusy(busy: Iterable[Interval], *, uid: str, modified: dt.datetime, window: Interval) -> bytes:
    """A calendar of one VFREEBUSY (RFC 5545, section 3.6.4): the busy stretches inside `window`, merged, in UTC.

    `uid` is `<uuid>@archipel`, the same for ever for one resource; `modified` the newest change of what is shown.
    """
    inside = (part for each in busy if (part := each.intersection(window)))
    lines = [
        "BEGIN:VFREEBUSY",
        f"UID:{escaped(uid)}",
        f"DTSTAMP:{utc(modified)}",
        f"DTSTART:{utc(window.start)}",
        f"DTEND:{utc(window.end)}",
        *(f"FREEBUSY:{utc(each.start)}/{utc(each.end)}" for each in merged(inside)),
        "END:VFREEBUSY",
    ]
    return "".join([_HEAD, *map(folded, lines), _TAIL]).encode()
