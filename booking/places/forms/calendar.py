"""When a lieu opens: a week, a day with hours of its own, days that are closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from flask_babel import gettext as _
from wtforms import Form, FormField
from wtforms.validators import DataRequired

from booking.errors import N_, Problem
from booking.places.rules import DAY, Hours, Week
from booking.web.fields import ClockField, DayField
from booking.web.formats import sentence
from booking.web.forms import BaseForm, LineField, lazy_gettext

WEEKDAYS = (
    N_("Lundi"),
    N_("Mardi"),
    N_("Mercredi"),
    N_("Jeudi"),
    N_("Vendredi"),
    N_("Samedi"),
    N_("Dimanche"),
)


class StretchForm(Form):
    """From an hour to another; at or before it, the next day."""

    opens = ClockField(lazy_gettext("De"))
    closes = ClockField(lazy_gettext("À"))

    def hours(self) -> Hours | None:
        """The stretch, or None when it is empty or wrong; then the sentence stands at its field."""
        opens, closes = self.opens.data, self.closes.data
        if opens is None and closes is None:
            return None
        if opens is None or closes is None:
            field = self.opens if opens is None else self.closes
            if not field.errors:
                field.errors = [_("Une plage a un début et une fin.")]
            return None
        opens %= DAY
        if closes % DAY == opens and opens:
            self.closes.errors = [_("La fin est la même que le début. Jour et nuit s’écrit de 00:00 à 00:00.")]
            return None
        return Hours(opens, closes if closes > opens else closes + DAY)

    @property
    def empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not any(field.data is not None or field.errors for field in (self.opens, self.closes))

    @property
    def wrong(self) -> bool:
        """Whether something is to be mended in it."""
        return bool(self.opens.errors or self.closes.errors)


class DayForm(Form):
    """The stretches of one day; empty ones count for nothing."""

    first = FormField(StretchForm)
    second = FormField(StretchForm)
    third = FormField(StretchForm)
    fourth = FormField(StretchForm)

    @property
    def entries(self) -> list[FormField[StretchForm]]:
        """The stretches as fields, in the order of the page."""
        return [self.first, self.second, self.third, self.fourth]

    @property
    def shown(self) -> list[FormField[StretchForm]]:
        """The stretches that a page shows: those in use, one more, and two at least."""
        used = [number for number, entry in enumerate(self.entries, 1) if not entry.form.empty]
        return self.entries[: max(2, *used, 1 + max(used, default=0))]

    def hours(self) -> list[Hours]:
        """What the stretches say, those that are wrong left out; the sentences of these stand at their fields."""
        found = [entry.form.hours() for entry in self.entries]
        return [hours for hours in found if hours is not None]


def showing(hours: Sequence[Hours]) -> dict[str, dict[str, int]]:
    """The same hours as values of a `DayForm`."""
    values = [{"opens": each.opens, "closes": each.closes % DAY} for each in hours]
    return dict(zip(("first", "second", "third", "fourth"), values, strict=False))


class _HoursForm(BaseForm):
    """A form with the hours of one or several days."""

    def days(self) -> Iterator[tuple[str, FormField[DayForm]]]:
        """Each day's field by its name."""
        yield from ((name, field) for name, field in self._fields.items() if isinstance(field, FormField))

    def complete(self) -> bool:
        """Whether every stretch that was begun is whole and possible; reads them all, so that all sentences stand."""
        days = [field.form for _name, field in self.days()]
        for day in days:
            day.hours()
        return not any(entry.form.wrong for day in days for entry in day.entries)

    def refuse(self, problem: Problem) -> list[str]:
        """Show each reason at the first stretch of its day, or at its field; return those that have no field."""
        days = dict(self.days())
        for reason in problem.reasons:
            if reason.field in days:
                first = days[reason.field].form.first.form.opens
                first.errors = [*first.errors, sentence(reason)]
        rest = [reason for reason in problem.reasons if reason.field not in days]
        return super().refuse(type(problem)(*rest)) if rest else []


class WeekForm(_HoursForm):
    """The opening hours of a week."""

    weekday_0 = FormField(DayForm, lazy_gettext(WEEKDAYS[0]))
    weekday_1 = FormField(DayForm, lazy_gettext(WEEKDAYS[1]))
    weekday_2 = FormField(DayForm, lazy_gettext(WEEKDAYS[2]))
    weekday_3 = FormField(DayForm, lazy_gettext(WEEKDAYS[3]))
    weekday_4 = FormField(DayForm, lazy_gettext(WEEKDAYS[4]))
    weekday_5 = FormField(DayForm, lazy_gettext(WEEKDAYS[5]))
    weekday_6 = FormField(DayForm, lazy_gettext(WEEKDAYS[6]))

    @classmethod
    def showing(cls, week: Week) -> WeekForm:
        """The form filled with what is."""
        return cls(formdata=None, data={f"weekday_{weekday}": showing(week.get(weekday, ())) for weekday in range(7)})

    def week(self) -> Week:
        """What a complete form says."""
        return {int(name[-1]): tuple(sorted(hours)) for name, field in self.days() if (hours := field.form.hours())}


class SpecialHoursForm(_HoursForm):
    """One day with hours of its own."""

    first = DayField(lazy_gettext("Jour"), missing=lazy_gettext("Indiquez le jour."))
    label = LineField(
        lazy_gettext("À quelle occasion"), 120, [DataRequired(lazy_gettext("Dites pourquoi : c’est montré au public."))]
    )
    hours = FormField(DayForm, lazy_gettext("Ouvert"))


class CloseForm(BaseForm):
    """Days on which a lieu is closed."""

    first = DayField(lazy_gettext("Premier jour"), missing=lazy_gettext("Indiquez le premier jour."))
    last = DayField(lazy_gettext("Dernier jour"))
    label = LineField(
        lazy_gettext("Pourquoi"), 120, [DataRequired(lazy_gettext("Dites pourquoi : c’est montré au public."))]
    )

    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of a valid form; alone, the first is both."""
        first: dt.date = self.first.data
        return first, self.last.data or first
