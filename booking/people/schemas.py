"""Who is asking, as every query and action receives it, and what is told of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from booking.errors import Refusal
from booking.people.rules import BOOKKEEPERS, STAFF, Purpose, Role, Scope
from booking.values.ids import LieuId, MemberId


@dataclass(frozen=True, slots=True)
class Asker:
    """A person, a program acting for one, or a visitor (`member_id` None).

    `roles` are pairs (lieu, role). A token of scope `read` makes `writes` False. `noted_at`: when the sign-in or the
    token was last written down as used.
    """

    member_id: MemberId | None = None
    uid: str | None = None
    name: str = ""
    email: str | None = None
    language: str = "fr"
    timezone: str | None = None
    """Where the clock is that the person goes by, if they said so."""
    confirmed: bool = False
    steward: bool = False
    writes: bool = True
    roles: frozenset[tuple[LieuId, Role]] = frozenset()
    noted_at: dt.datetime | None = field(default=None, compare=False)

    def has(self, lieu_id: LieuId, roles: frozenset[Role]) -> bool:
        """Whether the asker has one of these roles in that lieu; stewards read everywhere but hold no role."""
        return any((lieu_id, role) in self.roles for role in roles)

    def belongs(self, lieu_id: LieuId) -> bool:
        """Whether the asker is of that lieu, in any role."""
        return any(lieu == lieu_id for lieu, _ in self.roles)

    def staffs(self, lieu_id: LieuId) -> bool:
        """Host, manager or treasurer there."""
        return self.has(lieu_id, STAFF)

    def manages(self, lieu_id: LieuId) -> bool:
        """Manager there."""
        return (lieu_id, Role.MANAGER) in self.roles

    def keeps_books(self, lieu_id: LieuId) -> bool:
        """Manager or treasurer there."""
        return self.has(lieu_id, BOOKKEEPERS)

    def sees_people(self, lieu_id: LieuId) -> bool:
        """Whether names of bookers there may be shown: the lieu's staff and stewards."""
        return self.steward or self.staffs(lieu_id)


VISITOR = Asker()
"""Nobody in particular."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against. Never leaves the edge that checks it."""

    member_id: MemberId
    uid: str
    name: str
    email: str
    password_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewLogin:
    """The browser that is about to be signed in: the hash of its secret, and how it names itself."""

    token_hash: str
    agent: str


@dataclass(frozen=True, slots=True)
class Pending:
    """An unused, living one-time link. `detail` is what its purpose needs."""

    purpose: Purpose
    member_id: MemberId | None
    email: str
    detail: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a member sees and changes of their own account."""

    uid: str
    name: str
    email: str
    language: str
    timezone: str | None
    wants_reminder: bool
    wants_host_mail: bool
    has_password: bool
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """A signed-in browser of one's own. `handle` names it to revoke it."""

    handle: str
    agent: str
    created_at: dt.datetime
    last_seen_at: dt.datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Token:
    """An API token as its owner sees it afterwards: all but the secret."""

    uid: str
    name: str
    scope: Scope
    created_at: dt.datetime
    expires_at: dt.datetime | None
    last_used_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a lieu, as its manager sees them."""

    uid: str
    name: str
    email: str
    roles: tuple[Role, ...]
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class People:
    """A page of the people of a lieu; `next` is the cursor of the page after, if any."""

    items: tuple[Person, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that nobody has answered yet."""

    ref: str
    email: str
    role: Role
    created_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the rooms above know of a member and people cannot ask them: passed in by the application.

    `exporters` give the member's own data under a name of the export; `reasons_to_stay` say why an account cannot be
    deleted yet; `erasers` take away what must go with it.
    """

    exporters: tuple[tuple[str, Callable[[Session, MemberId], Any]], ...] = ()
    reasons_to_stay: tuple[Callable[[Session, MemberId, dt.datetime], Sequence[Refusal]], ...] = ()
    erasers: tuple[Callable[[Session, MemberId, dt.datetime], None], ...] = ()
