"""Fields whose text means a value: amounts, lengths of time, hours, dates, numbers. An empty one means none.

What was typed is shown again as it was typed, right or wrong; a value from elsewhere is written in the reader's way.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from wtforms import StringField
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput, NumberInput, TextInput, TimeInput

from booking.values.money import Money
from booking.web.formats import duration, number
from booking.web.forms import lazy_gettext, tidy_line
from booking.web.i18n import language

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_DAY_MINUTES = 1440
_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-4])(?:[:hH]([0-5][0-9])?)?(?::[0-5][0-9])?")
_DURATION = re.compile(
    r"(?:([0-9]{1,4})(?:j|d|jours?|days?))?(?:([0-9]{1,5})h(?:eures?)?)?(?:([0-9]{1,6})(?:m|mn|min|minutes?)?)?"
)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FRENCH_DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,15})?")
_SPACES = re.compile(r"[\s\u00a0\u202f]")


class ValueField(StringField):
    """A line of text that means a value. `missing` is said when it is empty; without it, empty means None.

    `wrong` is said when it means nothing; `read` and `write` tell how.
    """

    data: Any
    wrong: Any = ""

    def __init__(self, label: Any, *, missing: Any = None, wrong: Any = None, **options: Any) -> None:
        super().__init__(label, **options)
        self._missing = missing
        self.wrong = wrong or self.wrong

    def read(self, text: str) -> Any:
        """The value that the text means; ValueError when it means none."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The text that means the value."""
        return str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = None
        text = tidy_line(valuelist[0] if valuelist else "")
        if not text:
            return
        try:
            self.data = self.read(text)
        except ValueError:
            raise ValueError(self.wrong) from None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Say what is missing."""
        if self.process_errors:
            raise StopValidation
        if self.data is None and self._missing:
            raise StopValidation(self._missing)

    def _value(self) -> str:
        if self.raw_data:
            return tidy_line(str(self.raw_data[0]))
        return "" if self.data is None else self.write(self.data)


class AmountField(ValueField):
    """An amount of euros: `12`, `12,50`, `1 200 €`; its data is Money."""

    widget = TextInput()
    wrong = lazy_gettext("Un montant s’écrit comme 12,50.")

    def read(self, text: str) -> Money:
        """The amount; at most two decimals, never negative."""
        match = _AMOUNT.fullmatch(_SPACES.sub("", text).removesuffix("€"))
        if match is None:
            raise ValueError(text)
        return Money(int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")))

    def write(self, value: Money) -> str:
        """`12,50`, without the unit, which stands beside."""
        euros, cents = divmod(value.amount, 100)
        return f"{euros}{',' if language() == 'fr' else '.'}{cents:02d}"


class PercentField(ValueField):
    """A share: `20`, `8,5 %`; its data is hundredths of a percent."""

    widget = TextInput()
    wrong = lazy_gettext("Un taux s’écrit comme 20 ou 8,5.")

    def read(self, text: str) -> int:
        """The share, 0 to 100 %, at most two decimals."""
        match = _AMOUNT.fullmatch(_SPACES.sub("", text).removesuffix("%"))
        found = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else -1
        if not 0 <= found <= 10_000:  # noqa: PLR2004 - 100 %
            raise ValueError(text)
        return found

    def write(self, value: int) -> str:
        """`8,5`, without the unit."""
        return number(Decimal(value) / 100, 2)


class DurationField(ValueField):
    """A length of time: `90`, `90 min`, `1 h 30`, `3 j`; its data is minutes."""

    widget = TextInput()
    wrong = lazy_gettext("Une durée s’écrit comme 30 min, 1 h 30 ou 2 j.")

    def read(self, text: str) -> int:
        """The minutes."""
        match = _DURATION.fullmatch(_SPACES.sub("", text).lower())
        if match is None or not any(match.groups()):
            raise ValueError(text)
        days, hours, minutes = (int(part or 0) for part in match.groups())
        return days * _DAY_MINUTES + hours * 60 + minutes

    def write(self, value: int) -> str:
        """`1 h 30`."""
        return duration(value) if value else "0"


class ClockField(ValueField):
    """A time of day: `14:30`, `14 h 30`, `9 h`; its data is minutes since midnight, 1440 for `24:00`."""

    widget = TimeInput()
    wrong = lazy_gettext("Une heure s’écrit comme 14:30.")

    def read(self, text: str) -> int:
        """The minutes since midnight."""
        match = _CLOCK.fullmatch(_SPACES.sub("", text))
        found = int(match[1]) * 60 + int(match[2] or 0) if match else _DAY_MINUTES + 1
        if found > _DAY_MINUTES:
            raise ValueError(text)
        return found

    def write(self, value: int) -> str:
        """`14:30`, the form that a browser's time field reads."""
        return f"{value // 60 % 24:02d}:{value % 60:02d}"


class DayField(ValueField):
    """A date: `2026-06-11`, as browsers send it, or `11/06/2026`, as people type it; its data is a date."""

    widget = DateInput()
    wrong = lazy_gettext("Une date s’écrit comme 11/06/2026.")

    def read(self, text: str) -> dt.date:
        """The date, between 1970 and 2199."""
        french = _FRENCH_DAY.fullmatch(text)
        if french:
            found = dt.date(int(french[3]), int(french[2]), int(french[1]))
        elif _ISO_DAY.fullmatch(text):
            found = dt.date.fromisoformat(text)
        else:
            raise ValueError(text)
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise ValueError(text)
        return found

    def write(self, value: dt.date) -> str:
        """`2026-06-11`, the form that a browser's date field reads."""
        return value.isoformat()


class CountField(ValueField):
    """A whole number from `least` to `most`."""

    widget = NumberInput()

    def __init__(self, label: Any, least: int, most: int, **options: Any) -> None:
        super().__init__(label, **options)
        self.flags.min, self.flags.max = least, most
        self._range = range(least, most + 1)
        self.wrong = lazy_gettext("Un nombre entier de %(least)s à %(most)s.", least=least, most=most)

    def read(self, text: str) -> int:
        """The number, in plain digits."""
        digits = _SPACES.sub("", text)
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", digits) or int(digits) not in self._range:
            raise ValueError(text)
        return int(digits)


class DegreesField(ValueField):
    """A latitude or a longitude: `45,7797`, `-61.73`; its data is a float of degrees."""

    widget = TextInput()
    wrong = lazy_gettext("Des degrés s’écrivent comme 45,7797.")

    def read(self, text: str) -> float:
        """The degrees."""
        digits = _SPACES.sub("", text).replace("\N{MINUS SIGN}", "-").removesuffix("°")
        if not _DEGREES.fullmatch(digits):
            raise ValueError(text)
        return float(digits.replace(",", "."))

    def write(self, value: float) -> str:
        """The degrees to the metre, with a point, as maps show them."""
        return f"{value:.6f}".rstrip("0").rstrip(".")
