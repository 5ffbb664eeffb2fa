"""What the worker does for its own table."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from booking.jobs import actions
from booking.jobs.schemas import Payload, Task


def clean(session: Session, _payload: Payload, now: dt.datetime) -> None:
    """Forget the jobs that were done long ago."""
    actions.forget_done(session, now=now)


HANDLERS = {"jobs.clean": Task(clean, every=dt.timedelta(days=1))}
