"""Counting tries, for every server at once, in a write of its own: what is tried fails, its count stays."""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.people.models import RateWindow
from booking.people.rules.limits import Limit


def count(session: Session, tries: tuple[tuple[Limit, str], ...], *, now: dt.datetime) -> int:
    """Count one try of each (limit, whose). Gives the seconds to wait when one of them is passed, else 0.

    A try beyond the limit is not counted: waiting never grows by asking.
    """
    wait = 0
    for limit, whose in tries:
        key, start = _key(limit, whose), limit.window(now)
        known = session.scalar(sa.select(RateWindow.count).where(RateWindow.key == key, RateWindow.started_at == start))
        if known is None or known < limit.most:
            known = _raised(session, key, start)
        else:
            known += 1
        if known > limit.most:
            wait = max(wait, limit.wait(now))
    return wait


def forget(session: Session, limit: Limit, whose: str, *, now: dt.datetime) -> None:
    """Count from zero again, since the one who tried has proved to be in the right."""
    session.execute(
        sa.delete(RateWindow).where(RateWindow.key == _key(limit, whose), RateWindow.started_at == limit.window(now))
    )


def _raised(session: Session, key: str, start: dt.datetime) -> int:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(RateWindow).values(key=key, started_at=start, count=1)
    raised: int = session.execute(
        statement.on_conflict_do_update(
            index_elements=[RateWindow.key, RateWindow.started_at], set_={"count": RateWindow.count + 1}
        ).returning(RateWindow.count)
    ).scalar_one()
    return raised


def _key(limit: Limit, whose: str) -> str:
    """No address stands in the table, only what can be found again by who knows it."""
    return f"{limit.name}:{hashlib.sha256(whose.encode()).hexdigest()[:32]}"
