"""Booking at a price that a page showed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sqlalchemy.orm import Session

from booking.bookings.actions.book import book, quote
from booking.bookings.rules import QuoteChanged
from booking.bookings.schemas import BookingRequest
from booking.people.schemas import Asker
from booking.values.money import Money


def book_as_shown(session: Session, asker: Asker, request: BookingRequest, shown: Money, now: dt.datetime) -> str:
    """Book at the price that was shown and give the code; raises QuoteChanged when the price is another by now.

    A page shows a price by reading alone. The amount comes back with the form only to be compared: the price that is
    charged is the quote fixed here, in the transaction that books. Raises what `quote` and `book` raise.
    """
    fixed = quote(session, asker, request, now)
    if fixed.total != shown:
        raise QuoteChanged
    return book(session, asker, replace(request, quote_uid=fixed.uid), now)
