"""Where France is: its territories with their time zones, its departments and regions. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Territory:
    """A part of France with one time zone. `code` is the department's code overseas, empty for mainland and Corsica.

    It lies inside its rectangle of degrees.
    """

    code: str
    name: str
    timezone: str
    south: float
    west: float
    north: float
    east: float


MAINLAND = Territory("", "France métropolitaine", "Europe/Paris", 42.3, -5.3, 51.2, 8.3)

TERRITORIES = (
    MAINLAND,
    Territory("", "Corse", "Europe/Paris", 41.3, 8.4, 43.1, 9.7),
    Territory("971", "Guadeloupe", "America/Guadeloupe", 15.7, -61.9, 16.6, -60.9),
    Territory("972", "Martinique", "America/Martinique", 14.3, -61.3, 15.0, -60.7),
    Territory("973", "Guyane", "America/Cayenne", 2.0, -54.7, 5.9, -51.5),
    Territory("974", "La Réunion", "Indian/Reunion", -21.5, 55.1, -20.8, 55.9),
    Territory("975", "Saint-Pierre-et-Miquelon", "America/Miquelon", 46.7, -56.5, 47.2, -56.0),
    Territory("976", "Mayotte", "Indian/Mayotte", -13.1, 44.9, -12.5, 45.4),
    Territory("977", "Saint-Barthélemy", "America/St_Barthelemy", 17.8, -62.96, 18.0, -62.7),
    Territory("978", "Saint-Martin", "America/Marigot", 18.0, -63.2, 18.2, -62.96),
    Territory("986", "Wallis-et-Futuna", "Pacific/Wallis", -14.5, -178.4, -13.1, -176.0),
    Territory("987", "Polynésie française", "Pacific/Marquesas", -10.8, -141.2, -7.7, -138.2),
    Territory("987", "Polynésie française", "Pacific/Gambier", -23.6, -135.6, -22.7, -134.2),
    Territory("987", "Polynésie française", "Pacific/Tahiti", -28.0, -155.0, -13.0, -135.8),
    Territory("988", "Nouvelle-Calédonie", "Pacific/Noumea", -23.0, 163.3, -19.3, 168.3),
)
"""Each position is in at most one of them. The mainland is also held inside `_OUTLINE`."""

# Mainland France with a margin of some ten kilometres, as (latitude, longitude) from Dunkerque, clockwise: enough to
# tell it from its neighbours' cities, and to keep every border town.
_OUTLINE = (
    (51.17, 2.38), (51.12, 2.66), (50.82, 2.78), (50.86, 3.1), (50.82, 3.3), (50.6, 3.4), (50.4, 4.0), (50.33, 4.28),
    (50.1, 4.3), (50.05, 4.55), (50.21, 4.75), (50.19, 4.95), (49.85, 5.0), (49.72, 5.4), (49.62, 5.8), (49.55, 6.1),
    (49.53, 6.5), (49.32, 6.8), (49.24, 7.15), (49.2, 7.5), (49.1, 8.05), (49.05, 8.3), (48.85, 8.17), (48.6, 7.9),
    (48.1, 7.7), (47.52, 7.65), (47.38, 7.4), (47.35, 7.05), (47.0, 6.75), (46.6, 6.3), (46.48, 6.4), (46.48, 6.9),
    (46.1, 6.98), (45.8, 7.15), (45.4, 7.2), (45.1, 7.2), (44.9, 6.85), (44.6, 7.05), (44.1, 7.75), (43.75, 7.6),
    (43.4, 7.2), (42.9, 6.6), (42.9, 5.3), (43.2, 4.2), (42.9, 3.3), (42.4, 3.3), (42.3, 2.7), (42.32, 1.95),
    (42.45, 1.65), (42.7, 1.3), (42.65, 0.6), (42.65, 0.0), (42.8, -0.8), (43.0, -1.3), (43.1, -1.55), (43.33, -1.85),
    (43.6, -1.7), (44.6, -1.5), (45.8, -1.6), (46.6, -2.7), (47.1, -3.4), (47.6, -4.3), (47.95, -4.95), (48.4, -5.3),
    (48.75, -4.8), (48.98, -3.5), (48.85, -2.6), (48.75, -2.3), (49.0, -1.9), (49.5, -2.1), (49.85, -2.05),
    (49.85, -1.1), (49.65, -0.2), (49.9, 0.5), (50.3, 1.3), (50.9, 1.5), (51.05, 1.85), (51.17, 2.38),
)  # fmt: skip

REGIONS: dict[str, dict[str, str]] = {
    "Auvergne-Rhône-Alpes": {
        "01": "Ain", "03": "Allier", "07": "Ardèche", "15": "Cantal", "26": "Drôme", "38": "Isère", "42": "Loire",
        "43": "Haute-Loire", "63": "Puy-de-Dôme", "69": "Rhône", "73": "Savoie", "74": "Haute-Savoie",
    },
    "Bourgogne-Franche-Comté": {
        "21": "Côte-d’Or", "25": "Doubs", "39": "Jura", "58": "Nièvre", "70": "Haute-Saône", "71": "Saône-et-Loire",
        "89": "Yonne", "90": "Territoire de Belfort",
    },
    "Bretagne": {"22": "Côtes-d’Armor", "29": "Finistère", "35": "Ille-et-Vilaine", "56": "Morbihan"},
    "Centre-Val de Loire": {
        "18": "Cher", "28": "Eure-et-Loir", "36": "Indre", "37": "Indre-et-Loire", "41": "Loir-et-Cher", "45": "Loiret",
    },
    "Corse": {"2A": "Corse-du-Sud", "2B": "Haute-Corse"},
    "Grand Est": {
        "08": "Ardennes", "10": "Aube", "51": "Marne", "52": "Haute-Marne", "54": "Meurthe-et-Moselle", "55": "Meuse",
        "57": "Moselle", "67": "Bas-Rhin", "68": "Haut-Rhin", "88": "Vosges",
    },
    "Hauts-de-France": {"02": "Aisne", "59": "Nord", "60": "Oise", "62": "Pas-de-Calais", "80": "Somme"},
    "Île-de-France": {
        "75": "Paris", "77": "Seine-et-Marne", "78": "Yvelines", "91": "Essonne", "92": "Hauts-de-Seine",
        "93": "Seine-Saint-Denis", "94": "Val-de-Marne", "95": "Val-d’Oise",
    },
    "Normandie": {"14": "Calvados", "27": "Eure", "50": "Manche", "61": "Orne", "76": "Seine-Maritime"},
    "Nouvelle-Aquitaine": {
        "16": "Charente", "17": "Charente-Maritime", "19": "Corrèze", "23": "Creuse", "24": "Dordogne", "33": "Gironde",
        "40": "Landes", "47": "Lot-et-Garonne", "64": "Pyrénées-Atlantiques", "79": "Deux-Sèvres", "86": "Vienne",
        "87": "Haute-Vienne",
    },
    "Occitanie": {
        "09": "Ariège", "11": "Aude", "12": "Aveyron", "30": "Gard", "31": "Haute-Garonne", "32": "Gers",
        "34": "Hérault", "46": "Lot", "48": "Lozère", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales",
        "81": "Tarn", "82": "Tarn-et-Garonne",
    },
    "Pays de la Loire": {
        "44": "Loire-Atlantique", "49": "Maine-et-Loire", "53": "Mayenne", "72": "Sarthe", "85": "Vendée",
    },
    "Provence-Alpes-Côte d’Azur": {
        "04": "Alpes-de-Haute-Provence", "05": "Hautes-Alpes", "06": "Alpes-Maritimes", "13": "Bouches-du-Rhône",
        "83": "Var", "84": "Vaucluse",
    },
}  # fmt: skip
"""Mainland regions, each with its departments by code (Insee, Code officiel géographique)."""

DEPARTMENTS: dict[str, str] = {
    **{code: name for departments in REGIONS.values() for code, name in departments.items()},
    **{territory.code: territory.name for territory in TERRITORIES if territory.code},
}
"""Code -> name of every department, and of the overseas territories that have a code like one."""

_REGION_OF = {
    **{code: region for region, departments in REGIONS.items() for code in departments},
    **{territory.code: territory.name for territory in TERRITORIES if territory.code},
}

_CODE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
_ANTILLES = {"97133": "977", "97150": "978"}


def territory_at(latitude: float, longitude: float) -> Territory | None:
    """The part of France at a position in degrees, or None elsewhere (a strip along the borders counts as France)."""
    for each in TERRITORIES:
        if each.south <= latitude <= each.north and each.west <= longitude <= each.east:
            return each if each is not MAINLAND or _in_outline(latitude, longitude) else None
    return None


def region_of(department: str) -> str:
    """The region's name of a department's code, the territory's own name overseas, empty for an unknown code."""
    return _REGION_OF.get(department, "")


def department_of_insee(code: str) -> str:
    """The department's code of a commune's INSEE code (`63113`, `2A004`, `97411`), empty when it tells none."""
    return _known(code) if _CODE.fullmatch(code) else ""


def department_of_postcode(postcode: str) -> str:
    """The department's code that a postcode begins with, empty when it tells none.

    A few communes on a border are served from the neighbouring department: this is a good guess, not a proof.
    """
    if not _CODE.fullmatch(postcode):
        return ""
    if postcode.startswith("20"):
        return "2A" if postcode < "20200" else "2B"
    return _ANTILLES.get(postcode) or _known(postcode)


def _known(code: str) -> str:
    return next((code[:length] for length in (3, 2) if code[:length] in DEPARTMENTS), "")


def _in_outline(latitude: float, longitude: float) -> bool:
    """Whether a line towards the east crosses the outline an odd number of times."""
    inside = False
    for (a_lat, a_lon), (b_lat, b_lon) in pairwise(_OUTLINE):
        if (a_lat > latitude) != (b_lat > latitude):
            inside ^= longitude < a_lon + (b_lon - a_lon) * (latitude - a_lat) / (b_lat - a_lat)
    return inside
