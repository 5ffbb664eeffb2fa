"""Who a program acts for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from booking.db import read
from booking.errors import N_
from booking.people.asking import asker, member_id, signed_in
from booking.people.queries import profile
from booking.people.rules import ROLE_NAMES, Role, Scope
from booking.places.queries.lieux import lieux_of
from booking.web.api import Call, Room
from booking.web.dto import answer_schema

room = Room("people", N_("Son compte"))


@dataclass(frozen=True, slots=True)
class Place:
    """A lieu in which a member has roles."""

    lieu: str
    lieu_name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Me:
    """One's own account."""

    uid: str
    name: str
    email: str
    language: str
    timezone: str | None
    confirmed: Annotated[bool, N_("Faux tant que l’adresse n’est pas confirmée : on ne réserve pas encore.")]
    steward: bool
    scope: Annotated[Scope, N_("Ce que le jeton permet.")]
    lieux: tuple[Place, ...]


@room.call(Call("GET", "/me", signed_in, N_("Pour qui le programme agit, et ce qu’il y peut."), answer_schema(Me)))
def get_me() -> Me:
    """One's own account and roles."""
    who = asker()
    mine = read(profile, member_id())
    order = list(ROLE_NAMES)
    return Me(
        uid=mine.uid,
        name=mine.name,
        email=mine.email,
        language=mine.language,
        timezone=mine.timezone,
        confirmed=who.confirmed,
        steward=who.steward,
        scope=Scope.WRITE if who.writes else Scope.READ,
        lieux=tuple(
            Place(lieu.slug, lieu.name, tuple(sorted(lieu.roles, key=order.index))) for lieu in read(lieux_of, who)
        ),
    )
