"""What travels out of the occupancy room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.occupancy.rules import BlockKind
from booking.values.ids import ClaimId, LieuId, ResourceId
from booking.values.interval import Interval


@dataclass(frozen=True, slots=True)
class BlockMade:
    """A new block and the claims (bookings) that stand in its way and keep their place."""

    uid: str
    touched: tuple[ClaimId, ...]


@dataclass(frozen=True, slots=True)
class BlockSeen:
    """A block as staff see it."""

    uid: str
    lieu_id: LieuId
    resource_id: ResourceId | None
    kind: BlockKind
    reason: str
    stretch: Interval


@dataclass(frozen=True, slots=True)
class BlockListed:
    """A living block in its lieu's list. Without `resource` it takes the whole lieu."""

    uid: str
    kind: BlockKind
    reason: str
    stretch: Interval
    resource: str | None
    resource_name: str
    by: str
    made_at: dt.datetime
