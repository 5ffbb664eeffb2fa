"""Dates, hours and amounts in the reader's language, for pages; `values.wording` says how each language writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from flask import Flask
from flask_babel import gettext

from booking.errors import Refusal
from booking.values.money import Money
from booking.values.wall import Wall
from booking.values.wording import NBSP, Wording
from booking.web.i18n import form_of, language

__all__ = ["NBSP", "day", "duration", "hour", "hour_said", "minute", "money", "number", "register", "sentence"]


def money(value: Money) -> str:
    """`12,50 €`, `€12.50`."""
    return Wording(language()).money(value)


def number(value: Decimal | int, places: int = 1) -> str:
    """A number with at most `places` decimals in the reader's way of writing."""
    return Wording(language()).number(value, places)


def minute(value: int) -> str:
    """A time of day given in wall minutes since midnight, for sentences: `14 h 30`, `9 h`; `14:30` in English."""
    return Wording(language()).minute(value)


def hour(at: dt.datetime | Wall, zone: str = "") -> str:
    """The time of day for grids and tables, `14:30`, in the lieu's zone."""
    return Wording(language()).hour(at, zone)


def hour_said(at: dt.datetime | Wall, zone: str = "") -> str:
    """The time of day for sentences, `14 h 30`."""
    return Wording(language()).hour_said(at, zone)


def day(value: dt.date | dt.datetime, zone: str = "", style: str = "long") -> str:
    """A date in words. Styles: `long` jeudi 11 juin 2026, `middle` jeudi 11 juin, `short` jeu. 11 juin..."""
    return Wording(language()).day(value, zone, style)


def duration(minutes: int) -> str:
    """A length of time: `30 min`, `2 h`, `2 h 30`, `3 j`."""
    return Wording(language()).duration(minutes)


def sentence(refusal: Refusal) -> str:
    """A refusal in the reader's language, its values written out."""
    if refusal.several:
        text = form_of(refusal.message, refusal.several, refusal.params["count"])
    else:
        text = gettext(refusal.message)
    return text % {name: _written(value) for name, value in refusal.params.items()} if refusal.params else text


def _written(value: object) -> object:
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, Wall):
        return f"{day(value.day, style='middle')}, {minute(value.minute)}"
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, dt.timedelta):
        return duration(value // dt.timedelta(minutes=1))
    return value


def register(app: Flask) -> None:
    """Give templates these words as filters."""
    app.jinja_env.filters.update(
        money=money, number=number, minute=minute, hour=hour, hour_said=hour_said, day=day, duration=duration
    )
