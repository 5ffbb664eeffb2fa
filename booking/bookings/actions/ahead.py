"""What stands ahead on a resource or a lieu, so that it cannot be pulled away.

The units are locked first: a booking that is being made is there by then, or finds the change when it gets its turn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.rules import ACTIVE
from booking.errors import N_, NN_, Refusal
from booking.occupancy.actions import lock_units
from booking.occupancy.models import Block, Occupancy
from booking.resources.models import ResourceUnit, UnitRow
from booking.values.ids import LieuId, ResourceId, UnitId


def booked_resource(
    session: Session, resource_id: ResourceId, units: Collection[UnitId] | None, now: dt.datetime
) -> Refusal | None:
    """Why a resource (or these units of it) must stay: bookings to come hold it."""
    lock_units(session, sa.select(ResourceUnit.unit_id).where(ResourceUnit.resource_id == resource_id))
    ahead = sa.and_(Booking.resource_id == resource_id, Booking.status.in_(ACTIVE), Booking.ends_at > now)
    if units is not None:
        held = sa.select(Occupancy.claim_id).where(Occupancy.unit_id.in_(units), Occupancy.ends_at > now)
        ahead = sa.and_(ahead, Booking.claim_id.in_(held))
    return _told(session, ahead)


def booked_lieu(session: Session, lieu_id: LieuId, now: dt.datetime) -> Refusal | None:
    """Why a lieu must stay as it is: bookings to come stand on its clock."""
    lock_units(session, sa.select(UnitRow.id).where(UnitRow.lieu_id == lieu_id))
    return _told(session, sa.and_(Booking.lieu_id == lieu_id, Booking.status.in_(ACTIVE), Booking.ends_at > now))


def blocked_lieu(session: Session, lieu_id: LieuId, now: dt.datetime) -> Refusal | None:
    """Why a lieu must stay as it is: closures and other blocks ahead are cut by its clock."""
    ahead = sa.and_(Block.lieu_id == lieu_id, Block.lifted_at.is_(None), Block.ends_at > now)
    count = session.execute(sa.select(sa.func.count()).where(ahead)).scalar_one()
    message = N_("Fermetures et blocages encore à venir : %(count)s. Levez d’abord ce qui reste.")
    return Refusal("blocked_ahead", message, {"count": count}) if count else None


def _told(session: Session, ahead: sa.ColumnElement[bool]) -> Refusal | None:
    count = session.execute(sa.select(sa.func.count()).where(ahead)).scalar_one()
    one, several = NN_(
        "%(count)s réservation est encore à venir. Déplacez-la ou annulez-la d’abord.",
        "%(count)s réservations sont encore à venir. Déplacez-les ou annulez-les d’abord.",
    )
    return Refusal("booked_ahead", one, {"count": count}, several=several) if count else None
