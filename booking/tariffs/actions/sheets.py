"""What a lieu asks for: its price lists, and which resource is booked at which."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, NN_, Conflict, Invalid, NotFound, Refusal
from booking.ledger.actions import rule_version
from booking.occupancy.actions import inherit_blocks
from booking.people.schemas import Asker
from booking.places.actions.lieux import managed
from booking.resources.actions.resources import ReasonToStay, create_resource, edit_resource, managed_resource
from booking.resources.rules import ResourceDraft
from booking.tariffs.models import RateRow, ResourceTariff, Tariff
from booking.tariffs.schemas import TariffDraft
from booking.values.codes import uuid7
from booking.values.ids import LieuId, ResourceId


class TariffInUse(Conflict):
    """A price list that resources are booked at."""

    code = "tariff_in_use"
    message, several = NN_(
        "Ce tarif sert encore à %(count)s ressource. Donnez-lui-en un autre d’abord.",
        "Ce tarif sert encore à %(count)s ressources. Donnez-leur-en un autre d’abord.",
    )


def save_tariff(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    draft: TariffDraft,
    now: dt.datetime,
    *,
    uid: str | None = None,
) -> str:
    """Write a price list, new when no `uid` is told, and give back its uid. Prices quoted before stay as they were.

    Every save is remembered as a rule version. Raises NotFound unless the asker manages the lieu and the list is its
    own, Invalid with every reason.
    """
    managed(session, asker, lieu_id)
    tariff_id = None if uid is None else _tariff(session, lieu_id, uid)
    reasons = draft.refusals()
    if reasons:
        raise Invalid(*reasons)
    uid = uid or uuid7(now)
    version = rule_version(session, lieu_id, f"tariff:{uid}", _remembered(draft), asker.member_id, now)
    values = {"name": draft.name, "free": draft.free, "rule_version_id": version, "updated_at": now}
    if tariff_id is None:
        made = sa.insert(Tariff).values(uid=uid, lieu_id=lieu_id, **values).returning(Tariff.id)
        tariff_id = session.execute(made).scalar_one()
    else:
        session.execute(sa.update(Tariff).where(Tariff.id == tariff_id).values(**values))
        session.execute(sa.delete(RateRow).where(RateRow.tariff_id == tariff_id))
    rows = [
        {
            "tariff_id": tariff_id,
            "lieu_id": lieu_id,
            "audience": audience,
            "period": period,
            "amount": amount.amount,
            "unit": amount.unit,
        }
        for (audience, period), amount in draft.rates.items()
    ]
    if rows:
        session.execute(sa.insert(RateRow).values(rows))
    return uid


def remove_tariff(session: Session, asker: Asker, lieu_id: LieuId, uid: str) -> None:
    """Delete a price list that nothing is booked at; what it said stays in the rule versions.

    Raises NotFound unless the asker manages the lieu and the list is its own, TariffInUse.
    """
    managed(session, asker, lieu_id)
    tariff_id = _tariff(session, lieu_id, uid)
    count = session.execute(
        sa.select(sa.func.count()).where(ResourceTariff.tariff_id == tariff_id, ResourceTariff.lieu_id == lieu_id)
    ).scalar_one()
    if count:
        raise TariffInUse(count=count)
    session.execute(sa.delete(RateRow).where(RateRow.tariff_id == tariff_id))
    session.execute(sa.delete(Tariff).where(Tariff.id == tariff_id))


def assign_tariff(session: Session, asker: Asker, resource_id: ResourceId, uid: str | None) -> None:
    """Have a resource booked at that price list of its lieu; without one it cannot be booked.

    Raises NotFound unless the asker manages the lieu, Invalid (at `tariff`) for a list that is not its own.
    """
    lieu_id = managed_resource(session, asker, resource_id)
    tariff_id = None
    if uid is not None:
        try:
            tariff_id = _tariff(session, lieu_id, uid)
        except NotFound:
            raise Invalid(Refusal("no_such_tariff", N_("Choisissez un tarif de ce lieu."), field="tariff")) from None
    session.execute(sa.delete(ResourceTariff).where(ResourceTariff.resource_id == resource_id))
    if tariff_id is not None:
        session.execute(sa.insert(ResourceTariff).values(resource_id=resource_id, tariff_id=tariff_id, lieu_id=lieu_id))


def offer(
    session: Session, asker: Asker, lieu_id: LieuId, draft: ResourceDraft, tariff: str | None, now: dt.datetime
) -> str:
    """Add a resource with its units, under the closures that are there, at a price list; its slug.

    Raises as `create_resource` and `assign_tariff` do.
    """
    resource_id, slug = create_resource(session, asker, lieu_id, draft, now, inherit=inherit_blocks)
    assign_tariff(session, asker, resource_id, tariff)
    return slug


def change_offer(
    session: Session,
    asker: Asker,
    resource_id: ResourceId,
    draft: ResourceDraft,
    tariff: str | None,
    now: dt.datetime,
    *,
    reasons_to_stay: Sequence[ReasonToStay],
) -> None:
    """Change a resource, its units and its price list at once. Raises as `edit_resource` and `assign_tariff` do."""
    edit_resource(session, asker, resource_id, draft, now, inherit=inherit_blocks, reasons_to_stay=reasons_to_stay)
    assign_tariff(session, asker, resource_id, tariff)


def _tariff(session: Session, lieu_id: LieuId, uid: str) -> int:
    found = None
    if "\0" not in uid:
        found = session.execute(sa.select(Tariff.id).where(Tariff.uid == uid, Tariff.lieu_id == lieu_id)).scalar()
    if found is None:
        raise NotFound
    return found


def _remembered(draft: TariffDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "free": draft.free,
        "rates": [
            {"audience": audience, "period": period, "amount": amount.amount, "unit": amount.unit}
            for (audience, period), amount in sorted(draft.rates.items())
        ],
    }
