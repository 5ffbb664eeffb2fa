"""Reading people: who is asking, and what members may know of themselves and of each other."""

from __future__ import annotations

from booking.people.queries.account import (
    credentials,
    credentials_of,
    everything,
    pending,
    profile,
    sign_ins,
    tokens,
)
from booking.people.queries.asking import asker_of_login, asker_of_member, asker_of_rows, asker_of_token, behind
from booking.people.queries.lieux import invitations_of, people_of, sole_manager

__all__ = [
    "asker_of_login",
    "asker_of_member",
    "asker_of_rows",
    "asker_of_token",
    "behind",
    "credentials",
    "credentials_of",
    "everything",
    "invitations_of",
    "pending",
    "people_of",
    "profile",
    "sign_ins",
    "sole_manager",
    "tokens",
]
