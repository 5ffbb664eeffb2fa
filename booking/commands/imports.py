"""`archipel import lieux FILE`: a census of tiers-lieux, CSV or GeoJSON, read again as often as one likes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from booking import clock
from booking.app import create_app
from booking.db import read, write
from booking.errors import Malformed
from booking.places.actions.imports import import_census
from booking.places.census import CensusEntry, Rejected, read_csv, read_geojson
from booking.places.schemas import ImportReport, LineRefused
from booking.settings import Settings
from booking.web.formats import sentence
from booking.web.i18n import in_language

NOT_DONE = 1
LARGEST_FILE = 200 * 1024 * 1024


def options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel import`."""
    words = parser.add_subparsers(dest="what", required=True, metavar="lieux")
    lieux = words.add_parser("lieux", help="the lieux of a census, as CSV or as GeoJSON with its columns as properties")
    lieux.add_argument("file", metavar="FILE", type=Path)
    lieux.add_argument("--dry-run", action="store_true", help="tell what would be done, and write nothing")
    lieux.add_argument("--json", action="store_true", help="print the report as JSON")


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Print the report to stdout; 0 only when every row was taken."""
    with create_app(settings).app_context(), in_language("en"):
        try:
            rows = _rows(chosen.file)
            report = (read if chosen.dry_run else write)(import_census, rows, clock.now(), dry_run=chosen.dry_run)
        except OSError as error:
            print(f"{chosen.file}: {error.strerror}", file=sys.stderr)
            return NOT_DONE
        except Malformed as problem:
            for reason in problem.reasons:
                print(f"{chosen.file}: {sentence(reason)}", file=sys.stderr)
            return NOT_DONE
        if chosen.json:
            print(json.dumps(_as_json(report), ensure_ascii=False))
        else:
            _print(report, dry_run=chosen.dry_run)
    return NOT_DONE if report.refused else 0


def _rows(path: Path) -> list[CensusEntry | Rejected]:
    """Every row of the file. Raises OSError when it cannot be read, Malformed when it is no census."""
    if path.stat().st_size > LARGEST_FILE:
        raise OSError(27, "larger than 200 MB, which no census is")  # EFBIG
    data = path.read_bytes()
    return list(read_geojson(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else read_csv(data))


def _print(report: ImportReport, *, dry_run: bool) -> None:
    for count, what in (
        (report.created, "created"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (report.kept, "kept as they are, being on Archipel"),
        (len(report.refused), "refused"),
    ):
        print(f"{count:6} {what}")
    for refused in report.refused:
        print(f"line {refused.line}{_named(refused)}: refused: {_said(refused)}")
    for warned in report.warnings:
        print(f"line {warned.line}{_named(warned)}: taken without a part: {_said(warned)}", file=sys.stderr)
    if dry_run:
        print("This was a dry run: nothing was written.", file=sys.stderr)


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "kept": report.kept,
        "refused": _lines(report.refused),
        "warnings": _lines(report.warnings),
    }


def _lines(refused: Iterable[LineRefused]) -> list[dict[str, Any]]:
    return [
        {
            "line": each.line,
            "name": each.name,
            "reasons": [{"code": reason.code, "message": sentence(reason)} for reason in each.reasons],
        }
        for each in refused
    ]


def _named(refused: LineRefused) -> str:
    return f" ({refused.name})" if refused.name else ""


def _said(refused: LineRefused) -> str:
    return " ".join(sentence(reason) for reason in refused.reasons)
