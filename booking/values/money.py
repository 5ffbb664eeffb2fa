"""Money: whole minor units with their unit of account. No float ever; one rounding; shares by largest remainder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Unit(StrEnum):
    """Units of account. They never mix and are never converted into each other."""

    EUR = "EUR"


EXPONENT = {Unit.EUR: 2}
"""Digits after the decimal mark in one major unit."""

MAX_AMOUNT = 10**12
"""No single amount of the trade comes near: ten thousand million euros in cents."""


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """`amount` minor units (cents of EUR) of `unit`; negative amounts are reductions and debts."""

    amount: int
    unit: Unit = Unit.EUR

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool):
            msg = f"money is whole minor units, not {self.amount!r}"
            raise TypeError(msg)
        if abs(self.amount) > MAX_AMOUNT:
            msg = f"{self.amount} is beyond any amount of the trade"
            raise ValueError(msg)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.unit)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.unit)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.unit)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.unit)

    def __bool__(self) -> bool:
        return self.amount != 0

    def fraction(self, share: Fraction) -> Money:
        """That share of the amount, rounded by the one rounding."""
        return Money(rounded(self.amount * share), self.unit)

    def _same(self, other: Money) -> int:
        if other.unit != self.unit:
            msg = f"{self.unit} and {other.unit} do not mix"
            raise ValueError(msg)
        return other.amount


def rounded(value: Fraction) -> int:
    """The nearest whole number, halves away from zero (the commercial rounding French invoices use)."""
    doubled = abs(value) * 2
    nearest = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    return nearest if value >= 0 else -nearest


def shares(total: Money, weights: Sequence[int]) -> list[Money]:
    """`total` cut in proportion to `weights` (>= 0, not all 0) by largest remainder; the parts sum to the total."""
    whole = sum(weights)
    if whole <= 0 or any(w < 0 for w in weights):
        msg = f"no way to share by {weights!r}"
        raise ValueError(msg)
    sign = -1 if total.amount < 0 else 1
    exact = [Fraction(abs(total.amount) * w, whole) for w in weights]
    parts = [int(e) for e in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: abs(total.amount) - sum(parts)]:
        parts[i] += 1
    return [Money(sign * p, total.unit) for p in parts]


def included_tax(gross: Money, basis_points: int) -> Money:
    """The tax contained in a price that includes it; the rate in hundredths of a percent (2000 is 20 %)."""
    return gross.fraction(Fraction(basis_points, 10_000 + basis_points))
