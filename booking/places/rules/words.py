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

HOLIDAYS = frozenset(
    {
        N_("Abolition de l’esclavage"),
        N_("Armistice"),
        N_("Arrivée de l’Évangile"),
        N_("Ascension"),
        N_("Assomption"),
        N_("Fête de Victor Schoelcher"),
        N_("Fête de la Citoyenneté"),
        N_("Fête de la Victoire"),
        N_("Fête de l’autonomie"),
        N_("Fête du Territoire"),
        N_("Fête du Travail"),
        N_("Fête nationale"),
        N_("Jour de l’an"),
        N_("Lundi de Pentecôte"),
        N_("Lundi de Pâques"),
        N_("Matāri’i"),
        N_("Mi-Carême"),
        N_("Noël"),
        N_("Saint Pierre Chanel"),
        N_("Saint-Étienne"),
        N_("Saints Pierre et Paul"),
        N_("Toussaint"),
        N_("Vendredi saint"),
    }
)
"""The public holidays of all territories, by the French names under which they are kept."""


def holidays_in(reason: str) -> tuple[str, ...]:
    """The public holidays that a text names and says nothing else: one, or two that fall on one day; else none."""
    named = tuple(reason.split(", "))
    return named if HOLIDAYS.issuperset(named) else ()
