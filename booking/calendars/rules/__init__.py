"""What a feed holds, of whom, over which days, and when it is another than before. Pure."""

from __future__ import annotations

from booking.calendars.rules.entries import MOST_EVENTS, MOST_OCTETS, Entry, Taken, busy, nearest
from booking.calendars.rules.scopes import Form, Scope, What, WrongScope, public_path, secret_path
from booking.calendars.rules.texts import block_text, busy_text, named_text, word
from booking.calendars.rules.versions import fingerprint
from booking.calendars.rules.windows import CANCELLED_DAYS, Window, window

__all__ = [
    "CANCELLED_DAYS",
    "MOST_EVENTS",
    "MOST_OCTETS",
    "Entry",
    "Form",
    "Scope",
    "Taken",
    "What",
    "Window",
    "WrongScope",
    "block_text",
    "busy",
    "busy_text",
    "fingerprint",
    "named_text",
    "nearest",
    "public_path",
    "secret_path",
    "window",
    "word",
]
