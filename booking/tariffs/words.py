"""The words of tariffs that the price itself does not need. Pure."""

from __future__ import annotations

from enum import StrEnum


class RateAudience(StrEnum):
    """For whom a rate is: everybody, or the lieu's own members (who pay the public rate where they have none)."""

    PUBLIC = "public"
    MEMBER = "member"


class PayerKind(StrEnum):
    """Who pays a part of a quote."""

    MEMBER = "member"
