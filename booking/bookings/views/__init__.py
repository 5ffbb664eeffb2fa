"""The pages of bookings: search, a resource, the booking sheet, one's bookings, what one owes."""

from __future__ import annotations

from booking.bookings.views import booking, mine, resource, search, sheet, statement
from booking.bookings.views.frame import blueprint

__all__ = ["blueprint", "booking", "mine", "resource", "search", "sheet", "statement"]
