"""Reading mails: for the worker that delivers them, and for the mailbox that a demo shows to everybody."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db.pages import Page, cursor, read_cursor
from booking.jobs.models import Job
from booking.jobs.queries import waiting
from booking.mail.models import Message
from booking.mail.rules import KEY_PREFIX
from booking.mail.schemas import Listed, Outgoing, Shown

PAGE = 50


def unsent(session: Session, uid: str) -> Outgoing | None:
    """The mail to deliver; None when it was sent or is gone."""
    row = session.execute(
        sa.select(
            Message.uid,
            Message.recipient,
            Message.language,
            Message.subject,
            Message.text,
            Message.html,
            Message.calendar,
            Message.created_at,
        ).where(Message.uid == uid, Message.sent_at.is_(None))
    ).first()
    return Outgoing(*row) if row else None


def due_before(session: Session, mail: Outgoing) -> dt.datetime | None:
    """When the last of the mails that this address must get before this one is due; None when there is none.

    What was written first arrives first: a cancellation never overtakes its confirmation.
    """
    mine = sa.select(Message.id).where(Message.uid == mail.uid).scalar_subquery()
    return session.scalar(
        sa.select(sa.func.max(Job.due_at))
        .join(Message, Job.key == KEY_PREFIX + Message.uid)
        .where(Message.recipient == mail.recipient, Message.id < mine, Message.sent_at.is_(None), waiting())
    )


def mailbox(session: Session, recipient: str, after: str | None) -> Page[Listed]:
    """A demo's mails, newest first, those to one address when `recipient` is not empty; `after` is a page's cursor.

    For a demo alone: it asks nobody who they are. Raises Malformed for a cursor that is none.
    """
    which = [Message.recipient == recipient] if recipient else []
    if after is not None:
        (uid,) = read_cursor(after, str)
        which.append(Message.id < sa.select(Message.id).where(Message.uid == uid).scalar_subquery())
    rows = session.execute(
        sa.select(Message.uid, Message.recipient, Message.subject, Message.created_at, Message.sent_at.is_not(None))
        .where(*which)
        .order_by(Message.id.desc())
        .limit(PAGE + 1)
    ).all()
    items = tuple(Listed(*row) for row in rows[:PAGE])
    return Page(items, cursor(items[-1].uid) if len(rows) > PAGE else None)


def shown(session: Session, uid: str) -> Shown | None:
    """A demo's mail as its mailbox shows it; None when there is none. For a demo alone."""
    row = session.execute(
        sa.select(
            Message.uid,
            Message.recipient,
            Message.subject,
            Message.text,
            Message.html,
            Message.calendar,
            Message.created_at,
            Message.sent_at.is_not(None),
        ).where(Message.uid == uid)
    ).first()
    return Shown(*row) if row else None
