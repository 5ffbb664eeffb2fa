"""API tokens: made, told once, revoked."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Invalid, NotFound, Refusal
from booking.people.models import ApiToken, Member
from booking.people.rules import Scope
from booking.people.rules.limits import MOST_TOKENS
from booking.values.codes import new_token, token_hash, uuid7
from booking.values.ids import MemberId

MARK = "arc_"
"""How a token begins, so that tools that look for leaked secrets know it."""


def create_token(
    session: Session, member_id: MemberId, *, name: str, scope: Scope, expires_at: dt.datetime | None, now: dt.datetime
) -> str:
    """The secret of a new token, told only here. Raises Invalid past the number a member may have."""
    session.execute(sa.select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
    living = session.scalar(
        sa.select(sa.func.count(ApiToken.id)).where(
            ApiToken.member_id == member_id,
            ApiToken.revoked_at.is_(None),
            sa.or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
        )
    )
    if (living or 0) >= MOST_TOKENS:
        sentence = N_("Vous avez déjà %(most)s jetons : révoquez-en un d’abord.")
        raise Invalid(Refusal("too_many_tokens", sentence, {"most": MOST_TOKENS}))
    token = MARK + new_token()
    session.add(
        ApiToken(
            uid=uuid7(now),
            member_id=member_id,
            name=name,
            scope=scope,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return token


def revoke_token(session: Session, member_id: MemberId, uid: str, *, now: dt.datetime) -> None:
    """End one of the member's own tokens at once. Raises NotFound."""
    ended = session.execute(
        sa.update(ApiToken)
        .where(ApiToken.member_id == member_id, ApiToken.uid == uid, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.id)
    ).first()
    if ended is None:
        raise NotFound
