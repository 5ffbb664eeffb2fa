"""The terms on which somebody may book: for one resource or a thousand, of the catalogue that is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.queries.catalogue import EDITION, Catalogue, Rates, catalogue, present
from booking.bookings.queries.openings import Calendar
from booking.bookings.rules import Terms
from booking.db.rows import run
from booking.errors import NotFound
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.resources.queries.parts import visible_to
from booking.resources.rules import Audience, ResourceKind, Take
from booking.tariffs.rules import Period, Rate, RateSheet, Vat
from booking.tariffs.words import RateAudience
from booking.values.ids import LieuId, ResourceId, UnitId
from booking.values.money import Money


@dataclass(frozen=True, slots=True)
class Found:
    """A resource's terms with its lieu's week and the facts that a page shows beside them.

    `unit_names` are of its living units, in their order; `edition` is the catalogue's.
    """

    terms: Terms
    week: Calendar
    summary: str
    commune: str
    postcode: str
    address: str
    access: str
    latitude: float
    longitude: float
    unit_names: Mapping[UnitId, str]
    edition: str
    retired: bool


def seen_by(asker: Asker, *, retired: bool = False) -> sa.ColumnElement[bool]:
    """The resources that the asker may know of and of which somebody may book: those of bookable lieux."""
    return sa.and_(visible_to(asker, retired=retired), Lieu.bookable.is_(True))


def terms_of(session: Session, acting: Asker, holder: Asker | None, slug: str, *, retired: bool = False) -> Found:
    """The terms of one resource for `holder` (None: a walk-in), booked by `acting`. Raises NotFound if unseen."""
    kept = present(session)
    row = kept.by_slug.get(slug)
    if row is None or not _sees(acting, row, retired=retired):
        raise NotFound
    return _found(kept, row, acting, holder)


def load_terms(
    session: Session,
    acting: Asker,
    holder: Asker | None,
    condition: sa.ColumnElement[bool],
    *,
    retired: bool = False,
) -> list[Found]:
    """The terms of all resources that meet the condition and that `acting` may see; by one statement, as a rule."""
    wanted = sa.and_(condition, seen_by(acting, retired=retired))
    edition = EDITION.scalar_subquery()
    found = run(session, sa.select(Resource.id, edition).join(Lieu, Lieu.id == Resource.lieu_id).where(wanted)).all()
    if not found:
        return []
    kept = catalogue(session, found[0][1])
    numbers = sorted((number for number, _ in found if number in kept.rows), key=kept.order.__getitem__)
    return [_found(kept, kept.rows[number], acting, holder) for number in numbers]


def _sees(asker: Asker, row: Any, *, retired: bool) -> bool:
    """What `seen_by` says, of a row of the catalogue."""
    lieu_id = LieuId(row.lieu_id)
    shown = {
        Audience.EVERYONE: True,
        Audience.MEMBERS: asker.belongs(lieu_id),
        Audience.STAFF: asker.staffs(lieu_id),
    }
    living = retired or row.retired_at is None
    return living and (asker.steward or shown[Audience(row.seen_by)])


def rate_sheets(session: Session, asker: Asker, resources: Sequence[ResourceId]) -> dict[ResourceId, RateSheet]:
    """What each of these resources costs who asks; those unseen or without a tariff are left out."""
    found = load_terms(session, asker, asker, Resource.id.in_(resources)) if resources else []
    return {each.terms.resource_id: each.terms.sheet for each in found if each.terms.sheet is not None}


def lieux_of(wanted: sa.ColumnElement[bool]) -> sa.Select[int]:
    """A statement for the lieux of the resources that meet the condition (over Resource and Lieu)."""
    return sa.select(Resource.lieu_id).join(Lieu, Lieu.id == Resource.lieu_id).where(wanted)


def units_of(wanted: sa.ColumnElement[bool]) -> sa.Select[int]:
    """A statement for the living units of the resources that meet the condition (over Resource and Lieu)."""
    return (
        sa.select(ResourceUnit.unit_id)
        .join(Resource, Resource.id == ResourceUnit.resource_id)
        .join(Lieu, Lieu.id == Resource.lieu_id)
        .join(UnitRow, UnitRow.id == ResourceUnit.unit_id)
        .where(wanted, UnitRow.retired_at.is_(None))
        .distinct()
    )


def _found(kept: Catalogue, row: Any, acting: Asker, holder: Asker | None) -> Found:
    """A resource's terms, made once an edition for all whom the lieu treats alike."""
    lieu_id = LieuId(row.lieu_id)
    belongs, staff = holder is not None and holder.belongs(lieu_id), acting.staffs(lieu_id)
    key = (row.id, belongs, staff)
    made: Found | None = kept.made.get(key)
    if made is None:
        made = kept.made[key] = _made(kept, row, belongs=belongs, staff=staff)
    return made


def _made(kept: Catalogue, row: Any, *, belongs: bool, staff: bool) -> Found:
    lieu_id = LieuId(row.lieu_id)
    units = kept.units.get(row.id, {})
    terms = Terms(
        resource_id=ResourceId(row.id),
        slug=row.slug,
        name=row.name,
        kind=ResourceKind(row.kind),
        lieu_id=lieu_id,
        lieu_slug=row.lieu,
        lieu_name=row.lieu_name,
        timezone=row.timezone,
        take=Take(row.take),
        units=tuple(units),
        capacity=row.capacity,
        step=row.step,
        shortest=row.shortest,
        longest=row.longest,
        notice=row.notice,
        horizon_days=row.horizon_days,
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
        booked_by=Audience(row.booked_by),
        free_cancel_hours=row.free_cancel_hours,
        kept_percent=row.kept_percent,
        debt_ceiling=Money(row.debt_ceiling),
        vat=Vat(row.vat_basis_points),
        sheet=_sheet(row, kept.rates.get(row.tariff_id, {}), belongs=belongs),
        rule_version_id=row.rule_version_id,
        belongs=belongs,
        staff=staff,
    )
    return Found(
        terms=terms,
        week=kept.calendars[lieu_id],
        summary=row.summary,
        commune=row.commune,
        postcode=row.postcode,
        address=row.address,
        access=row.access,
        latitude=row.latitude,
        longitude=row.longitude,
        unit_names=units,
        edition=kept.edition,
        retired=row.retired_at is not None,
    )


def _sheet(row: Any, rates: Rates, *, belongs: bool) -> RateSheet | None:
    """The rates that apply: the lieu's own people pay the better of both audiences for each period."""
    if row.tariff_id is None:
        return None
    prices = dict(rates.get(RateAudience.PUBLIC, {}))
    if belongs:
        for period, amount in rates.get(RateAudience.MEMBER, {}).items():
            prices[period] = min(amount, prices.get(period, amount))
    if not prices and not row.free:
        return None
    return RateSheet(
        rates=tuple(Rate(period, prices[period]) for period in Period if period in prices),
        step=row.step,
        half_day_split=row.half_day_split,
        timezone=row.timezone,
        free=row.free,
    )
