"""The planning of one lieu for a stretch: what takes each of its resources, and what is free, by few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.queries.openings import calendar_during
from booking.bookings.queries.search import Wanted, free_of, with_buffers
from booking.bookings.queries.terms import load_terms, seen_by, units_of
from booking.bookings.rules import Status, Terms
from booking.db.rows import run
from booking.occupancy.models import Block
from booking.occupancy.queries import rows_during
from booking.occupancy.rules import BlockKind, FreeStretch
from booking.people.models import Member
from booking.people.schemas import Asker
from booking.resources.models import Resource
from booking.values.ids import ClaimId, UnitId
from booking.values.interval import Interval, merged


@dataclass(frozen=True, slots=True)
class TakenSeen:
    """A stretch of a lane: a booking, whole for who may see it, or a block; `units` names what it takes of it."""

    stretch: Interval
    outer: Interval
    """With its buffers."""
    state: str
    """`mine`, `taken`, `held`, `maintenance`, `closed`."""
    units: tuple[str, ...]
    code: str | None
    holder: str
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One resource's line: its terms, what takes it, when it can be booked."""

    terms: Terms
    summary: str
    taken: tuple[TakenSeen, ...]
    free: tuple[FreeStretch, ...]


@dataclass(frozen=True, slots=True)
class Planning:
    """A lieu's day or week. `open` are its opening hours within the span; `held` is what takes each unit, in order."""

    span: Interval
    open: tuple[Interval, ...]
    lanes: tuple[Lane, ...]
    held: Mapping[UnitId, Sequence[Interval]] = field(default_factory=dict)


def planning(
    session: Session, asker: Asker, condition: sa.ColumnElement[bool], span: Interval, now: dt.datetime
) -> Planning:
    """The planning of the resources that meet the condition (one lieu's); five statements however many resources."""
    found = load_terms(session, asker, asker, condition)
    if not found:
        return Planning(span, (), ())
    opening = calendar_during(session, found[0].terms.lieu_id, found[0].week, span).open_during(span)
    around = with_buffers(span, (f.terms for f in found))
    taking_rows = rows_during(units_of(sa.and_(condition, seen_by(asker))), around)
    held: dict[UnitId, list[Interval]] = {}
    by_unit: dict[UnitId, list[tuple[Interval, ClaimId]]] = {}
    for unit, starts_at, ends_at, claim in run(session, taking_rows).all():
        stretch = Interval(starts_at, ends_at)
        held.setdefault(unit, []).append(stretch)
        if stretch.overlaps(span):
            by_unit.setdefault(unit, []).append((stretch, claim))
    seen = _claims(session, asker, sa.select(taking_rows.subquery().c.claim_id)) if by_unit else {}
    wanted = Wanted(span)
    lanes = []
    for each in found:
        terms = each.terms
        taking: dict[tuple[ClaimId, Interval], list[str]] = {}
        for unit in terms.units:
            for outer, claim in by_unit.get(unit, ()):
                if claim in seen:
                    taking.setdefault((claim, outer), []).append(each.unit_names[unit])
        taken = [_shown(seen[claim], outer, tuple(units)) for (claim, outer), units in taking.items()]
        lanes.append(
            Lane(
                terms,
                each.summary,
                tuple(sorted(taken, key=lambda t: (t.stretch, t.units))),
                tuple(free_of(terms, opening, held, wanted, now)),
            )
        )
    cut = [part for o in merged(opening) if (part := o.intersection(span))]
    return Planning(span, tuple(cut), tuple(lanes), held)


@dataclass(frozen=True, slots=True)
class _Told:
    stretch: Interval | None
    state: str
    code: str | None
    holder: str
    label: str


def _shown(told: _Told, outer: Interval, units: tuple[str, ...]) -> TakenSeen:
    return TakenSeen(told.stretch or outer, outer, told.state, units, told.code, told.holder, told.label)


def _claims(session: Session, asker: Asker, these: sa.Select[int]) -> dict[ClaimId, _Told]:
    """What stands behind the claims that a statement finds, as the asker may know it."""
    told: dict[ClaimId, _Told] = {}
    for row in run(
        session,
        sa.select(
            Booking.claim_id,
            Booking.code,
            Booking.status,
            Booking.starts_at,
            Booking.ends_at,
            Booking.member_id,
            Booking.guest_name,
            Booking.lieu_id,
            Member.name,
            Resource.name.label("resource"),
        )
        .join(Resource, Resource.id == Booking.resource_id)
        .outerjoin(Member, Member.id == Booking.member_id)
        .where(Booking.claim_id.in_(these)),
    ).all():
        mine = row.member_id is not None and row.member_id == asker.member_id
        whole = mine or asker.sees_people(row.lieu_id)
        waiting = Status(row.status) in (Status.HELD, Status.PENDING)
        told[ClaimId(row.claim_id)] = _Told(
            Interval(row.starts_at, row.ends_at),
            "mine" if mine else "held" if waiting else "taken",
            row.code if whole else None,
            (row.name or row.guest_name or "") if whole else "",
            row.resource,
        )
    for blocked in run(
        session, sa.select(Block.claim_id, Block.kind, Block.reason).where(Block.claim_id.in_(these))
    ).all():
        state = {BlockKind.MAINTENANCE: "maintenance", BlockKind.CLOSURE: "closed", BlockKind.BUSY: "taken"}
        told[ClaimId(blocked.claim_id)] = _Told(None, state[BlockKind(blocked.kind)], None, "", blocked.reason)
    return told
