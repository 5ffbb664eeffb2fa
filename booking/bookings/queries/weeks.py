"""The planning of one resource, and of one lieu."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from booking.bookings.queries.planning import Planning, planning
from booking.errors import NotFound
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.values.ids import LieuId
from booking.values.interval import Interval


def resource_planning(session: Session, asker: Asker, slug: str, span: Interval, now: dt.datetime) -> Planning:
    """What takes the resource during the span, and what is free: one lane. Raises NotFound when it is not seen."""
    found = planning(session, asker, Resource.slug == slug, span, now)
    if not found.lanes:
        raise NotFound
    return found


def lieu_planning(session: Session, asker: Asker, lieu_id: LieuId, span: Interval, now: dt.datetime) -> Planning:
    """What takes the resources of a lieu that the asker sees, and what is free: a lane each."""
    return planning(session, asker, Lieu.id == lieu_id, span, now)
