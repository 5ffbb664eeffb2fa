"""What is over is forgotten: links, sign-ins, tokens, counts and remembered answers."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.people.models import ApiToken, Login, Proof, RateWindow, RememberedAnswer

COUNTS = dt.timedelta(days=2)
ANSWERS = dt.timedelta(days=7)
LINKS = dt.timedelta(days=7)
SIGN_INS = dt.timedelta(days=30)
TOKENS = dt.timedelta(days=365)
"""How long each is kept after its end; a token's last use may still be asked about."""


def clean(session: Session, *, now: dt.datetime) -> None:
    """Delete what has been over for long enough. Running it twice changes nothing more."""
    for over in (
        sa.delete(RateWindow).where(RateWindow.started_at < now - COUNTS),
        sa.delete(RememberedAnswer).where(RememberedAnswer.created_at < now - ANSWERS),
        sa.delete(Proof).where(sa.or_(Proof.expires_at < now - LINKS, Proof.used_at < now - LINKS)),
        sa.delete(Login).where(sa.or_(Login.expires_at < now - SIGN_INS, Login.revoked_at < now - SIGN_INS)),
        sa.delete(ApiToken).where(sa.or_(ApiToken.expires_at < now - TOKENS, ApiToken.revoked_at < now - TOKENS)),
    ):
        session.execute(over)
