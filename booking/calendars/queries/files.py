"""The file of one booking."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking import ical
from booking.bookings.models import BookingText
from booking.bookings.queries.seen import booking_by_code
from booking.bookings.rules import Status
from booking.calendars.queries.contents import WAITING
from booking.calendars.rules.texts import Named, named_text
from booking.errors import NotFound
from booking.mail.render import address
from booking.people.schemas import Asker

UNTOLD = frozenset({Status.REFUSED, Status.EXPIRED})


def booking_file(session: Session, asker: Asker, code: str, now: dt.datetime) -> bytes:
    """A calendar of that one booking: as its holder reads it, or with the holder's name for staff.

    Raises NotFound for who may not see it, and for one that never came about.
    """
    seen = booking_by_code(session, asker, code, now)
    if seen.status in UNTOLD:
        raise NotFound
    owner = session.execute(sa.select(BookingText.owner).where(BookingText.booking_id == seen.id)).scalar_one()
    if not seen.mine and seen.status is not Status.CANCELLED:
        owner = named_text(
            Named(
                uid=seen.uid,
                code=seen.code,
                sequence=seen.sequence,
                created_at=seen.created_at,
                updated_at=seen.updated_at,
                stretch=seen.stretch,
                timezone=seen.timezone,
                holder=seen.holder,
                note=seen.note,
                quantity=seen.quantity,
                waiting=seen.status in WAITING,
                resource_name=seen.resource_name,
                resource_kind=seen.resource_kind,
                lieu_name=seen.lieu_name,
                lieu_address=seen.lieu_address,
                url=address(f"/bookings/{seen.code}"),
            ),
            asker.language,
        )
    name = f"{seen.resource_name}, {seen.lieu_name}"
    return ical.calendar([owner], name=name, description=seen.code, timezone=seen.timezone)
