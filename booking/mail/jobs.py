"""What the worker does with mails: deliver each, and forget the old ones."""

from __future__ import annotations

import datetime as dt
from functools import partial

from sqlalchemy.orm import Session

from booking.jobs.rules import Later
from booking.jobs.schemas import Errand, Handlers, Payload, Task
from booking.mail import actions, queries
from booking.mail.rules import DELIVER
from booking.mail.schemas import Outgoing
from booking.mail.transports import Transport, compose, transport
from booking.settings import Settings

TURN = dt.timedelta(seconds=2)
"""How long a mail waits for the one before it to be tried."""


def prepare(session: Session, payload: Payload, now: dt.datetime) -> Outgoing | None:
    """The mail, when its turn has come; None when it was sent already. Raises Later behind an earlier one."""
    mail = queries.unsent(session, payload["uid"])
    before = queries.due_before(session, mail) if mail else None
    if before is not None:
        raise Later(max(before, now) + TURN)
    return mail


def reach(way: Transport, sender: str, base_url: str, mail: Outgoing) -> None:
    """Hand the mail over."""
    way.send(compose(mail, sender, base_url))


def record(session: Session, mail: Outgoing, _handed_over: None, now: dt.datetime, *, keep: bool) -> None:
    """Note that it was handed over; a demonstration keeps it to be shown."""
    actions.mark_sent(session, mail.uid, now=now, keep=keep)


def clean(session: Session, _payload: Payload, now: dt.datetime) -> None:
    """Forget the mails that were written long ago."""
    actions.forget_old(session, now=now)


def handlers(settings: Settings) -> Handlers:
    """Delivery by the way that the settings name."""
    way = transport(settings.mail_url, settings.base_url, demo=settings.demo)
    reached = partial(reach, way, settings.mail_from, settings.base_url)
    deliver = Errand(prepare, reached, partial(record, keep=settings.demo))
    return {DELIVER: deliver, "mail.clean": Task(clean, every=dt.timedelta(days=1))}
