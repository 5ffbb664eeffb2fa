"""Where France is: every town of the gazetteer is a witness, and so are the cities next door."""

from __future__ import annotations

import pytest

from booking.places.census import CensusEntry, read_csv
from booking.places.rules import HolidayTerritory, holiday_territory
from booking.places.territories import (
    DEPARTMENTS,
    MAINLAND,
    REGIONS,
    TERRITORIES,
    department_of_insee,
    department_of_postcode,
    region_of,
    territory_at,
)
from booking.places.towns import read_towns
from booking.settings import package_folder
from booking.values.wall import ZONES

TOWNS = package_folder("data") / "towns_geonames.csv"
CENSUS = package_folder("data") / "tierslieux_fr_2019.csv"


def test_every_town_and_its_surroundings_have_the_zone_that_the_gazetteer_says() -> None:
    with TOWNS.open(encoding="utf-8", newline="") as lines:
        towns = list(read_towns(lines))
    assert len(towns) > 15_600
    for town in towns:
        for north, east in ((0, 0), (0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)):
            territory = territory_at(town.latitude + north, town.longitude + east)
            assert territory, town
            assert territory.timezone == town.timezone, town
            assert territory.code in {"", town.department}, town


def test_every_zone_a_lieu_may_have_belongs_to_a_territory() -> None:
    assert {territory.timezone for territory in TERRITORIES} == set(ZONES)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (48.85, 2.35, "Europe/Paris"),
        (41.39, 9.16, "Europe/Paris"),  # Bonifacio
        (16.24, -61.53, "America/Guadeloupe"),
        (14.60, -61.07, "America/Martinique"),
        (4.94, -52.33, "America/Cayenne"),
        (-20.88, 55.45, "Indian/Reunion"),
        (46.78, -56.18, "America/Miquelon"),
        (-12.78, 45.23, "Indian/Mayotte"),
        (17.90, -62.85, "America/St_Barthelemy"),
        (18.07, -63.08, "America/Marigot"),
        (-13.28, -176.17, "Pacific/Wallis"),
        (-14.29, -178.16, "Pacific/Wallis"),  # Futuna
        (-17.54, -149.57, "Pacific/Tahiti"),
        (-8.91, -140.10, "Pacific/Marquesas"),
        (-23.12, -134.97, "Pacific/Gambier"),
        (-22.27, 166.44, "Pacific/Noumea"),
    ],
)
def test_zones(latitude: float, longitude: float, zone: str) -> None:
    territory = territory_at(latitude, longitude)
    assert territory
    assert territory.timezone == zone


@pytest.mark.parametrize(
    ("city", "latitude", "longitude"),
    [
        ("Bruxelles", 50.85, 4.35),
        ("Luxembourg", 49.61, 6.13),
        ("Zürich", 47.37, 8.54),
        ("Lausanne", 46.52, 6.63),
        ("Torino", 45.07, 7.69),
        ("Milano", 45.46, 9.19),
        ("Genova", 44.41, 8.93),
        ("Barcelona", 41.39, 2.17),
        ("Bilbao", 43.26, -2.93),
        ("Southampton", 50.90, -1.40),
        ("London", 51.51, -0.13),
        ("Saint Helier", 49.19, -2.11),
        ("Karlsruhe", 49.01, 8.40),
        ("Sassari", 40.73, 8.56),
        ("Paramaribo", 5.85, -55.20),
        ("Roseau", 15.30, -61.39),
        ("Castries", 14.01, -60.99),
        ("Port Louis", -20.16, 57.50),
        ("St. John's", 47.56, -52.71),
        ("Port Vila", -17.73, 168.32),
        ("Null Island", 0, 0),
        ("the pole", 90, 0),
    ],
)
def test_cities_abroad_are_abroad(city: str, latitude: float, longitude: float) -> None:
    assert territory_at(latitude, longitude) is None, city


def test_not_a_number_is_nowhere() -> None:
    assert territory_at(float("nan"), float("nan")) is None
    assert territory_at(48.85, float("inf")) is None


def test_regions_and_departments() -> None:
    assert len(REGIONS) == 13
    assert sum(len(departments) for departments in REGIONS.values()) == 96
    assert len(DEPARTMENTS) == 96 + 11
    assert (region_of("63"), DEPARTMENTS["63"]) == ("Auvergne-Rhône-Alpes", "Puy-de-Dôme")
    assert (region_of("974"), DEPARTMENTS["974"]) == ("La Réunion", "La Réunion")
    assert region_of("20") == region_of("") == ""
    assert MAINLAND.code == ""


def test_every_territory_has_holidays_of_its_own() -> None:
    overseas = {territory.code for territory in TERRITORIES if territory.code}
    assert HolidayTerritory.MAINLAND not in {holiday_territory(code) for code in overseas}


@pytest.mark.parametrize(
    ("postcode", "department"),
    [
        ("63000", "63"),
        ("01000", "01"),
        ("20000", "2A"),
        ("20199", "2A"),
        ("20200", "2B"),
        ("20600", "2B"),
        ("97110", "971"),
        ("97133", "977"),
        ("97150", "978"),
        ("97411", "974"),
        ("98800", "988"),
        ("98000", ""),  # Monaco
        ("00000", ""),
        ("96000", ""),
        ("6300", ""),
        ("", ""),
        ("\u0666\u0663000", ""),
    ],
)
def test_the_department_of_a_postcode(postcode: str, department: str) -> None:
    assert department_of_postcode(postcode) == department


@pytest.mark.parametrize(
    ("insee", "department"),
    [("63113", "63"), ("2A004", "2A"), ("2B033", "2B"), ("97411", "974"), ("20004", ""), ("2C004", ""), ("x", "")],
)
def test_the_department_of_an_insee_code(insee: str, department: str) -> None:
    assert department_of_insee(insee) == department


def test_the_codes_of_the_census_tell_the_department_of_its_position() -> None:
    entries = [each for each in read_csv(CENSUS.read_bytes()) if isinstance(each, CensusEntry)]
    by_postcode = [department_of_postcode(each.postcode) == each.department for each in entries if each.postcode]
    by_insee = [department_of_insee(each.insee) == each.department for each in entries if each.insee]
    assert (len(by_postcode), by_postcode.count(False)) == (1379, 0)
    assert (len(by_insee), by_insee.count(False)) == (
        1355,
        2,
    )  # one commune of the Calvados at Sophia Antipolis, Saint-Ouen
