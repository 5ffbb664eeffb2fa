"""Taking a census in: the same file twice changes nothing, and a bad row costs itself alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, fields
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.base import Base
from booking.errors import N_, Refusal
from booking.people.models import Membership
from booking.places.actions.lieux import search_text
from booking.places.census import CensusEntry, Rejected
from booking.places.models import Lieu
from booking.places.rules import HolidayTerritory, holiday_territory
from booking.places.schemas import ImportReport, LineRefused
from booking.values.codes import free_slug, slug

CHUNK = 500
"""Entries handled by one pass of statements."""

_LIEUX = Base.metadata.tables["lieu"]
_TAKEN_OVER = [each.name for each in fields(CensusEntry) if each.name not in ("line", "ref", "warnings")]


def import_census(
    session: Session, rows: Iterable[CensusEntry | Rejected], now: dt.datetime, *, dry_run: bool = False
) -> ImportReport:
    """Write the entries of a census, told apart by their `ref`, and report what became of each row.

    A lieu that is on Archipel, or that has people, keeps what it says of itself; slugs never change; what a file no
    longer names stays. Four statements a chunk of entries. With `dry_run` nothing is written.
    """
    entries, refused, warnings = _sorted_out(rows)
    if not dry_run and session.get_bind().dialect.name == "postgresql":
        # Two imports at once would look at the same slugs; readers and bookings go on.
        session.execute(sa.text("LOCK TABLE lieu IN SHARE ROW EXCLUSIVE MODE"))
    taken = set(session.scalars(sa.select(Lieu.slug)))
    counts = {"created": 0, "updated": 0, "unchanged": 0, "kept": 0}
    waiting = iter(entries)
    while chunk := list(islice(waiting, CHUNK)):
        new, changed = _compared(session, chunk, taken, counts)
        if new and not dry_run:
            times = {"created_at": now, "updated_at": now}
            session.execute(sa.insert(_LIEUX), [{**values, **times} for values in new])
        if changed and not dry_run:
            which = sa.update(_LIEUX).where(_LIEUX.c.id == sa.bindparam("row_id"))
            session.execute(which, [{**values, "updated_at": now} for values in changed])
    return ImportReport(**counts, refused=tuple(refused), warnings=tuple(warnings))


def _sorted_out(
    rows: Iterable[CensusEntry | Rejected],
) -> tuple[list[CensusEntry], list[LineRefused], list[LineRefused]]:
    """The entries to write, the rows refused and the warnings; a ref told twice counts the first time."""
    entries: dict[str, CensusEntry] = {}
    refused: list[LineRefused] = []
    warnings: list[LineRefused] = []
    for row in rows:
        if isinstance(row, Rejected):
            refused.append(LineRefused(row.line, row.name, row.reasons))
        elif row.ref in entries:
            message = N_("Le même identifiant figure déjà à la ligne %(line)s.")
            reason = Refusal("repeated", message, {"line": entries[row.ref].line})
            refused.append(LineRefused(row.line, row.name, (reason,)))
        else:
            entries[row.ref] = row
            if row.warnings:
                warnings.append(LineRefused(row.line, row.name, row.warnings))
    return list(entries.values()), refused, warnings


def _compared(
    session: Session, chunk: list[CensusEntry], taken: set[str], counts: dict[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The values of new lieux, and those of lieux that differ; `taken` and `counts` are brought up to date."""
    peopled = sa.select(Membership.lieu_id).where(Membership.lieu_id == Lieu.id).exists()
    own_word = sa.or_(Lieu.bookable, Lieu.example, peopled).label("own_word")
    stored = {
        row.census_ref: row
        for row in session.execute(
            sa.select(_LIEUX, own_word).where(Lieu.census_ref.in_([entry.ref for entry in chunk]))
        )
    }
    new, changed = [], []
    for entry in chunk:
        values = _values(entry)
        row = stored.get(entry.ref)
        if row is None:
            chosen = free_slug((slug(entry.name, 72), slug(f"{entry.name} {entry.commune}", 72)), taken)
            taken.add(chosen)
            new.append({**values, "slug": chosen, "census_ref": entry.ref})
            counts["created"] += 1
        elif row.own_word:
            counts["kept"] += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            changed.append({**values, "row_id": row.id})
            counts["updated"] += 1
        else:
            counts["unchanged"] += 1
    return new, changed


def _values(entry: CensusEntry) -> dict[str, Any]:
    told = asdict(entry)
    return {
        **{name: told[name] for name in _TAKEN_OVER},
        "folded": search_text(entry.name, entry.commune),
        "alsace_moselle": holiday_territory(entry.department) is HolidayTerritory.ALSACE_MOSELLE,
    }
