"""What bookings know of one person, for whoever asks for their own data or wants to leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.rules import ACTIVE
from booking.errors import NN_, Refusal
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.tariffs.models import Quote
from booking.values.ids import MemberId


def exported_bookings(session: Session, member_id: MemberId) -> list[dict[str, Any]]:
    """Every booking of a member, as plain values; amounts in minor units."""
    rows = session.execute(
        sa.select(
            Booking.code, Booking.uid, Booking.status, Booking.starts_at, Booking.ends_at, Booking.timezone,
            Booking.quantity, Booking.note, Booking.kept, Booking.created_at, Booking.cancelled_at,
            Resource.name.label("resource"), Lieu.name.label("lieu"), Quote.total, Quote.unit,
        )
        .join(Resource, Resource.id == Booking.resource_id)
        .join(Lieu, Lieu.id == Booking.lieu_id)
        .join(Quote, Quote.id == Booking.quote_id)
        .where(Booking.member_id == member_id)
        .order_by(Booking.id)
    )  # fmt: skip
    return [
        {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in row.items()}
        for row in rows.mappings()
    ]


def bookings_to_come(session: Session, member_id: MemberId, now: dt.datetime) -> Sequence[Refusal]:
    """Why an account cannot be deleted yet: its bookings that have not ended."""
    ahead = sa.and_(Booking.member_id == member_id, Booking.status.in_(ACTIVE), Booking.ends_at > now)
    count = session.execute(sa.select(sa.func.count()).where(ahead)).scalar_one()
    one, several = NN_(
        "%(count)s réservation est encore à venir. Déplacez-la ou annulez-la d’abord.",
        "%(count)s réservations sont encore à venir. Déplacez-les ou annulez-les d’abord.",
    )
    return [Refusal("booked_ahead", one, {"count": count}, several=several)] if count else []
