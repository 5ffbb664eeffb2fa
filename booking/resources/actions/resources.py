"""Offering something for booking, changing it, and taking it out of use. Nothing is deleted: bookings point at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Conflict, Invalid, NotFound, Refusal
from booking.jobs.actions import enqueue
from booking.people.schemas import Asker
from booking.places.actions.lieux import RENAMED, managed
from booking.resources.actions.units import Inherit, retire_unused, set_units, units_of
from booking.resources.models import Resource, ResourceFeature, ResourceUnit, UnitRow
from booking.resources.rules import Feature, ResourceDraft, Take
from booking.values.codes import fold, free_slug, slug
from booking.values.ids import LieuId, ResourceId, UnitId

ReasonToStay: TypeAlias = Callable[[Session, ResourceId, Collection[UnitId] | None, dt.datetime], Refusal | None]
"""Asks a higher room whether something ahead needs the resource (or one of these units of it), and why it must stay."""

_COLUMNS = (
    "kind", "name", "summary", "text", "capacity", "take", "step", "shortest", "longest", "notice", "horizon_days",
    "buffer_before", "buffer_after", "seen_by", "booked_by", "free_cancel_hours", "kept_percent", "position",
)  # fmt: skip


class StillNeeded(Conflict):
    """Something ahead needs what would be taken away; the reasons say what."""

    code = "still_needed"
    message = N_("Des réservations sont à venir.")


def create_resource(
    session: Session, asker: Asker, lieu_id: LieuId, draft: ResourceDraft, now: dt.datetime, *, inherit: Inherit
) -> tuple[ResourceId, str]:
    """Offer something new; its row number, and its slug, which it keeps for ever.

    Raises NotFound unless the asker manages the lieu, Invalid with every reason.
    """
    lieu = managed(session, asker, lieu_id)
    _accept(draft.refusals())
    wanted = slug(f"{lieu.slug} {draft.name}", 72)
    similar = set(session.scalars(sa.select(Resource.slug).where(Resource.slug.startswith(wanted, autoescape=True))))
    chosen = free_slug((wanted,), similar)
    resource_id = ResourceId(
        session.execute(
            sa.insert(Resource)
            .values(lieu_id=lieu_id, slug=chosen, created_at=now, updated_at=now, **_values(draft))
            .returning(Resource.id)
        ).scalar_one()
    )
    _set_features(session, resource_id, draft.features)
    set_units(session, lieu_id, resource_id, draft.units, now, inherit)
    return resource_id, chosen


def edit_resource(
    session: Session,
    asker: Asker,
    resource_id: ResourceId,
    draft: ResourceDraft,
    now: dt.datetime,
    *,
    inherit: Inherit,
    reasons_to_stay: Sequence[ReasonToStay],
) -> None:
    """Change a resource. Bookings made before keep the rules they were made under, and their units.

    Units that `reasons_to_stay` finds needed ahead cannot leave, nor can the way of taking them change. Calendars learn
    of a new name by a job. Raises NotFound unless the asker manages its lieu, Conflict when it is out of use, Invalid
    with every reason.
    """
    row = _managed(session, asker, resource_id)
    if row.retired_at is not None:
        raise Conflict
    present = units_of(session, resource_id)
    found = draft.refusals()
    for field, units in _moved(row, draft, present):
        reasons = (ask(session, resource_id, units, now) for ask in reasons_to_stay)
        found += [Refusal(r.code, r.message, r.params, field) for r in reasons if r]
    _accept(found)
    session.execute(sa.update(Resource).where(Resource.id == resource_id).values(updated_at=now, **_values(draft)))
    session.execute(sa.delete(ResourceFeature).where(ResourceFeature.resource_id == resource_id))
    _set_features(session, resource_id, draft.features)
    set_units(session, LieuId(row.lieu_id), resource_id, draft.units, now, inherit)
    if draft.name != row.name:
        enqueue(session, RENAMED, {"resource_id": resource_id}, now=now)


def retire_resource(
    session: Session,
    asker: Asker,
    resource_id: ResourceId,
    now: dt.datetime,
    *,
    reasons_to_stay: Sequence[ReasonToStay],
) -> None:
    """Take a resource out of use; nobody sees or books it any more, what was stays readable.

    Raises NotFound unless the asker manages its lieu, StillNeeded with every reason that something ahead gives.
    """
    row = _managed(session, asker, resource_id)
    if row.retired_at is not None:
        return
    reasons = [reason for ask in reasons_to_stay if (reason := ask(session, resource_id, None, now))]
    if reasons:
        raise StillNeeded(*reasons)
    _update(session, resource_id, {"retired_at": now}, now)
    retire_unused(session, list(units_of(session, resource_id).values()), now)


def bring_back_resource(
    session: Session, asker: Asker, resource_id: ResourceId, now: dt.datetime, *, inherit: Inherit
) -> None:
    """Put a retired resource back into use, with its units. Raises NotFound unless the asker manages its lieu."""
    row = _managed(session, asker, resource_id)
    if row.retired_at is None:
        return
    _update(session, resource_id, {"retired_at": None}, now)
    mine = sa.select(ResourceUnit.unit_id).where(ResourceUnit.resource_id == resource_id)
    session.execute(
        sa.update(UnitRow)
        .where(UnitRow.id.in_(mine))
        .values(retired_at=None)
        .execution_options(synchronize_session=False)
    )
    inherit(session, LieuId(row.lieu_id), resource_id, list(units_of(session, resource_id).values()))


def managed_resource(session: Session, asker: Asker, resource_id: ResourceId) -> LieuId:
    """The lieu of a resource, locked. Raises NotFound unless the asker manages it."""
    return LieuId(_managed(session, asker, resource_id).lieu_id)


def _managed(session: Session, asker: Asker, resource_id: ResourceId) -> Any:
    lieu_id = session.execute(sa.select(Resource.lieu_id).where(Resource.id == resource_id)).scalar()
    if lieu_id is None:
        raise NotFound
    managed(session, asker, LieuId(lieu_id))
    return session.execute(sa.select(Resource.__table__).where(Resource.id == resource_id)).one()


def _moved(
    row: Any, draft: ResourceDraft, present: dict[str, UnitId]
) -> Iterator[tuple[str, Collection[UnitId] | None]]:
    """What of a change could pull away something that is needed: the field, and the units (None: all of it)."""
    if draft.take is not row.take:
        yield "take", None
    elif draft.take is Take.ALL and set(draft.units) != set(present):
        yield "units", None
    elif gone := [unit for name, unit in present.items() if name not in draft.units]:
        yield "units", gone


def _values(draft: ResourceDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _COLUMNS} | {"folded": fold(f"{draft.name} {draft.summary}")[:300]}


def _set_features(session: Session, resource_id: ResourceId, features: Collection[Feature]) -> None:
    if features:
        session.execute(
            sa.insert(ResourceFeature).values(
                [{"resource_id": resource_id, "feature": feature} for feature in sorted(features)]
            )
        )


def _update(session: Session, resource_id: ResourceId, values: dict[str, Any], now: dt.datetime) -> None:
    session.execute(sa.update(Resource).where(Resource.id == resource_id).values(**values, updated_at=now))


def _accept(reasons: Sequence[Refusal]) -> None:
    if reasons:
        raise Invalid(*reasons)
