"""`archipel check`: every invariant on the real database."""

from __future__ import annotations

import argparse
import json
import sys

from booking.app import create_app
from booking.bookings import invariants as bookings
from booking.calendars import invariants as calendars
from booking.db import survey
from booking.db.invariants import broken
from booking.ledger import invariants as ledger
from booking.mail import invariants as mail
from booking.occupancy import invariants as occupancy
from booking.settings import Settings
from booking.tariffs import invariants as tariffs

INVARIANTS = (
    *occupancy.INVARIANTS,
    *bookings.INVARIANTS,
    *tariffs.INVARIANTS,
    *ledger.INVARIANTS,
    *mail.INVARIANTS,
    *calendars.INVARIANTS,
)


def options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel check`."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Print what does not hold, with the first rows at fault; 0 only when all holds."""
    with create_app(settings).app_context():
        findings = survey(broken, INVARIANTS)
    if chosen.json:
        listed = [{"code": f.code, "holds": f.holds, "rows": f.rows} for f in findings]
        print(json.dumps({"checked": [i.code for i in INVARIANTS], "broken": listed}, default=str, ensure_ascii=False))
    for found in findings:
        print(f"{found.code}: {found.holds}", file=sys.stderr)
        for row in found.rows:
            print(f"  {json.dumps(row, default=str, ensure_ascii=False)}", file=sys.stderr)
    print(f"{len(INVARIANTS) - len(findings)} of {len(INVARIANTS)} invariants hold.", file=sys.stderr)
    return 1 if findings else 0
