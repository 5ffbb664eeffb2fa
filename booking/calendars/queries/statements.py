"""The statements by which feeds are looked up: made once, or once for the roles of an owner.

To make one costs ten times what it costs to run it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from booking.bookings.models import FeedCounter
from booking.calendars.models import FeedToken
from booking.calendars.rules import What
from booking.db.base import Instant
from booking.occupancy.models import Block
from booking.people.models import Member
from booking.people.queries import behind
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.resources.queries.parts import visible_to
from booking.values.ids import LieuId

_LIEU = (
    Lieu.id.label("lieu_id"),
    Lieu.name.label("lieu_name"),
    Lieu.address,
    Lieu.timezone,
    Lieu.updated_at.label("lieu_updated_at"),
)
_UNITS = (
    sa.select(sa.func.count(ResourceUnit.unit_id))
    .join(UnitRow, UnitRow.id == ResourceUnit.unit_id)
    .where(ResourceUnit.resource_id == Resource.id, UnitRow.retired_at.is_(None))
    .correlate(Resource)
    .scalar_subquery()
    .label("units")
)
_RESOURCE = (Resource.id, Resource.name, Resource.kind, Resource.take, Resource.updated_at, _UNITS)


def _counter_of(start: str, number: Any) -> sa.ColumnElement[str]:
    return sa.literal(start).concat(sa.cast(number, sa.String))


def _blocks() -> list[sa.Label[Any]]:
    """The blocks of a lieu in sum: which stand, when the last was made, when the last was lifted."""
    recent = sa.and_(Block.lieu_id == Lieu.id, Block.ends_at > sa.bindparam("since", type_=Instant))
    standing = sa.and_(recent, Block.lifted_at.is_(None))
    return [
        sa.select(sa.func.count(Block.id)).where(standing).correlate(Lieu).scalar_subquery().label("blocks"),
        sa.select(sa.func.sum(Block.id)).where(standing).correlate(Lieu).scalar_subquery().label("blocks_which"),
        sa.select(sa.func.max(Block.created_at)).where(recent).correlate(Lieu).scalar_subquery().label("blocks_made"),
        sa.select(sa.func.max(Block.lifted_at)).where(recent).correlate(Lieu).scalar_subquery().label("blocks_lifted"),
    ]


_COUNTS_MEMBER = FeedCounter.feed == _counter_of("member:", Member.id)
TOKEN = behind(
    FeedToken,
    FeedToken.member_id,
    FeedToken.token_hash == sa.bindparam("token_hash"),
    FeedToken.id.label("token_id"),
    FeedToken.scope,
    FeedToken.revoked_at,
    FeedToken.last_used_at,
    Member.timezone.label("member_timezone"),
    *(
        sa.select(column).where(_COUNTS_MEMBER).correlate(Member).scalar_subquery().label(column.key)
        for column in (FeedCounter.version, FeedCounter.changed_at)
    ),
)
"""The owner of the address with `token_hash`, once for each role, with the counter of their own bookings."""

BLOCKS_OF = sa.select(Lieu.id, *_blocks()).where(Lieu.id.in_(sa.bindparam("lieux", expanding=True))).order_by(Lieu.id)
"""The blocks of each of these `lieux`, in sum, since `since`."""


@lru_cache(maxsize=64)
def of_resource(roles: frozenset[tuple[LieuId, Role]], *, steward: bool) -> sa.Select[Any]:
    """A resource with its lieu's blocks in sum, once for each resource that shares units with it, itself among them."""
    mine, shared = aliased(ResourceUnit), aliased(ResourceUnit)
    other = sa.func.coalesce(shared.resource_id, Resource.id)
    return (
        sa.select(
            *_RESOURCE,
            *_LIEU,
            Lieu.public_feeds,
            visible_to(Asker(steward=steward, roles=roles)).label("visible"),
            *_blocks(),
            other.label("other_id"),
            sa.func.count(shared.unit_id).label("common"),
            sa.func.sum(shared.unit_id).label("which"),
            FeedCounter.version,
            FeedCounter.changed_at,
        )
        .join(Lieu, Lieu.id == Resource.lieu_id)
        .outerjoin(mine, mine.resource_id == Resource.id)
        .outerjoin(shared, shared.unit_id == mine.unit_id)
        .outerjoin(FeedCounter, FeedCounter.feed == _counter_of("resource:", other))
        .where(Resource.slug == sa.bindparam("slug"))
        .group_by(Resource.id, Lieu.id, shared.resource_id, FeedCounter.feed)
        .order_by(shared.resource_id)
    )


@lru_cache(maxsize=64)
def of_lieux(roles: frozenset[tuple[LieuId, Role]], what: What, *, steward: bool) -> sa.Select[Any]:
    """The resources of a lieu, or of a kind in one's own; those out of use too. A lieu without any gives one row."""
    whose = (
        Lieu.slug == sa.bindparam("slug")
        if what is What.LIEUX
        else sa.and_(Lieu.id.in_({int(lieu) for lieu, _ in roles}), Resource.kind == sa.bindparam("slug"))
    )
    visible = visible_to(Asker(steward=steward, roles=roles)).label("visible")
    return (
        sa.select(*_RESOURCE, *_LIEU, visible, FeedCounter.version, FeedCounter.changed_at)
        .select_from(Lieu)
        .outerjoin(Resource, Resource.lieu_id == Lieu.id)
        .outerjoin(FeedCounter, FeedCounter.feed == _counter_of("resource:", Resource.id))
        .where(whose)
        .order_by(Lieu.id, Resource.id)
    )
