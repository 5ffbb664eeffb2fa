"""A lieu or a resource has a new name: the texts of the bookings ahead are written anew, each as a new revision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.actions.texts import (
    TextFacts,
    member_feed,
    owner_text,
    public_text,
    raise_counters,
    resource_feed,
)
from booking.bookings.models import Booking, BookingEvent, BookingText
from booking.bookings.rules import ACTIVE, EventKind
from booking.people.models import Member
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.values.ids import MemberId, ResourceId
from booking.values.interval import Interval

MOST = 200
"""Bookings written anew in one transaction: nobody who books waits long for their rows."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """What has a new name (or address), by row number: a resource, or a whole lieu.

    At most `most` bookings are written anew at once, those `after` the last one done.
    """

    lieu_id: int | None = None
    resource_id: int | None = None
    after: int = 0
    most: int = MOST


def tell_new_name(session: Session, renamed: Renamed, now: dt.datetime) -> int | None:
    """Write anew the texts of some bookings ahead, in order of their row numbers.

    Each gets a sequence one higher, as calendars need to take a change (RFC 5546, section 2.1.4). Gives the last one
    done when there may be more, None at the end.
    """
    about = (
        Booking.lieu_id == renamed.lieu_id
        if renamed.resource_id is None
        else Booking.resource_id == renamed.resource_id
    )
    rows = session.execute(
        sa.select(
            Booking.id, Booking.uid, Booking.code, Booking.sequence, Booking.created_at, Booking.updated_at,
            Booking.starts_at, Booking.ends_at, Booking.timezone, Booking.lieu_id, Booking.resource_id,
            Booking.member_id, Resource.name, Resource.kind, Lieu.name.label("lieu_name"), Lieu.address, Lieu.latitude,
            Lieu.longitude, Member.language,
        )
        .join(Resource, Resource.id == Booking.resource_id)
        .join(Lieu, Lieu.id == Booking.lieu_id)
        .outerjoin(Member, Member.id == Booking.member_id)
        .where(about, Booking.id > renamed.after, Booking.status.in_(ACTIVE), Booking.ends_at > now)
        .order_by(Booking.id)
        .limit(renamed.most)
        .with_for_update(key_share=True, of=Booking)
    ).all()  # fmt: skip
    if not rows:
        return None
    revisions, texts, events = [], [], []
    for row in rows:
        facts = TextFacts(
            uid=row.uid,
            code=row.code,
            sequence=row.sequence + 1,
            created_at=row.created_at,
            updated_at=max(row.updated_at, now),
            stretch=Interval(row.starts_at, row.ends_at),
            timezone=row.timezone,
            resource_name=row.name,
            resource_kind=row.kind,
            lieu_name=row.lieu_name,
            lieu_address=row.address,
            position=(row.latitude, row.longitude),
            language=row.language or "fr",
        )
        revisions.append({"id": row.id, "sequence": facts.sequence, "updated_at": facts.updated_at})
        texts.append({"booking_id": row.id, "public": public_text(facts), "owner": owner_text(facts)})
        events.append(
            {
                "booking_id": row.id,
                "lieu_id": row.lieu_id,
                "kind": EventKind.RENAMED,
                "at": now,
                "detail": {"sequence": str(facts.sequence)},
            }
        )
    session.execute(sa.update(Booking), revisions)
    session.execute(sa.update(BookingText), texts)
    session.execute(sa.insert(BookingEvent), events)
    feeds = {resource_feed(ResourceId(row.resource_id)) for row in rows}
    feeds |= {member_feed(MemberId(row.member_id)) for row in rows if row.member_id is not None}
    raise_counters(session, feeds, now)
    last: int = rows[-1].id
    return last if len(rows) == renamed.most else None
