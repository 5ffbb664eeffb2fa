"""When a lieu opens: its week, the days that do not follow it, and the public holidays of each territory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Conflict, Invalid, NotFound, Refusal
from booking.people.schemas import Asker
from booking.places.actions.lieux import managed, write_week
from booking.places.models import Lieu, PublicHoliday, SpecialDay, SpecialHours
from booking.places.rules import HolidayTerritory, Hours, Week, days_refusals, hours_refusals, week_refusals
from booking.values.ids import LieuId
from booking.values.wall import today


class AlreadyClosed(Conflict):
    """Every day told is closed already."""

    code = "already_closed"
    message = N_("Le lieu est déjà fermé ces jours-là.")


class ClosedThatDay(Conflict):
    """Hours for a day that a closure covers."""

    code = "closed_that_day"
    message = N_("Ce jour-là est fermé. Rouvrez-le d’abord, puis donnez-lui ses horaires.")


def set_week(session: Session, asker: Asker, lieu_id: LieuId, week: Week, now: dt.datetime) -> None:
    """Replace the opening hours of the week. Bookings made before stand, even outside the new hours.

    Raises NotFound unless the asker manages the lieu, Invalid with every reason, at `weekday_0` (Monday) and so on.
    """
    managed(session, asker, lieu_id)
    reasons = week_refusals(week)
    if reasons:
        raise Invalid(*reasons)
    # The lieu first: whoever holds the whole table, as an import does, then waits for no edition that is held here.
    session.execute(sa.update(Lieu).where(Lieu.id == lieu_id).values(updated_at=now))
    write_week(session, lieu_id, week)


def set_special_hours(
    session: Session,
    asker: Asker,
    lieu_id: LieuId,
    day: dt.date,
    label: str,
    hours: Sequence[Hours],
    now: dt.datetime,
) -> None:
    """Give one day hours of its own, instead of the week's. To close a day, see `occupancy.actions.close_days`.

    Raises NotFound unless the asker manages the lieu, ClosedThatDay under a closure, Invalid with every reason.
    """
    lieu = managed(session, asker, lieu_id)
    reasons = [*days_refusals(day, day, label, today(now, lieu.timezone)), *hours_refusals(hours, "hours")]
    if not hours:
        reasons.append(Refusal("required", N_("Indiquez au moins une plage d’ouverture."), field="hours"))
    if reasons:
        raise Invalid(*reasons)
    if day in closed_days(session, lieu_id, [day]):
        raise ClosedThatDay
    _forget(session, lieu_id, [day])
    session.execute(sa.insert(SpecialDay).values(lieu_id=lieu_id, day=day, label=label))
    session.execute(
        sa.insert(SpecialHours).values(
            [{"lieu_id": lieu_id, "day": day, "opens": each.opens, "closes": each.closes} for each in hours]
        )
    )


def drop_special_hours(session: Session, asker: Asker, lieu_id: LieuId, day: dt.date) -> None:
    """Let a day with hours of its own follow the week again.

    Raises NotFound unless the asker manages the lieu and the day is one of these; a closed day is reopened instead.
    """
    managed(session, asker, lieu_id)
    if not session.scalars(
        sa.select(SpecialHours.day).where(SpecialHours.lieu_id == lieu_id, SpecialHours.day == day).limit(1)
    ).first():
        raise NotFound
    _forget(session, lieu_id, [day])


def mark_closed(
    session: Session, asker: Asker, lieu_id: LieuId, first: dt.date, last: dt.date, label: str, now: dt.datetime
) -> str:
    """Mark the days from `first` to `last`, both counted, as closed; give back the lieu's zone.

    The half of `occupancy.actions.close_days` that belongs to places: alone it takes no unit off the calendar. Raises
    NotFound unless the asker manages the lieu, AlreadyClosed, Invalid with every reason.
    """
    lieu = managed(session, asker, lieu_id)
    reasons = days_refusals(first, last, label, today(now, lieu.timezone))
    if reasons:
        raise Invalid(*reasons)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    if len(closed_days(session, lieu_id, days)) == len(days):
        raise AlreadyClosed
    _forget(session, lieu_id, days)
    session.execute(sa.insert(SpecialDay).values([{"lieu_id": lieu_id, "day": day, "label": label} for day in days]))
    zone: str = lieu.timezone
    return zone


def mark_open(session: Session, asker: Asker, lieu_id: LieuId, days: Collection[dt.date]) -> None:
    """Let closed days follow the week again: the half of `occupancy.actions.reopen` that belongs to places.

    Raises NotFound unless the asker manages the lieu. Days that are not closed are left as they are.
    """
    managed(session, asker, lieu_id)
    _forget(session, lieu_id, closed_days(session, lieu_id, days))


def closed_days(session: Session, lieu_id: LieuId, days: Collection[dt.date]) -> list[dt.date]:
    """Which of these days are closed by a rule of their own, in order."""
    with_hours = sa.select(SpecialHours.day).where(
        SpecialHours.lieu_id == SpecialDay.lieu_id, SpecialHours.day == SpecialDay.day
    )
    return list(
        session.scalars(
            sa.select(SpecialDay.day)
            .where(SpecialDay.lieu_id == lieu_id, SpecialDay.day.in_(days), ~with_hours.exists())
            .order_by(SpecialDay.day)
        )
    )


def store_holidays(session: Session, holidays: Collection[tuple[HolidayTerritory, dt.date, str]]) -> None:
    """Replace what is known of the told territories between the earliest and the latest of these holidays."""
    if not holidays:
        return
    days = [day for _, day, _ in holidays]
    session.execute(
        sa.delete(PublicHoliday).where(
            PublicHoliday.territory.in_({territory for territory, _, _ in holidays}),
            PublicHoliday.day.between(min(days), max(days)),
        )
    )
    session.execute(
        sa.insert(PublicHoliday).values([{"territory": t, "day": day, "name": name} for t, day, name in holidays])
    )


def _forget(session: Session, lieu_id: LieuId, days: Collection[dt.date]) -> None:
    for table in (SpecialHours, SpecialDay):
        session.execute(sa.delete(table).where(table.lieu_id == lieu_id, table.day.in_(days)))
