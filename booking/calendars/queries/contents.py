"""What is in a feed: bookings by their stored texts, blocks, and for staff who asked for it the names of who comes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking import ical
from booking.bookings.models import Booking, BookingText
from booking.bookings.rules import ACTIVE, PAST, Status
from booking.calendars.rules import (
    MOST_EVENTS,
    Entry,
    Form,
    Taken,
    What,
    block_text,
    busy,
    busy_text,
    named_text,
    nearest,
)
from booking.calendars.rules.texts import Block as BlockFacts
from booking.calendars.rules.texts import Named
from booking.calendars.schemas import Feed, FeedResource, Rendered
from booking.db.rows import run
from booking.mail.render import address
from booking.occupancy.models import Block, Occupancy
from booking.occupancy.rules import BlockKind
from booking.people.models import Member
from booking.resources.models import ResourceUnit
from booking.values.ids import LieuId, ResourceId
from booking.values.interval import Interval

SHOWN = ACTIVE | PAST
"""Statuses of bookings that take, or took, their time."""

WAITING = frozenset({Status.HELD, Status.PENDING})
LONGEST = dt.timedelta(days=400)
"""No booking is longer (`resource.longest`): so far before the window one that reaches into it may begin."""


def render(session: Session, feed: Feed, form: Form) -> Rendered:
    """The feed's text. Equal rows give equal bytes, whenever and wherever they are read."""
    if form is Form.BUSY:
        return Rendered(_busy(session, feed), 0)
    entries, left_out = nearest([*_bookings(session, feed), *_blocks(session, feed)], feed.window.middle)
    content = ical.calendar(
        (each.text for each in entries),
        name=feed.name,
        description=feed.about,
        timezone=feed.window.timezone,
        color="teal",
    )
    return Rendered(content, left_out)


def names_in(reader: Session | sa.Connection, feed: Feed) -> Iterator[str]:
    """Every name of a person that a feed tells, in order: part of its version, since no booking changes with a name."""
    named = [lieu.id for lieu in feed.lieux.values() if lieu.named]
    rows = reader.execute(
        sa.select(Booking.member_id, Member.name)
        .join(Member, Member.id == Booking.member_id)
        .where(_within(feed), Booking.lieu_id.in_(named))
        .distinct()
        .order_by(Booking.member_id)
    )
    return (f"{row.member_id} {row.name}" for row in rows)


def _busy(session: Session, feed: Feed) -> bytes:
    resource = feed.resource
    capacity = max(1, resource.units) if resource else 1
    columns: list[Any] = [Booking.starts_at, Booking.ends_at]
    if capacity > 1:
        columns.append(_weight(feed))
    rows = session.execute(sa.select(*columns).where(_within(feed), Booking.status.in_(SHOWN)))
    taken = [Taken(Interval(r.starts_at, r.ends_at), r.weight if capacity > 1 else 1) for r in rows]
    taken += [Taken(Interval(b.starts_at, b.ends_at), _block_weight(feed, b)) for b in _standing_blocks(session, feed)]
    return ical.freebusy(
        busy(taken, capacity),
        uid=f"{uuid.uuid5(uuid.NAMESPACE_OID, feed.key)}@archipel",
        modified=feed.stamp,
        window=feed.window.span,
    )


def _within(feed: Feed) -> sa.ColumnElement[bool]:
    """The bookings of the feed that take time within its window, or whose cancellation it still tells."""
    conditions: list[sa.ColumnElement[bool]] = [
        Booking.ends_at > feed.window.span.start, Booking.starts_at < feed.window.span.end
    ]  # fmt: skip
    resource = feed.resource
    standing = Booking.status.in_(SHOWN)
    if feed.scope.what is What.BOOKINGS:
        recent = Booking.cancelled_at >= feed.window.cancelled_since
        conditions += [
            Booking.member_id == feed.member_id,
            sa.or_(standing, sa.and_(Booking.status == Status.CANCELLED, recent)),
        ]
    elif resource is not None:
        conditions += [_of_resource(feed, resource), standing]
    else:
        conditions += [Booking.resource_id.in_(feed.resources), standing]
        if feed.scope.what is What.LIEUX:
            conditions.append(Booking.lieu_id.in_(feed.lieux))
    return sa.and_(*conditions)


def _of_resource(feed: Feed, resource: FeedResource) -> sa.ColumnElement[bool]:
    """The bookings of a resource, and those of others that hold one of its units."""
    own = Booking.resource_id == resource.id
    if not feed.sharing:
        return own
    holds = sa.select(Occupancy.unit_id).where(*_common(resource.id)).correlate(Booking).exists()
    return sa.or_(own, sa.and_(Booking.resource_id.in_(feed.sharing), holds))


def _common(resource_id: ResourceId) -> tuple[sa.ColumnElement[bool], ...]:
    units = sa.select(ResourceUnit.unit_id).where(ResourceUnit.resource_id == resource_id)
    return Occupancy.claim_id == Booking.claim_id, Occupancy.unit_id.in_(units)


def _weight(feed: Feed) -> sa.Label[int]:
    """How many of the resource's units a booking holds."""
    assert feed.resource is not None  # noqa: S101 - the caller's condition
    counted = sa.select(sa.func.count(Occupancy.unit_id)).where(*_common(feed.resource.id))
    return counted.correlate(Booking).scalar_subquery().label("weight")


