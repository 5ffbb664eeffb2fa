"""Public names and secrets."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.values.codes import fold, new_token, read_code, short_code, slug, token_hash, uuid7

NOW = dt.datetime(2026, 6, 11, 8, 40, tzinfo=dt.UTC)


def test_a_uid_is_a_uuid_of_version_7_and_of_its_instant() -> None:
    made = [uuid.UUID(uuid7(NOW)) for _ in range(200)]
    assert len(set(made)) == 200
    for each in made:
        assert (each.version, each.variant) == (7, uuid.RFC_4122)
        assert each.int >> 80 == int(NOW.timestamp() * 1000)
    assert uuid7(NOW) < uuid7(NOW + dt.timedelta(seconds=1))


def test_a_code_can_be_read_aloud_and_typed_loosely() -> None:
    code = short_code("R")
    assert read_code(f"  {code.lower()} ") == code
    assert not set("01ILOU") & set(code[2:])


@pytest.mark.parametrize("text", ["", "R-", "R-12345", "R-OOOOOO", "7K3Q9V", "R-7K3Q9V' OR 1=1", "\0"])
def test_other_text_is_no_code(text: str) -> None:
    assert read_code(text) is None


def test_a_token_is_long_and_stored_as_its_hash() -> None:
    token = new_token()
    assert len(token) >= 43
    assert token_hash(token) != token
    assert len(token_hash(token)) == 64


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Saint-Étienne", "saint etienne"), ("Œuvre À l’Aube", "oeuvre a l aube"), ("  ", ""), ("L'Aigle", "l aigle")],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=200))
def test_a_slug_is_fit_for_an_address(text: str) -> None:
    made = slug(text)
    assert made
    assert made.strip("-") == made
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(made) <= 60
