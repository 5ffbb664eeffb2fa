"""Putting work off, taking it back, and the steps of a worker. Each runs in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.rows import dialect_of, run, upsert
from booking.jobs.models import Job
from booking.jobs.queries import claimable, waiting
from booking.jobs.rules import KEEP_DONE, next_due, one_line
from booking.jobs.schemas import Claimed, Order, Payload
from booking.values.ids import JobId

CHANNEL = "archipel_jobs"
"""Where PostgreSQL tells sleeping workers, when the transaction commits, that there is work."""


def enqueue(
    session: Session,
    kind: str,
    payload: Payload,
    *,
    now: dt.datetime,
    due: dt.datetime | None = None,
    key: str | None = None,
) -> bool:
    """Have `kind` done at `due` (at once when None) if this transaction commits, with JSON values as payload.

    A `key` makes it one: when a job of that key waits or was done, nothing is written and the answer is False.
    """
    values = {
        "kind": kind,
        "key": key,
        "payload": dict(payload),
        "due_at": due or now,
        "attempts": 0,
        "created_at": now,
    }
    told = due is None or due <= now
    return run(session, _queueing(dialect_of(session), tell=told), values).first() is not None


def enqueue_quietly(session: Session, orders: Sequence[Order], *, now: dt.datetime) -> None:
    """Have work done that waits for a worker's next look, by one statement.

    PostgreSQL has transactions that wake workers commit one after the other, which what happens often should not bear.
    """
    if not orders:
        return
    made = {"attempts": 0, "created_at": now}
    rows = [{"kind": o.kind, "key": o.key, "payload": dict(o.payload), "due_at": o.due, **made} for o in orders]
    run(session, _queueing(dialect_of(session), tell=False), rows)


def withdraw(session: Session, key: str) -> bool:
    """Take back the waiting job of that key: True when it will not happen, and the key is free again.

    False when a worker holds it or held it when it was killed, when it has ended, and when there is none.
    """
    untouched = sa.and_(waiting(), Job.lease_until.is_(None))
    gone = session.execute(sa.delete(Job).where(Job.key == key, untouched).returning(Job.id)).first()
    return gone is not None


def claim(session: Session, kinds: Collection[str], *, now: dt.datetime, lease: dt.timedelta) -> Claimed | None:
    """Take the longest due job of these kinds for the length of the lease; None when none is free.

    A job whose worker has gone is free when its lease is over. Workers on PostgreSQL pass over what another is taking.
    """
    first = (
        sa.select(Job.id)
        .where(claimable(kinds, now))
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
        .scalar_subquery()
    )
    row = session.execute(
        sa.update(Job)
        .where(Job.id == first)
        .values(attempts=Job.attempts + 1, lease_until=now + lease)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    ).first()
    return Claimed(JobId(row.id), row.kind, row.payload, row.attempts) if row else None


def finish(session: Session, job: Claimed, effect: Callable[[Session], None], *, now: dt.datetime) -> bool:
    """Run `effect` and mark the job done, together, unless it has ended in other hands; True when it was done here.

    The row stays locked meanwhile, so of two workers that hold one job, because a lease ran out, one has its effect.
    """
    held = sa.select(Job.id).where(Job.id == job.id, waiting()).with_for_update(key_share=True)
    if session.execute(held).first() is None:
        return False
    effect(session)
    _set(session, Job.id == job.id, done_at=now, lease_until=None, last_error=None)
    return True


def retry(session: Session, job: Claimed, reason: str, *, now: dt.datetime) -> dt.datetime | None:
    """Note why this attempt failed and when the next one is due; None, and the job given up, when it was the last."""
    due = next_due(job.attempts, now)
    if due is None:
        give_up(session, job, reason, now=now)
    else:
        _set(session, _still_ours(job), due_at=due, lease_until=None, last_error=one_line(reason))
    return due


def postpone(session: Session, job: Claimed, due: dt.datetime, *, now: dt.datetime) -> None:
    """Put the job off as if this attempt had not been; a second at least, so that nobody turns on the spot."""
    later = max(due, now + dt.timedelta(seconds=1))
    _set(session, _still_ours(job), due_at=later, lease_until=None, attempts=job.attempts - 1)


def give_up(session: Session, job: Claimed, reason: str, *, now: dt.datetime) -> None:
    """Try no more. The row stays, with the reason, until somebody revives it."""
    _set(session, _still_ours(job), failed_at=now, lease_until=None, last_error=one_line(reason))


def revive(session: Session, *, now: dt.datetime) -> int:
    """Give every job that was given up all its attempts again, from now on; how many there were."""
    given_up = Job.failed_at.is_not(None)
    return _set(session, given_up, failed_at=None, attempts=0, due_at=now)


def forget_done(session: Session, *, now: dt.datetime) -> int:
    """Delete the jobs that were done long ago, and with them the memory of their keys; how many there were."""
    old = session.execute(sa.delete(Job).where(Job.done_at < now - KEEP_DONE).returning(Job.id))
    return len(old.all())


def _still_ours(job: Claimed) -> sa.ColumnElement[bool]:
    """The condition that nobody has claimed the job since: every claim counts one attempt more."""
    return sa.and_(Job.id == job.id, Job.attempts == job.attempts, waiting())


def _set(session: Session, which: sa.ColumnElement[bool], **values: object) -> int:
    changed = sa.update(Job).where(which).values(**values).returning(Job.id)
    return len(session.execute(changed.execution_options(synchronize_session=False)).all())


@cache
def _queueing(dialect: str, *, tell: bool) -> sa.Insert:
    inserted = upsert(dialect, Job).on_conflict_do_nothing(index_elements=["key"])
    number = inserted.table.c.id
    if tell and dialect == "postgresql":
        return inserted.returning(number, sa.func.pg_notify(CHANNEL, ""))
    return inserted.returning(number)
