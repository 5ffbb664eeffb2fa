"""What members may know of their own account, and what a sign-in is checked against."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.people.models import ApiToken, Login, Member, Membership, Proof
from booking.people.rules import Purpose, Scope
from booking.people.schemas import Credentials, Pending, Profile, SignIn, Token
from booking.values.ids import MemberId

HANDLE = 16
"""So much of the hash of a sign-in's secret names it to its owner; the secret cannot be found from it."""


def credentials(session: Session, email: str) -> Credentials | None:
    """What a password for that address is checked against. Nothing but a sign-in may ask."""
    return _credentials(session, Member.email == email)


def credentials_of(session: Session, member_id: MemberId) -> Credentials | None:
    """The same for somebody who is signed in and is asked for the password again."""
    return _credentials(session, Member.id == member_id)


def _credentials(session: Session, whose: sa.ColumnElement[bool]) -> Credentials | None:
    row = session.execute(
        sa.select(Member.id, Member.uid, Member.name, Member.email, Member.password_hash).where(
            whose, Member.erased_at.is_(None)
        )
    ).first()
    return Credentials(MemberId(row.id), row.uid, row.name, row.email, row.password_hash) if row else None


def pending(session: Session, token_hash: str, purposes: frozenset[Purpose], now: dt.datetime) -> Pending | None:
    """What a mailed link stands for while it is good for one of these purposes; reading it does not use it up."""
    row = session.execute(
        sa.select(Proof.purpose, Proof.member_id, Proof.email, Proof.detail).where(
            Proof.token_hash == token_hash,
            Proof.purpose.in_(purposes),
            Proof.used_at.is_(None),
            Proof.expires_at > now,
        )
    ).first()
    if row is None:
        return None
    return Pending(row.purpose, None if row.member_id is None else MemberId(row.member_id), row.email, row.detail)


def profile(session: Session, member_id: MemberId) -> Profile:
    """One's own account."""
    row = session.execute(
        sa.select(
            Member.uid,
            Member.name,
            Member.email,
            Member.language,
            Member.timezone,
            Member.wants_reminder,
            Member.wants_host_mail,
            Member.password_hash.is_not(None).label("has_password"),
            Member.created_at,
        ).where(Member.id == member_id, Member.erased_at.is_(None))
    ).one()
    return Profile(**row._asdict())


def sign_ins(session: Session, member_id: MemberId, current_hash: str | None, now: dt.datetime) -> list[SignIn]:
    """The browsers that are signed in for that member, the last used first; `current_hash` marks one's own."""
    rows = session.execute(
        sa.select(Login.token_hash, Login.agent, Login.created_at, Login.last_seen_at)
        .where(Login.member_id == member_id, Login.revoked_at.is_(None), Login.expires_at > now)
        .order_by(Login.last_seen_at.desc(), Login.id.desc())
    )
    return [
        SignIn(r.token_hash[:HANDLE], r.agent, r.created_at, r.last_seen_at, r.token_hash == current_hash) for r in rows
    ]


def tokens(session: Session, member_id: MemberId, now: dt.datetime) -> list[Token]:
    """One's own living API tokens, the newest first; their secrets are not known any more."""
    rows = session.execute(
        sa.select(
            ApiToken.uid,
            ApiToken.name,
            ApiToken.scope,
            ApiToken.created_at,
            ApiToken.expires_at,
            ApiToken.last_used_at,
        )
        .where(
            ApiToken.member_id == member_id,
            ApiToken.revoked_at.is_(None),
            sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
        )
        .order_by(ApiToken.id.desc())
    )
    return [Token(r.uid, r.name, Scope(r.scope), r.created_at, r.expires_at, r.last_used_at) for r in rows]


def everything(session: Session, member_id: MemberId) -> dict[str, Any]:
    """All that this room keeps about one person, for that person; secrets are only counted among it by their dates.

    Instants are aware datetimes; `roles` name the lieu by its row number under `lieu_id`, which the edge turns into its
    public name.
    """
    member = session.execute(
        sa.select(
            Member.uid,
            Member.name,
            Member.email,
            Member.language,
            Member.timezone,
            Member.steward,
            Member.wants_reminder,
            Member.wants_host_mail,
            Member.confirmed_at,
            Member.created_at,
        ).where(Member.id == member_id)
    ).one()
    roles = sa.select(Membership.lieu_id, Membership.role, Membership.granted_at).where(
        Membership.member_id == member_id
    )
    logins = sa.select(Login.agent, Login.created_at, Login.last_seen_at, Login.expires_at, Login.revoked_at).where(
        Login.member_id == member_id
    )
    keys = sa.select(
        ApiToken.name,
        ApiToken.scope,
        ApiToken.created_at,
        ApiToken.expires_at,
        ApiToken.last_used_at,
        ApiToken.revoked_at,
    ).where(ApiToken.member_id == member_id)
    links = sa.select(Proof.purpose, Proof.created_at, Proof.expires_at, Proof.used_at).where(
        sa.or_(Proof.member_id == member_id, Proof.email == member.email)
    )
    return {
        "account": dict(member._asdict()),
        "roles": _rows(session, roles.order_by(Membership.granted_at)),
        "sign_ins": _rows(session, logins.order_by(Login.id)),
        "api_tokens": _rows(session, keys.order_by(ApiToken.id)),
        "mailed_links": _rows(session, links.order_by(Proof.id)),
    }


def _rows(session: Session, statement: Any) -> list[dict[str, Any]]:
    return [dict(row._asdict()) for row in session.execute(statement)]
