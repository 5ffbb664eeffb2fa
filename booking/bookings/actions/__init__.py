"""What people do with free time: quote, book, move, cancel, restore. Edges call these, nothing else writes bookings."""

from __future__ import annotations

from booking.bookings.actions.book import book, quote
from booking.bookings.actions.change import cancel, move, restore
from booking.bookings.actions.shown import book_as_shown, cancel_as_shown, move_as_shown

__all__ = [
    "book",
    "book_as_shown",
    "cancel",
    "cancel_as_shown",
    "move",
    "move_as_shown",
    "quote",
    "restore",
]
