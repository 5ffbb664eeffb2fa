"""The words of places."""

from __future__ import annotations

from enum import StrEnum

from booking.errors import N_


class LieuKind(StrEnum):
    """What a tiers-lieu mainly is."""

    COWORKING = "coworking"
    FABLAB = "fablab"
    LIVING_LAB = "living_lab"
    SHOWROOM = "showroom"
    INCUBATEUR = "incubateur"
    PEPINIERE = "pepiniere"
    OTHER = "other"


class LieuStatus(StrEnum):
    """Whether it receives people yet."""

    OPEN = "open"
    PROJECT = "project"


class VatRegime(StrEnum):
    """Prices include VAT at the lieu's rate, or bear none (article 293 B of the French tax code)."""

    INCLUDED = "included"
    NONE = "none"


KIND_NAMES = {
    LieuKind.COWORKING: N_("Coworking"),
    LieuKind.FABLAB: N_("Fablab"),
    LieuKind.LIVING_LAB: N_("Living lab"),
    LieuKind.SHOWROOM: N_("Showroom"),
    LieuKind.INCUBATEUR: N_("Incubateur"),
    LieuKind.PEPINIERE: N_("Pépinière"),
    LieuKind.OTHER: N_("Autre lieu"),
}
"""Each kind as people say it; the French source, translated where it is shown."""

STATUS_NAMES = {LieuStatus.OPEN: N_("Ouvert"), LieuStatus.PROJECT: N_("En projet")}
