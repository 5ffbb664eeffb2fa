"""`archipel member create`, and the first steward of `archipel init --admin`: accounts made by the server's keeper."""

from __future__ import annotations

import argparse
import sys

import structlog

from booking import clock
from booking.app import create_app
from booking.db import read, write
from booking.errors import Invalid, NotFound
from booking.people import passwords
from booking.people.actions import members
from booking.people.actions.members import AddressTaken
from booking.people.rules import Role, address
from booking.people.schemas import VISITOR
from booking.places.queries import lieux as places
from booking.settings import Settings
from booking.values.ids import LieuId, MemberId
from booking.web.forms import tidy_line

log = structlog.get_logger()

NOT_DONE = 1
WRONG_USE = 2
STEWARD = "steward"
LONGEST_NAME = 120


def options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel member`."""
    words = parser.add_subparsers(dest="deed", required=True, metavar="create")
    create = words.add_parser("create", help="make an account, confirmed at once, or give an existing one a role")
    create.add_argument("email", metavar="EMAIL")
    create.add_argument("--name", required=True, help="as the lieux will know the person")
    create.add_argument("--lieu", metavar="SLUG", help="where the role is")
    create.add_argument(
        "--role",
        choices=[*(role.value for role in Role), STEWARD],
        help="in that lieu (member unless told); a steward needs no lieu and reads every booking",
    )
    create.add_argument("--language", choices=["fr", "en"], default="fr", help="of mails (%(default)s)")
    create.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from stdin; without, a link to choose one is printed",
    )


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Make the account; a one-time link goes to stdout when no password was given."""
    email, name = address(chosen.email), tidy_line(chosen.name)
    steward = chosen.role == STEWARD
    role = None if steward or not (chosen.role or chosen.lieu) else Role(chosen.role or Role.MEMBER)
    mistakes = [
        sentence
        for wrong, sentence in (
            (email is None, f"{chosen.email!r} is no e-mail address."),
            (not name or len(name) > LONGEST_NAME, f"--name takes 1 to {LONGEST_NAME} characters."),
            (role is not None and not chosen.lieu, f"--role {chosen.role} needs --lieu."),
            (steward and bool(chosen.lieu), "A steward has no lieu: leave --lieu out."),
        )
        if wrong
    ]
    if mistakes or email is None:
        return _say(*mistakes, code=WRONG_USE)
    password = sys.stdin.readline().rstrip("\r\n") if chosen.password_stdin else None
    with create_app(settings).app_context():
        try:
            place = (_lieu(chosen.lieu), role) if role is not None else None
        except NotFound:
            return _say(f"There is no lieu {chosen.lieu!r}.", code=NOT_DONE)
        try:
            stored = None if password is None else passwords.made(password, name=name, email=email)
            member_id = write(
                members.create_member,
                email=email,
                name=name,
                language=chosen.language,
                password_hash=stored,
                steward=steward,
                place=place,
                now=clock.now(),
            )
        except Invalid as problem:
            return _say(*(_english(reason.code) for reason in problem.reasons), code=NOT_DONE)
        except AddressTaken:
            return _given(email, place, steward=steward, with_password=password is not None)
        log.info("account made on the command line", member=member_id, steward=steward)
        if password is None:
            print(_link(settings, member_id))
        return _say(f"{email} has an account.")


def first_steward(email_text: str, settings: Settings) -> int:
    """Make that address a steward, with an account if it has none, and print a link to choose a password.

    Runs in the application's context.
    """
    email = address(email_text)
    if email is None:
        return _say(f"{email_text!r} is no e-mail address.", code=WRONG_USE)
    member_id = write(members.ensure_steward, email, now=clock.now())
    log.info("steward named on the command line", member=member_id)
    print(_link(settings, member_id))
    return _say(f"{email} is a steward. The link above lets them choose a password, once, within 48 hours.")


def _given(email: str, place: tuple[LieuId, Role] | None, *, steward: bool, with_password: bool) -> int:
    """Give an existing account the role that was asked for, and nothing else."""
    if with_password or not (place or steward):
        return _say(f"{email} has an account already; nothing was changed.", code=NOT_DONE)
    member_id = write(members.give, email, place=place, steward=steward, now=clock.now())
    log.info("role given on the command line", member=member_id, steward=steward)
    return _say(f"{email} had an account already; the role was given to it, nothing else was changed.")


def _lieu(slug: str) -> LieuId:
    return read(places.lieu_by_slug, VISITOR, slug).id


def _link(settings: Settings, member_id: MemberId) -> str:
    return f"{settings.base_url}/reset/{write(members.first_link, member_id, now=clock.now())}"


def _english(code: str) -> str:
    told = {
        "password_short": "The password is too short: at least 12 characters.",
        "password_long": "The password is too long: at most 128 characters.",
        "password_personal": "The password holds the person's name, address or the word archipel.",
        "password_common": "The password is among those that are guessed first.",
    }
    return told[code]


def _say(*sentences: str, code: int = 0) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return code
