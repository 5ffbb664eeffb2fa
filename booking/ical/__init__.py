"""iCalendar out (RFC 5545, RFC 7986): a frozen event becomes text, texts become a calendar. No clock, no database.

The same input always gives the same bytes, so a text can be stored once and a calendar's hash is its ETag.
"""

from __future__ import annotations

from booking.ical.event import Days, Event, Status, retitled, vevent
from booking.ical.feeds import calendar, freebusy
from booking.ical.zones import ZONES, UnknownZone, vtimezone

__all__ = ["ZONES", "Days", "Event", "Status", "UnknownZone", "calendar", "freebusy", "retitled", "vevent", "vtimezone"]
