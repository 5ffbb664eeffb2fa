"""A stretch as people choose it, on the wall clock of a lieu, and the instants that it means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs

from booking.errors import Refusal
from booking.values.interval import Interval
from booking.values.wall import NoSuchTime, Wall, instant, wall_of
from booking.web.fields import ClockField, CountField, DayField
from booking.web.formats import minute, sentence
from booking.web.forms import BaseForm, lazy_gettext, radio_field
from booking.web.zones import offset_said

DAY_MINUTES = 1440
MOST_UNITS = 10_000


class WhenForm(BaseForm):
    """A day, the hours, the last day when it is another, and how many.

    `start_fold` and `end_fold` are asked only when the hour exists twice, on the night on which the clocks go back.
    """

    day = DayField(lazy_gettext("Jour"), missing=lazy_gettext("Indiquez un jour."))
    start = ClockField(lazy_gettext("De"), name="from", missing=lazy_gettext("Indiquez une heure."))
    until = DayField(lazy_gettext("Jusqu’au"))
    end = ClockField(lazy_gettext("À"), name="to", missing=lazy_gettext("Indiquez une heure."))
    quantity = CountField(lazy_gettext("Combien"), 1, MOST_UNITS, missing=lazy_gettext("Indiquez combien."))
    start_fold = radio_field(lazy_gettext("Le début"), (), name="from_fold", validate_choice=False)
    end_fold = radio_field(lazy_gettext("La fin"), (), name="to_fold", validate_choice=False)

    def stretch(self, zone: str) -> Interval | None:
        """The instants of valid fields in that zone, or None with the sentence at the field that is wrong.

        An end that is no later than its start, without another last day, is refused; `00:00` ends the day.
        """
        day, minutes, last, ends = self.day.data, self.start.data, self.until.data, self.end.data
        if day is None or minutes is None or ends is None:
            return None
        if last is None or last == day:
            last, ends = day, ends or DAY_MINUTES
        start = self._instant(self.start, self.start_fold, day, minutes, zone)
        end = self._instant(self.end, self.end_fold, last, ends, zone)
        if start is None or end is None:
            return None
        if start >= end:
            self._refuse(
                self.until if last < day else self.end,
                _("La fin vient après le début. Pour finir un autre jour, indiquez lequel."),
            )
            return None
        return Interval(start, end)

    def _instant(self, field: ClockField, fold: Any, day: dt.date, minutes: int, zone: str) -> dt.datetime | None:
        wall = Wall(day + dt.timedelta(days=minutes // DAY_MINUTES), minutes % DAY_MINUTES)
        try:
            first = instant(wall, zone)
            second = instant(Wall(wall.day, wall.minute, 1), zone)
        except NoSuchTime as skipped:
            refusal = Refusal(
                "no_such_time",
                _("%(hour)s n’existe pas ce jour-là : les horloges avancent. Prenez %(following)s."),
                {"hour": minute(wall.minute), "following": minute(skipped.following.minute)},
            )
            self._refuse(field, sentence(refusal))
            return None
        if first == second:
            return first
        hour = minute(wall.minute)
        fold.choices = [
            SelectChoice("0", _("%(hour)s, la première fois (%(offset)s)", hour=hour, offset=offset_said(first, zone))),
            SelectChoice("1", _("%(hour)s, la seconde fois (%(offset)s)", hour=hour, offset=offset_said(second, zone))),
        ]
        if fold.data not in ("0", "1"):
            self._refuse(fold, _("Cette heure existe deux fois cette nuit-là : laquelle ?"))
            return None
        return second if fold.data == "1" else first

    @staticmethod
    def _refuse(field: Any, text: str) -> None:
        field.errors = [*field.errors, text]


def told(stretch: Interval, zone: str) -> dict[str, str]:
    """The fields that say these instants on the wall clock of that zone."""
    start, end = wall_of(stretch.start, zone), wall_of(stretch.end, zone)
    ends_at_midnight = end.minute == 0 and end.day - start.day == dt.timedelta(days=1)
    return {
        "day": start.day.isoformat(),
        "from": start.clock,
        "until": "" if ends_at_midnight or end.day == start.day else end.day.isoformat(),
        "to": end.clock,
        "from_fold": str(start.fold),
        "to_fold": str(end.fold),
    }


def filled(begun: Mapping[str, str], sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent, and the beginnings of the fields that it leaves out or empty."""
    whole = MultiDict((name, value) for name, value in sent.items(multi=True) if value)
    for name, value in begun.items():
        if name not in whole:
            whole[name] = value
    return whole


def read_instant(text: str) -> dt.datetime | None:
    """An instant of an address, `2026-06-12T12:00:00Z`, in whole seconds; None when it is none of our times."""
    try:
        read = dt.datetime.fromisoformat(text.strip().replace(" ", "+"))
        at = read.astimezone(dt.UTC).replace(microsecond=0) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return at if at is not None and 2000 <= at.year <= 2199 else None  # noqa: PLR2004 - as for a date that is typed
