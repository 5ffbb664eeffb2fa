"""Content lines (RFC 5545, section 3.1): text made harmless, instants written, lines folded."""

from __future__ import annotations

import datetime as dt

_CRLF = "\r\n"
_LIMIT = 75
_CONTINUATION = 0b1000_0000  # how UTF-8 marks, in its two first bits, an octet that does not begin a sequence

# C0 and C1 controls (CR and NEL among them) and the two Unicode separators end a line for some readers; lone surrogates
# have no UTF-8. None of them means anything to a person, so they are left out; a tab is a space, a line feed stays.
_DROPPED = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0xD800, 0xE000)], "")
_CLEAN = _DROPPED | {ord("\t"): " ", ord("\n"): "\n"}
_ESCAPES = {ord("\n"): r"\n", ord("\\"): r"\\", ord(";"): r"\;", ord(","): r"\,"}


def escaped(text: str) -> str:
    """Any text as an iCalendar TEXT value (RFC 5545, section 3.3.11) that cannot leave its line, without blank ends."""
    return text.translate(_CLEAN).strip().translate(_ESCAPES)


def one_line(text: str) -> str:
    """Like `escaped`, with spaces for line breaks: for titles and names, where some readers refuse a break."""
    return escaped(text.replace("\n", " "))


def basic(moment: dt.date) -> str:
    """A date or a wall time in the basic format: `20261025` or `20261025T023000`, whatever its zone."""
    naive = moment.replace(tzinfo=None) if isinstance(moment, dt.datetime) else moment
    return naive.isoformat().replace("-", "").replace(":", "")


def utc(instant: dt.datetime) -> str:
    """A UTC instant: `20261025T013000Z`. Raises ValueError for one that is not aware UTC in whole seconds."""
    if instant.tzinfo is not dt.UTC or instant.microsecond:
        raise ValueError(f"{instant!r} is not an aware UTC instant in whole seconds")
    return basic(instant) + "Z"


def folded(line: str) -> str:
    """The line, ended by CRLF and cut into pieces of at most 75 octets, never inside a UTF-8 sequence."""
    if len(line) <= _LIMIT and line.isascii():
        return line + _CRLF  # Most lines are such, and a feed has thousands.
    octets = line.encode()
    pieces = []
    start, end = 0, _LIMIT
    while end < len(octets):
        while octets[end] & 0b1100_0000 == _CONTINUATION:
            end -= 1
        pieces.append(octets[start:end])
        start, end = end, end + _LIMIT - 1  # one octet of the next line is the space that marks the fold
    pieces.append(octets[start:])
    return (_CRLF + " ").join(piece.decode() for piece in pieces) + _CRLF
