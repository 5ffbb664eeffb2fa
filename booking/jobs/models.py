"""The outbox of work: one row a job, leased while a worker is on it, kept for a while when done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.db.base import Base, BigId, Instant, Json, Line


def _index(name: str, column: str, condition: str) -> sa.Index:
    """An index of few of the rows, so that looking for work stays as quick however many jobs were done."""
    return sa.Index(name, column, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


class Job(Base):
    """A job is done once in effect: its `key`, where it has one, is unique as long as the row is kept."""

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint("attempts >= 0", "attempts"),
        sa.CheckConstraint("done_at IS NULL OR failed_at IS NULL", "one_end"),
        _index("ix_job_waiting", "due_at", "done_at IS NULL AND failed_at IS NULL"),
        _index("ix_job_failed", "failed_at", "failed_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str | None] = mapped_column(Line, unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    due_at: Mapped[dt.datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    done_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    failed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
