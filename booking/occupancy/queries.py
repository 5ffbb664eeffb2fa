"""Reading who holds what. Every query reads a bounded stretch through the primary key; none grows with history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from booking.db.pages import Page, cursor, read_cursor
from booking.db.rows import run
from booking.errors import NotFound
from booking.occupancy.models import Block, Occupancy
from booking.occupancy.rules import BlockKind
from booking.occupancy.schemas import BlockListed, BlockSeen
from booking.people.models import Member
from booking.people.schemas import Asker
from booking.resources.models import Resource, UnitRow
from booking.values.ids import LieuId, ResourceId, UnitId
from booking.values.interval import Interval

PAGE = 50

Rows: TypeAlias = sa.CompoundSelect[int, dt.datetime, dt.datetime, int]


def rows_during(units: sa.Select[int] | Sequence[UnitId], stretch: Interval) -> Rows:
    """A statement for the rows (unit, start, end, claim) of `units` that share an instant with the stretch.

    Rows of one unit never overlap, so of those that began before the stretch only each unit's last can reach into it:
    two seeks a unit through the primary key, however long the history. Told apart, since together the database cannot
    tell how few rows they are, and reads the whole table.
    """
    wanted = units if isinstance(units, sa.Select) else sa.select(UnitRow.id).where(UnitRow.id.in_(units))
    inside, reaching = wanted.subquery("inside"), wanted.subquery("reaching")
    inside_id, reaching_id = next(iter(inside.c)), next(iter(reaching.c))
    earlier = aliased(Occupancy)
    last_before = (
        sa.select(sa.func.max(earlier.starts_at))
        .where(earlier.unit_id == reaching_id, earlier.starts_at <= stretch.start)
        .correlate(reaching)
        .scalar_subquery()
    )
    columns = (Occupancy.unit_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id)
    return sa.union_all(
        sa.select(*columns)
        .join(reaching, reaching_id == Occupancy.unit_id)
        .where(Occupancy.starts_at == last_before, Occupancy.ends_at > stretch.start),
        sa.select(*columns)
        .join(inside, inside_id == Occupancy.unit_id)
        .where(Occupancy.starts_at > stretch.start, Occupancy.starts_at < stretch.end),
    )


def taken(
    session: Session, units: sa.Select[int] | Sequence[UnitId], stretch: Interval
) -> dict[UnitId, list[Interval]]:
    """What is taken of each unit around the stretch (rows that reach into it are given whole), in order."""
    found: dict[UnitId, list[Interval]] = {}
    for unit, starts_at, ends_at, _claim in run(session, rows_during(units, stretch)).all():
        found.setdefault(unit, []).append(Interval(starts_at, ends_at))
    return found


def blocks_during(session: Session, lieu_id: LieuId, stretch: Interval) -> list[BlockSeen]:
    """The living blocks of a lieu that share an instant with the stretch."""
    rows = session.execute(
        sa.select(Block)
        .where(
            Block.lieu_id == lieu_id,
            Block.ends_at > stretch.start,
            Block.starts_at < stretch.end,
            Block.lifted_at.is_(None),
        )
        .order_by(Block.starts_at, Block.id)
    ).scalars()
    return [
        BlockSeen(
            b.uid,
            LieuId(b.lieu_id),
            None if b.resource_id is None else ResourceId(b.resource_id),
            BlockKind(b.kind),
            b.reason,
            Interval(b.starts_at, b.ends_at),
        )
        for b in rows
    ]


def blocks_ahead(
    session: Session, asker: Asker, lieu_id: LieuId, now: dt.datetime, *, after: str | None = None, limit: int = PAGE
) -> Page[BlockListed]:
    """The living blocks of a lieu that are not over, soonest first, for its staff. Raises NotFound for anybody else.

    `after` is the `next` of the page before; Malformed when it is not.
    """
    _staffs(asker, lieu_id)
    statement = _listed().where(Block.lieu_id == lieu_id, Block.ends_at > now)
    if after:
        ends, number = (int(part) for part in read_cursor(after, int, int))
        at = dt.datetime.fromtimestamp(min(max(ends, 0), _LAST_SECOND), dt.UTC)
        statement = statement.where(sa.or_(Block.ends_at > at, sa.and_(Block.ends_at == at, Block.id > number)))
    rows = session.execute(statement.order_by(Block.ends_at, Block.id).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    more = None if last is None else cursor(int(last.ends_at.timestamp()), last.id)
    return Page(tuple(_block(row) for row in rows[:limit]), more)


def block_by_uid(session: Session, asker: Asker, lieu_id: LieuId, uid: str) -> BlockListed:
    """One living block of a lieu, for its staff. Raises NotFound for anybody else, and once it is lifted."""
    _staffs(asker, lieu_id)
    row = session.execute(_listed().where(Block.lieu_id == lieu_id, Block.uid == uid)).one_or_none()
    if row is None:
        raise NotFound
    return _block(row)


_LAST_SECOND = 7_258_118_400
"""The end of the year 2199, after which nothing is taken."""


def _staffs(asker: Asker, lieu_id: LieuId) -> None:
    if not (asker.staffs(lieu_id) or asker.steward):
        raise NotFound


def _listed() -> Any:
    return (
        sa.select(
            Block.id,
            Block.uid,
            Block.kind,
            Block.reason,
            Block.starts_at,
            Block.ends_at,
            Block.created_at,
            Resource.slug.label("resource"),
            Resource.name.label("resource_name"),
            Member.name.label("by"),
        )
        .outerjoin(Resource, Resource.id == Block.resource_id)
        .join(Member, Member.id == Block.created_by_id)
        .where(Block.lifted_at.is_(None))
    )


def _block(row: Any) -> BlockListed:
    return BlockListed(
        uid=row.uid,
        kind=BlockKind(row.kind),
        reason=row.reason,
        stretch=Interval(row.starts_at, row.ends_at),
        resource=row.resource,
        resource_name=row.resource_name or "",
        by=row.by,
        made_at=row.created_at,
    )
