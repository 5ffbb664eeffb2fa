"""The terms on which somebody may book: for one resource or a thousand by the same few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.rules import Terms
from booking.db.rows import run
from booking.errors import NotFound
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.resources.rules import Audience, ResourceKind, Take
from booking.tariffs.models import RateRow, ResourceTariff, Tariff
from booking.tariffs.rules import Period, Rate, RateSheet, Vat
from booking.tariffs.words import RateAudience
from booking.values.codes import is_slug
from booking.values.ids import LieuId, ResourceId, UnitId
from booking.values.money import Money, Unit

_Rates = dict[int, dict[RateAudience, dict[Period, Money]]]


@dataclass(frozen=True, slots=True)
class Found:
    """A resource's terms with the facts of its lieu that a page shows beside them."""

    terms: Terms
    summary: str
    commune: str
    postcode: str
    address: str
    access: str
    latitude: float
    longitude: float
    position: int = field(compare=False, default=0)
    unit_names: Mapping[UnitId, str] = field(compare=False, default_factory=dict)
    """Of the living units, in their order; given for one resource alone."""


# Made once: a booking asks them of one resource, and building them anew costs more than running them.
_ROWS = (
    sa.select(
        Resource.id,
        Resource.lieu_id,
        Resource.slug,
        Resource.kind,
        Resource.name,
        Resource.summary,
        Resource.capacity,
        Resource.take,
        Resource.step,
        Resource.shortest,
        Resource.longest,
        Resource.notice,
        Resource.horizon_days,
        Resource.buffer_before,
        Resource.buffer_after,
        Resource.booked_by,
        Resource.seen_by,
        Resource.retired_at,
        Resource.free_cancel_hours,
        Resource.kept_percent,
        Resource.position,
        Lieu.slug.label("lieu"),
        Lieu.name.label("lieu_name"),
        Lieu.timezone,
        Lieu.bookable,
        Lieu.commune,
        Lieu.postcode,
        Lieu.address,
        Lieu.access,
        Lieu.latitude,
        Lieu.longitude,
        Lieu.half_day_split,
        Lieu.vat_basis_points,
        Lieu.debt_ceiling,
        Tariff.id.label("tariff_id"),
        Tariff.free,
        Tariff.rule_version_id,
    )
    .join(Lieu, Lieu.id == Resource.lieu_id)
    .outerjoin(ResourceTariff, ResourceTariff.resource_id == Resource.id)
    .outerjoin(Tariff, Tariff.id == ResourceTariff.tariff_id)
)
_ROW = _ROWS.where(Resource.slug == sa.bindparam("slug"))
_UNITS = (
    sa.select(ResourceUnit.resource_id, ResourceUnit.unit_id)
    .join(Resource, Resource.id == ResourceUnit.resource_id)
    .join(Lieu, Lieu.id == Resource.lieu_id)
    .join(UnitRow, UnitRow.id == ResourceUnit.unit_id)
    .where(UnitRow.retired_at.is_(None))
    .order_by(ResourceUnit.resource_id, ResourceUnit.unit_id)
)
_UNITS_OF_ONE = (
    sa.select(UnitRow.id, UnitRow.name)
    .join(ResourceUnit, ResourceUnit.unit_id == UnitRow.id)
    .where(ResourceUnit.resource_id == sa.bindparam("resource"), UnitRow.retired_at.is_(None))
    .order_by(UnitRow.id)
)
_TARIFFS = (
    sa.select(ResourceTariff.tariff_id)
    .join(Resource, Resource.id == ResourceTariff.resource_id)
    .join(Lieu, Lieu.id == Resource.lieu_id)
)
_RATES = sa.select(RateRow.tariff_id, RateRow.audience, RateRow.period, RateRow.amount, RateRow.unit)
_RATES_OF_ONE = _RATES.where(RateRow.tariff_id == sa.bindparam("tariff"))


def seen_by(asker: Asker, *, retired: bool = False) -> sa.ColumnElement[bool]:
    """The resources that the asker may know of: of bookable lieux, not retired (unless asked), shown to the asker."""
    own = [int(lieu) for lieu, _ in asker.roles]
    staffed = [int(lieu) for lieu, role in asker.roles if role is not Role.MEMBER]
    shown = [Resource.seen_by == Audience.EVERYONE]
    if asker.steward:
        shown.append(sa.true())
    if own:
        shown.append(sa.and_(Resource.seen_by == Audience.MEMBERS, Resource.lieu_id.in_(own)))
    if staffed:
        shown.append(sa.and_(Resource.seen_by == Audience.STAFF, Resource.lieu_id.in_(staffed)))
    living = sa.true() if retired else Resource.retired_at.is_(None)
    return sa.and_(living, Lieu.bookable.is_(True), sa.or_(*shown))


