"""The words of what takes time. Pure."""

from __future__ import annotations

from enum import StrEnum


class ClaimKind(StrEnum):
    """What a claim belongs to."""

    BOOKING = "booking"
    BLOCK = "block"


class BlockKind(StrEnum):
    """Why a lieu takes time off the calendar."""

    CLOSURE = "closure"
    MAINTENANCE = "maintenance"
    BUSY = "busy"
