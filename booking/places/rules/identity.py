"""Who a lieu is before the law, and which public holidays it keeps."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

_SIRET = re.compile(r"[0-9]{14}")
_LA_POSTE = "356000000"
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")
_LONGEST_ADDRESS = 500


class HolidayTerritory(StrEnum):
    """Where the legal holidays are the same (Code du travail, L3133-1, L3134-13 and L3422-2; local codes overseas)."""

    MAINLAND = "mainland"
    ALSACE_MOSELLE = "alsace_moselle"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    REUNION = "reunion"
    MIQUELON = "miquelon"
    MAYOTTE = "mayotte"
    ST_BARTHELEMY = "st_barthelemy"
    ST_MARTIN = "st_martin"
    WALLIS = "wallis"
    POLYNESIE = "polynesie"
    NOUVELLE_CALEDONIE = "nouvelle_caledonie"


_BY_DEPARTMENT = {
    "57": HolidayTerritory.ALSACE_MOSELLE,
    "67": HolidayTerritory.ALSACE_MOSELLE,
    "68": HolidayTerritory.ALSACE_MOSELLE,
    "971": HolidayTerritory.GUADELOUPE,
    "972": HolidayTerritory.MARTINIQUE,
    "973": HolidayTerritory.GUYANE,
    "974": HolidayTerritory.REUNION,
    "975": HolidayTerritory.MIQUELON,
    "976": HolidayTerritory.MAYOTTE,
    "977": HolidayTerritory.ST_BARTHELEMY,
    "978": HolidayTerritory.ST_MARTIN,
    "986": HolidayTerritory.WALLIS,
    "987": HolidayTerritory.POLYNESIE,
    "988": HolidayTerritory.NOUVELLE_CALEDONIE,
}


def holiday_territory(department: str) -> HolidayTerritory:
    """Whose holidays a lieu in that department (`67`, `2A`, `974`) keeps; the mainland's unless it has its own."""
    return _BY_DEPARTMENT.get(department, HolidayTerritory.MAINLAND)


def tidy_siret(text: str) -> str:
    """A SIRET as typed, without the spaces and points that people group its digits by."""
    return re.sub(r"[\s.\u00a0\u202f]", "", text)


def siret_is_valid(siret: str) -> bool:
    """Whether fourteen digits can be a SIRET: they pass the Luhn check (ISO/IEC 7812-1, annex B).

    The establishments of La Poste (SIREN 356 000 000) are numbered otherwise: their digits sum to a multiple of five.
    """
    if not _SIRET.fullmatch(siret):
        return False
    digits = [int(each) for each in siret]
    if siret.startswith(_LA_POSTE) and sum(digits) % 5 == 0:
        return True
    doubled = (2 * each if place % 2 == 0 else each for place, each in enumerate(digits))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0  # noqa: PLR2004 - the digits of a two-digit number summed


def web_address(text: str) -> str | None:
    """The address of a site as typed, `https://` put before it when it has no scheme; None when it cannot be one."""
    address = text if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) else f"https://{text}"
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    plain = parts.scheme.lower() in ("http", "https") and not parts.username and not parts.password
    if not plain or not _HOST.fullmatch(parts.hostname or "") or re.search(r"[\s<>\"\\^`{|}]", address):
        return None
    return address if len(address) <= _LONGEST_ADDRESS else None
