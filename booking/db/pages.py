"""Lists that are asked for page by page: a cursor says where the next page begins. No Flask here."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from booking.errors import N_, Malformed, Refusal

T = TypeVar("T")

LARGEST_PAGE = 200
_LONGEST_CURSOR = 800
_LONGEST_TEXT = 400
_LARGEST_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list's items, and the cursor that asks for those after them; None at the end."""

    items: tuple[T, ...]
    next: str | None


def cursor(*parts: str | int) -> str:
    """The place after the item that has these values, as text fit for an address."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> tuple[str | int, ...]:
    """The values that `cursor` was given, each of the kind (`str` or `int`) told. Raises Malformed otherwise."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(text[:_LONGEST_CURSOR].encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        parts = None
    if (
        not isinstance(parts, list)
        or [type(part) for part in parts] != list(kinds)
        or not all(_fits(part) for part in parts)
    ):
        message = N_("Cette suite de liste n’existe pas. Reprenez la liste du début.")
        raise Malformed(Refusal("cursor", message, field="cursor"))
    return tuple(parts)


def _fits(part: str | int) -> bool:
    """Whether any database takes the value as a parameter."""
    if isinstance(part, str):
        return len(part) <= _LONGEST_TEXT and "\0" not in part and part.isprintable()
    return abs(part) < _LARGEST_NUMBER
