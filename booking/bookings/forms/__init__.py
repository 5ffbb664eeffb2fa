"""What the pages of bookings send, field by field, with the sentence shown when it is wrong."""

from __future__ import annotations

from booking.bookings.forms.booking import BookForm, CancelForm, MoveForm
from booking.bookings.forms.search import SearchForm
from booking.bookings.forms.when import WhenForm

__all__ = ["BookForm", "CancelForm", "MoveForm", "SearchForm", "WhenForm"]
