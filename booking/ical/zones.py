"""The zones' own VTIMEZONE texts (RFC 5545, section 3.6.5), constant.

They hold today's rules as plain yearly RRULEs, the one style that every reader understands: lists of RDATEs, local mean
time with seconds and zones that are not declared are each misread by some. They are true for the years that a feed
shows; a test compares them with tzdata, so a change of the law turns it red.
"""

from __future__ import annotations

_FIXED = """\
BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
TZNAME:{abbreviation}
END:STANDARD
END:VTIMEZONE
"""

_PARIS = """\
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""

_MIQUELON = """\
BEGIN:VTIMEZONE
TZID:America/Miquelon
BEGIN:DAYLIGHT
DTSTART:19700308T020000
TZOFFSETFROM:-0300
TZOFFSETTO:-0200
TZNAME:-02
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701101T020000
TZOFFSETFROM:-0200
TZOFFSETTO:-0300
TZNAME:-03
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
"""

_UNCHANGING = (
    ("America/Guadeloupe", "-0400", "AST"),
    ("America/Martinique", "-0400", "AST"),
    ("America/St_Barthelemy", "-0400", "AST"),
    ("America/Marigot", "-0400", "AST"),
    ("America/Cayenne", "-0300", "-03"),
    ("Indian/Reunion", "+0400", "+04"),
    ("Indian/Mayotte", "+0300", "EAT"),
    ("Pacific/Noumea", "+1100", "+11"),
    ("Pacific/Wallis", "+1200", "+12"),
    ("Pacific/Tahiti", "-1000", "-10"),
    ("Pacific/Marquesas", "-0930", "-0930"),
    ("Pacific/Gambier", "-0900", "-09"),
)

_TEXTS = {
    name: text.replace("\n", "\r\n")
    for name, text in {
        "Europe/Paris": _PARIS,
        "America/Miquelon": _MIQUELON,
        **{name: _FIXED.format(name=name, offset=off, abbreviation=abbr) for name, off, abbr in _UNCHANGING},
    }.items()
}

ZONES = frozenset(_TEXTS)
"""The IANA names that calendars can be written in."""


class UnknownZone(ValueError):
    """No VTIMEZONE text exists for the zone, and a TZID without one is read as floating time."""

    def __init__(self, name: str) -> None:
        super().__init__(f"calendars cannot be written in the time zone {name!r}; known: {', '.join(sorted(ZONES))}")


def vtimezone(name: str) -> str:
    """The VTIMEZONE of an IANA name, CRLF-ended lines. Raises UnknownZone when it is not in ZONES."""
    try:
        return _TEXTS[name]
    except KeyError:
        raise UnknownZone(name) from None
