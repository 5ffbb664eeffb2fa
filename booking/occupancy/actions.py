"""Taking and giving back units. The database judges every insert; its no becomes `SlotTaken`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from booking.db import violated
from booking.db.rows import add, add_numbered, dialect_of, run
from booking.errors import N_, Invalid, NotFound, Refusal
from booking.occupancy.models import OVERLAP, Block, Claim, Occupancy
from booking.occupancy.queries import taken
from booking.occupancy.rules import BLOCKERS, BlockKind, ClaimKind, SlotTaken, block_refusals
from booking.occupancy.schemas import BlockMade
from booking.people.schemas import Asker
from booking.places.actions.hours import mark_closed, mark_open
from booking.places.actions.lieux import managed
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.values.codes import uuid7
from booking.values.ids import ClaimId, LieuId, ResourceId, UnitId
from booking.values.interval import Interval, without
from booking.values.wall import day_start, days_of

_REFUSALS = {OVERLAP, "pk_occupancy", "uq_occupancy_unit_id_starts_at"}


def _locking(which: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(UnitRow.id).where(which).order_by(UnitRow.id).with_for_update(key_share=True)


_LOCKING = _locking(UnitRow.id.in_(sa.bindparam("units", expanding=True)))


def new_claim(session: Session, lieu_id: LieuId, kind: ClaimKind) -> ClaimId:
    """A claim without rows yet."""
    return ClaimId(add_numbered(session, Claim, {"lieu_id": lieu_id, "kind": kind}))


def occupy(session: Session, claim_id: ClaimId, lieu_id: LieuId, rows: Sequence[tuple[UnitId, Interval]]) -> None:
    """Take every (unit, stretch with buffers) for the claim by one statement, units in id order, or nothing.

    Raises SlotTaken when the database finds one of them overlapping; the transaction is then for the caller's edge to
    end.
    """
    values = [
        {"unit_id": unit, "starts_at": each.start, "ends_at": each.end, "claim_id": claim_id, "lieu_id": lieu_id}
        for unit, each in sorted(rows)
    ]
    try:
        add(session, Occupancy, *values)
    except DBAPIError as error:
        if violated(error) in _REFUSALS:
            raise SlotTaken from error
        raise


def lock_units(session: Session, units: Sequence[UnitId] | sa.Select[int]) -> None:
    """Have whoever else would take or give back one of these units wait until this transaction ends.

    Taken in id order and before any row of occupancy, so that no two wait for each other. SQLite's writes follow one
    another anyway.
    """
    if dialect_of(session) == "postgresql":
        if isinstance(units, sa.Select):
            run(session, _locking(UnitRow.id.in_(units)))
        else:
            run(session, _LOCKING, {"units": units})


def pick(session: Session, candidates: Sequence[UnitId], quantity: int, stretch: Interval) -> list[UnitId]:
    """`quantity` of the candidates (that the caller has locked) that are free for the whole stretch, in id order.

    Raises SlotTaken when fewer are free. Picking is a courtesy: the constraint still judges what is inserted.
    """
    busy = set(
        session.scalars(
            sa.select(Occupancy.unit_id).where(
                Occupancy.unit_id.in_(candidates), Occupancy.starts_at < stretch.end, Occupancy.ends_at > stretch.start
            )
        )
    )
    free = [unit for unit in sorted(candidates) if unit not in busy]
    if len(free) < quantity:
        raise SlotTaken
    return free[:quantity]


def vacate(session: Session, claim_id: ClaimId, lieu_id: LieuId) -> list[tuple[UnitId, Interval]]:
    """Give back all that a claim holds, let waiting blocks take their gaps, and tell what was given back."""
    lock_units(session, sa.select(Occupancy.unit_id).where(Occupancy.claim_id == claim_id))
    rows = session.execute(
        sa.delete(Occupancy)
        .where(Occupancy.claim_id == claim_id)
        .returning(Occupancy.unit_id, Occupancy.starts_at, Occupancy.ends_at)
    ).all()
    freed = [(UnitId(r.unit_id), Interval(r.starts_at, r.ends_at)) for r in rows]
    if freed:
        close_gaps(session, lieu_id, freed)
    return freed


def block(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    resource_id: ResourceId | None,
    kind: BlockKind,
    stretch: Interval,
    reason: str,
    now: dt.datetime,
) -> BlockMade:
    """Take a stretch off the calendar, of one resource or of the whole lieu, as far as it is free.

    Bookings in the way keep their place and are told; when one leaves, its gap closes in the same transaction.
    The caller has checked that the asker may.
    """
    claim_id = new_claim(session, lieu_id, ClaimKind.BLOCK)
    uid = uuid7(now)
    session.execute(
        sa.insert(Block).values(
            uid=uid,
            lieu_id=lieu_id,
            resource_id=resource_id,
            claim_id=claim_id,
            kind=kind,
            reason=reason,
            starts_at=stretch.start,
            ends_at=stretch.end,
            created_by_id=asker.member_id,
            created_at=now,
        )
    )
    units = _units_of(session, lieu_id, resource_id)
    _fill(session, claim_id, lieu_id, [(unit, stretch) for unit in units])
    touched = session.scalars(
        sa.select(Claim.id)
        .where(
            Claim.kind == ClaimKind.BOOKING,
            Claim.id.in_(
                sa.select(Occupancy.claim_id).where(
                    Occupancy.unit_id.in_(units),
                    Occupancy.starts_at < stretch.end,
                    Occupancy.ends_at > stretch.start,
                )
            ),
        )
        .order_by(Claim.id)
    )
    return BlockMade(uid, tuple(ClaimId(c) for c in touched))


def lift_block(session: Session, lieu_id: LieuId, uid: str, now: dt.datetime) -> None:
    """Give a block's time back; other blocks over it take theirs. Raises NotFound for another lieu's or none."""
    living = sa.and_(Block.uid == uid, Block.lieu_id == lieu_id, Block.lifted_at.is_(None))
    over = session.execute(sa.select(Block.resource_id).where(living)).one_or_none()
    if over is None:
        raise NotFound
    # All that it covers, held or not: whoever leaves a place under it must not hand the place to it meanwhile.
    lock_units(session, _units_of(session, lieu_id, over.resource_id))
    claim_id = session.execute(sa.update(Block).where(living).values(lifted_at=now).returning(Block.claim_id)).scalar()
    if claim_id is None:
        raise NotFound
    vacate(session, ClaimId(claim_id), lieu_id)


def take_off(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    resource: str | None,
    kind: BlockKind,
    stretch: Interval,
    reason: str,
    now: dt.datetime,
) -> BlockMade:
    """Take a stretch of one resource, by its slug, or of the whole lieu off the calendar.

    Raises NotFound unless the asker may do that there (BLOCKERS), Invalid with every reason.
    """
    if not asker.has(lieu_id, BLOCKERS[kind]):
        raise NotFound
    reasons = block_refusals(stretch, reason, now)
    resource_id = None
    if resource is not None:
        resource_id = session.execute(
            sa.select(Resource.id).where(
                Resource.lieu_id == lieu_id, Resource.slug == resource, Resource.retired_at.is_(None)
            )
        ).scalar()
        if resource_id is None:
            reasons.append(Refusal("unknown", N_("Choisissez une ressource du lieu."), field="resource"))
    if reasons:
        raise Invalid(*reasons)
    whose = None if resource_id is None else ResourceId(resource_id)
    return block(session, asker, lieu_id, whose, kind, stretch, reason, now)


def give_back(session: Session, asker: Asker, lieu_id: LieuId, uid: str, now: dt.datetime) -> None:
    """Lift a block; a lieu's closed days follow the week again. Raises NotFound unless the asker may do that there."""
    found = session.execute(
        sa.select(Block.kind, Block.resource_id).where(
            Block.uid == uid, Block.lieu_id == lieu_id, Block.lifted_at.is_(None)
        )
    ).one_or_none()
    if found is None or not asker.has(lieu_id, BLOCKERS[BlockKind(found.kind)]):
        raise NotFound
    if found.kind == BlockKind.CLOSURE and found.resource_id is None:
        reopen(session, asker, lieu_id, uid, now)
    else:
        lift_block(session, lieu_id, uid, now)


