"""What bookings are judged by (lieux, hours, resources, units, tariffs), kept in memory while its edition is in force.

Each process keeps the whole catalogue: a search reads thousands of its rows, and all of them seldom change. The
edition is asked of the database each time, by the same statement that finds the resources; see docs/decisions/0006.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.queries.openings import Calendar
from booking.db.rows import run
from booking.errors import Busy
from booking.places.models import Edition, Lieu, Opening
from booking.places.rules import Hours
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.tariffs.models import RateRow, ResourceTariff, Tariff
from booking.tariffs.rules import Period
from booking.tariffs.words import RateAudience
from booking.values.ids import LieuId, UnitId
from booking.values.money import Money, Unit

Rates = Mapping[RateAudience, Mapping[Period, Money]]

EDITION = sa.select(Edition.version).where(Edition.id == 1)

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
        Lieu.slug.label("lieu"),
        Lieu.name.label("lieu_name"),
        Lieu.timezone,
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
    .where(Lieu.bookable.is_(True))
    .order_by(Lieu.name, Resource.position, Resource.name)
)
_UNITS = (
    sa.select(ResourceUnit.resource_id, UnitRow.id, UnitRow.name)
    .join(UnitRow, UnitRow.id == ResourceUnit.unit_id)
    .where(UnitRow.retired_at.is_(None))
    .order_by(ResourceUnit.resource_id, UnitRow.id)
)
_RATES = sa.select(RateRow.tariff_id, RateRow.audience, RateRow.period, RateRow.amount, RateRow.unit)
_WEEKS = (
    sa.select(Lieu.id, Lieu.timezone, Opening.weekday, Opening.opens, Opening.closes)
    .outerjoin(Opening, Opening.lieu_id == Lieu.id)
    .where(Lieu.bookable.is_(True))
    .order_by(Lieu.id, Opening.weekday, Opening.opens)
)


class Catalogue:
    """One edition. `order` is the place of each resource in lists; `made` keeps what was made of its rows."""

    def __init__(
        self,
        edition: str,
        rows: list[Any],
        units: Mapping[int, Mapping[UnitId, str]],
        rates: Mapping[int, Rates],
        calendars: Mapping[LieuId, Calendar],
    ) -> None:
        self.edition = edition
        self.rows: Mapping[int, Any] = {row.id: row for row in rows}
        self.by_slug: Mapping[str, Any] = {row.slug: row for row in rows}
        self.order: Mapping[int, int] = {row.id: n for n, row in enumerate(rows)}
        self.units = units
        self.rates = rates
        self.calendars = calendars
        self.made: dict[Any, Any] = {}


MOST_READINGS = 3

_kept: WeakKeyDictionary[sa.Engine, Catalogue] = WeakKeyDictionary()
_keeping = threading.Lock()
_reading = threading.Lock()


def catalogue(session: Session, edition: str) -> Catalogue:
    """The catalogue, given the version that the database has just told: the kept one, or read anew.

    One thread reads at a time, and the others find what it read. Raises Busy when it changes faster than it is read.
    """
    engine = session.get_bind().engine
    kept = _look(engine)
    if kept is not None and kept.edition == edition:
        return kept
    with _reading:
        for _ in range(MOST_READINGS):
            before = run(session, EDITION).scalar_one()
            kept = _look(engine)
            if kept is None or kept.edition != before:
                kept = _read(session, before)
            if in_force(session, before):  # Else the statements of the reading saw different states.
                with _keeping:
                    _kept[engine] = kept
                return kept
    raise Busy


def _look(engine: sa.Engine) -> Catalogue | None:
    with _keeping:
        return _kept.get(engine)


def in_force(session: Session, edition: str) -> bool:
    """Whether the catalogue is still that one."""
    return bool(run(session, EDITION).scalar_one() == edition)


def present(session: Session) -> Catalogue:
    """The catalogue in force, by one statement when it is kept."""
    return catalogue(session, run(session, EDITION).scalar_one())


def _read(session: Session, edition: str) -> Catalogue:
    rows = list(run(session, _ROWS).all())
    units: dict[int, dict[UnitId, str]] = {}
    for resource, unit, name in run(session, _UNITS).all():
        units.setdefault(resource, {})[UnitId(unit)] = name
    rates: dict[int, dict[RateAudience, dict[Period, Money]]] = {}
    for tariff, audience, period, amount, unit in run(session, _RATES).all():
        audiences = rates.setdefault(tariff, {}).setdefault(RateAudience(audience), {})
        audiences[Period(period)] = Money(amount, Unit(unit))
    return Catalogue(edition, rows, units, rates, _calendars(session))


def _calendars(session: Session) -> dict[LieuId, Calendar]:
    """The weeks of the lieux, without the days that do not follow them."""
    zones: dict[int, str] = {}
    weeks: dict[int, dict[int, list[Hours]]] = {}
    for lieu, zone, weekday, opens, closes in run(session, _WEEKS).all():
        zones[lieu] = zone
        if weekday is not None:
            weeks.setdefault(lieu, {}).setdefault(weekday, []).append(Hours(opens, closes))
    return {LieuId(n): Calendar(zone, weeks.get(n, {})) for n, zone in zones.items()}
