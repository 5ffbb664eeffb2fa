"""The words of a booking's life."""

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
"""Statuses whose units are taken until the end."""

PAST = frozenset({Status.COMPLETED, Status.NO_SHOW})
"""Statuses of bookings that ran out: their units stay written as they were."""


class EventKind(StrEnum):
    """What can be done to a booking."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    COMPLETED = "completed"
    RENAMED = "renamed"
