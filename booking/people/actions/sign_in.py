"""Sign-ins: begun, noted, ended. Each has a secret of its own, made at that moment and stored hashed."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Invalid, NotFound
from booking.people.actions import links
from booking.people.models import ApiToken, Login, Member
from booking.people.queries.account import HANDLE
from booking.people.rules import Purpose
from booking.people.rules.limits import LINK_LASTS, NOTED_AT_MOST_EVERY, SIGN_IN_LASTS
from booking.people.schemas import Credentials, NewLogin
from booking.values.ids import MemberId


class WrongPassword(Invalid):
    """Address and password do not go together; which of them is wrong stays unsaid."""

    code = "wrong_password"
    message = N_(
        "Cette adresse et ce mot de passe ne vont pas ensemble. "
        "Si vous venez de vous inscrire, ouvrez d’abord le lien reçu par courriel."
    )


def begin(session: Session, who: Credentials, login: NewLogin, upgraded: str | None, *, now: dt.datetime) -> None:
    """Sign that browser in after its password was found right; `upgraded` is a stronger hash of the same.

    Raises WrongPassword when the password was changed in the meantime.
    """
    member = session.scalar(
        sa.select(Member).where(Member.id == who.member_id, Member.erased_at.is_(None)).with_for_update(key_share=True)
    )
    if member is None or member.password_hash != who.password_hash:
        raise WrongPassword
    if upgraded is not None:
        member.password_hash = upgraded
    open_login(session, who.member_id, login, now=now)


def ask_link(session: Session, email: str, language: str, *, now: dt.datetime) -> None:
    """Have a sign-in link of 20 minutes mailed to the address, should it have an account."""
    links.ask(session, Purpose.SIGN_IN, email, LINK_LASTS, now=now, detail={"language": language})


def by_link(session: Session, secret_hash: str, login: NewLogin, *, now: dt.datetime) -> MemberId:
    """Sign that browser in by a mailed link. Raises LinkOver."""
    used = links.use(session, secret_hash, Purpose.SIGN_IN, now=now)
    if used.member_id is None:
        raise links.LinkOver
    open_login(session, used.member_id, login, now=now)
    return used.member_id


def open_login(session: Session, member_id: MemberId, login: NewLogin, *, now: dt.datetime) -> None:
    """Write a sign-in of 30 days down."""
    session.add(
        Login(
            member_id=member_id,
            token_hash=login.token_hash,
            agent=login.agent,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SIGN_IN_LASTS,
        )
    )


def end(session: Session, secret_hash: str, *, now: dt.datetime) -> None:
    """Sign that browser out."""
    _revoke(session, Login.token_hash == secret_hash, now=now)


def end_all(session: Session, member_id: MemberId, *, but: str | None = None, now: dt.datetime) -> None:
    """Sign the member out everywhere, or everywhere but where the hash of the secret is `but`."""
    _revoke(session, Login.member_id == member_id, Login.token_hash != (but or ""), now=now)


def end_one(session: Session, member_id: MemberId, handle: str, *, now: dt.datetime) -> None:
    """Sign one of the member's browsers out, named by its handle. Raises NotFound."""
    whole = len(handle) == HANDLE and handle.isalnum() and handle.isascii()
    if not whole or not _revoke(
        session, Login.member_id == member_id, Login.token_hash.startswith(handle, autoescape=True), now=now
    ):
        raise NotFound


def note_login(session: Session, secret_hash: str, *, now: dt.datetime) -> None:
    """Write down that the sign-in is in use, unless somebody just has."""
    session.execute(
        sa.update(Login)
        .where(Login.token_hash == secret_hash, Login.last_seen_at <= now - NOTED_AT_MOST_EVERY)
        .values(last_seen_at=now)
    )


def note_token(session: Session, secret_hash: str, *, now: dt.datetime) -> None:
    """The same for an API token."""
    never_or_long_ago = sa.or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - NOTED_AT_MOST_EVERY)
    session.execute(
        sa.update(ApiToken).where(ApiToken.token_hash == secret_hash, never_or_long_ago).values(last_used_at=now)
    )


def _revoke(session: Session, *which: sa.ColumnElement[bool], now: dt.datetime) -> bool:
    ended = session.execute(
        sa.update(Login).where(Login.revoked_at.is_(None), *which).values(revoked_at=now).returning(Login.id)
    ).all()
    return bool(ended)
