"""The words of places."""

from __future__ import annotations

from enum import StrEnum


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
