"""Decisions about bookings. Pure."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The life of a booking."""

    HELD = "held"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    EXPIRED = "expired"


ACTIVE = frozenset({Status.HELD, Status.PENDING, Status.CONFIRMED, Status.CHECKED_IN})
"""Statuses whose units are taken."""


class EventKind(StrEnum):
    """What can be done to a booking."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    COMPLETED = "completed"
    NOTED = "noted"
