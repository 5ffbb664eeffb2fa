"""A price, explained line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from booking.errors import N_
from booking.tariffs.rules.covers import cheapest
from booking.tariffs.rules.sheets import Period, Rate, RateSheet
from booking.values.interval import Interval
from booking.values.money import Money, included_tax

_WHOLE = 10_000
"""Hundredths of a percent in 100 %."""

SENTENCES: Mapping[str, str] = {
    "rate_step": N_("%(count)s × %(minutes)s min"),
    "rate_hour": N_("%(count)s × heure"),
    "rate_half_day": N_("%(count)s × demi-journée"),
    "rate_day": N_("%(count)s × journée"),
    "rate_week": N_("%(count)s × semaine"),
    "rate_month": N_("%(count)s × mois"),
    "quantity": N_("Quantité %(quantity)s, soit %(count)s de plus"),
    "free": N_("Gratuit"),
}
"""The French source sentence of every line's code."""


class VatMention(StrEnum):
    """What a price says about VAT."""

    INCLUDED = "included"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Vat:
    """The VAT that a lieu's prices contain, in hundredths of a percent (2000 is 20 %); 0 when it charges none.

    Why a lieu charges none, and the legal sentence for it, belong to the lieu. Raises ValueError outside 0..10000.
    """

    basis_points: int

    def __post_init__(self) -> None:
        if not 0 <= self.basis_points <= _WHOLE:
            raise ValueError(f"no such rate of VAT: {self.basis_points}")

    @property
    def mention(self) -> VatMention:
        """What a price with this VAT says about it."""
        return VatMention.INCLUDED if self.basis_points else VatMention.NONE


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explained price: `count` times `unit_amount` is `amount`, always.

    Its words are `SENTENCES[code]` filled with `params`, which are whole numbers and fit for JSON.
    """

    code: str
    count: int
    unit_amount: Money
    amount: Money
    params: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """What a stretch costs. The lines sum to `total`, which contains `vat`.

    `plain` is what the shortest period alone would cost, when that is dearer: "25,50 €, ramené à la journée".
    """

    lines: tuple[Line, ...]
    total: Money
    vat: Money
    vat_basis_points: int
    vat_mention: VatMention
    plain: Money | None


def price_from(sheet: RateSheet) -> Rate | None:
    """The price shown as "from": the shortest period with its amount; None when the sheet is free or has no rate."""
    return None if sheet.free or not sheet.rates else sheet.ascending[0]


def price_lines(stretch: Interval, quantity: int, sheet: RateSheet, vat: Vat) -> Price:
    """The price of `quantity` units (at least one) for a stretch, line by line in the order in which it is computed.

    Raises NoRate and StretchTooLong as `cheapest` does, and ValueError for a quantity below one.
    """
    if quantity < 1:
        raise ValueError(f"nothing to price: {quantity} units")
    combination = cheapest(stretch, sheet)
    one, total = combination.total, combination.total * quantity
    if sheet.free:
        lines = [Line("free", 1, one, one)]
    else:
        amounts = {rate.period: rate.amount for rate in sheet.rates}
        lines = [_rate_line(period, times, amounts[period], sheet.step) for period, times in combination.items]
        if quantity > 1:
            more = quantity - 1
            lines.append(Line("quantity", more, one, one * more, {"count": more, "quantity": quantity}))
    return Price(
        lines=tuple(lines),
        total=total,
        vat=included_tax(total, vat.basis_points),
        vat_basis_points=vat.basis_points,
        vat_mention=vat.mention,
        plain=_plain(stretch, quantity, sheet, total),
    )


def _rate_line(period: Period, times: int, amount: Money, step: int) -> Line:
    params = {"count": times}
    if period is Period.STEP:
        params["minutes"] = step
    return Line(f"rate_{period}", times, amount, amount * times, params)


def _plain(stretch: Interval, quantity: int, sheet: RateSheet, total: Money) -> Money | None:
    shortest = price_from(sheet)
    if shortest is None:
        return None
    alone = cheapest(stretch, replace(sheet, rates=(shortest,))).total * quantity
    return alone if alone.amount > total.amount else None
