"""Booking, moving and cancelling at the amounts that a page showed: another amount is told, never charged silently.

A page shows amounts by reading alone. They come back with its form only to be compared: what is charged is computed
here, in the transaction that changes something, and a difference undoes it all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.actions.book import book, quote
from booking.bookings.actions.change import cancel, move
from booking.bookings.models import Booking
from booking.bookings.rules import QuoteChanged
from booking.bookings.schemas import BookingRequest
from booking.errors import N_, Conflict
from booking.people.schemas import Asker
from booking.tariffs.models import Quote
from booking.values.interval import Interval
from booking.values.money import Money


class KeptChanged(Conflict):
    """Cancelling costs more than what was shown."""

    code = "kept_changed"
    message = N_("Le délai d’annulation gratuite est passé entre-temps. Rien n’a été annulé.")


def book_as_shown(session: Session, asker: Asker, request: BookingRequest, shown: Money, now: dt.datetime) -> str:
    """Book and give the code. Raises QuoteChanged when the price is another by now, and what `book` raises."""
    fixed = quote(session, asker, request, now)
    if fixed.total != shown:
        raise QuoteChanged
    return book(session, asker, replace(request, quote_uid=fixed.uid), now).code


def move_as_shown(
    session: Session, asker: Asker, code: str, stretch: Interval, quantity: int, shown: Money, now: dt.datetime
) -> None:
    """Move a booking. Raises QuoteChanged when its new price is another by now, and what `move` raises."""
    move(session, asker, code, stretch, now, quantity)
    fixed = sa.select(Quote.total).join(Booking, Booking.quote_id == Quote.id).where(Booking.code == code)
    if session.execute(fixed).scalar_one() != shown.amount:
        raise QuoteChanged


def cancel_as_shown(
    session: Session, asker: Asker, code: str, shown: Money, now: dt.datetime, *, waive: bool = False
) -> Money:
    """Cancel and tell what is kept. Raises KeptChanged when that is more than was shown, and what `cancel` raises."""
    kept = cancel(session, asker, code, now, waive=waive)
    if kept > shown:
        raise KeptChanged
    return kept
