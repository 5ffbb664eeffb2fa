"""How a language writes dates, hours and amounts for people: `14 h 30` in sentences, `14:30` in grids, `4,70 €`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from booking.values.money import EXPONENT, Money
from booking.values.wall import Wall, wall_of

NBSP = "\u00a0"
DAY_STYLES = {
    "long": "EEEE d MMMM y",
    "middle": "EEEE d MMMM",
    "short": "EEE d MMM",
    "day": "d MMMM",
    "month": "MMMM y",
    "weekday": "EEE",
}

_FIRST = re.compile(r"\b1 (?=\D)")
"""The first of a month: French says `1er`, and every other day by its plain number."""


@lru_cache(maxsize=4096)
def _money(value: Money, language: str) -> str:
    """Kept: a planning of a hundred resources writes few amounts hundreds of times."""
    exact = Decimal(value.amount).scaleb(-EXPONENT[value.unit])
    return format_currency(exact, value.unit.value, locale=language).replace("-", "\N{MINUS SIGN}")


@dataclass(frozen=True, slots=True)
class Wording:
    """The ways of writing of one language, `fr` or `en`; pages and mails share them."""

    language: str

    def money(self, value: Money) -> str:
        """`12,50 €`, `€12.50`; what is taken off bears a true minus, as wide as a plus."""
        return _money(value, self.language)

    def number(self, value: Decimal | int, places: int = 1) -> str:
        """A number with at most `places` decimals."""
        return format_decimal(value, format="#,##0." + "#" * places if places else "#,##0", locale=self.language)

    def minute(self, value: int) -> str:
        """A time of day given in wall minutes since midnight, for sentences: `14 h 30`, `9 h`; `14:30` in English."""
        hours, minutes = divmod(value % 1440 if value != 1440 else value, 60)  # noqa: PLR2004 - minutes of a day
        if self.language != "fr":
            return f"{hours}:{minutes:02d}"
        return f"{hours}{NBSP}h{NBSP}{minutes:02d}" if minutes else f"{hours}{NBSP}h"

    def hour(self, at: dt.datetime | Wall, zone: str = "") -> str:
        """The time of day for grids and tables, `14:30`, in the lieu's zone."""
        return _wall(at, zone).clock

    def hour_said(self, at: dt.datetime | Wall, zone: str = "") -> str:
        """The time of day for sentences, `14 h 30`."""
        return self.minute(_wall(at, zone).minute)

    def day(self, value: dt.date | dt.datetime, zone: str = "", style: str = "long") -> str:
        """A date in words, by one of DAY_STYLES: `long` jeudi 11 juin 2026, `short` jeu. 11 juin, ven. 1er mai."""
        date = wall_of(value, zone).day if isinstance(value, dt.datetime) else value
        said = format_date(date, DAY_STYLES[style], locale=self.language)
        return _FIRST.sub("1er ", said) if self.language == "fr" else said

    def duration(self, minutes: int) -> str:
        """A length of time: `30 min`, `2 h`, `2 h 30`, `3 j`."""
        days, rest = divmod(minutes, 1440)
        if days and not rest:
            return f"{days}{NBSP}{'j' if self.language == 'fr' else 'd'}"
        hours, left = divmod(minutes, 60)
        if not hours:
            return f"{left}{NBSP}min"
        return f"{hours}{NBSP}h{NBSP}{left:02d}" if left else f"{hours}{NBSP}h"

    def filters(self) -> dict[str, Callable[..., Any]]:
        """All of them by name, for a template environment of this language."""
        return {
            "money": self.money,
            "number": self.number,
            "minute": self.minute,
            "hour": self.hour,
            "hour_said": self.hour_said,
            "day": self.day,
            "duration": self.duration,
        }


def _wall(at: dt.datetime | Wall, zone: str) -> Wall:
    return at if isinstance(at, Wall) else wall_of(at, zone)
