"""Marking what has run out."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, BookingEvent
from booking.bookings.rules import EventKind, Status

MOST = 1000
_RUNNING = (Status.CONFIRMED, Status.CHECKED_IN)


def complete_ended(session: Session, now: dt.datetime) -> int:
    """Mark bookings that have ended, oldest first, at most a thousand at once; how many there were."""
    ended = session.execute(
        sa.select(Booking.id, Booking.lieu_id)
        .where(Booking.status.in_(_RUNNING), Booking.ends_at <= now)
        .order_by(Booking.id)
        .limit(MOST)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    if ended:
        session.execute(sa.update(Booking).where(Booking.id.in_([r.id for r in ended])).values(status=Status.COMPLETED))
        session.execute(
            sa.insert(BookingEvent).values(
                [
                    {"booking_id": r.id, "lieu_id": r.lieu_id, "kind": EventKind.COMPLETED, "at": now, "detail": {}}
                    for r in ended
                ]
            )
        )
    return len(ended)
