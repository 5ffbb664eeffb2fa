from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.db.pages import cursor, read_cursor
from booking.errors import Malformed

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=60)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)


@given(text=TEXTS, number=NUMBERS)
def test_a_cursor_gives_back_what_it_was_made_of(text: str, number: int) -> None:
    made = cursor(text, number)
    assert read_cursor(made, str, int) == (text, number)
    assert made.isascii()
    assert not set(made) & set("+/=&?#%")


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "é",
        "!!!!",
        "A",
        encoded([1, "a"]),
        encoded(["a"]),
        encoded(["a", 1, 2]),
        encoded({"a": 1}),
        encoded(["a", True]),
        encoded(["a", 1.5]),
        encoded(["a", None]),
        encoded(["a\0b", 1]),
        encoded(["a\nb", 1]),
        encoded(["\ud800", 1]),
        encoded(["a", 2**63]),
        encoded(["a" * 401, 1]),
        "[" * 5000,
        encoded("a" * 10_000),
    ],
)
def test_whatever_is_not_a_cursor_is_refused(forged: str) -> None:
    with pytest.raises(Malformed) as refusal:
        read_cursor(forged, str, int)
    assert refusal.value.reasons[0].code == "cursor"


@given(st.text(max_size=80))
def test_no_text_at_all_breaks_it(text: str) -> None:
    try:
        read_cursor(text, str, int)
    except Malformed:
        return
    assert text  # whatever is read was well formed
