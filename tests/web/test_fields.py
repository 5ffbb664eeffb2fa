"""Fields whose text means a value: a table of what people and browsers send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from booking.app import create_app
from booking.values.money import Money
from booking.web.fields import (
    AmountField,
    ClockField,
    CountField,
    DayField,
    DegreesField,
    DurationField,
    PercentField,
    ValueField,
)
from tests.conftest import settings_for

MAKERS: dict[str, Callable[..., ValueField]] = {
    "amount": AmountField,
    "percent": PercentField,
    "duration": DurationField,
    "clock": ClockField,
    "day": DayField,
    "count": lambda label, **more: CountField(label, 1, 50, **more),
    "degrees": DegreesField,
}


@pytest.fixture(scope="module")
def plain_app() -> Flask:
    return create_app(settings_for("sqlite:////nowhere/at/all.db"))


def sent(app: Flask, kind: str, text: str | None, language: str = "fr", **options: Any) -> tuple[Any, list[str], str]:
    """The value, the sentences and the text shown again."""
    made = type("Made", (Form,), {"field": MAKERS[kind]("Champ", **options)})
    with app.test_request_context(f"/?lang={language}"):
        form = made(MultiDict({} if text is None else {"field": text}))
        form.validate()
        return form.field.data, [str(each) for each in form.field.errors], str(form.field())


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("amount", "12", Money(1200)),
        ("amount", "12,5", Money(1250)),
        ("amount", "12.50", Money(1250)),
        ("amount", "1 200,00 €", Money(120_000)),
        ("amount", "1\u202f200\u00a0€", Money(120_000)),
        ("amount", "0", Money(0)),
        ("percent", "20", 2000),
        ("percent", "8,5 %", 850),
        ("percent", "100", 10_000),
        ("duration", "90", 90),
        ("duration", "90 min", 90),
        ("duration", "1 h 30", 90),
        ("duration", "1h30", 90),
        ("duration", "2 h", 120),
        ("duration", "3 j", 4320),
        ("duration", "1 jour 2 heures", 1560),
        ("duration", "2 days", 2880),
        ("duration", "0", 0),
        ("clock", "14:30", 870),
        ("clock", "14:30:00", 870),
        ("clock", "9 h", 540),
        ("clock", "9h05", 545),
        ("clock", "00:00", 0),
        ("clock", "24:00", 1440),
        ("day", "2026-06-11", dt.date(2026, 6, 11)),
        ("day", "11/06/2026", dt.date(2026, 6, 11)),
        ("day", "1.6.2026", dt.date(2026, 6, 1)),
        ("count", "7", 7),
        ("count", " 50 ", 50),
        ("degrees", "45,7797", 45.7797),
        ("degrees", "-61.73", -61.73),
        ("degrees", "\N{MINUS SIGN}61,73°", -61.73),
    ],
)
def test_what_people_mean(plain_app: Flask, kind: str, text: str, value: Any) -> None:
    assert sent(plain_app, kind, text)[:2] == (value, [])


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("amount", ["-5", "12,345", "1e5", "12€50", "NaN", "\u0661\u0662", "9" * 30, "<b>", "12\0.3x", "0x10"]),
        ("percent", ["101", "-1", "x", "9" * 30, "8,555"]),
        ("duration", ["-30", "x", "1 h x", "h", "j", "9" * 30, "\u0661", "1,5 h"]),
        ("clock", ["25:00", "24:01", "14:60", "midi", "-1", "9" * 30, "14:30pm"]),
        ("day", ["2026-02-30", "31/02/2026", "2026-6-1", "0001-01-01", "9999-12-31", "hier", "20260611", "9" * 30]),
        ("count", ["0", "51", "1.5", "-3", "x", "9" * 30, "\u0661", "1e1"]),
        ("degrees", ["x", "1234", "45 N", "nan", "inf", "1e2", "9" * 30]),
    ],
)
def test_what_means_nothing_is_told_and_kept_as_typed(plain_app: Flask, kind: str, texts: list[str]) -> None:
    for text in texts:
        value, errors, shown = sent(plain_app, kind, text)
        assert value is None, text
        assert len(errors) == 1, text
        assert errors[0].endswith(".")
        if text.isalnum():
            assert f'value="{text}"' in shown


@pytest.mark.parametrize("kind", list(MAKERS))
def test_an_empty_field_means_none_unless_it_is_needed(plain_app: Flask, kind: str) -> None:
    for empty in (None, "", "  \u00a0 ", "\0"):
        assert sent(plain_app, kind, empty)[:2] == (None, [])
    assert sent(plain_app, kind, "", missing="À remplir.")[:2] == (None, ["À remplir."])


@pytest.mark.parametrize(
    ("kind", "value", "french", "english"),
    [
        ("amount", Money(1250), "12,50", "12.50"),
        ("amount", Money(120_000), "1200,00", "1200.00"),
        ("percent", 850, "8,5", "8.5"),
        ("duration", 90, "1\u00a0h\u00a030", "1\u00a0h\u00a030"),
        ("clock", 1440, "00:00", "00:00"),
        ("day", dt.date(2026, 6, 11), "2026-06-11", "2026-06-11"),
        ("degrees", -61.73, "-61.73", "-61.73"),
    ],
)
def test_a_value_is_written_so_that_it_is_read_again(
    plain_app: Flask, kind: str, value: Any, french: str, english: str
) -> None:
    made = type("Made", (Form,), {"field": MAKERS[kind]("Champ")})
    for language, text in (("fr", french), ("en", english)):
        with plain_app.test_request_context(f"/?lang={language}"):
            shown = made(data={"field": value}).field._value()  # noqa: SLF001 - what the widget writes
        assert shown == text
        assert sent(plain_app, kind, shown, language)[0] in (value, 0)
