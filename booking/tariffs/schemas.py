"""What travels out of the tariffs room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from booking.tariffs.rules import Price
from booking.tariffs.words import PayerKind
from booking.values.ids import LieuId, MemberId, QuoteId, ResourceId
from booking.values.interval import Interval
from booking.values.money import Money


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
