"""What calendars have the worker do."""

from __future__ import annotations

import datetime as dt

import structlog
from sqlalchemy.orm import Session

from booking.calendars import actions
from booking.jobs.schemas import Payload, Task

log = structlog.get_logger()


def leave(session: Session, _payload: Payload, now: dt.datetime) -> None:
    """Take back the addresses of those who have left."""
    ended = actions.revoke_departed(session, now)
    if ended:
        log.info("calendar addresses taken back", count=ended)


HANDLERS = {"calendars.leave": Task(leave, every=dt.timedelta(days=1))}
