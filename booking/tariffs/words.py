"""The words of tariffs that the price itself does not need. Pure."""

from __future__ import annotations

from enum import StrEnum

from booking.errors import N_
from booking.tariffs.rules import Period


class RateAudience(StrEnum):
    """For whom a rate is: everybody, or the lieu's own members (who pay the public rate where they have none)."""

    PUBLIC = "public"
    MEMBER = "member"


class PayerKind(StrEnum):
    """Who pays a part of a quote."""

    MEMBER = "member"


PERIODS_SAID = {
    Period.STEP: N_("les %(minutes)s min"),
    Period.HOUR: N_("l’heure"),
    Period.HALF_DAY: N_("la demi-journée"),
    Period.DAY: N_("la journée"),
    Period.WEEK: N_("la semaine"),
    Period.MONTH: N_("le mois"),
}
"""What a rate pays for, after its amount: "3,00 € l’heure"; `minutes` is the step of the resource."""
