"""Reading when lieux are open."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.places.models import Lieu, Opening, PublicHoliday, SpecialDay, SpecialHours
from booking.places.rules import Hours, holiday_territory
from booking.places.schemas import DaySeen, HolidaySeen, OpeningHours
from booking.values.ids import LieuId

_ONE_DAY = dt.timedelta(days=1)


def hours_of(session: Session, lieu_id: LieuId, first: dt.date, last: dt.date) -> OpeningHours:
    """The week of a lieu, and its special days from `first` to `last` (and the day before, whose night may run on)."""
    return hours_of_many(session, [lieu_id], first, last)[lieu_id]


def hours_of_many(
    session: Session, lieu_ids: Sequence[LieuId], first: dt.date, last: dt.date
) -> dict[LieuId, OpeningHours]:
    """The same of many lieux, by two statements however many. Opening hours are public."""
    weeks: dict[int, dict[int, list[Hours]]] = defaultdict(lambda: defaultdict(list))
    for row in session.execute(
        sa.select(Opening.lieu_id, Opening.weekday, Opening.opens, Opening.closes)
        .where(Opening.lieu_id.in_(lieu_ids))
        .order_by(Opening.lieu_id, Opening.weekday, Opening.opens)
    ):
        weeks[row.lieu_id][row.weekday].append(Hours(row.opens, row.closes))
    specials: dict[int, dict[dt.date, list[Hours]]] = defaultdict(lambda: defaultdict(list))
    for each in session.execute(
        _special_days().where(SpecialDay.lieu_id.in_(lieu_ids), SpecialDay.day.between(first - _ONE_DAY, last))
    ):
        specials[each.lieu_id][each.day] += [] if each.opens is None else [Hours(each.opens, each.closes)]
    return {
        lieu_id: OpeningHours(
            week={weekday: tuple(hours) for weekday, hours in weeks[lieu_id].items()},
            special_days={day: tuple(hours) for day, hours in specials[lieu_id].items()},
        )
        for lieu_id in lieu_ids
    }


def special_days_ahead(session: Session, lieu_id: LieuId, today: dt.date, limit: int = 400) -> list[DaySeen]:
    """The days from today on that do not follow the week, in order. They are public."""
    days = (
        sa.select(SpecialDay.day)
        .where(SpecialDay.lieu_id == lieu_id, SpecialDay.day >= today)
        .order_by(SpecialDay.day)
        .limit(limit)
    )
    found: dict[dt.date, tuple[str, list[Hours]]] = {}
    for row in session.execute(
        _special_days().where(SpecialDay.lieu_id == lieu_id, SpecialDay.day.in_(days.subquery().select()))
    ):
        _, hours = found.setdefault(row.day, (row.label, []))
        if row.opens is not None:
            hours.append(Hours(row.opens, row.closes))
    return [DaySeen(day, label, tuple(hours)) for day, (label, hours) in found.items()]


def holidays_ahead(session: Session, lieu_id: LieuId, today: dt.date, days: int = 370) -> list[HolidaySeen]:
    """The public holidays of the lieu's territory in the coming days, in order, and whether each is decided already."""
    department = session.execute(sa.select(Lieu.department).where(Lieu.id == lieu_id)).scalar_one()
    mine = sa.and_(SpecialDay.lieu_id == lieu_id, SpecialDay.day == PublicHoliday.day)
    rows = session.execute(
        sa.select(PublicHoliday.day, PublicHoliday.name, SpecialDay.day.label("decided"))
        .outerjoin(SpecialDay, mine)
        .where(
            PublicHoliday.territory == holiday_territory(department),
            PublicHoliday.day.between(today, today + dt.timedelta(days=days)),
        )
        .order_by(PublicHoliday.day)
    )
    return [HolidaySeen(row.day, row.name, row.decided is not None) for row in rows]


def _special_days() -> sa.Select[int, dt.date, str, int, int]:
    return (
        sa.select(SpecialDay.lieu_id, SpecialDay.day, SpecialDay.label, SpecialHours.opens, SpecialHours.closes)
        .outerjoin(
            SpecialHours, sa.and_(SpecialHours.lieu_id == SpecialDay.lieu_id, SpecialHours.day == SpecialDay.day)
        )
        .order_by(SpecialDay.lieu_id, SpecialDay.day, SpecialHours.opens)
    )
