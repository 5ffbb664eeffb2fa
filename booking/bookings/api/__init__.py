"""Bookings for programs: what is free, what it costs, and what people do with it."""

from booking.bookings.api import changes, lists, search
from booking.bookings.api.room import room

__all__ = ["changes", "lists", "room", "search"]
