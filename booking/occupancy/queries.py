"""Reading who holds what. Every query reads a bounded stretch through the primary key; none grows with history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from booking.db.base import Instant
from booking.occupancy.models import Block, Occupancy
from booking.occupancy.rules import BlockKind
from booking.occupancy.schemas import BlockSeen
from booking.resources.models import UnitRow
from booking.values.ids import LieuId, ResourceId, UnitId
from booking.values.interval import Interval


def rows_during(
    units: sa.Select[int] | Sequence[UnitId], stretch: Interval
) -> sa.Select[int, dt.datetime, dt.datetime, int]:
    """A statement for the rows (unit, start, end, claim) of `units` that share an instant with the stretch.

    Rows of one unit never overlap, so of those that began before the stretch only each unit's last can reach into it:
    one index seek a unit, however long the history.
    """
    wanted = units if isinstance(units, sa.Select) else sa.select(UnitRow.id).where(UnitRow.id.in_(units))
    unit = wanted.subquery("wanted")
    unit_id = next(iter(unit.c))
    earlier = aliased(Occupancy)
    last_before = (
        sa.select(sa.func.max(earlier.starts_at))
        .where(earlier.unit_id == unit_id, earlier.starts_at <= stretch.start)
        .correlate(unit)
        .scalar_subquery()
    )
    return (
        sa.select(Occupancy.unit_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.claim_id)
        .join(unit, unit_id == Occupancy.unit_id)
        .where(
            Occupancy.starts_at >= sa.func.coalesce(last_before, sa.literal(stretch.start, Instant)),
            Occupancy.starts_at < stretch.end,
            Occupancy.ends_at > stretch.start,
        )
    )


def taken(
    session: Session, units: sa.Select[int] | Sequence[UnitId], stretch: Interval
) -> dict[UnitId, list[Interval]]:
    """What is taken of each unit around the stretch (rows that reach into it are given whole), in order."""
    found: dict[UnitId, list[Interval]] = {}
    for row in session.execute(rows_during(units, stretch)):
        found.setdefault(UnitId(row.unit_id), []).append(Interval(row.starts_at, row.ends_at))
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
