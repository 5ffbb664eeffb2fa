"""Decisions about bookings: the words of their life, every reason why not, and what a cancellation keeps. Pure."""

from __future__ import annotations

from booking.bookings.rules.policy import NotYours, QuoteChanged, TooLate, kept_of, may_change
from booking.bookings.rules.refusals import Ask, Terms, refusals, reservable
from booking.bookings.rules.states import ACTIVE, PAST, EventKind, Status

__all__ = [
    "ACTIVE",
    "PAST",
    "Ask",
    "EventKind",
    "NotYours",
    "QuoteChanged",
    "Status",
    "Terms",
    "TooLate",
    "kept_of",
    "may_change",
    "refusals",
    "reservable",
]