def terms_of(session: Session, acting: Asker, holder: Asker | None, slug: str, *, retired: bool = False) -> Found:
    """The terms of one resource for `holder` (None: a walk-in), booked by `acting`. Raises NotFound if unseen."""
    row = run(session, _ROW, {"slug": slug}).one_or_none() if is_slug(slug) else None
    if row is None or not _sees(acting, row, retired=retired):
        raise NotFound
    names = {UnitId(unit.id): unit.name for unit in run(session, _UNITS_OF_ONE, {"resource": row.id})}
    rates = _rates(run(session, _RATES_OF_ONE, {"tariff": row.tariff_id}))
    found = _found(row, tuple(names), _shared({}, row, rates, holder), acting, holder)
    return replace(found, unit_names=names)


def load_terms(
    session: Session,
    acting: Asker,
    holder: Asker | None,
    condition: sa.ColumnElement[bool],
    *,
    retired: bool = False,
) -> list[Found]:
    """The terms of all resources that meet the condition and that `acting` may see; three statements."""
    wanted = sa.and_(condition, seen_by(acting, retired=retired))
    rows = run(session, _ROWS.where(wanted).order_by(Lieu.name, Resource.position, Resource.name)).all()
    if not rows:
        return []
    units = _units(run(session, _UNITS.where(wanted)).all())
    rates = _rates(run(session, _RATES.where(RateRow.tariff_id.in_(_TARIFFS.where(wanted)))).all())
    sheets: dict[tuple[object, ...], RateSheet | None] = {}
    return [_found(r, units.get(r.id, ()), _shared(sheets, r, rates, holder), acting, holder) for r in rows]


def _sees(asker: Asker, row: Any, *, retired: bool) -> bool:
    """What `seen_by` says, of a row that is already there."""
    lieu_id = LieuId(row.lieu_id)
    shown = {
        Audience.EVERYONE: True,
        Audience.MEMBERS: asker.belongs(lieu_id),
        Audience.STAFF: asker.staffs(lieu_id),
    }
    living = retired or row.retired_at is None
    return living and row.bookable and (asker.steward or shown[Audience(row.seen_by)])


def _shared(
    sheets: dict[tuple[object, ...], RateSheet | None], row: Any, rates: _Rates, holder: Asker | None
) -> RateSheet | None:
    """The price list of a resource; resources of one tariff and step share it."""
    belongs = holder is not None and holder.belongs(LieuId(row.lieu_id))
    key = (row.tariff_id, row.step, belongs)
    if key not in sheets:
        sheets[key] = _sheet(row, rates.get(row.tariff_id, {}), belongs=belongs)
    return sheets[key]


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


def _units(rows: Iterable[Any]) -> dict[int, tuple[UnitId, ...]]:
    found: dict[int, list[UnitId]] = {}
    for resource, unit in rows:
        found.setdefault(resource, []).append(UnitId(unit))
    return {resource: tuple(units) for resource, units in found.items()}


def _rates(rows: Iterable[Any]) -> _Rates:
    found: _Rates = {}
    for row in rows:
        audience = found.setdefault(row.tariff_id, {}).setdefault(RateAudience(row.audience), {})
        audience[Period(row.period)] = Money(row.amount, Unit(row.unit))
    return found


def _found(
    row: Any,
    units: tuple[UnitId, ...],
    sheet: RateSheet | None,
    acting: Asker,
    holder: Asker | None,
) -> Found:
    lieu_id = LieuId(row.lieu_id)
    belongs = holder is not None and holder.belongs(lieu_id)
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
        units=units,
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
        sheet=sheet,
        rule_version_id=row.rule_version_id,
        belongs=belongs,
        staff=acting.staffs(lieu_id),
    )
    return Found(
        terms=terms,
        summary=row.summary,
        commune=row.commune,
        postcode=row.postcode,
        address=row.address,
        access=row.access,
        latitude=row.latitude,
        longitude=row.longitude,
        position=row.position,
    )


def _sheet(row: Any, rates: Mapping[RateAudience, Mapping[Period, Money]], *, belongs: bool) -> RateSheet | None:
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
