"""A row of the census as text becomes an entry, or is rejected with every reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from booking.errors import N_, Refusal
from booking.places.rules import LieuKind, LieuStatus, web_address
from booking.places.territories import (
    DEPARTMENTS,
    Territory,
    department_of_insee,
    department_of_postcode,
    region_of,
    territory_at,
)
from booking.values.codes import fold

SOURCE = "cget-2019"
"""What begins the `ref` of each row of the census of 2019."""

COLUMNS = (
    "ID", "NOM_TL", "TYPO", "ADRESSE", "CP", "COMINIT", "INSEECOM", "NOMCOM", "INSEEDEP", "NOMREG", "WEB",
    "LAT", "LONG",
)  # fmt: skip
"""What is read of a row."""

STATUS_COLUMN = "STATUT"
"""A column that the census of 2019 lacks and another list may have: `ouvert` (as when it is empty) or `projeté`."""

NAME_LIMIT = 120
LINE_LIMIT = 200
ID_LIMIT = 30

_LIMITS = {
    "NOM_TL": NAME_LIMIT,
    "ADRESSE": LINE_LIMIT,
    "COMINIT": NAME_LIMIT,
    "NOMCOM": NAME_LIMIT,
    "NOMREG": NAME_LIMIT,
}
_ID = re.compile(rf"[A-Za-z0-9_.:-]{{1,{ID_LIMIT}}}")
_CODE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
_CODE_WITHOUT_ITS_ZERO = re.compile(r"[1-9][0-9]{3}")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,15})?")
_ADDRESS_IN_TEXT = re.compile(r"https?://\S+", re.IGNORECASE)
_TWO_ADDRESSES_IN_ONE = re.compile(r"//[^/?#]*\.(?!xn--)[^./?#:]*-[^./?#:]*(?:[:/?#]|$)")
_UTF8_READ_AS_LATIN1 = re.compile("[\xc2\xc3][\x80-\xbf]")
_KINDS = {
    "coworking": LieuKind.COWORKING,
    "fablab": LieuKind.FABLAB,
    "fab lab": LieuKind.FABLAB,
    "living lab": LieuKind.LIVING_LAB,
    "livinglab": LieuKind.LIVING_LAB,
    "showroom": LieuKind.SHOWROOM,
    "incubateur": LieuKind.INCUBATEUR,
    "pepiniere": LieuKind.PEPINIERE,
    "autre": LieuKind.OTHER,
    "other": LieuKind.OTHER,
}
_STATUSES = {
    "": LieuStatus.OPEN,
    "ouvert": LieuStatus.OPEN,
    "open": LieuStatus.OPEN,
    "projete": LieuStatus.PROJECT,
    "projet": LieuStatus.PROJECT,
    "en projet": LieuStatus.PROJECT,
    "project": LieuStatus.PROJECT,
}


@dataclass(frozen=True, slots=True)
class CensusEntry:
    """One tiers-lieu of the census, tidied.

    `ref` is the same at every reading of the same row; `line` counts from 1 (for GeoJSON, the features). Codes are
    text, empty when unknown. The position is in degrees and lies in France. `warnings` say what was left out and why.
    """

    line: int
    ref: str
    name: str
    kind: LieuKind
    status: LieuStatus
    address: str
    postcode: str
    commune: str
    insee: str
    department: str
    region: str
    website: str | None
    latitude: float
    longitude: float
    timezone: str
    warnings: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not taken, with every reason; `ref` and `name` as far as they could be read."""

    line: int
    reasons: tuple[Refusal, ...]
    ref: str | None = None
    name: str | None = None

    @property
    def reason(self) -> Refusal:
        """The first of the reasons."""
        return self.reasons[0]


