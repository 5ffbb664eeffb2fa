"""What travels out of the tariffs room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from booking.errors import N_, Refusal
from booking.places.rules import line_refusals
from booking.tariffs.rules import Period, Price
from booking.tariffs.words import PayerKind, RateAudience
from booking.values.ids import LieuId, MemberId, QuoteId, ResourceId
from booking.values.interval import Interval
from booking.values.money import Money

HIGHEST_RATE = Money(100_000_000)
"""No rate is higher: a million euros."""


@dataclass(frozen=True, slots=True)
class TariffDraft:
    """A price list as its lieu's managers write it: what each period costs each audience. A free one has no rates."""

    name: str
    free: bool
    rates: Mapping[tuple[RateAudience, Period], Money]

    def refusals(self) -> list[Refusal]:
        """Every reason why not, at its field; a rate's is `public_hour`, `member_day` and so on."""
        found = line_refusals(self.name, 120, "name", required=True)
        if self.free and self.rates:
            found.append(Refusal("free_with_rates", N_("Un tarif gratuit n’a pas de prix : videz-les."), field="free"))
        if not self.free and not self.rates:
            message = N_("Fixez au moins un prix, ou dites que c’est gratuit.")
            found.append(Refusal("no_rates", message, field=f"{RateAudience.PUBLIC}_{Period.HOUR}"))
        for (audience, period), amount in self.rates.items():
            if not 0 <= amount.amount <= HIGHEST_RATE.amount:
                message = N_("Un prix va de 0 à %(most)s.")
                found.append(Refusal("rate", message, {"most": HIGHEST_RATE}, f"{audience}_{period}"))
        return found


@dataclass(frozen=True, slots=True)
class TariffManaged:
    """A price list in its managers' hands, with the names of the resources that are booked at it."""

    uid: str
    draft: TariffDraft
    resources: tuple[str, ...]
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One line of a quote: its words are `tariffs.rules.SENTENCES[code]` filled with `params`."""

    code: str
    params: Mapping[str, Any]
    amount: Money


@dataclass(frozen=True, slots=True)
class PartSeen:
    """Who pays how much."""

    payer: PayerKind
    amount: Money


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """A computed price with what it is for, about to be fixed."""

    price: Price
    lieu_id: LieuId
    resource_id: ResourceId
    member_id: MemberId | None
    stretch: Interval
    quantity: int
    rule_version_id: int


@dataclass(frozen=True, slots=True)
class QuoteSeen:
    """A price as it was fixed, line by line."""

    id: QuoteId
    uid: str
    lieu_id: LieuId
    resource_id: ResourceId
    member_id: MemberId | None
    stretch: Interval
    quantity: int
    lines: tuple[LineSeen, ...]
    parts: tuple[PartSeen, ...]
    total: Money
    vat: Money
    vat_basis_points: int
    rule_version_id: int
    created_at: dt.datetime
    expires_at: dt.datetime
