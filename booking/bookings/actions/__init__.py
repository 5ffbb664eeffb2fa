"""What people do with free time: quote, book, move, cancel, restore. Edges call these, nothing else writes bookings."""

from __future__ import annotations

from booking.bookings.actions.book import book, quote
from booking.bookings.actions.change import cancel, move, restore

__all__ = ["book", "cancel", "move", "quote", "restore"]
