"""What a lieu says of itself, as a form or a program sends it, and every reason why it cannot stand so."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from booking.errors import N_, Refusal
from booking.places.rules.identity import siret_is_valid, web_address
from booking.places.rules.words import LieuKind, LieuStatus, VatRegime
from booking.places.territories import department_of_postcode, territory_at
from booking.values.money import Money
from booking.values.wall import ZONES

LONGEST_CLOSURE = 366
"""Days in one closure."""

FARTHEST_DAYS = 800
"""How many days ahead a date of its own may be; as far as any resource is booked."""

HIGHEST_CEILING = Money(10_000_000)
"""What one person may owe a lieu at most: 100 000 €."""

_POSTCODE_LENGTH = 5
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DISGUISES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that turn the direction of what follows, so that a name reads as another."""


@dataclass(frozen=True, slots=True)
class LieuIdentity:
    """Who and where a lieu is. The position is in degrees, the zone an IANA name; texts are tidied."""

    name: str
    kind: LieuKind
    status: LieuStatus
    summary: str
    address: str
    postcode: str
    commune: str
    website: str | None
    latitude: float
    longitude: float
    timezone: str

    @property
    def department(self) -> str:
        """The department's code that the postcode tells, or nothing."""
        return department_of_postcode(self.postcode)

    def refusals(self) -> list[Refusal]:
        """Every reason why not, at its field."""
        found = [
            *line_refusals(self.name, 120, "name", required=True),
            *line_refusals(self.commune, 120, "commune", required=True),
        ]
        found += [*line_refusals(self.address, 200, "address"), *line_refusals(self.summary, 300, "summary")]
        if self.postcode and not (len(self.postcode) == _POSTCODE_LENGTH and self.department):
            message = N_("Un code postal a cinq chiffres, comme 63000 ou 97411.")
            found.append(Refusal("postcode", message, field="postcode"))
        if self.website is not None and web_address(self.website) != self.website:
            found.append(Refusal("website", N_("Une adresse de site ressemble à https://exemple.fr."), field="website"))
        return [*found, *self._where()]

    def _where(self) -> list[Refusal]:
        if not (-90 <= self.latitude <= 90):  # noqa: PLR2004 - degrees
            return [Refusal("latitude", N_("La latitude va de -90 à 90 degrés."), field="latitude")]
        if not (-180 <= self.longitude <= 180):  # noqa: PLR2004 - degrees
            return [Refusal("longitude", N_("La longitude va de -180 à 180 degrés."), field="longitude")]
        if self.timezone not in ZONES:
            return [Refusal("timezone", N_("Choisissez un fuseau de la liste."), field="timezone")]
        territory = territory_at(self.latitude, self.longitude)
        if territory and territory.timezone != self.timezone:
            message = N_("À cette position (%(territory)s), l’heure est celle de %(zone)s.")
            params = {"territory": territory.name, "zone": territory.timezone}
            return [Refusal("timezone_elsewhere", message, params, "timezone")]
        return []


@dataclass(frozen=True, slots=True)
class LieuPractice:
    """How a lieu is used: the way in (told to who has a booking), where its day is cut, whether feeds are public."""

    access: str
    half_day_split: int
    public_feeds: bool

    def refusals(self) -> list[Refusal]:
        """Every reason why not, at its field."""
        found = text_refusals(self.access, 4000, "access")
        if not 1 <= self.half_day_split <= 1439:  # noqa: PLR2004 - minutes of a day
            message = N_("La demi-journée se coupe entre 00:01 et 23:59.")
            found.append(Refusal("half_day_split", message, field="half_day_split"))
        return found


@dataclass(frozen=True, slots=True)
class LieuLegal:
    """Who stands behind a lieu before the law, what VAT its prices contain, and what one person may owe it."""

    legal_name: str
    siret: str | None
    vat_regime: VatRegime
    vat_basis_points: int
    debt_ceiling: Money

    def refusals(self) -> list[Refusal]:
        """Every reason why not, at its field."""
        found = line_refusals(self.legal_name, 200, "legal_name")
        if self.siret is not None and not siret_is_valid(self.siret):
            message = N_("Ce n’est pas un numéro SIRET : quatorze chiffres, dont le dernier vérifie les autres.")
            found.append(Refusal("siret", message, field="siret"))
        if self.vat_regime is VatRegime.INCLUDED and not 0 < self.vat_basis_points <= 10_000:  # noqa: PLR2004 - 100 %
            message = N_("Indiquez le taux de TVA compris dans vos prix, comme 20 ou 8,5.")
            found.append(Refusal("vat_rate", message, field="vat_rate"))
        if self.vat_regime is VatRegime.NONE and self.vat_basis_points:
            message = N_("Sans TVA, il n’y a pas de taux : videz ce champ.")
            found.append(Refusal("vat_rate", message, field="vat_rate"))
        if not 0 <= self.debt_ceiling.amount <= HIGHEST_CEILING.amount:
            message = N_("Le plafond va de 0 à 100 000 €.")
            found.append(Refusal("debt_ceiling", message, field="debt_ceiling"))
        return found


def days_refusals(first: dt.date, last: dt.date, label: str, today: dt.date) -> list[Refusal]:
    """Why the days from `first` to `last`, both counted, cannot be given a rule of their own, at each field."""
    found = line_refusals(label, 120, "label", required=True)
    if first < today:
        found.append(Refusal("past", N_("Ce jour est passé."), field="first"))
    if last < first:
        found.append(Refusal("order", N_("Le dernier jour vient avant le premier."), field="last"))
    elif (last - first).days >= LONGEST_CLOSURE:
        message = N_("Au plus %(days)s jours d’un coup.")
        found.append(Refusal("too_many_days", message, {"days": LONGEST_CLOSURE}, "last"))
    elif (last - today).days > FARTHEST_DAYS:
        message = N_("Au plus %(days)s jours à l’avance.")
        found.append(Refusal("too_far", message, {"days": FARTHEST_DAYS}, "last"))
    return found


def line_refusals(text: str, limit: int, field: str, *, required: bool = False) -> list[Refusal]:
    """Why that line cannot be stored: too long, or with characters that would break or disguise pages and mails."""
    if required and not text:
        return [Refusal("required", N_("À remplir."), field=field)]
    if len(text) > limit:
        return [Refusal("too_long", N_("Au plus %(limit)s caractères."), {"limit": limit}, field)]
    return text_refusals(text, limit, field) if "\n" not in text and text == text.strip() else [_unprintable(field)]


def text_refusals(text: str, limit: int, field: str) -> list[Refusal]:
    """As `line_refusals`, for a text of several lines."""
    if len(text) > limit:
        return [Refusal("too_long", N_("Au plus %(limit)s caractères."), {"limit": limit}, field)]
    if any(c in _DISGUISES or (unicodedata.category(c) in _BREAKING and c != "\n") for c in text):
        return [_unprintable(field)]
    return []


def _unprintable(field: str) -> Refusal:
    return Refusal("unprintable", N_("Ce texte contient des caractères qui ne s’affichent pas."), field=field)