def _bookings(session: Session, feed: Feed) -> Iterator[Entry]:
    alone = feed.resource
    for row in _nearest_rows(session, feed):
        yield Entry(Interval(row.starts_at, row.ends_at), row.uid, _text(feed, alone, row))


def _nearest_rows(session: Session, feed: Feed) -> Iterator[Any]:
    """The bookings on both sides of today, each side nearest first through an index, and one more than a feed takes."""
    columns: list[Any] = [
        Booking.uid, Booking.starts_at, Booking.ends_at, Booking.resource_id, Booking.lieu_id, Booking.member_id,
        Booking.quantity, BookingText.public,
    ]  # fmt: skip
    # A walk-in's booking has no member; to compare that with a visitor's would show it to everybody.
    own = sa.false() if feed.member_id is None else Booking.member_id == feed.member_id
    columns.append(sa.case((own, BookingText.owner)).label("owner"))
    if feed.resource is not None and feed.resource.units > 1:
        columns.append(_weight(feed))
    if feed.named:
        columns += [
            Booking.code, Booking.sequence, Booking.created_at, Booking.updated_at, Booking.timezone, Booking.status,
            Booking.note, sa.func.coalesce(Member.name, Booking.guest_name).label("holder"),
        ]  # fmt: skip
    statement = sa.select(*columns).join(BookingText, BookingText.booking_id == Booking.id).where(_within(feed))
    if feed.named:
        statement = statement.outerjoin(Member, Member.id == Booking.member_id)
    middle = feed.window.middle
    if feed.resource is not None:
        by, later, earlier = Booking.ends_at, Booking.ends_at > middle, Booking.ends_at <= middle
    else:
        by, later = Booking.starts_at, Booking.starts_at >= middle
        earlier = Booking.starts_at.between(feed.window.span.start - LONGEST, middle - dt.timedelta(seconds=1))
    for side, order in ((later, (by, Booking.id)), (earlier, (by.desc(), Booking.id.desc()))):
        yield from run(session, statement.where(side).order_by(*order).limit(MOST_EVENTS + 1)).all()


def _text(feed: Feed, alone: FeedResource | None, row: Any) -> str:
    """A booking as the feed's reader may see it: one's own whole, for staff who comes, else that something is taken.

    `alone` is the resource of a feed that is about one.
    """
    if row.owner is not None:
        own: str = row.owner
        return own
    resource = feed.resources.get(row.resource_id)
    if resource is not None and (lieu := feed.lieux[resource.lieu_id]).named:
        return named_text(
            Named(
                uid=row.uid,
                code=row.code,
                sequence=row.sequence,
                created_at=row.created_at,
                updated_at=row.updated_at,
                stretch=Interval(row.starts_at, row.ends_at),
                timezone=row.timezone,
                holder=row.holder or "",
                note=row.note,
                quantity=row.quantity,
                waiting=Status(row.status) in WAITING,
                resource_name=resource.name,
                resource_kind=resource.kind,
                lieu_name=lieu.name,
                lieu_address=lieu.address,
                url=address(f"/bookings/{row.code}"),
            ),
            feed.language,
        )
    if alone is not None:
        weight = row.weight if alone.units > 1 else 1
        return busy_text(row.public, feed.language, weight=weight, units=alone.units)
    assert resource is not None  # noqa: S101 - wide feeds hold bookings of their own resources only
    return busy_text(row.public, feed.language, name=resource.name, weight=row.quantity, units=resource.units)


def _blocks(session: Session, feed: Feed) -> Iterator[Entry]:
    for row in _standing_blocks(session, feed):
        lieu = feed.lieux[LieuId(row.lieu_id)]
        name, weight, units = "", 1, 1
        if feed.resource is not None:
            weight, units = _block_weight(feed, row), feed.resource.units
        elif row.resource_id is not None:
            name = feed.resources[ResourceId(row.resource_id)].name
        elif feed.scope.what is What.KINDS:
            name = lieu.name
        facts = BlockFacts(
            uid=row.uid,
            kind=BlockKind(row.kind),
            stretch=Interval(row.starts_at, row.ends_at),
            timezone=lieu.timezone,
            created_at=row.created_at,
            reason=row.reason if lieu.staff else "",
        )
        text = block_text(facts, feed.language, name=name, insider=lieu.insider, weight=weight, units=units)
        yield Entry(facts.stretch, row.uid, text)


def _block_weight(feed: Feed, block: Any) -> int:
    """How many of a resource's units a block takes: all, unless it is one of another resource that shares some."""
    if feed.resource is None:
        return 1
    everything = max(1, feed.resource.units)
    return min(everything, feed.sharing.get(block.resource_id, everything))


def _standing_blocks(session: Session, feed: Feed) -> Sequence[Any]:
    if feed.scope.what is What.BOOKINGS:
        return ()
    about = sa.or_(Block.resource_id.is_(None), Block.resource_id.in_([*feed.resources, *feed.sharing]))
    return session.execute(
        sa.select(
            Block.uid, Block.lieu_id, Block.resource_id, Block.kind, Block.reason, Block.starts_at, Block.ends_at,
            Block.created_at,
        ).where(
            Block.lieu_id.in_(feed.lieux),
            Block.ends_at > feed.window.span.start,
            Block.starts_at < feed.window.span.end,
            Block.lifted_at.is_(None),
            about,
        )
    ).all()  # fmt: skip
