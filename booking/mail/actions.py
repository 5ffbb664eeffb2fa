"""Writing mails together with their cause, and forgetting them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.jobs.actions import enqueue
from booking.jobs.models import Job
from booking.mail.models import Message
from booking.mail.render import render
from booking.mail.rules import DELIVER, KEEP, KEY_PREFIX, job_key
from booking.mail.schemas import Recipient
from booking.values.codes import uuid7
from booking.values.ids import MemberId, MessageId


def post(
    session: Session,
    to: Recipient,
    template: str,
    values: Mapping[str, Any],
    *,
    now: dt.datetime,
    calendar: str | None = None,
) -> MessageId:
    """Write a mail by `templates/mail/<template>.*` and have it delivered, if this transaction commits.

    `calendar` is an iCalendar text to attach, not an invitation. Raises jinja2.UndefinedError when a value is missing.
    """
    made = render(template, values, email=to.email, language=to.language)
    uid = uuid7(now)
    message_id = session.execute(
        sa.insert(Message)
        .values(
            uid=uid,
            member_id=to.member_id,
            recipient=to.email,
            language=to.language,
            subject=made.subject,
            text=made.text,
            html=made.html,
            calendar=calendar,
            created_at=now,
        )
        .returning(Message.id)
    ).scalar_one()
    enqueue(session, DELIVER, {"uid": uid}, now=now, key=job_key(uid))
    return MessageId(message_id)


def mark_sent(session: Session, uid: str, *, now: dt.datetime, keep: bool) -> None:
    """Note that the mail was handed over.

    Unless it is to be kept, what it said is forgotten: its reader has it, and it may hold a link that signs in.
    """
    said = {} if keep else {"text": "", "html": "", "calendar": None}
    unsent = sa.and_(Message.uid == uid, Message.sent_at.is_(None))
    session.execute(sa.update(Message).where(unsent).values(sent_at=now, **said))


def forget_old(session: Session, *, now: dt.datetime) -> None:
    """Delete the mails that were written long ago, sent or given up."""
    session.execute(sa.delete(Message).where(Message.created_at < now - KEEP))


def forget_person(session: Session, member_id: MemberId, email: str) -> None:
    """Delete every mail to a member or to that address, with its job, whose error may tell the address.

    What was not sent yet never will be.
    """
    theirs = sa.or_(Message.member_id == member_id, Message.recipient == email)
    session.execute(sa.delete(Job).where(Job.key.in_(sa.select(KEY_PREFIX + Message.uid).where(theirs))))
    session.execute(sa.delete(Message).where(theirs))
