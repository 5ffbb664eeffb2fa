"""Which feed an address stands for, for whom, and in which version: see docs/decisions/0004.

A public feed, and a member's own, cost one statement. Nothing is rendered and no booking is read to say that nothing
has changed; only feeds that name people read the names.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from booking.bookings.models import FeedCounter
from booking.calendars.models import FeedToken
from booking.calendars.queries.contents import names_in
from booking.calendars.rules import Scope, What, fingerprint, window, word
from booking.calendars.rules.versions import newest
from booking.calendars.schemas import Feed, FeedLieu, FeedResource, TokenUse
from booking.db.base import Instant
from booking.errors import Gone, NotFound
from booking.ical import ZONES
from booking.mail.render import address
from booking.occupancy.models import Block
from booking.people.models import Member
from booking.people.queries import asker_of_rows, behind
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.places.models import Lieu
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.resources.queries.parts import visible_to
from booking.resources.rules import ResourceKind, Take
from booking.values.codes import is_slug
from booking.values.ids import LieuId, ResourceId

PARIS = "Europe/Paris"
_BLOCKS_BACK = dt.timedelta(days=62)
"""A little more than any feed's window, whatever the zone."""

Reader: TypeAlias = Session | sa.Connection
"""A feed is looked up on a bare connection (`booking.db.glance`), or within an action's session."""

NOTHING: Mapping[Any, Any] = MappingProxyType({})

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


# Statements are made once, or once for the roles of an owner: making one costs ten times what running it does.

