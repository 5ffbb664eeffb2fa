"""The pages of bookings: search, planning, a resource, the booking sheet, one's bookings, what one owes, the desk."""

from __future__ import annotations

from booking.bookings.views import booking, mine, planning, resource, search, sheet, staff, statement
from booking.bookings.views.frame import blueprint

__all__ = ["blueprint", "booking", "mine", "planning", "resource", "search", "sheet", "staff", "statement"]
