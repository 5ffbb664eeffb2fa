"""When a lieu opens, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from booking.places.forms.calendar import WEEKDAYS
from booking.places.rules import DAY, Hours, OpenState, Week, holidays_in, week_in_short
from booking.places.schemas import DaySeen
from booking.values.wall import today, wall_of
from booking.web.formats import day as day_said
from booking.web.formats import hour_said, minute
from booking.web.i18n import language

FAR = 6
"""Days ahead from which on a weekday's name alone could be mistaken for another."""


def hours_said(hours: Sequence[Hours]) -> str:
    """`9 h – 12 h 30, 14 h – 18 h`; `jour et nuit`; `fermé` without any."""
    if not hours:
        return _("fermé")
    if [*hours] == [Hours(0, DAY)]:
        return _("jour et nuit")
    return ", ".join(f"{minute(each.opens)}\u00a0– {_closing(each.closes)}" for each in sorted(hours))


def _closing(closes: int) -> str:
    if closes == DAY:
        return _("minuit")
    return minute(closes)


def reason_said(reason: str) -> str:
    """Why a day is closed: a public holiday in the reader's language, anything else as it was written."""
    return ", ".join(_(name) for name in holidays_in(reason)) or reason


def week_said(week: Week) -> list[tuple[str, str]]:
    """The week as (days, hours): (`Lundi au vendredi`, `8 h – 20 h`); nothing when the lieu never opens."""
    if not any(week.values()):
        return []
    return [(_days_said(first, last), hours_said(hours)) for first, last, hours in week_in_short(week)]


def _days_said(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return _("Tous les jours")
    from_day = _(WEEKDAYS[first])
    if first == last:
        return str(from_day)
    to_day = _weekday(last)
    if last == first + 1:
        return _("%(first)s et %(last)s", first=from_day, last=to_day)
    return _("%(first)s au %(last)s", first=from_day, last=to_day)


def _weekday(number: int) -> str:
    """The name of a weekday inside a sentence."""
    name: str = _(WEEKDAYS[number])
    return name.lower() if language() == "fr" else name


def state_said(state: OpenState, zone: str, now: dt.datetime) -> str:
    """`Ouvert jusqu'à 20 h`, `Fermé, ouvre demain à 9 h`, `Fermé pour l'instant`."""
    at = state.changes_at
    if at is None:
        return _("Ouvert jour et nuit") if state.is_open else _("Fermé pour l’instant")
    wall = wall_of(at, zone)
    hour = hour_said(at, zone) if wall.minute else _("minuit")
    distance = (wall.day - today(now, zone)).days
    same_night = distance == 1 and wall.minute < DAY // 2
    if state.is_open and (distance == 0 or same_night):
        said = _("Ouvert jusqu’à %(hour)s", hour=hour)
    elif state.is_open:
        said = _("Ouvert jusqu’au %(day)s à %(hour)s", day=day_said(at, zone, "middle"), hour=hour)
    elif distance == 0:
        said = _("Fermé, ouvre à %(hour)s", hour=hour)
    elif distance == 1:
        said = _("Fermé, ouvre demain à %(hour)s", hour=hour)
    elif distance <= FAR:
        said = _("Fermé, ouvre %(weekday)s à %(hour)s", weekday=_weekday(wall.day.weekday()), hour=hour)
    else:
        said = _("Fermé, ouvre le %(day)s à %(hour)s", day=day_said(at, zone, "middle"), hour=hour)
    return str(said)


def days_in_short(days: Sequence[DaySeen]) -> list[dict[str, Any]]:
    """Special days as lines {first, last, label, hours}: closed days in a row for one reason are one line."""
    lines: list[dict[str, Any]] = []
    for each in days:
        before = lines[-1] if lines else None
        if (
            before
            and not each.hours
            and not before["hours"]
            and before["label"] == each.label
            and each.day - before["last"] == dt.timedelta(days=1)
        ):
            before["last"] = each.day
        else:
            lines.append({"first": each.day, "last": each.day, "label": each.label, "hours": each.hours})
    return lines
