"""Tables that leave as files: CSV as spreadsheets of the reader's country open it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from booking.web.i18n import language

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"
"""Without it, some spreadsheets take UTF-8 for an old Western code page."""


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: what begins like one gets an apostrophe in front (OWASP)."""
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


def csv_file(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """The rows, the first one the titles, as a file of that name; semicolons between cells in French."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if language() == "fr" else ",", lineterminator="\r\n")
    writer.writerows([cell(each) for each in row] for row in rows)
    response = Response(BYTE_ORDER_MARK + out.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