@dataclass(frozen=True, slots=True)
class Row:
    """One row as text by column, or why it could not be split into columns."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


def entries(rows: Iterable[Row], source: str) -> Iterator[CensusEntry | Rejected]:
    """Each row judged, in order. Of two rows with one ID, the first that can be taken is."""
    taken: dict[str, int] = {}
    for row in rows:
        entry = Rejected(row.line, (row.refusal,)) if row.refusal else _entry(row, source, taken)
        if isinstance(entry, CensusEntry):
            taken[entry.ref] = entry.line
        yield entry


def tidy(text: str) -> str:
    """One line of text as it was meant: controls dropped, blanks single, and UTF-8 once read as Latin-1 mended."""
    mended = _UTF8_READ_AS_LATIN1.sub(lambda pair: pair[0].encode("latin-1").decode(), text)
    composed = unicodedata.normalize("NFC", mended)
    return " ".join("".join(c for c in composed if c.isprintable() or c.isspace() or c == "\u200d").split())


def site(text: str) -> str | None:
    """The address of a site in a cell, without the remarks around it; None for none, or for one that was cut short."""
    within = _ADDRESS_IN_TEXT.search(text)
    address = web_address((within[0] if within else text).split("|")[0])
    if not address or "…" in address or _TWO_ADDRESSES_IN_ONE.search(address):
        return None
    return address


def _entry(row: Row, source: str, taken: dict[str, int]) -> CensusEntry | Rejected:
    cells = {column: tidy(text) for column, text in row.cells.items()}
    reasons = [_odd_value(column) for column, text in row.cells.items() if "\0" in text]
    warnings: list[Refusal] = []
    ref = f"{source}:{cells['ID']}" if _ID.fullmatch(cells["ID"]) else None
    name = cells["NOM_TL"]
    reasons += _identity_reasons(cells["ID"], name, taken.get(ref or ""))
    reasons += [_too_long(column, limit) for column, limit in _LIMITS.items() if len(cells[column]) > limit]
    status = _STATUSES.get(fold(cells.get(STATUS_COLUMN, "")))
    if status is None:
        message = N_("Le statut «\xa0%(value)s\xa0» n’est ni ouvert ni projeté.")
        reasons.append(Refusal("status_unknown", message, {"value": _short(cells[STATUS_COLUMN])}, STATUS_COLUMN))
    position = _position(cells["LAT"], cells["LONG"])
    if isinstance(position, Refusal):
        reasons.append(position)
    if reasons or ref is None or status is None or isinstance(position, Refusal):
        return Rejected(row.line, tuple(reasons), ref, _short(name) or None)
    latitude, longitude, territory = position
    postcode = _code(cells["CP"], "CP", warnings)
    insee = _code(cells["INSEECOM"], "INSEECOM", warnings)
    department = _department(territory, insee, postcode, cells["INSEEDEP"])
    warnings += _postcode_elsewhere(postcode, territory)
    return CensusEntry(
        line=row.line,
        ref=ref,
        name=name,
        kind=_kind(cells["TYPO"], warnings),
        status=status,
        address=cells["ADRESSE"],
        postcode=postcode,
        commune=cells["NOMCOM"] or cells["COMINIT"],
        insee=insee,
        department=department,
        region=region_of(department) or cells["NOMREG"],
        website=_website(cells["WEB"], warnings),
        latitude=latitude,
        longitude=longitude,
        timezone=territory.timezone,
        warnings=tuple(warnings),
    )


def _identity_reasons(identifier: str, name: str, first_line: int | None) -> Iterator[Refusal]:
    if not identifier:
        yield Refusal("id_missing", N_("L’identifiant manque."), field="ID")
    elif not _ID.fullmatch(identifier):
        message = N_("L’identifiant doit avoir au plus %(limit)s lettres sans accent, chiffres ou tirets.")
        yield Refusal("id_odd", message, {"limit": ID_LIMIT}, "ID")
    if first_line is not None:
        message = N_("L’identifiant %(value)s est déjà celui de la ligne %(line)s.")
        yield Refusal("id_repeated", message, {"value": identifier, "line": first_line}, "ID")
    if not any(c.isalnum() for c in name):
        yield Refusal("name_missing", N_("Le nom manque."), field="NOM_TL")


def _odd_value(column: str) -> Refusal:
    message = N_("La colonne %(column)s contient un caractère nul, ou autre chose que du texte.")
    return Refusal("odd_value", message, {"column": column}, column)


def _too_long(column: str, limit: int) -> Refusal:
    message = N_("La colonne %(column)s dépasse %(limit)s caractères.")
    return Refusal("too_long", message, {"column": column, "limit": limit}, column)


def _short(text: str) -> str:
    return text if len(text) <= NAME_LIMIT else text[: NAME_LIMIT - 1] + "…"


def _position(latitude: str, longitude: str) -> tuple[float, float, Territory] | Refusal:
    """Degrees with a point or a comma, and the part of France where they are."""
    if not latitude or not longitude:
        return Refusal("position_missing", N_("La latitude ou la longitude manque."), field="LAT")
    if not _DEGREES.fullmatch(latitude) or not _DEGREES.fullmatch(longitude):
        message = N_("La latitude ou la longitude n’est pas un nombre de degrés.")
        return Refusal("position_unreadable", message, field="LAT")
    north, east = float(latitude.replace(",", ".")), float(longitude.replace(",", "."))
    territory = territory_at(north, east)
    if territory:
        return north, east, territory
    if territory_at(east, north):
        return Refusal("position_swapped", N_("La latitude et la longitude semblent inversées."), field="LAT")
    return Refusal("position_outside", N_("La position est hors de France."), field="LAT")


def _kind(text: str, warnings: list[Refusal]) -> LieuKind:
    words = f" {fold(text)} "
    known = next((kind for word, kind in _KINDS.items() if f" {word} " in words), None)
    if known is None and text:
        message = N_("Le type «\xa0%(value)s\xa0» n’est pas connu\xa0: le lieu est classé «\xa0autre\xa0».")
        warnings.append(Refusal("kind_unknown", message, {"value": _short(text)}, "TYPO"))
    return known or LieuKind.OTHER


def _code(text: str, column: str, warnings: list[Refusal]) -> str:
    """A code of five signs as text; `0` says unknown, and four digits have lost their leading zero to a spreadsheet."""
    code = text.replace(" ", "").upper()
    if code in {"", "0"}:
        return ""
    if _CODE_WITHOUT_ITS_ZERO.fullmatch(code):
        return f"0{code}"
    if _CODE.fullmatch(code):
        return code
    message = N_("Le code «\xa0%(value)s\xa0» (%(column)s) n’a pas cinq chiffres\xa0: il est laissé de côté.")
    warnings.append(Refusal("code_unreadable", message, {"value": _short(text), "column": column}, column))
    return ""


def _department(territory: Territory, insee: str, postcode: str, declared: str) -> str:
    """Overseas, the territory's: the census names the nearest mainland one, or Guyane for all.

    On the mainland, the one that both codes agree on, then the declared one, then what either code tells.
    """
    if territory.code:
        return territory.code
    from_insee, from_postcode = department_of_insee(insee), department_of_postcode(postcode)
    agreed = from_insee if from_insee == from_postcode else ""
    mainland = (code for code in (agreed, declared, from_insee, from_postcode) if len(code) == len("63"))
    return next((code for code in mainland if code in DEPARTMENTS), "")


def _postcode_elsewhere(postcode: str, territory: Territory) -> Iterator[Refusal]:
    told = department_of_postcode(postcode)
    overseas = told if len(told) == len("971") else ""
    if told and overseas != territory.code:
        message = N_("Le code postal %(value)s n’est pas de %(territory)s, où se trouve la position.")
        yield Refusal("postcode_elsewhere", message, {"value": postcode, "territory": territory.name}, "CP")


def _website(text: str, warnings: list[Refusal]) -> str | None:
    found = site(text) if text else None
    if text and not found:
        message = N_("«\xa0%(value)s\xa0» n’est pas l’adresse d’un site\xa0: elle est laissée de côté.")
        warnings.append(Refusal("website_unreadable", message, {"value": _short(text)}, "WEB"))
    return found