def close_days(
    session: Session, asker: Asker, lieu_id: LieuId, first: dt.date, last: dt.date, label: str, now: dt.datetime
) -> BlockMade:
    """Close the lieu from the beginning of `first` to the end of `last`, by its own clock, as far as it is free.

    Raises NotFound unless the asker manages the lieu, AlreadyClosed, Invalid with every reason.
    """
    zone = mark_closed(session, asker, lieu_id, first, last, label, now)
    stretch = Interval(day_start(first, zone), day_start(last + dt.timedelta(days=1), zone))
    return block(session, asker, lieu_id, None, BlockKind.CLOSURE, stretch, label, now)


def reopen(session: Session, asker: Asker, lieu_id: LieuId, uid: str, now: dt.datetime) -> None:
    """Lift a closure of the lieu; its days follow the week again, save those that another closure covers.

    Raises NotFound unless the asker manages the lieu and the block is such a closure.
    """
    zone = managed(session, asker, lieu_id).timezone
    living = sa.and_(
        Block.lieu_id == lieu_id,
        Block.kind == BlockKind.CLOSURE,
        Block.resource_id.is_(None),
        Block.lifted_at.is_(None),
    )
    lifted = session.execute(sa.select(Block.starts_at, Block.ends_at).where(living, Block.uid == uid)).one_or_none()
    if lifted is None:
        raise NotFound
    others = session.execute(
        sa.select(Block.starts_at, Block.ends_at).where(
            living, Block.uid != uid, Block.starts_at < lifted.ends_at, Block.ends_at > lifted.starts_at
        )
    )
    covered = {day for row in others for day in days_of(Interval(row.starts_at, row.ends_at), zone)}
    lift_block(session, lieu_id, uid, now)
    whole = days_of(Interval(lifted.starts_at, lifted.ends_at), zone)
    mark_open(session, asker, lieu_id, [day for day in whole if day not in covered])


