"""Who is asking: the person behind a browser's session, a program's token or a calendar's secret address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from booking.db.base import Base
from booking.db.rows import run
from booking.people.models import ApiToken, Login, Member, Membership
from booking.people.rules import Role, Scope
from booking.people.schemas import Asker
from booking.values.ids import LieuId, MemberId

_PERSON: tuple[Any, ...] = (
    Member.id,
    Member.uid,
    Member.name,
    Member.email,
    Member.language,
    Member.timezone,
    Member.confirmed_at,
    Member.steward,
    Membership.lieu_id,
    Membership.role,
)


def behind(
    source: type[Base],
    owner: sa.ColumnElement[int] | InstrumentedAttribute[int],
    condition: sa.ColumnElement[bool],
    *facts: sa.ColumnElement[Any] | InstrumentedAttribute[Any],
) -> sa.Select[Any]:
    """A statement for the member whom a row of another room's table names in its column `owner`, with facts of it.

    The secret addresses of calendars act for their owners like this. Made once, it is quick to run; `asker_of_rows`
    reads what it gives.
    """
    return (
        sa.select(*_PERSON, *facts)
        .join(source, sa.and_(owner == Member.id, condition))
        .outerjoin(Membership, Membership.member_id == Member.id)
        .where(Member.erased_at.is_(None))
    )


# Every request asks one of these; made once, they are quick to run.
_NOW: sa.BindParameter[dt.datetime] = sa.bindparam("now")
_OF_LOGIN = behind(
    Login,
    Login.member_id,
    sa.and_(Login.token_hash == sa.bindparam("hash"), Login.revoked_at.is_(None), Login.expires_at > _NOW),
    Login.last_seen_at.label("noted_at"),
)
_OF_TOKEN = behind(
    ApiToken,
    ApiToken.member_id,
    sa.and_(
        ApiToken.token_hash == sa.bindparam("hash"),
        ApiToken.revoked_at.is_(None),
        sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > _NOW),
    ),
    ApiToken.scope,
    ApiToken.last_used_at.label("noted_at"),
)
_OF_MEMBER = (
    sa.select(*_PERSON)
    .outerjoin(Membership, Membership.member_id == Member.id)
    .where(Member.id == sa.bindparam("id"), Member.erased_at.is_(None))
)


def asker_of_login(session: Session, token_hash: str, now: dt.datetime) -> Asker | None:
    """Who is signed in with that browser, or None when the sign-in ended, expired or was revoked."""
    return _asker(run(session, _OF_LOGIN, {"hash": token_hash, "now": now}).all(), writes=True)


def asker_of_token(session: Session, token_hash: str, now: dt.datetime) -> Asker | None:
    """For whom a program with that API token acts, or None when the token ended, expired or was revoked."""
    rows = run(session, _OF_TOKEN, {"hash": token_hash, "now": now}).all()
    return _asker(rows, writes=bool(rows) and rows[0].scope == Scope.WRITE)


def asker_of_member(session: Session, member_id: MemberId) -> Asker | None:
    """The member as asker, for work done in their name (feeds run with their owner's rights)."""
    return _asker(run(session, _OF_MEMBER, {"id": member_id}).all(), writes=True)


def asker_of_rows(rows: Sequence[Any]) -> Asker | None:
    """The member of whom `behind` told, or None when there is none or the account is erased."""
    return _asker(rows, writes=True)


def _asker(rows: Sequence[Any], *, writes: bool) -> Asker | None:
    if not rows:
        return None
    first = rows[0]
    return Asker(
        member_id=MemberId(first.id),
        uid=first.uid,
        name=first.name,
        email=first.email,
        language=first.language,
        timezone=first.timezone,
        confirmed=first.confirmed_at is not None,
        steward=first.steward,
        writes=writes,
        roles=frozenset((LieuId(r.lieu_id), Role(r.role)) for r in rows if r.lieu_id is not None),
        noted_at=getattr(first, "noted_at", None),
    )
