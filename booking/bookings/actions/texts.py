"""The iCalendar texts of a booking, rendered once a revision, and the counters that tell feeds of the change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking import ical
from booking.bookings.models import BookingText, FeedCounter
from booking.db.rows import add, dialect_of, run, upsert
from booking.mail.render import address
from booking.resources.rules import ResourceKind
from booking.values.ids import BookingId, MemberId, ResourceId
from booking.values.interval import Interval

_WORDS = {
    "fr": {"busy": "Occupé", "cancelled": "Annulé : ", "booking": "Réservation"},
    "en": {"busy": "Busy", "cancelled": "Cancelled: ", "booking": "Booking"},
}


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What the texts of one booking are made of. No name of a person is among it."""

    uid: str
    code: str
    sequence: int
    created_at: dt.datetime
    updated_at: dt.datetime
    stretch: Interval
    timezone: str
    resource_name: str
    resource_kind: ResourceKind
    lieu_name: str
    lieu_address: str
    position: tuple[float, float]
    language: str
    cancelled: bool = False


def public_text(facts: TextFacts) -> str:
    """What anybody may read: that the resource is taken."""
    return ical.vevent(
        ical.Event(
            uid=f"{facts.uid}@archipel",
            sequence=facts.sequence,
            created=facts.created_at,
            modified=facts.updated_at,
            when=facts.stretch,
            timezone=facts.timezone,
            summary=_WORDS["fr"]["busy"],
        )
    )


def owner_text(facts: TextFacts) -> str:
    """What the holder reads: where, what, and under which code; a cancelled one is marked and takes no time."""
    words = _WORDS[facts.language]
    title = f"{facts.resource_name}, {facts.lieu_name}"
    return ical.vevent(
        ical.Event(
            uid=f"{facts.uid}@archipel",
            sequence=facts.sequence,
            created=facts.created_at,
            modified=facts.updated_at,
            when=facts.stretch,
            timezone=facts.timezone,
            summary=words["cancelled"] + title if facts.cancelled else title,
            location=", ".join(part for part in (facts.lieu_name, facts.lieu_address) if part),
            description=f"{words['booking']} {facts.code}",
            url=address(f"/bookings/{facts.code}"),
            categories=(facts.resource_kind.value,),
            status=ical.Status.CANCELLED if facts.cancelled else ical.Status.CONFIRMED,
            transparent=facts.cancelled,
            geo=facts.position,
        )
    )


def write_texts(session: Session, booking_id: BookingId, facts: TextFacts, *, new: bool) -> None:
    """Store both texts of the present revision."""
    values = {"public": public_text(facts), "owner": owner_text(facts)}
    if new:
        add(session, BookingText, {"booking_id": booking_id, **values})
    else:
        session.execute(sa.update(BookingText).where(BookingText.booking_id == booking_id).values(**values))


def bump(session: Session, resource_id: ResourceId, member_id: MemberId | None, now: dt.datetime) -> None:
    """Raise the versions of the feeds in which a booking shows; the last locks that a booking takes."""
    feeds = {resource_feed(resource_id)}
    raise_counters(session, feeds if member_id is None else feeds | {member_feed(member_id)}, now)


def resource_feed(resource_id: ResourceId) -> str:
    """The counter of what takes a resource."""
    return f"resource:{resource_id}"


def member_feed(member_id: MemberId) -> str:
    """The counter of a member's own bookings."""
    return f"member:{member_id}"


def raise_counters(session: Session, feeds: Collection[str], now: dt.datetime) -> None:
    """Raise versions, in the order of their names as everybody does, and never set back the date of a change."""
    if feeds:
        rows = [{"feed": feed, "version": 1, "changed_at": now} for feed in sorted(feeds)]
        run(session, _counting(dialect_of(session)), rows)


@cache
def _counting(dialect: str) -> sa.Insert:
    made = upsert(dialect, FeedCounter)
    kept = made.table.c
    before, now = kept.changed_at, made.excluded.changed_at
    later = {"version": kept.version + 1, "changed_at": sa.case((before > now, before), else_=now)}
    return made.on_conflict_do_update(index_elements=["feed"], set_=later).returning(made.table.c.feed)
