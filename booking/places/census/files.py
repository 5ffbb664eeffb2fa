"""A census file as bytes becomes rows of text: CSV or GeoJSON."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator
from typing import Any

from booking.errors import N_, NN_, Malformed, Refusal
from booking.places.census.entries import COLUMNS, SOURCE, STATUS_COLUMN, CensusEntry, Rejected, Row, entries

RECORD_LIMIT = 20_000
"""Characters of one row; the longest of the census of 2019 has less than a thousand."""

_LINES_IN_ONE_RECORD = 20


def read_csv(data: bytes, source: str = SOURCE) -> Iterator[CensusEntry | Rejected]:
    """Each row of a census in CSV (RFC 4180, comma, UTF-8 with or without its mark, LF or CRLF), in order.

    Raises Malformed at once when the file is empty, not UTF-8, or lacks a column. Blank lines are passed over.
    `source` begins every `ref`: another list whose numbers start again needs another one.
    """
    lines = _decoded(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    names = [name.strip().upper() for name in _cells(lines[0]) or ()]
    refusal = _header_refusal(lines[0], names)
    if refusal:
        raise Malformed(refusal)
    return entries(_csv_rows(lines, names), source)


def read_geojson(data: bytes, source: str = SOURCE) -> Iterator[CensusEntry | Rejected]:
    """Each feature of a census in GeoJSON (RFC 7946): its properties are the columns, its point the position.

    A missing property counts as empty; LAT and LONG are read where there is no geometry. Raises Malformed at once when
    the file is empty, not UTF-8, not JSON or not a FeatureCollection.
    """
    try:
        document = json.loads(_decoded(data), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = N_("Le fichier n’est pas du JSON\xa0: l’erreur est à la ligne %(line)s.")
        raise Malformed(Refusal("not_json", message, {"line": error.lineno})) from None
    except (ValueError, RecursionError):
        message = N_("Le fichier contient des nombres ou des imbrications hors limites.")
        raise Malformed(Refusal("not_json", message)) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        message = N_("Le fichier doit être une «\xa0FeatureCollection\xa0» de GeoJSON.")
        raise Malformed(Refusal("not_geojson", message))
    return entries((_feature_row(number, each) for number, each in enumerate(features, 1)), source)


def _decoded(data: bytes) -> str:
    body = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        message = N_("Le fichier n’est pas en UTF-8\xa0: l’octet %(offset)s, à la ligne %(line)s, n’a pas de sens.")
        offset, line = error.start + len(data) - len(body), body.count(b"\n", 0, error.start) + 1
        raise Malformed(Refusal("not_utf8", message, {"offset": offset, "line": line})) from None
    if not text.strip():
        raise Malformed(Refusal("file_empty", N_("Le fichier est vide.")))
    return text


def _header_refusal(line: str, names: list[str]) -> Refusal | None:
    missing = [column for column in COLUMNS if column not in names]
    for separator, shown in ((";", ";"), ("\t", "tabulation"), ("|", "|")):
        if missing and line.count(separator) >= len(COLUMNS) - 1:
            message = N_("Les colonnes doivent être séparées par des virgules, et non par «\xa0%(separator)s\xa0».")
            return Refusal("not_comma", message, {"separator": shown})
    if missing:
        message = N_("Il manque des colonnes à la première ligne\xa0: %(columns)s.")
        return Refusal("columns_missing", message, {"columns": ", ".join(missing)})
    repeated = [column for column in (*COLUMNS, STATUS_COLUMN) if names.count(column) > 1]
    if repeated:
        message = N_("Des colonnes figurent deux fois à la première ligne\xa0: %(columns)s.")
        return Refusal("columns_repeated", message, {"columns": ", ".join(repeated)})
    return None


def _csv_rows(lines: list[str], names: list[str]) -> Iterator[Row]:
    places = {column: names.index(column) for column in (*COLUMNS, STATUS_COLUMN) if column in names}
    at = 1
    while at < len(lines):
        taken = 1
        if lines[at].replace(",", "").strip():
            taken, record = _record(lines, at, len(names))
            if isinstance(record, Refusal):
                yield Row(at + 1, refusal=record)
            else:
                yield Row(at + 1, {column: record[place] for column, place in places.items()})
        at += taken


def _record(lines: list[str], at: int, width: int) -> tuple[int, list[str] | Refusal]:
    """How many lines the record at `at` takes, and its cells. Quotes that never close cost their own line only."""
    joined = lines[at]
    if len(joined) > RECORD_LIMIT:
        message = N_("La ligne dépasse %(limit)s caractères.")
        return 1, Refusal("line_too_long", message, {"limit": RECORD_LIMIT})
    cells = _cells(joined)
    if cells is not None and len(cells) != width:
        one, several = NN_(
            "La ligne a %(count)s colonne au lieu de %(expected)s.",
            "La ligne a %(count)s colonnes au lieu de %(expected)s.",
        )
        return 1, Refusal("columns_count", one, {"count": len(cells), "expected": width}, several=several)
    taken = 1
    while cells is None and taken < _LINES_IN_ONE_RECORD and at + taken < len(lines) and len(joined) <= RECORD_LIMIT:
        joined += "\n" + lines[at + taken]
        taken += 1
        cells = _cells(joined)
    if cells is None or len(cells) != width:
        return 1, Refusal("quotes", N_("Les guillemets de la ligne sont mal placés ou ne se ferment pas."))
    return taken, cells


def _cells(record: str) -> list[str] | None:
    try:
        return next(csv.reader([record], strict=True), [])
    except csv.Error:
        return None


def _no_constant(name: str) -> float:
    raise ValueError(name)  # NaN and Infinity are not JSON (RFC 8259, section 6).


def _feature_row(number: int, feature: Any) -> Row:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        message = N_("L’élément n’est pas une «\xa0Feature\xa0» de GeoJSON.")
        return Row(number, refusal=Refusal("not_a_feature", message))
    cells = {column: _text(properties.get(column)) for column in (*COLUMNS, STATUS_COLUMN)}
    match feature.get("geometry"):
        case None:
            pass
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            cells["LONG"], cells["LAT"] = _text(longitude), _text(latitude)
        case _:
            message = N_("La position doit être un «\xa0Point\xa0» de GeoJSON.")
            return Row(number, refusal=Refusal("position_unreadable", message, field="LAT"))
    return Row(number, cells)


def _text(value: Any) -> str:
    """A JSON value as a cell of CSV would hold it; lists and other odd values become a NUL, which is refused later."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "\0"
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{value:.9f}"
