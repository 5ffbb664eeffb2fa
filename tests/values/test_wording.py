"""How each language writes amounts, dates and hours; pages and mails stand on it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from booking.values.money import Money
from booking.values.wall import Wall
from booking.values.wording import DAY_STYLES, Wording

FR, EN = Wording("fr"), Wording("en")
THURSDAY = dt.date(2026, 6, 11)
INSTANT = dt.datetime(2026, 6, 11, 22, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (FR.money(Money(123450)), "1\u202f234,50\u00a0€"),
        (EN.money(Money(123450)), "€1,234.50"),
        (FR.money(Money(-470)), "\N{MINUS SIGN}4,70\u00a0€"),
        (FR.number(Decimal("1234.56")), "1\u202f234,6"),
        (EN.number(1234, 0), "1,234"),
        (FR.minute(14 * 60 + 30), "14\u00a0h\u00a030"),
        (FR.minute(9 * 60), "9\u00a0h"),
        (FR.minute(1440), "24\u00a0h"),
        (FR.minute(25 * 60), "1\u00a0h"),
        (EN.minute(9 * 60), "9:00"),
        (FR.duration(30), "30\u00a0min"),
        (FR.duration(150), "2\u00a0h\u00a030"),
        (FR.duration(2880), "2\u00a0j"),
        (EN.duration(2880), "2\u00a0d"),
        (FR.day(THURSDAY), "jeudi 11 juin 2026"),
        (EN.day(THURSDAY), "Thursday 11 June 2026"),
        (FR.day(THURSDAY, style="short"), "jeu. 11 juin"),
        (FR.day(dt.date(2026, 5, 1)), "vendredi 1er mai 2026"),
        (FR.day(dt.date(2026, 5, 1), style="short"), "ven. 1er mai"),
        (FR.day(dt.date(2026, 5, 21), style="day"), "21 mai"),
        (EN.day(dt.date(2026, 5, 1)), "Friday 1 May 2026"),
        (FR.hour(Wall(THURSDAY, 9 * 60)), "09:00"),
    ],
)
def test_what_is_written(written: str, expected: str) -> None:
    assert written == expected


def test_an_instant_is_written_in_the_zone_of_the_lieu() -> None:
    assert FR.day(INSTANT, "Europe/Paris") == "vendredi 12 juin 2026"
    assert FR.hour_said(INSTANT, "Europe/Paris") == "0\u00a0h\u00a030"
    assert FR.hour(INSTANT, "Indian/Reunion") == "02:30"


def test_templates_get_every_way_of_writing_by_its_name() -> None:
    filters = FR.filters()
    assert set(filters) == {name for name in vars(Wording) if not name.startswith("_")} - {"filters", "language"}
    assert all(made == getattr(FR, name) for name, made in filters.items())


@pytest.mark.parametrize("style", DAY_STYLES)
def test_every_style_of_a_day_says_something_else(style: str) -> None:
    assert [other for other in DAY_STYLES if FR.day(THURSDAY, style=other) == FR.day(THURSDAY, style=style)] == [style]
