"""One short text for all that a feed is made of, so that its ETag needs no rendering."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

FORMAT = 2
"""Raise it whenever the same rows give other bytes than before: a test that holds a feed's bytes says when."""


def fingerprint(*parts: object) -> str:
    """32 hexadecimal digits that differ when any part does: texts, numbers, dates, None, and tuples of them."""
    return hashlib.sha256(repr((FORMAT, *parts)).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def newest(instants: Iterable[dt.datetime | None], floor: dt.datetime) -> dt.datetime:
    """The latest of them, and never before `floor`."""
    return max([floor, *(each for each in instants if each is not None)])
