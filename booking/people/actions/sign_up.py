"""Signing up: an account comes into being when its address is confirmed, by whoever signed up, and not before.

Whoever opens the link also shows to be the one who chose the password (same browser, or the password again): nobody can
leave a password of theirs on the account of somebody else's address.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from booking.people.actions import links, members, sign_in
from booking.people.rules import Purpose
from booking.people.rules.limits import CONFIRM_LASTS
from booking.people.schemas import NewLogin
from booking.values.ids import MemberId


def ask_account(
    session: Session, *, email: str, name: str, language: str, password_hash: str, browser_hash: str, now: dt.datetime
) -> None:
    """Have a confirmation of 48 hours mailed to the address; one that has an account gets a mail that says so.

    `browser_hash` is the hash of a secret that the browser keeps, so that it is known again.
    """
    detail = {"name": name, "language": language, "password_hash": password_hash, "browser_hash": browser_hash}
    links.ask(session, Purpose.CONFIRM, email, CONFIRM_LASTS, now=now, detail=detail)


def ask_again(session: Session, email: str, language: str, *, now: dt.datetime) -> None:
    """Have the confirmation mailed again, should one be waiting; the link of the earlier mail stops working."""
    links.ask(session, Purpose.CONFIRM, email, CONFIRM_LASTS, now=now, detail={"again": True, "language": language})


def confirm(session: Session, secret_hash: str, login: NewLogin, *, now: dt.datetime) -> MemberId:
    """Make the account and sign that browser in. Raises LinkOver, AddressTaken."""
    used = links.use(session, secret_hash, Purpose.CONFIRM, now=now)
    member = members.add_member(
        session,
        email=used.email,
        name=used.detail["name"],
        language=used.detail["language"],
        password_hash=used.detail["password_hash"],
        now=now,
    )
    links.forget(session, secret_hash)
    sign_in.open_login(session, MemberId(member.id), login, now=now)
    return MemberId(member.id)
