"""The census: every row of the real file, and rows that no spreadsheet should have let through."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.errors import Malformed, Refusal
from booking.places.census import SOURCE, CensusEntry, Rejected, read_csv, read_geojson
from booking.places.census.entries import COLUMNS, site, tidy
from booking.places.census.files import RECORD_LIMIT
from booking.places.rules import LieuKind, LieuStatus, web_address
from booking.settings import package_folder
from booking.values.wall import ZONES

FILE = package_folder("data") / "tierslieux_fr_2019.csv"
GOOD = {
    "ID": "7",
    "NOM_TL": "La Grande Écluse",
    "TYPO": "Tiers lieux à dominante coworking",
    "ADRESSE": "1 quai de la Prévalaye",
    "CP": "35000",
    "COMINIT": "RENNES",
    "INSEECOM": "35238",
    "NOMCOM": "Rennes",
    "INSEEDEP": "35",
    "NOMREG": "Bretagne",
    "WEB": "https://example.org",
    "LAT": "48.1081",
    "LONG": "-1.6844",
}
HEADER = ",".join(COLUMNS)


def line(**cells: str) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([(GOOD | cells).get(column, "") for column in (*COLUMNS, "STATUT")])
    return out.getvalue().removesuffix("\r\n")


def file(*lines: str, newline: str = "\r\n") -> bytes:
    return newline.join([f"{HEADER},STATUT", *lines, ""]).encode()


def one(**cells: str) -> CensusEntry | Rejected:
    (only,) = read_csv(file(line(**cells)))
    return only


def entry(**cells: str) -> CensusEntry:
    found = one(**cells)
    assert isinstance(found, CensusEntry), found
    return found


def codes(found: CensusEntry | Rejected) -> list[str]:
    return [refusal.code for refusal in (found.reasons if isinstance(found, Rejected) else found.warnings)]


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {**GOOD, **properties}}


def geojson(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture(scope="module")
def census() -> list[CensusEntry]:
    found = list(read_csv(FILE.read_bytes()))
    assert [each for each in found if isinstance(each, Rejected)] == []
    return [each for each in found if isinstance(each, CensusEntry)]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# The real file.


def test_every_row_of_the_census_is_taken(census: list[CensusEntry], rows: list[dict[str, str]]) -> None:
    assert len(census) == len(rows) == 1512
    assert [each.ref for each in census] == [f"cget-2019:{row['ID']}" for row in rows]
    assert [each.line for each in census] == list(range(2, 1514))
    assert len({each.ref for each in census}) == 1512


def test_kinds_and_statuses(census: list[CensusEntry]) -> None:
    assert Counter(each.kind for each in census) == {
        LieuKind.COWORKING: 1118,
        LieuKind.FABLAB: 345,
        LieuKind.OTHER: 49,
    }
    assert {each.status for each in census} == {LieuStatus.OPEN}


def test_codes_are_text_with_their_zeros(census: list[CensusEntry], rows: list[dict[str, str]]) -> None:
    assert [each.postcode for each in census] == ["" if row["CP"] == "0" else row["CP"] for row in rows]
    assert Counter(each.postcode for each in census)[""] == 133
    assert Counter(each.insee for each in census)[""] == 157
    assert {len(each.postcode) for each in census} == {len(each.insee) for each in census} == {0, 5}
    assert Counter(each.insee[:1] for each in census)["0"] == 77


def test_regions_and_departments(census: list[CensusEntry]) -> None:
    regions = Counter(each.region for each in census)
    assert regions == {
        "Île-de-France": 344,
        "Nouvelle-Aquitaine": 225,
        "Auvergne-Rhône-Alpes": 205,
        "Occitanie": 165,
        "Provence-Alpes-Côte d’Azur": 127,
        "Bretagne": 89,  # the 88 of the file, and one whose region is empty there
        "Hauts-de-France": 76,
        "Grand Est": 68,
        "Bourgogne-Franche-Comté": 68,
        "Pays de la Loire": 64,
        "Centre-Val de Loire": 37,
        "Normandie": 31,
        "Corse": 7,
        "La Réunion": 3,
        "Guadeloupe": 1,
        "Martinique": 1,
        "Guyane": 1,
    }
    departments = Counter(each.department for each in census)
    assert [departments[code] for code in ("63", "42", "59", "33", "69")] == [5, 7, 57, 87, 116]
    assert "" not in departments


def test_overseas_the_position_decides_since_the_file_is_wrong_there(
    census: list[CensusEntry], rows: list[dict[str, str]]
) -> None:
    overseas = {each.name: (each.department, each.timezone) for each in census if each.timezone != "Europe/Paris"}
    assert overseas == {
        "Le Fablab de Jarry": ("971", "America/Guadeloupe"),
        "La Kazlab": ("973", "America/Cayenne"),
        "FabLab Réunion": ("974", "Indian/Reunion"),
        "Okartié": ("974", "Indian/Reunion"),
        "Up&Space Martinique": ("972", "America/Martinique"),
        "Runfablab - Solidarnum": ("974", "Indian/Reunion"),
    }
    elsewhere = [
        (each.name, row["INSEEDEP"], each.department)
        for each, row in zip(census, rows, strict=True)
        if each.department != row["INSEEDEP"] and each.name not in overseas
    ]
    assert elsewhere == [("BUROL@B", "92", "78")]


def test_shared_positions_and_names_stay_apart(census: list[CensusEntry]) -> None:
    positions = Counter((each.latitude, each.longitude) for each in census)
    assert (sum(n > 1 for n in positions.values()), sum(n for n in positions.values() if n > 1)) == (43, 89)
    names = Counter(each.name.casefold() for each in census)
    assert (names["la cordée"], names["la fabrique"], names["anticafé"]) == (4, 4, 3)


def test_names_are_tidied_and_keep_their_letters(census: list[CensusEntry]) -> None:
    names = [each.name for each in census]
    assert all(name == " ".join(name.split()) and name.isprintable() for name in names)
    assert {"La Boîte à Bosse", "ROCHER concept | Coworking", "Cowork'in REZO4"} <= set(names)
    assert sum(any(ord(c) > 255 for c in name) for name in names) == 8
    assert {'"La Source" Espace Partagé de Travail', "La Cantine Numérique brestoise – An Daol Vras"} <= set(names)


def test_websites(census: list[CensusEntry], rows: list[dict[str, str]]) -> None:
    stated = [(row["WEB"], each) for row, each in zip(rows, census, strict=True) if row["WEB"]]
    assert len(stated) == 1209
    assert sum(not web.lower().startswith("http") for web, _ in stated) == 220
    unreadable = [web for web, each in stated if each.website is None]
    assert len(unreadable) == 11
    assert sum("…" in web for web in unreadable) == 8
    assert all(codes(each) == ["website_unreadable"] for _, each in stated if each.website is None)
    assert sum(len(each.warnings) for each in census) == 11
    assert all(web_address(each.website) == each.website for each in census if each.website)
    sites = {each.website for each in census}
    assert {"https://www.ade-coworking.net", "http://www.chezmémé.fr", "http://theschoolab.com/"} <= sites
    assert "https://atelier-d-cales.jimdo.com" in sites


def test_the_same_rows_as_geojson_give_the_same_entries(census: list[CensusEntry], rows: list[dict[str, str]]) -> None:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [float(row["LONG"]), float(row["LAT"])]},
            "properties": {
                **{key: value or None for key, value in row.items() if key not in {"LAT", "LONG"}},
                "METRO": row["METRO"] == "1",
            },
        }
        for row in rows
    ]
    found = list(read_geojson(geojson(*features)))
    assert all(isinstance(each, CensusEntry) for each in found)
    as_csv = [(each.ref, each.name, each.postcode, each.latitude, each.longitude, each.website) for each in census]
    assert as_csv == [
        (each.ref, each.name, each.postcode, each.latitude, each.longitude, each.website)
        for each in found
        if isinstance(each, CensusEntry)
    ]
    assert [each.line for each in found][:2] == [1, 2]


def test_reading_twice_gives_the_same(census: list[CensusEntry]) -> None:
    assert list(read_csv(FILE.read_bytes())) == census


def test_line_ends_and_the_utf8_mark_change_nothing(census: list[CensusEntry]) -> None:
    data = FILE.read_bytes()
    assert list(read_csv(data.replace(b"\r\n", b"\n"))) == census
    assert list(read_csv(b"\xef\xbb\xbf" + data)) == census


# Single rows.


def test_a_good_row() -> None:
    assert one() == CensusEntry(
        line=2,
        ref=f"{SOURCE}:7",
        name="La Grande Écluse",
        kind=LieuKind.COWORKING,
        status=LieuStatus.OPEN,
        address="1 quai de la Prévalaye",
        postcode="35000",
        commune="Rennes",
        insee="35238",
        department="35",
        region="Bretagne",
        website="https://example.org",
        latitude=48.1081,
        longitude=-1.6844,
        timezone="Europe/Paris",
    )


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"NOM_TL": ""}, ["name_missing"]),
        ({"NOM_TL": " \u00a0\u200b"}, ["name_missing"]),
        ({"NOM_TL": "---"}, ["name_missing"]),
        ({"NOM_TL": "x" * 121}, ["too_long"]),
        ({"ADRESSE": "x" * 201}, ["too_long"]),
        ({"NOMCOM": "x" * 121}, ["too_long"]),
        ({"ID": ""}, ["id_missing"]),
        ({"ID": "<b>"}, ["id_odd"]),
        ({"ID": "x" * 31}, ["id_odd"]),
        ({"ID": "\u0667"}, ["id_odd"]),
        ({"LAT": ""}, ["position_missing"]),
        ({"LONG": "  "}, ["position_missing"]),
        ({"LAT": "nan"}, ["position_unreadable"]),
        ({"LAT": "inf"}, ["position_unreadable"]),
        ({"LAT": "4.8e1"}, ["position_unreadable"]),
        ({"LAT": "48°06'"}, ["position_unreadable"]),
        ({"LAT": "0x30"}, ["position_unreadable"]),
        ({"LAT": "\u0664\u0668"}, ["position_unreadable"]),
        ({"LAT": "48.1081", "LONG": "1" * 400}, ["position_unreadable"]),
        ({"LAT": "0", "LONG": "0"}, ["position_outside"]),
        ({"LAT": "91"}, ["position_outside"]),
        ({"LAT": "50.85", "LONG": "4.35"}, ["position_outside"]),  # Brussels
        ({"LAT": "41.39", "LONG": "2.17"}, ["position_outside"]),  # Barcelona
        ({"LAT": "-1.6844", "LONG": "48.1081"}, ["position_swapped"]),
        ({"STATUT": "peut-être"}, ["status_unknown"]),
        ({"NOM_TL": "a\0b"}, ["odd_value"]),
        ({"WEB": "\0"}, ["odd_value"]),
        ({"ID": "", "NOM_TL": "", "LAT": "x"}, ["id_missing", "name_missing", "position_unreadable"]),
    ],
)
def test_a_bad_row_is_rejected_with_every_reason(cells: dict[str, str], expected: list[str]) -> None:
    found = one(**cells)
    assert isinstance(found, Rejected)
    assert codes(found) == expected
    assert found.line == 2
    assert found.reason is found.reasons[0]


def test_a_rejected_row_says_who_it_is_as_far_as_it_can() -> None:
    assert one(LAT="") == Rejected(
        2,
        (Refusal("position_missing", "La latitude ou la longitude manque.", field="LAT"),),
        "cget-2019:7",
        GOOD["NOM_TL"],
    )
    found = one(ID="", NOM_TL="x" * 500)
    assert isinstance(found, Rejected)
    assert found.ref is None
    assert found.name == "x" * 119 + "…"


@pytest.mark.parametrize(
    ("cells", "attribute", "value"),
    [
        ({"NOM_TL": "  La\u00a0 Grande\t\u202eÉcluse\u0007 "}, "name", "La Grande Écluse"),
        ({"NOM_TL": "E\u0301cluse"}, "name", "Écluse"),
        ({"NOM_TL": "A\nB"}, "name", "A B"),
        ({"NOM_TL": "<script>alert(1)</script>"}, "name", "<script>alert(1)</script>"),
        ({"NOM_TL": '"La Source", dite « l’Œuvre »'}, "name", '"La Source", dite « l’Œuvre »'),
        ({"NOM_TL": "x" * 120}, "name", "x" * 120),
        ({"TYPO": ""}, "kind", LieuKind.OTHER),
        ({"TYPO": "Tiers lieux à dominante fablab"}, "kind", LieuKind.FABLAB),
        ({"TYPO": "Fab Lab"}, "kind", LieuKind.FABLAB),
        ({"TYPO": "living_lab"}, "kind", LieuKind.LIVING_LAB),
        ({"TYPO": "Showroom"}, "kind", LieuKind.SHOWROOM),
        ({"TYPO": "INCUBATEUR"}, "kind", LieuKind.INCUBATEUR),
        ({"TYPO": "Pépinière d'entreprises"}, "kind", LieuKind.PEPINIERE),
        ({"STATUT": "projeté"}, "status", LieuStatus.PROJECT),
        ({"STATUT": "Projeté "}, "status", LieuStatus.PROJECT),
        ({"STATUT": "ouvert"}, "status", LieuStatus.OPEN),
        ({"CP": "0"}, "postcode", ""),
        ({"CP": "01000"}, "postcode", "01000"),
        ({"CP": "1000"}, "postcode", "01000"),
        ({"CP": "35 000"}, "postcode", "35000"),
        ({"INSEECOM": "2a004"}, "insee", "2A004"),
        ({"INSEECOM": "0"}, "insee", ""),
        ({"NOMCOM": ""}, "commune", "RENNES"),
        ({"LAT": "48,1081"}, "latitude", 48.1081),
        ({"LONG": " -1.6844 "}, "longitude", -1.6844),
        ({"WEB": ""}, "website", None),
        ({"WEB": "www.example.org"}, "website", "https://www.example.org"),
        ({"INSEEDEP": "", "NOMREG": ""}, "region", "Bretagne"),
        ({"INSEEDEP": "", "INSEECOM": ""}, "department", "35"),
        ({"INSEEDEP": "", "INSEECOM": "", "CP": "", "NOMREG": "Pays-Haut"}, "region", "Pays-Haut"),
        ({"INSEEDEP": "44"}, "department", "35"),
        ({"INSEEDEP": "44", "CP": ""}, "department", "44"),
        ({"INSEEDEP": "974", "CP": ""}, "department", "35"),
        ({"LAT": "42.7", "LONG": "9.45", "CP": "20200", "INSEECOM": "", "INSEEDEP": ""}, "department", "2B"),
        ({"LAT": "41.92", "LONG": "8.73", "CP": "20090", "INSEECOM": "", "INSEEDEP": ""}, "region", "Corse"),
    ],
)
def test_a_row_is_tidied(cells: dict[str, str], attribute: str, value: object) -> None:
    found = entry(**cells)
    assert getattr(found, attribute) == value
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("cells", "attribute", "value", "warning"),
    [
        ({"TYPO": "Tiers lieux à dominante culture"}, "kind", LieuKind.OTHER, "kind_unknown"),
        ({"CP": "35OOO"}, "postcode", "", "code_unreadable"),
        ({"CP": "350000"}, "postcode", "", "code_unreadable"),
        ({"INSEECOM": "x"}, "insee", "", "code_unreadable"),
        ({"CP": "97400"}, "timezone", "Europe/Paris", "postcode_elsewhere"),
        ({"LAT": "-20.9", "LONG": "55.5"}, "department", "974", "postcode_elsewhere"),
        ({"WEB": "javascript:alert(1)"}, "website", None, "website_unreadable"),
        ({"WEB": "ftp://example.org"}, "website", None, "website_unreadable"),
        ({"WEB": "en cours"}, "website", None, "website_unreadable"),
        ({"WEB": "accueil@example.org"}, "website", None, "website_unreadable"),
        ({"WEB": "http://localhost:8000/"}, "website", None, "website_unreadable"),
        ({"WEB": "http://127.0.0.1/"}, "website", None, "website_unreadable"),
        ({"WEB": "http://example.org:99999/"}, "website", None, "website_unreadable"),
        ({"WEB": "http://[::1"}, "website", None, "website_unreadable"),
        ({"WEB": "http://example.org/" + "x" * 500}, "website", None, "website_unreadable"),
        ({"WEB": "http://example.org/coupé…"}, "website", None, "website_unreadable"),
        ({"WEB": "www.example.netexample-deux"}, "website", None, "website_unreadable"),
    ],
)
def test_what_is_left_out_is_a_warning_never_a_refusal(
    cells: dict[str, str], attribute: str, value: object, warning: str
) -> None:
    found = entry(**cells)
    assert getattr(found, attribute) == value
    assert codes(found) == [warning]


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("HTTP://Example.org/A", "HTTP://Example.org/A"),
        ("http://example.org|site web", "http://example.org"),
        ("Notre site : http://example.org/a", "http://example.org/a"),
        ("https://xn--caf-dma.example.xn--p1ai/", "https://xn--caf-dma.example.xn--p1ai/"),
        ("https://example.org/a-b.c-d", "https://example.org/a-b.c-d"),
    ],
)
def test_the_address_in_a_cell(cell: str, address: str) -> None:
    assert site(cell) == address


def test_sentences_have_their_values() -> None:
    found = [
        *(one(**cells) for cells in ({"NOM_TL": "x" * 121}, {"STATUT": "100 %"}, {"ID": "é"}, {"LAT": "\0"})),
        *(one(**cells) for cells in ({"TYPO": "%s"}, {"CP": "%"}, {"WEB": "%(x)s"}, {"CP": "97400"})),
        *read_csv(file(line(), line(), "a,b", '"', "x" * RECORD_LIMIT + "x")),
    ]
    refusals = [r for each in found for r in (each.reasons if isinstance(each, Rejected) else each.warnings)]
    assert len(refusals) == 13
    for refusal in refusals:
        sentence = refusal.message % refusal.params if refusal.params else refusal.message
        assert sentence.endswith(".")
        assert "%(" not in sentence.replace("%(x)s", "")


# Lines and quotes.


def test_a_bad_line_costs_itself_and_no_other() -> None:
    lines = [
        line(ID="1"),
        "a,b,c",
        line(ID="2") + ",",
        line(ID="3", NOM_TL="y" * 10_000_000),
        "",
        ",,,,,",
        '4,"never closed,' + line(ID="4"),
        line(ID="5"),
        f'6,"a"b,{line()}',
        line(ID="7", NOM_TL="Deux\nlignes"),
        line(ID="8"),
    ]
    found = list(read_csv(file(*lines)))
    told = [(each.line, each.ref if isinstance(each, CensusEntry) else each.reason.code) for each in found]
    assert told == [
        (2, "cget-2019:1"),
        (3, "columns_count"),
        (4, "columns_count"),
        (5, "line_too_long"),
        (8, "quotes"),
        (9, "cget-2019:5"),
        (10, "quotes"),
        (11, "cget-2019:7"),
        (13, "cget-2019:8"),
    ]


def test_two_stray_quotes_do_not_swallow_the_lines_between() -> None:
    lines = [line(ID="1"), '2,"Écluse,' + ",".join(COLUMNS[2:]) + ",", line(ID="3"), line(ID="4", NOM_TL='"Nom"')]
    found = list(read_csv(file(*lines)))
    assert [each.ref for each in found] == ["cget-2019:1", None, "cget-2019:3", "cget-2019:4"]


def test_of_two_rows_with_one_id_the_first_good_one_is_taken() -> None:
    found = list(read_csv(file(line(LAT=""), line(NOM_TL="Deuxième"), line(NOM_TL="Troisième"))))
    assert [each.name for each in found if isinstance(each, CensusEntry)] == ["Deuxième"]
    last = found[-1]
    assert isinstance(last, Rejected)
    assert (last.reason.code, last.reason.params) == ("id_repeated", {"value": "7", "line": 3})


def test_another_list_has_its_own_refs() -> None:
    (found,) = read_csv(file(line()), source="auvergne")
    assert found.ref == "auvergne:7"


def test_columns_in_any_order_and_case_and_others_unread() -> None:
    header = ["CONTACT", *reversed([column.lower() for column in COLUMNS]), "MAIL"]
    cells = ["Une Personne", *reversed([GOOD[column] for column in COLUMNS]), "une.personne@example.org"]
    (found,) = read_csv("\n".join([",".join(f" {name} " for name in header), ",".join(cells)]).encode())
    assert found == one()
    assert "ersonne" not in repr(found)


# Files that cannot be read as a whole.


def refused(data: bytes) -> Refusal:
    with pytest.raises(Malformed) as caught:
        read_csv(data)
    (reason,) = caught.value.reasons
    return reason


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n \n"])
def test_an_empty_file(data: bytes) -> None:
    assert refused(data).code == "file_empty"


def test_a_header_alone_is_a_list_of_nothing() -> None:
    assert list(read_csv(HEADER.encode())) == []


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_not_utf8_tells_the_byte_and_the_line(mark: bytes) -> None:
    data = mark + file(line(), line(NOM_TL="Écluse")).replace("Écluse".encode(), "Écluse".encode("latin-1"))
    reason = refused(data)
    assert reason.code == "not_utf8"
    assert data[reason.params["offset"]] == 0xC9
    assert reason.params["line"] == 2


def test_missing_columns_are_named_all_at_once() -> None:
    reason = refused(HEADER.replace("NOM_TL,", "").replace("LAT,", "").encode())
    assert (reason.code, reason.params) == ("columns_missing", {"columns": "NOM_TL, LAT"})


def test_columns_that_stand_twice_are_named() -> None:
    reason = refused(f"{HEADER},CP,cp".encode())
    assert (reason.code, reason.params) == ("columns_repeated", {"columns": "CP"})


@pytest.mark.parametrize(("separator", "shown"), [(";", ";"), ("\t", "tabulation")])
def test_the_separator_must_be_a_comma(separator: str, shown: str) -> None:
    reason = refused(HEADER.replace(",", separator).encode())
    assert (reason.code, reason.params) == ("not_comma", {"separator": shown})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xff", "not_utf8"),
        (b"{", "not_json"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"9" * 5000, "not_json"),
        (b"[]", "not_geojson"),
        (b'{"type": "FeatureCollection"}', "not_geojson"),
        (b'{"type": "Feature", "features": []}', "not_geojson"),
        (FILE.read_bytes()[:200], "not_json"),
    ],
)
def test_what_is_not_geojson(data: bytes, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_geojson(data)
    assert [reason.code for reason in caught.value.reasons] == [code]


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (None, "not_a_feature"),
        ("x", "not_a_feature"),
        ({"type": "Feature", "properties": None}, "not_a_feature"),
        (feature({"type": "Polygon", "coordinates": []}), "position_unreadable"),
        (feature({"type": "Point", "coordinates": [1]}), "position_unreadable"),
        (feature("here"), "position_unreadable"),
        (feature({"type": "Point", "coordinates": ["x", [1]]}), "odd_value"),
        (feature({"type": "Point", "coordinates": [True, 48]}), "odd_value"),
        (feature({"type": "Point", "coordinates": [10**400, 48]}), "position_unreadable"),
        (feature({"type": "Point", "coordinates": [652469.02, 6862035.26]}), "position_unreadable"),  # Lambert 93
        (feature(NOM_TL=["x"]), "odd_value"),
        (feature(NOM_TL={"fr": "x"}), "odd_value"),
        (feature(NOM_TL=None), "name_missing"),
        (feature(LAT=None), "position_missing"),
    ],
)
def test_an_odd_feature_costs_itself_and_no_other(odd: Any, code: str) -> None:
    first, second = read_geojson(geojson(odd, feature()))
    assert codes(first)[0] == code
    assert first.line == 1
    assert isinstance(second, CensusEntry)
    assert second.line == 2


def test_numbers_in_geojson_are_read_as_codes() -> None:
    (found,) = read_geojson(
        geojson(feature({"type": "Point", "coordinates": [5.2, 46, 240]}, ID=9, CP=1000.0, INSEECOM=1053))
    )
    assert isinstance(found, CensusEntry)
    assert (found.ref, found.postcode, found.insee, found.latitude) == ("cget-2019:9", "01000", "01053", 46.0)


def test_half_a_character_in_json_is_dropped() -> None:
    (found,) = read_geojson(geojson(feature(NOM_TL="\ud800Écluse")))
    assert isinstance(found, CensusEntry)
    assert found.name.encode() == "Écluse".encode()


# Whatever comes.

CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "0", "nan", "-", "é" * 300, "48.1", "-1.6", "1000", "2A004", "974", '"', "a,b", "\n", "\0", "http://"]
    ),
)


def well_formed(found: CensusEntry | Rejected) -> None:
    assert found.line >= 1
    if isinstance(found, Rejected):
        assert found.reasons
        return
    assert 0 < len(found.name) <= 120
    assert found.name == tidy(found.name)
    assert len(found.address) <= 200
    assert len(found.ref) <= 40
    assert len(found.commune) <= 120
    assert len(found.region) <= 120
    assert found.timezone in ZONES
    assert found.website is None or len(found.website) <= 500
    for code in (found.postcode, found.insee):
        assert not code or (len(code) == 5 and code.isascii() and code.isalnum())
    json.dumps([found.name, found.address, found.website], ensure_ascii=False).encode()


@given(st.lists(st.dictionaries(st.sampled_from([*COLUMNS, "STATUT"]), CELLS, max_size=4), max_size=4))
def test_any_cells_become_entries_or_rejections(changes: list[dict[str, str]]) -> None:
    lines = [line(**({"ID": str(number)} | cells)) for number, cells in enumerate(changes)]
    for found in read_csv(file(*lines)):
        well_formed(found)


def read_or_refusals(read: Callable[[bytes], Iterator[CensusEntry | Rejected]], data: bytes) -> list[Any]:
    try:
        return list(read(data))
    except Malformed as malformed:
        return list(malformed.reasons)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_after_a_good_line_become_entries_or_rejections(data: bytes) -> None:
    found = read_or_refusals(read_csv, file(line()) + data)
    if isinstance(found[0], Refusal):
        assert [reason.code for reason in found] == ["not_utf8"]
        return
    assert found[0] == one()
    for each in found:
        well_formed(each)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_file_or_refused(data: bytes) -> None:
    for read in (read_csv, read_geojson):
        assert all(isinstance(each, CensusEntry | Rejected | Refusal) for each in read_or_refusals(read, data))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | CELLS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "coordinates"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    st.lists(
        JSON
        | st.builds(
            lambda geometry, properties: {
                "type": "Feature",
                "geometry": geometry,
                "properties": {**GOOD, **properties},
            },
            JSON | st.builds(lambda pair: {"type": "Point", "coordinates": pair}, st.lists(JSON, max_size=3)),
            st.dictionaries(st.sampled_from([*COLUMNS, "STATUT"]), JSON, max_size=4),
        ),
        max_size=4,
    )
)
def test_any_features_become_entries_or_rejections(features: list[Any]) -> None:
    found = list(read_geojson(geojson(*features)))
    assert len(found) == len(features)
    for each in found:
        well_formed(each)
