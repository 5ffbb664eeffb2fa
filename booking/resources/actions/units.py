"""What resources are made of. A unit is known in its lieu by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Invalid, NotFound, Refusal
from booking.people.schemas import Asker
from booking.places.actions.lieux import managed
from booking.places.rules import line_refusals
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.values.ids import LieuId, ResourceId, UnitId

Inherit: TypeAlias = Callable[[Session, LieuId, ResourceId, Collection[UnitId]], None]
"""Puts units that are new to a resource under its blocks, as `occupancy.actions.inherit_blocks` does."""


def units_of(session: Session, resource_id: ResourceId) -> dict[str, UnitId]:
    """The units of a resource by name."""
    rows = session.execute(
        sa.select(UnitRow.id, UnitRow.name)
        .join(ResourceUnit, ResourceUnit.unit_id == UnitRow.id)
        .where(ResourceUnit.resource_id == resource_id)
        .order_by(UnitRow.id)
    )
    return {row.name: UnitId(row.id) for row in rows}


def set_units(
    session: Session, lieu_id: LieuId, resource_id: ResourceId, names: Sequence[str], now: dt.datetime, inherit: Inherit
) -> None:
    """Make the resource of the units of these names, the lieu's where it has them, else new ones.

    Units that no resource in use offers any more are retired; they come back by their name. The caller holds the
    lieu's lock and has made sure that nothing ahead needs a unit that leaves.
    """
    present = units_of(session, resource_id)
    added = _found_or_made(session, lieu_id, [name for name in names if name not in present])
    if added:
        session.execute(
            sa.insert(ResourceUnit).values(
                [{"resource_id": resource_id, "unit_id": unit, "lieu_id": lieu_id} for unit in added]
            )
        )
        session.execute(sa.update(UnitRow).where(UnitRow.id.in_(added)).values(retired_at=None))
        inherit(session, lieu_id, resource_id, added)
    gone = [unit for name, unit in present.items() if name not in names]
    if gone:
        session.execute(
            sa.delete(ResourceUnit).where(ResourceUnit.resource_id == resource_id, ResourceUnit.unit_id.in_(gone))
        )
        retire_unused(session, gone, now)


def retire_unused(session: Session, units: Collection[UnitId], now: dt.datetime) -> None:
    """Retire those of the units that no resource in use offers."""
    used = (
        sa.select(ResourceUnit.unit_id)
        .join(Resource, Resource.id == ResourceUnit.resource_id)
        .where(ResourceUnit.unit_id == UnitRow.id, Resource.retired_at.is_(None))
    )
    session.execute(
        sa.update(UnitRow)
        .where(UnitRow.id.in_(units), UnitRow.retired_at.is_(None), ~used.exists())
        .values(retired_at=now)
        .execution_options(synchronize_session=False)
    )


def rename_unit(session: Session, asker: Asker, lieu_id: LieuId, old: str, new: str) -> None:
    """Give a unit another name; its bookings stay where they are.

    Raises NotFound unless the asker manages the lieu and it has that unit, Invalid for a name taken or odd.
    """
    managed(session, asker, lieu_id)
    row = session.execute(_named(lieu_id, [old])).first()
    if row is None:
        raise NotFound
    reasons = line_refusals(new, 120, "new_name", required=True)
    homonym = session.execute(
        sa.select(UnitRow.id).where(
            UnitRow.lieu_id == lieu_id, UnitRow.id != row.id, sa.func.lower(UnitRow.name) == new.lower()
        )
    ).first()
    if homonym is not None:
        reasons.append(Refusal("unit_name_taken", N_("Une autre unité du lieu porte déjà ce nom."), field="new_name"))
    if reasons:
        raise Invalid(*reasons)
    session.execute(sa.update(UnitRow).where(UnitRow.id == row.id).values(name=new))


def _found_or_made(session: Session, lieu_id: LieuId, names: Sequence[str]) -> list[UnitId]:
    """The lieu's units of those names, made where there are none."""
    if not names:
        return []
    known = {row.name: UnitId(row.id) for row in reversed(session.execute(_named(lieu_id, names)).all())}
    missing = [name for name in names if name not in known]
    if missing:
        made = session.execute(
            sa.insert(UnitRow).returning(UnitRow.id, sort_by_parameter_order=True),
            [{"lieu_id": lieu_id, "name": name} for name in missing],
        )
        known |= dict(zip(missing, (UnitId(row.id) for row in made), strict=True))
    return sorted(known.values())


def _named(lieu_id: LieuId, names: Sequence[str]) -> sa.Select[int, str]:
    return (
        sa.select(UnitRow.id, UnitRow.name)
        .where(UnitRow.lieu_id == lieu_id, UnitRow.name.in_(names))
        .order_by(UnitRow.id)
    )
