"""Whole minor units: no float enters, nothing is lost in sharing, one rounding."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.values.money import MAX_AMOUNT, Money, included_tax, rounded, shares


@pytest.mark.parametrize("amount", [1.0, True, "1", None, Fraction(1, 1)])
def test_only_whole_units_are_money(amount: Any) -> None:
    with pytest.raises(TypeError):
        Money(amount)


@pytest.mark.parametrize("amount", [MAX_AMOUNT + 1, -MAX_AMOUNT - 1])
def test_there_is_a_bound(amount: int) -> None:
    with pytest.raises(ValueError, match="beyond"):
        Money(amount)


@pytest.mark.parametrize(
    ("value", "whole"),
    [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("5/2", 3), ("49/100", 0), ("-49/100", 0), ("0", 0), ("7", 7)],
)
def test_halves_go_away_from_zero(value: str, whole: int) -> None:
    assert rounded(Fraction(value)) == whole


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_shares_sum_to_the_whole_and_are_fair(amount: int, weights: list[int]) -> None:
    parts = shares(Money(amount), weights)
    assert sum(p.amount for p in parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - Fraction(amount * weight, sum(weights))) < 1


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_there_must_be_a_way_to_share(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="share"):
        shares(Money(100), weights)


@pytest.mark.parametrize(
    ("gross", "rate", "tax"), [(1200, 2000, 200), (1085, 850, 85), (100, 0, 0), (1, 2000, 0), (3, 2000, 1)]
)
def test_the_tax_contained_in_a_price(gross: int, rate: int, tax: int) -> None:
    assert included_tax(Money(gross), rate) == Money(tax)
