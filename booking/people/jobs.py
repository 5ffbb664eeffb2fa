"""What the worker does for people: mails the links that were asked for, and forgets what is over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from booking.jobs.schemas import Handlers, Payload, Task
from booking.people.actions import cleaning, links


def send_link(session: Session, payload: Payload, now: dt.datetime) -> None:
    """Mail the link whose row the payload names."""
    links.send(session, int(payload["proof"]), now=now)


def clean(session: Session, payload: Payload, now: dt.datetime) -> None:  # noqa: ARG001 - a handler's signature
    """Forget what is over."""
    cleaning.clean(session, now=now)


HANDLERS: Handlers = {links.SEND: Task(send_link), "people.clean": Task(clean, every=dt.timedelta(days=1))}
