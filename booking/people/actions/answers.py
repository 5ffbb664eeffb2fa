"""Doing once what a program may send twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.people.models import RememberedAnswer
from booking.people.rules.answers import Answer, KeyReused
from booking.values.ids import MemberId


def answer_once(
    session: Session,
    member_id: MemberId,
    key: str,
    request_hash: str,
    work: Callable[[Session], Answer],
    *,
    now: dt.datetime,
) -> Answer:
    """Do the work and keep its answer under the member's key; give the kept answer when it was done before.

    The key's row is the transaction's first: on PostgreSQL whoever comes second with it waits there for the first to
    end, on SQLite writes follow one another anyway. Work that raises leaves nothing, so only successes are kept.
    Raises KeyReused when the key stands for another request (`request_hash`).
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(RememberedAnswer).values(
        member_id=member_id, key=key, request_hash=request_hash, created_at=now
    )
    if session.execute(row.on_conflict_do_nothing().returning(RememberedAnswer.key)).one_or_none() is None:
        return _kept(session, member_id, key, request_hash)
    answer = work(session)
    session.execute(
        sa.update(RememberedAnswer)
        .where(RememberedAnswer.member_id == member_id, RememberedAnswer.key == key)
        .values(status=answer.status, body=answer.body)
    )
    return answer


def _kept(session: Session, member_id: MemberId, key: str, request_hash: str) -> Answer:
    row = session.execute(
        sa.select(RememberedAnswer.request_hash, RememberedAnswer.status, RememberedAnswer.body).where(
            RememberedAnswer.member_id == member_id, RememberedAnswer.key == key
        )
    ).one()
    if row.request_hash != request_hash:
        raise KeyReused
    return Answer(row.status, row.body, replayed=True)
