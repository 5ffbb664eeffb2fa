"""When lieux are open, as bookings are judged by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.rows import run
from booking.places.models import SpecialDay, SpecialHours
from booking.places.rules import Hours, open_stretches
from booking.values.ids import LieuId
from booking.values.interval import Interval
from booking.values.wall import today

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The opening hours of one lieu, as the rules read them: its week, and the days that do not follow it."""

    timezone: str
    week: Mapping[int, Sequence[Hours]]
    special_days: Mapping[dt.date, Sequence[Hours]] = field(default_factory=dict)

    @cached_property
    def week_key(self) -> tuple[object, ...]:
        """Equal for equal weeks of one zone."""
        return self.timezone, tuple((day, *hours) for day, hours in sorted(self.week.items()))

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for calendars that are open at the same instants."""
        return self.week_key, tuple((day, *hours) for day, hours in sorted(self.special_days.items()))

    def open_during(self, stretch: Interval) -> list[Interval]:
        """When it is open: whole openings around the stretch, touching ones merged."""
        around = Interval(stretch.start - 2 * _DAY, stretch.end + 2 * _DAY)
        return open_stretches(self.week, self.special_days, around, self.timezone)


def _special_days(lieux: sa.BindParameter[Collection[int]] | sa.Select[int]) -> sa.Executable:
    return (
        sa.select(SpecialDay.lieu_id, SpecialDay.day, SpecialHours.opens, SpecialHours.closes)
        .outerjoin(
            SpecialHours, sa.and_(SpecialHours.lieu_id == SpecialDay.lieu_id, SpecialHours.day == SpecialDay.day)
        )
        .where(SpecialDay.lieu_id.in_(lieux), SpecialDay.day.between(sa.bindparam("first"), sa.bindparam("last")))
        .order_by(SpecialDay.lieu_id, SpecialDay.day, SpecialHours.opens)
    )


_OF_SOME = _special_days(sa.bindparam("lieux", expanding=True))


def calendars_during(
    session: Session, weeks: Mapping[LieuId, Calendar], lieux: sa.Select[int] | None, span: Interval
) -> dict[LieuId, Calendar]:
    """The weeks of lieux with the days around the span that do not follow them, by one statement.

    `lieux` is a statement that finds the same lieux, for when they are many.
    """
    first, last = today(span.start, "Etc/GMT+12") - _DAY, today(span.end, "Etc/GMT-14") + _DAY
    dates = {"first": first, "last": last}
    if lieux is None:
        rows = run(session, _OF_SOME, {"lieux": list(weeks), **dates}).all()
    else:
        rows = run(session, _special_days(lieux), dates).all()
    special: dict[int, dict[dt.date, list[Hours]]] = {}
    for lieu, day, opens, closes in rows:
        hours = special.setdefault(lieu, {}).setdefault(day, [])
        if opens is not None:
            hours.append(Hours(opens, closes))
    return {
        lieu: replace(week, special_days=special[lieu]) if lieu in special else week for lieu, week in weeks.items()
    }


def calendar_during(session: Session, lieu_id: LieuId, week: Calendar, span: Interval) -> Calendar:
    """The same of one lieu."""
    return calendars_during(session, {lieu_id: week}, None, span)[lieu_id]
