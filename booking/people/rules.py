"""The words of who may do what. Pure."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role in one lieu. A person may have several."""

    MEMBER = "member"
    HOST = "host"
    MANAGER = "manager"
    TREASURER = "treasurer"


class Scope(StrEnum):
    """What an API token may do."""

    READ = "read"
    WRITE = "write"


class Purpose(StrEnum):
    """What a mailed one-time link is for."""

    CONFIRM = "confirm"
    RESET = "reset"
    SIGN_IN = "sign_in"
    EMAIL_OLD = "email_old"
    EMAIL_NEW = "email_new"
    INVITE = "invite"


STAFF = frozenset({Role.HOST, Role.MANAGER, Role.TREASURER})
"""Roles that see who booked."""

BOOKKEEPERS = frozenset({Role.MANAGER, Role.TREASURER})
"""Roles that see what is owed and record payments."""
