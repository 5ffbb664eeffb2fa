"""What must always hold, as statements that select the rows at fault; `archipel check` runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

MOST = 20
"""Rows at fault that are told of one invariant."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """A stable code, what holds in a sentence, and the selection of what breaks it (`docs/invariants.md` lists all).

    `faults` is a statement, or a function for what SQL cannot say; either gives rows that name themselves.
    """

    code: str
    holds: str
    faults: sa.Executable | Callable[[Session], Iterable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold, with the first rows at fault."""

    code: str
    holds: str
    rows: tuple[dict[str, Any], ...]


def broken(session: Session, invariants: Sequence[Invariant]) -> list[Finding]:
    """The invariants that do not hold."""
    found = []
    for each in invariants:
        if callable(each.faults):
            rows = [row for row, _ in zip(each.faults(session), range(MOST), strict=False)]
        else:
            rows = [dict(row) for row in session.execute(each.faults).mappings().fetchmany(MOST)]
        if rows:
            found.append(Finding(each.code, each.holds, tuple(rows)))
    return found
