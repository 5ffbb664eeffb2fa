"""What a secret address shows, and the addresses of feeds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from booking.errors import N_, Invalid
from booking.resources.rules import ResourceKind
from booking.values.codes import is_slug

_TOKEN = re.compile(r"[0-9A-Za-z_-]{43}")
_NAMES = "+names"


class What(StrEnum):
    """Kinds of feeds, as they stand in addresses."""

    BOOKINGS = "bookings"
    RESOURCES = "resources"
    LIEUX = "lieux"
    KINDS = "kinds"


class Form(StrEnum):
    """The two forms of a feed: events, or free and busy stretches (RFC 5545, section 3.6.4)."""

    EVENTS = "ics"
    BUSY = "ifb"


class WrongScope(Invalid):
    """Nothing that a calendar could be made of."""

    code = "wrong_scope"
    message = N_("Choisissez dans la liste.")


@dataclass(frozen=True, slots=True)
class Scope:
    """What one address shows: a member's own bookings, or what takes a resource, a lieu, all resources of a kind.

    `name` is a slug, or the word of a kind; one's own bookings have none. With `names`, staff read who booked.
    """

    what: What
    name: str = ""
    names: bool = False

    def __str__(self) -> str:
        return f"{self.path}{_NAMES if self.names else ''}"

    @property
    def path(self) -> str:
        """Its part of the address: `bookings`, `lieux/la-coursive`. Whether it names people does not show there."""
        return f"{self.what}/{self.name}" if self.name else str(self.what)

    @classmethod
    def parse(cls, text: str) -> Scope:
        """What `str()` wrote. Raises WrongScope for anything else."""
        path = text.removesuffix(_NAMES)
        first, _, name = path.partition("/")
        names = path != text
        if text == What.BOOKINGS:
            return cls(What.BOOKINGS)
        if (first in (What.RESOURCES, What.LIEUX) and is_slug(name)) or (first == What.KINDS and name in _KINDS):
            return cls(What(first), name, names)
        raise WrongScope


_KINDS = frozenset(ResourceKind)


def is_token(text: str) -> bool:
    """Whether that piece of an address can be a token at all; what cannot is never asked of the database."""
    return _TOKEN.fullmatch(text) is not None


def public_path(resource: str, form: Form = Form.EVENTS) -> str:
    """The address, without the server's, of a resource's public feed."""
    return f"/calendars/resources/{resource}.{form}"


def secret_path(token: str, scope: Scope, form: Form = Form.EVENTS) -> str:
    """The address, without the server's, of a secret feed."""
    return f"/calendars/{token}/{scope.path}.{form}"
