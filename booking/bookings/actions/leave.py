"""What goes with somebody who leaves: bookings stay in the books, without the words that were written in them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.values.ids import MemberId


def forget_words(session: Session, member_id: MemberId, _now: dt.datetime) -> None:
    """Blank the notes of a member's bookings; the row keeps its member's number, whose name is gone."""
    session.execute(sa.update(Booking).where(Booking.member_id == member_id).values(note=""))
