"""The words of what takes time, and how a free moment is found. Pure."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from booking.errors import N_, Conflict, Refusal
from booking.people.rules import Role
from booking.values.ids import UnitId
from booking.values.interval import Interval


class ClaimKind(StrEnum):
    """What a claim belongs to."""

    BOOKING = "booking"
    BLOCK = "block"


class BlockKind(StrEnum):
    """Why a lieu takes time off the calendar."""

    CLOSURE = "closure"
    MAINTENANCE = "maintenance"
    BUSY = "busy"


BLOCK_NAMES = {
    BlockKind.MAINTENANCE: N_("Maintenance"),
    BlockKind.CLOSURE: N_("Fermeture"),
    BlockKind.BUSY: N_("Occupé autrement"),
}
"""Why time is off the calendar, as people read it, in the order of lists."""

BLOCKERS = {
    BlockKind.MAINTENANCE: frozenset({Role.HOST, Role.MANAGER}),
    BlockKind.CLOSURE: frozenset({Role.MANAGER}),
    BlockKind.BUSY: frozenset({Role.MANAGER}),
}
"""Who may take time off the calendar of a lieu, and give it back."""

LONGEST_BLOCK = 366
"""Days that one block may last."""

LONGEST_REASON = 120


def block_refusals(stretch: Interval, reason: str, now: dt.datetime) -> list[Refusal]:
    """Every reason why a stretch cannot be taken off the calendar; `reason` is one line that anybody reads."""
    found = []
    if stretch.end <= now:
        found.append(Refusal("past", N_("Ce moment est déjà passé."), field="end"))
    if stretch.duration > dt.timedelta(days=LONGEST_BLOCK):
        found.append(Refusal("too_long", N_("Au plus %(days)s jours."), {"days": LONGEST_BLOCK}, "until"))
    if not any(c.isalnum() for c in reason):
        found.append(Refusal("required", N_("Dites pourquoi : c’est montré au public."), field="reason"))
    if len(reason) > LONGEST_REASON:
        found.append(Refusal("too_long", N_("Au plus %(limit)s caractères."), {"limit": LONGEST_REASON}, "reason"))
    return found


class SlotTaken(Conflict):
    """Somebody else holds a unit for a part of the stretch."""

    code = "slot_taken"
    message = N_("Ce créneau vient d’être pris. Rien n’a été enregistré.")


@dataclass(frozen=True, order=True, slots=True)
class FreeStretch:
    """A stretch over which `quantity` units are free, each of them for the whole stretch."""

    stretch: Interval
    quantity: int


def free_stretches(
    open_stretches: Sequence[Interval],
    taken: Mapping[UnitId, Sequence[Interval]],
    units: Sequence[UnitId],
    *,
    all_together: bool,
) -> list[FreeStretch]:
    """The stretches in which something is free, longest first at each start, dominated ones left out.

    `taken` holds, per unit, what its rows take. With `all_together` a stretch is free when every unit is
    (quantity 1). Else each is maximal: it cannot be lengthened without losing a unit, nor gain one by any other
    reading; a booking fits a stretch of its quantity.
    """
    if all_together:
        everything = [t for unit in units for t in taken.get(unit, ())]
        return [FreeStretch(piece, 1) for piece in _without(open_stretches, everything)]
    pieces = [piece for unit in units for piece in _without(open_stretches, taken.get(unit, ()))]
    if len(units) == 1:
        return [FreeStretch(piece, 1) for piece in pieces]
    return _maximal(sorted(pieces))


def _maximal(pieces: Sequence[Interval]) -> list[FreeStretch]:
    """The maximal stretches of pieces that are in order of their start, each with how many pieces cover it.

    One that begins where no piece begins that reaches its end could begin earlier.
    """
    found: list[FreeStretch] = []
    ends: list[dt.datetime] = []
    for start, beginning in groupby(pieces, key=attrgetter("start")):
        reach = start
        del ends[: bisect_right(ends, start)]
        for piece in beginning:
            insort(ends, piece.end)
            reach = max(reach, piece.end)
        reached = {end: len(ends) - n for n, end in reversed(list(enumerate(ends))) if end <= reach}
        found += [FreeStretch(Interval(start, end), count) for end, count in reached.items()]
    return found


def _without(whole: Sequence[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """`whole` minus `taken`; rows of one unit never overlap, so a single pass over both in order is enough."""
    pieces: list[Interval] = []
    holes = sorted(taken)
    for each in whole:
        at = each.start
        for hole in holes:
            if hole.end <= at:
                continue
            if hole.start >= each.end:
                break
            if hole.start > at:
                pieces.append(Interval(at, hole.start))
            at = max(at, hole.end)
        if at < each.end:
            pieces.append(Interval(at, each.end))
    return pieces


def starts_within(
    free: Interval, length: dt.timedelta, step: dt.timedelta, anchor: dt.datetime
) -> Iterable[dt.datetime]:
    """The starts on the grid (`anchor` plus whole steps) from which `length` still fits into `free`."""
    behind = (free.start - anchor) % step
    at = free.start if not behind else free.start + step - behind
    while at + length <= free.end:
        yield at
        at += step
