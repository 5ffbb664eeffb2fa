"""Reading price lists as their lieu's managers write them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import NotFound
from booking.people.schemas import Asker
from booking.resources.models import Resource
from booking.tariffs.models import RateRow, ResourceTariff, Tariff
from booking.tariffs.rules import Period
from booking.tariffs.schemas import TariffDraft, TariffManaged
from booking.tariffs.words import RateAudience
from booking.values.ids import LieuId, ResourceId
from booking.values.money import Money, Unit


def tariffs_to_manage(session: Session, asker: Asker, lieu_id: LieuId) -> list[TariffManaged]:
    """The price lists of a lieu by name, by three statements. Raises NotFound unless the asker manages the lieu."""
    if not asker.manages(lieu_id):
        raise NotFound
    return _whole(session, lieu_id, sa.true())


def tariff_to_manage(session: Session, asker: Asker, lieu_id: LieuId, uid: str) -> TariffManaged:
    """One of them. Raises NotFound unless the asker manages the lieu and the list is its own."""
    if not asker.manages(lieu_id) or "\0" in uid:
        raise NotFound
    found = _whole(session, lieu_id, Tariff.uid == uid)
    if not found:
        raise NotFound
    return found[0]


def tariffs_of_resources(session: Session, asker: Asker, lieu_id: LieuId) -> dict[ResourceId, tuple[str, str]]:
    """At which price list (uid, name) each resource of the lieu is booked; those without one are left out.

    Raises NotFound unless the asker manages the lieu.
    """
    if not asker.manages(lieu_id):
        raise NotFound
    rows = session.execute(
        sa.select(ResourceTariff.resource_id, Tariff.uid, Tariff.name)
        .join(Tariff, Tariff.id == ResourceTariff.tariff_id)
        .where(ResourceTariff.lieu_id == lieu_id)
    )
    return {ResourceId(row.resource_id): (row.uid, row.name) for row in rows}


def _whole(session: Session, lieu_id: LieuId, which: Any) -> list[TariffManaged]:
    mine = sa.and_(Tariff.lieu_id == lieu_id, which)
    tariffs = session.execute(sa.select(Tariff.__table__).where(mine).order_by(Tariff.name, Tariff.id)).all()
    rates: defaultdict[int, dict[tuple[RateAudience, Period], Money]] = defaultdict(dict)
    for row in session.execute(
        sa.select(RateRow.tariff_id, RateRow.audience, RateRow.period, RateRow.amount, RateRow.unit)
        .join(Tariff, Tariff.id == RateRow.tariff_id)
        .where(mine)
    ):
        rates[row.tariff_id][RateAudience(row.audience), Period(row.period)] = Money(row.amount, Unit(row.unit))
    resources: defaultdict[int, list[str]] = defaultdict(list)
    for each in session.execute(
        sa.select(ResourceTariff.tariff_id, Resource.name)
        .join(Tariff, Tariff.id == ResourceTariff.tariff_id)
        .join(Resource, Resource.id == ResourceTariff.resource_id)
        .where(mine, Resource.retired_at.is_(None))
        .order_by(Resource.position, Resource.folded, Resource.id)
    ):
        resources[each.tariff_id].append(each.name)
    return [
        TariffManaged(t.uid, TariffDraft(t.name, t.free, rates[t.id]), tuple(resources[t.id]), t.updated_at)
        for t in tariffs
    ]
