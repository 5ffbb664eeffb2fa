"""When lieux are open, around a stretch of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.rows import run
from booking.places.models import Lieu, Opening, SpecialDay, SpecialHours
from booking.places.rules import Hours, open_stretches
from booking.values.ids import LieuId
from booking.values.interval import Interval
from booking.values.wall import today

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The opening hours of one lieu around a stretch, as the rules read them."""

    timezone: str
    week: Mapping[int, Sequence[Hours]]
    special_days: Mapping[dt.date, Sequence[Hours]]

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for calendars that are open at the same instants."""
        week = tuple((day, *hours) for day, hours in sorted(self.week.items()))
        return self.timezone, week, tuple((day, *hours) for day, hours in sorted(self.special_days.items()))

    def open_during(self, stretch: Interval) -> list[Interval]:
        """When it is open: whole openings around the stretch, touching ones merged."""
        around = Interval(stretch.start - 2 * _DAY, stretch.end + 2 * _DAY)
        return open_stretches(self.week, self.special_days, around, self.timezone)


# Made once: a booking asks them of one lieu, and building them anew costs more than running them.
def _hours(lieux: sa.BindParameter[Collection[int]] | sa.Select[int]) -> sa.Executable:
    return sa.union_all(
        sa.select(
            Lieu.id, Lieu.timezone, Opening.weekday, sa.null().cast(sa.Date).label("day"), Opening.opens, Opening.closes
        )
        .outerjoin(Opening, Opening.lieu_id == Lieu.id)
        .where(Lieu.id.in_(lieux)),
        sa.select(SpecialDay.lieu_id, sa.null(), sa.null(), SpecialDay.day, SpecialHours.opens, SpecialHours.closes)
        .outerjoin(
            SpecialHours, sa.and_(SpecialHours.lieu_id == SpecialDay.lieu_id, SpecialHours.day == SpecialDay.day)
        )
        .where(SpecialDay.lieu_id.in_(lieux), SpecialDay.day.between(sa.bindparam("first"), sa.bindparam("last"))),
    ).order_by("opens")


_HOURS = _hours(sa.bindparam("lieux", expanding=True))


def load_calendars(
    session: Session, lieux: Collection[LieuId] | sa.Select[int], span: Interval
) -> dict[LieuId, Calendar]:
    """The opening hours of these lieux (or of those that a statement finds) around the span, by one statement."""
    first, last = today(span.start, "Etc/GMT+12") - _DAY, today(span.end, "Etc/GMT-14") + _DAY
    zones: dict[int, str] = {}
    weeks: dict[int, dict[int, list[Hours]]] = {}
    specials: dict[int, dict[dt.date, list[Hours]]] = {}
    dates = {"first": first, "last": last}
    if isinstance(lieux, sa.Select):
        rows = run(session, _hours(lieux), dates)
    else:
        rows = run(session, _HOURS, {"lieux": list(lieux), **dates})
    for lieu, zone, weekday, day, opens, closes in rows.all():
        hours = [] if opens is None else [Hours(opens, closes)]
        if day is not None:
            specials.setdefault(lieu, {}).setdefault(day, []).extend(hours)
        else:
            zones[lieu] = zone
            if hours:
                weeks.setdefault(lieu, {}).setdefault(weekday, []).extend(hours)
    return {LieuId(n): Calendar(zone, weeks.get(n, {}), specials.get(n, {})) for n, zone in zones.items()}
