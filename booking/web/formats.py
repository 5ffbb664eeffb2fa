"""How dates, hours and amounts are written for people: `14 h 30` in sentences, `14:30` in grids, `4,70 €`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from flask import Flask
from flask_babel import gettext

from booking.errors import Refusal
from booking.values.money import EXPONENT, Money
from booking.values.wall import Wall, wall_of
from booking.web.i18n import language

NBSP = "\u00a0"


def money(value: Money) -> str:
    """`12,50 €`, `€12.50`."""
    exact = Decimal(value.amount).scaleb(-EXPONENT[value.unit])
    return format_currency(exact, value.unit.value, locale=language())


def number(value: Decimal | int, places: int = 1) -> str:
    """A number with at most `places` decimals in the reader's way of writing."""
    return format_decimal(value, format="#,##0." + "#" * places if places else "#,##0", locale=language())


def minute(value: int) -> str:
    """A time of day given in wall minutes since midnight, for sentences: `14 h 30`, `9 h`; `14:30` in English."""
    hours, minutes = divmod(value % 1440 if value != 1440 else value, 60)  # noqa: PLR2004 - minutes of a day
    if language() != "fr":
        return f"{hours}:{minutes:02d}"
    return f"{hours}{NBSP}h{NBSP}{minutes:02d}" if minutes else f"{hours}{NBSP}h"


def hour(at: dt.datetime | Wall, zone: str = "") -> str:
    """The time of day for grids and tables, `14:30`, in the lieu's zone."""
    return _wall(at, zone).clock


def hour_said(at: dt.datetime | Wall, zone: str = "") -> str:
    """The time of day for sentences, `14 h 30`."""
    return minute(_wall(at, zone).minute)


def day(value: dt.date | dt.datetime, zone: str = "", style: str = "long") -> str:
    """A date in words. Styles: `long` jeudi 11 juin 2026, `middle` jeudi 11 juin, `short` jeu. 11 juin, `month` juin 2026."""
    date = wall_of(value, zone).day if isinstance(value, dt.datetime) else value
    patterns = {
        "fr": {"long": "EEEE d MMMM y", "middle": "EEEE d MMMM", "short": "EEE d MMM", "month": "MMMM y", "weekday": "EEE"},
        "en": {"long": "EEEE d MMMM y", "middle": "EEEE d MMMM", "short": "EEE d MMM", "month": "MMMM y", "weekday": "EEE"},
    }
    return format_date(date, patterns[language()][style], locale=language())


def duration(minutes: int) -> str:
    """A length of time: `30 min`, `2 h`, `2 h 30`, `3 j`."""
    days, rest = divmod(minutes, 1440)
    if days and not rest:
        return f"{days}{NBSP}{'j' if language() == 'fr' else 'd'}"
    hours, left = divmod(minutes, 60)
    if not hours:
        return f"{left}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{left:02d}" if left else f"{hours}{NBSP}h"


def sentence(refusal: Refusal) -> str:
    """A refusal in the reader's language, its values written out."""
    text: str = gettext(refusal.message)
    return text % {name: _written(value) for name, value in refusal.params.items()} if refusal.params else text


def _written(value: object) -> object:
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, Wall):
        return f"{day(value.day, style='middle')}, {minute(value.minute)}"
    if isinstance(value, dt.date):
        return day(value)
    return value


def _wall(at: dt.datetime | Wall, zone: str) -> Wall:
    return at if isinstance(at, Wall) else wall_of(at, zone)


def register(app: Flask) -> None:
    """Give templates these words as filters."""
    app.jinja_env.filters.update(
        money=money, number=number, minute=minute, hour=hour, hour_said=hour_said, day=day, duration=duration
    )
