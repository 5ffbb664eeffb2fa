"""Which bookings stand in the way when a lieu takes time off its calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.rules import ACTIVE
from booking.errors import NotFound
from booking.occupancy.queries import rows_during
from booking.people.models import Member
from booking.people.schemas import Asker
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.values.ids import LieuId
from booking.values.interval import Interval

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Touched:
    """A booking in the way, whose place it keeps."""

    code: str
    stretch: Interval
    resource_name: str
    holder: str


@dataclass(frozen=True, slots=True)
class InTheWay:
    """The first of the bookings in the way, in order of time, and how many there are in all."""

    items: tuple[Touched, ...]
    total: int


def in_the_way(
    session: Session, asker: Asker, lieu_id: LieuId, resource: str | None, stretch: Interval, now: dt.datetime
) -> InTheWay:
    """The bookings to come that hold a unit of the resource (None: of the lieu) for a part of the stretch.

    Buffers count: they are taken too. Raises NotFound unless the asker is of the lieu's staff, or a steward.
    """
    if not asker.sees_people(lieu_id):
        raise NotFound
    units = sa.select(UnitRow.id).where(UnitRow.lieu_id == lieu_id, UnitRow.retired_at.is_(None))
    if resource is not None:
        units = units.where(
            sa.exists().where(
                ResourceUnit.unit_id == UnitRow.id,
                ResourceUnit.resource_id == Resource.id,
                Resource.slug == resource,
                Resource.lieu_id == lieu_id,
            )
        )
    held = rows_during(units, stretch).subquery()
    touched = sa.and_(
        Booking.claim_id.in_(sa.select(held.c.claim_id)), Booking.status.in_(ACTIVE), Booking.ends_at > now
    )
    rows = session.execute(
        sa.select(
            Booking.code,
            Booking.starts_at,
            Booking.ends_at,
            Booking.guest_name,
            Resource.name.label("resource"),
            Member.name,
            sa.func.count().over().label("total"),
        )
        .join(Resource, Resource.id == Booking.resource_id)
        .outerjoin(Member, Member.id == Booking.member_id)
        .where(touched)
        .order_by(Booking.starts_at, Booking.id)
        .limit(SHOWN)
    ).all()
    items = tuple(
        Touched(r.code, Interval(r.starts_at, r.ends_at), r.resource, r.name or r.guest_name or "") for r in rows
    )
    return InTheWay(items, rows[0].total if rows else 0)
