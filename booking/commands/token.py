"""`archipel token create`: a key for a program, printed once."""

from __future__ import annotations

import argparse
import datetime as dt
import sys

import structlog

from booking import clock
from booking.app import create_app
from booking.db import read, write
from booking.errors import Invalid
from booking.people import queries
from booking.people.actions import tokens
from booking.people.rules import Scope, address
from booking.settings import Settings
from booking.web.forms import tidy_line

log = structlog.get_logger()

NOT_DONE = 1
LONGEST_NAME = 120
LONGEST_LIFE = 3650


def options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel token`."""
    words = parser.add_subparsers(dest="deed", required=True, metavar="create")
    create = words.add_parser("create", help="print a new API token of a member, once")
    create.add_argument("email", metavar="EMAIL")
    create.add_argument("--scope", choices=[scope.value for scope in Scope], default=Scope.READ.value)
    create.add_argument("--name", default="archipel token create", help="what the token is for")
    create.add_argument("--days", type=_days, help="how long it lives; until it is revoked when not told")


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Print the token to stdout."""
    now = clock.now()
    with create_app(settings).app_context():
        owner = read(queries.credentials, address(chosen.email) or "")
        if owner is None:
            print(f"{chosen.email} has no account.", file=sys.stderr)
            return NOT_DONE
        try:
            token = write(
                tokens.create_token,
                owner.member_id,
                name=tidy_line(chosen.name)[:LONGEST_NAME] or "archipel token create",
                scope=Scope(chosen.scope),
                expires_at=None if chosen.days is None else now + dt.timedelta(days=chosen.days),
                now=now,
            )
        except Invalid:
            print(f"{chosen.email} has as many tokens as one may have: revoke one first.", file=sys.stderr)
            return NOT_DONE
    log.info("token created on the command line", member=owner.member_id, scope=chosen.scope)
    print(token)
    return 0


def _days(text: str) -> int:
    if text.isdigit() and 0 < int(text) <= LONGEST_LIFE:
        return int(text)
    raise argparse.ArgumentTypeError(f"expected a number of days, 1 to {LONGEST_LIFE}")
