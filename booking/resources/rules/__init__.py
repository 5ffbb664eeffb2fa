"""The words of what can be booked, and what is decided about it: its rules of use and its units.

`pictures` is imported by itself: it brings an image library that few need.
"""

from __future__ import annotations

from booking.resources.rules.drafts import MOST_UNITS, ResourceDraft, numbered
from booking.resources.rules.words import (
    FEATURE_NAMES,
    KIND_NAMES,
    KIND_PLURALS,
    Audience,
    Feature,
    ResourceKind,
    Take,
)

__all__ = [
    "FEATURE_NAMES",
    "KIND_NAMES",
    "KIND_PLURALS",
    "MOST_UNITS",
    "Audience",
    "Feature",
    "ResourceDraft",
    "ResourceKind",
    "Take",
    "numbered",
]