def inherit_blocks(session: Session, lieu_id: LieuId, resource_id: ResourceId, unit_ids: Iterable[UnitId]) -> None:
    """Put units that are new to a resource (or to the lieu) under the blocks that already cover it."""
    units = list(unit_ids)
    rows = session.execute(
        sa.select(Block.claim_id, Block.starts_at, Block.ends_at).where(
            Block.lieu_id == lieu_id,
            Block.lifted_at.is_(None),
            sa.or_(Block.resource_id.is_(None), Block.resource_id == resource_id),
        )
    ).all()
    for row in rows:
        stretch = Interval(row.starts_at, row.ends_at)
        _fill(session, ClaimId(row.claim_id), lieu_id, [(unit, stretch) for unit in units])


def close_gaps(session: Session, lieu_id: LieuId, freed: Sequence[tuple[UnitId, Interval]]) -> None:
    """Let living blocks take what has just become free under them."""
    start, end = min(i.start for _, i in freed), max(i.end for _, i in freed)
    blocks = session.execute(
        sa.select(Block.claim_id, Block.resource_id, Block.starts_at, Block.ends_at)
        .where(Block.lieu_id == lieu_id, Block.ends_at > start, Block.starts_at < end, Block.lifted_at.is_(None))
        .order_by(Block.id)
    ).all()
    for row in blocks:
        covered = set(_units_of(session, lieu_id, row.resource_id))
        whole = Interval(row.starts_at, row.ends_at)
        parts = [(u, common) for u, i in freed if u in covered and (common := i.intersection(whole))]
        _fill(session, ClaimId(row.claim_id), lieu_id, parts)


def _units_of(session: Session, lieu_id: LieuId, resource_id: ResourceId | None) -> list[UnitId]:
    statement = sa.select(UnitRow.id).where(UnitRow.lieu_id == lieu_id, UnitRow.retired_at.is_(None))
    if resource_id is not None:
        statement = statement.join(ResourceUnit, ResourceUnit.unit_id == UnitRow.id).where(
            ResourceUnit.resource_id == resource_id
        )
    return [UnitId(u) for u in session.scalars(statement.order_by(UnitRow.id))]


def _fill(session: Session, claim_id: ClaimId, lieu_id: LieuId, parts: Sequence[tuple[UnitId, Interval]]) -> None:
    """Take for the claim whatever is free of `parts`."""
    if not parts:
        return
    units = sorted({unit for unit, _ in parts})
    lock_units(session, units)
    held = taken(session, units, Interval(min(i.start for _, i in parts), max(i.end for _, i in parts)))
    rows = [(unit, piece) for unit, each in parts for piece in without([each], held.get(unit, ()))]
    if rows:
        occupy(session, claim_id, lieu_id, rows)