_COUNTS_MEMBER = FeedCounter.feed == _counter_of("member:", Member.id)
_TOKEN = behind(
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
_BLOCKS_OF = sa.select(Lieu.id, *_blocks()).where(Lieu.id.in_(sa.bindparam("lieux", expanding=True))).order_by(Lieu.id)


@lru_cache(maxsize=64)
def _of_resource(roles: frozenset[tuple[LieuId, Role]], *, steward: bool) -> sa.Select[Any]:
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
def _of_lieux(roles: frozenset[tuple[LieuId, Role]], what: What, *, steward: bool) -> sa.Select[Any]:
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


def public_feed(reader: Reader, slug: str, now: dt.datetime) -> Feed:
    """The feed of a resource for anybody. Raises NotFound unless all may see it and its lieu publishes its feeds."""
    if not is_slug(slug):
        raise NotFound
    rows = _rows_of_resource(reader, VISITOR, slug, now)
    if not rows or not (rows[0].visible and rows[0].public_feeds):
        raise NotFound
    return _resource_feed(reader, Scope(What.RESOURCES, slug), None, rows, now)


def secret_feed(reader: Reader, token_hash: str, path: str, now: dt.datetime) -> Feed:
    """The feed of a secret address, with what its owner may see at this moment; `path` is its part after the token.

    Raises NotFound for an unknown token, or one of another feed; Gone for a revoked one, and when its owner has left
    the lieu.
    """
    rows = reader.execute(_TOKEN, {"token_hash": token_hash}).all()
    owner = asker_of_rows(rows)
    if owner is None:
        raise NotFound
    token = rows[0]
    scope = Scope.parse(token.scope)
    if scope.path != path:
        raise NotFound
    if token.revoked_at is not None:
        raise Gone
    if scope.what is What.BOOKINGS:
        feed = _own_feed(reader, owner, token, now)
    else:
        feed = feed_of_owner(reader, owner, scope, now)
    return dataclasses.replace(feed, use=TokenUse(token.token_id, token.last_used_at))


def feed_of_owner(reader: Reader, owner: Asker, scope: Scope, now: dt.datetime) -> Feed:
    """The feed of a resource, a lieu or a kind for one of the lieu's people, or for a steward.

    Raises NotFound for what there is not and what the owner may not see, Gone when the owner is not of the lieu.
    """
    if scope.what is What.RESOURCES:
        rows = _rows_of_resource(reader, owner, scope.name, now)
        _admit(owner, rows)
        if not rows[0].visible:
            raise NotFound
        return _resource_feed(reader, scope, owner, rows, now)
    if scope.what is What.KINDS and not owner.roles:
        raise Gone
    rows = _rows_of(reader, owner, scope)
    if scope.what is What.LIEUX:
        _admit(owner, rows)
    return _wide_feed(reader, scope, owner, rows, now)


def _admit(owner: Asker, rows: Sequence[Any]) -> None:
    if not rows:
        raise NotFound
    if not (owner.steward or owner.belongs(LieuId(rows[0].lieu_id))):
        raise Gone


def _rows_of_resource(reader: Reader, asker: Asker, slug: str, now: dt.datetime) -> Sequence[Any]:
    statement = _of_resource(asker.roles, steward=asker.steward)
    return reader.execute(statement, {"slug": slug, "since": _blocks_since(now)}).all()


def _rows_of(reader: Reader, owner: Asker, scope: Scope) -> Sequence[Any]:
    statement = _of_lieux(owner.roles, scope.what, steward=owner.steward)
    return reader.execute(statement, {"slug": scope.name}).all()


def _blocks_since(now: dt.datetime) -> dt.datetime:
    """So far back blocks are looked at; the same a whole UTC day long."""
    return _midnight(now) - _BLOCKS_BACK


def _midnight(now: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(now.date(), dt.time(), dt.UTC)


def _resource_feed(reader: Reader, scope: Scope, owner: Asker | None, rows: Sequence[Any], now: dt.datetime) -> Feed:
    row = rows[0]
    resource = _resource(row)
    return _feed(
        reader,
        scope,
        owner,
        now,
        row.timezone,
        f"{row.name}, {row.lieu_name}",
        rows,
        changes=[row.blocks_made, row.blocks_lifted, *(r.changed_at for r in rows)],
        edits=[row.updated_at, row.lieu_updated_at],
        lieux={resource.lieu_id: _lieu(row, owner, scope)},
        resources={resource.id: resource},
        sharing={ResourceId(r.other_id): r.common for r in rows if r.other_id != row.id},
    )


def _wide_feed(reader: Reader, scope: Scope, owner: Asker, rows: Sequence[Any], now: dt.datetime) -> Feed:
    lieux = {LieuId(r.lieu_id): _lieu(r, owner, scope) for r in rows}
    zones = {lieu.timezone for lieu in lieux.values()}
    blocks = reader.execute(_BLOCKS_OF, {"lieux": list(lieux), "since": _blocks_since(now)}).all()
    return _feed(
        reader,
        scope,
        owner,
        now,
        zones.pop() if len(zones) == 1 else PARIS,
        rows[0].lieu_name if scope.what is What.LIEUX else word(owner.language, scope.name),
        [*rows, *blocks],
        changes=[*(r.changed_at for r in rows), *(each for b in blocks for each in (b.blocks_made, b.blocks_lifted))],
        edits=[each for r in rows for each in (r.updated_at, r.lieu_updated_at)],
        lieux=lieux,
        resources={ResourceId(r.id): _resource(r) for r in rows if r.id is not None and r.visible},
    )


def _own_feed(reader: Reader, owner: Asker, token: Any, now: dt.datetime) -> Feed:
    """A member's own bookings, by the days of the member's zone."""
    return _feed(
        reader,
        Scope(What.BOOKINGS),
        owner,
        now,
        token.member_timezone if token.member_timezone in ZONES else PARIS,
        word(owner.language, "bookings"),
        [(token.version,)],
        changes=[token.changed_at],
    )


def _feed(  # noqa: PLR0913 - all that a version is made of, in one place
    reader: Reader,
    scope: Scope,
    owner: Asker | None,
    now: dt.datetime,
    timezone: str,
    name: str,
    rows: Sequence[Any],
    *,
    changes: Iterable[dt.datetime | None],
    edits: Iterable[dt.datetime | None] = (),
    lieux: Mapping[LieuId, FeedLieu] = NOTHING,
    resources: Mapping[ResourceId, FeedResource] = NOTHING,
    sharing: Mapping[ResourceId, int] = NOTHING,
) -> Feed:
    """The feed with its version, which is all that was read for it, and its dates."""
    language = "fr" if owner is None else owner.language
    days = window(now, timezone)
    stamp = newest(changes, days.middle)
    key = f"{scope.path} {'' if owner is None else owner.uid}"
    roles = [(lieu.insider, lieu.staff, lieu.named) for lieu in lieux.values()]
    feed = Feed(
        scope=scope,
        member_id=None if owner is None else owner.member_id,
        language=language,
        window=days,
        name=name,
        about=word(language, "taken_about" if lieux else "bookings_about", name=name),
        key=key,
        lieux=lieux,
        resources=resources,
        sharing=sharing,
        version=fingerprint(str(scope), key, language, days.day, timezone, address("/"), roles, list(map(tuple, rows))),
        stamp=stamp,
        # Blocks leave what is looked at when a UTC day begins, so the date may not fall below that either.
        modified=min(newest([stamp, *edits], _midnight(now)), now),
    )
    if not feed.named:
        return feed
    return dataclasses.replace(feed, version=fingerprint(feed.version, list(names_in(reader, feed))))


def _lieu(row: Any, owner: Asker | None, scope: Scope) -> FeedLieu:
    lieu_id = LieuId(row.lieu_id)
    people = owner is not None and owner.sees_people(lieu_id)
    return FeedLieu(
        id=lieu_id,
        name=row.lieu_name,
        address=row.address,
        timezone=row.timezone,
        insider=owner is not None,
        staff=people,
        named=people and scope.names,
    )


def _resource(row: Any) -> FeedResource:
    return FeedResource(
        id=ResourceId(row.id),
        lieu_id=LieuId(row.lieu_id),
        name=row.name,
        kind=ResourceKind(row.kind),
        units=row.units if Take(row.take) is Take.ANY else 1,
    )
