"""A mail on its way: to whom, what it says, and how the demo shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.values.ids import MemberId


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom, in which language (`fr` or `en`); `member_id` is None for somebody who has no account yet."""

    member_id: MemberId | None
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """The three texts of a mail; the subject is one line."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that has not been sent yet."""

    uid: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    calendar: str | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the demo's mailbox."""

    uid: str
    recipient: str
    subject: str
    created_at: dt.datetime
    sent: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A mail of the demo's mailbox."""

    uid: str
    recipient: str
    subject: str
    text: str
    html: str
    calendar: str | None
    created_at: dt.datetime
    sent: bool
