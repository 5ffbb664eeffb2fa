"""Which feed an address stands for, for whom, and in which version: see docs/decisions/0004.

A public feed, and a member's own, cost one statement. Nothing is rendered and no booking is read to say that nothing
has changed; only feeds that name people read the names.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.calendars.queries.contents import names_in
from booking.calendars.queries.statements import BLOCKS_OF, TOKEN, of_lieux, of_resource
from booking.calendars.rules import Scope, What, fingerprint, window, word
from booking.calendars.rules.versions import newest
from booking.calendars.schemas import Feed, FeedLieu, FeedResource, TokenUse
from booking.errors import Gone, NotFound
from booking.ical import ZONES
from booking.mail.render import address
from booking.people.queries import asker_of_rows
from booking.people.schemas import VISITOR, Asker
from booking.resources.rules import ResourceKind, Take
from booking.values.codes import is_slug
from booking.values.ids import LieuId, ResourceId

PARIS = "Europe/Paris"
_BLOCKS_BACK = dt.timedelta(days=62)
"""A little more than any feed's window, whatever the zone."""

Reader: TypeAlias = Session | sa.Connection
"""A feed is looked up on a bare connection (`booking.db.glance`), or within an action's session."""

NOTHING: Mapping[Any, Any] = MappingProxyType({})


def public_feed(reader: Reader, slug: str, now: dt.datetime) -> Feed:
    """The feed of a resource for anybody. Raises NotFound unless all may see it and its lieu publishes its feeds."""
    if not is_slug(slug):
        raise NotFound
    rows = _rowsof_resource(reader, VISITOR, slug, now)
    if not rows or not (rows[0].visible and rows[0].public_feeds):
        raise NotFound
    return _resource_feed(reader, Scope(What.RESOURCES, slug), None, rows, now)


def secret_feed(reader: Reader, token_hash: str, path: str, now: dt.datetime) -> Feed:
    """The feed of a secret address, with what its owner may see at this moment; `path` is its part after the token.

    Raises NotFound for an unknown token, or one of another feed; Gone for a revoked one, and when its owner has left
    the lieu.
    """
    rows = reader.execute(TOKEN, {"token_hash": token_hash}).all()
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
        rows = _rowsof_resource(reader, owner, scope.name, now)
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


def _rowsof_resource(reader: Reader, asker: Asker, slug: str, now: dt.datetime) -> Sequence[Any]:
    statement = of_resource(asker.roles, steward=asker.steward)
    return reader.execute(statement, {"slug": slug, "since": _blocks_since(now)}).all()


def _rows_of(reader: Reader, owner: Asker, scope: Scope) -> Sequence[Any]:
    statement = of_lieux(owner.roles, scope.what, steward=owner.steward)
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
    blocks = reader.execute(BLOCKS_OF, {"lieux": list(lieux), "since": _blocks_since(now)}).all()
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
