"""What the codes of bookings stand for, where only their codes are written: in statements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.people.schemas import Asker
from booking.resources.models import Resource
from booking.values.interval import Interval


@dataclass(frozen=True, slots=True)
class Label:
    """A booking in short: what, and when on whose clock."""

    code: str
    name: str
    stretch: Interval
    timezone: str


def labels(session: Session, asker: Asker, codes: Collection[str]) -> dict[str, Label]:
    """The asker's own bookings among these codes, by one statement."""
    rows = session.execute(
        sa.select(Booking.code, Resource.name, Booking.starts_at, Booking.ends_at, Booking.timezone)
        .join(Resource, Resource.id == Booking.resource_id)
        .where(Booking.code.in_(codes), Booking.member_id == asker.member_id)
    )
    return {r.code: Label(r.code, r.name, Interval(r.starts_at, r.ends_at), r.timezone) for r in rows}
