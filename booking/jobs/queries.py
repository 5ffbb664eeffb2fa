"""How much work there is. It tells nothing about anybody, so it is not scoped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.jobs.models import Job
from booking.jobs.schemas import Counts


def waiting() -> sa.ColumnElement[bool]:
    """The condition that a job has not ended; the index of waiting jobs holds exactly these."""
    return sa.and_(Job.done_at.is_(None), Job.failed_at.is_(None))


def claimable(kinds: Collection[str], now: dt.datetime) -> sa.ColumnElement[bool]:
    """The condition that a job of these kinds is due and in nobody's hands."""
    free = sa.or_(Job.lease_until.is_(None), Job.lease_until <= now)
    return sa.and_(waiting(), Job.due_at <= now, free, Job.kind.in_(sorted(kinds)))


def is_due(session: Session, kinds: Collection[str], now: dt.datetime) -> bool:
    """Whether there is anything to do now."""
    return session.scalar(sa.select(sa.exists().where(claimable(kinds, now)))) or False


def counts(session: Session, now: dt.datetime) -> Counts:
    """How many jobs wait, run and were given up."""
    running = Job.lease_until > now
    due = sa.and_(Job.due_at <= now, sa.or_(Job.lease_until.is_(None), Job.lease_until <= now))
    here = sa.func.count().filter
    row = session.execute(
        sa.select(
            here(due),
            here(sa.and_(Job.due_at > now, Job.lease_until.is_(None))),
            here(running),
            sa.func.min(Job.due_at).filter(due),
        ).where(waiting())
    ).one()
    failed = session.scalar(sa.select(sa.func.count()).where(Job.failed_at.is_not(None))) or 0
    return Counts(due=row[0], later=row[1], running=row[2], failed=failed, oldest=row[3])
