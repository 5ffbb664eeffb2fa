"""What must always hold of the occupancy table."""

from __future__ import annotations

import sqlalchemy as sa

from booking.db.invariants import Invariant
from booking.occupancy.models import Block, Claim, Occupancy
from booking.occupancy.rules import ClaimKind

_ordered = sa.select(
    Occupancy.unit_id,
    Occupancy.starts_at,
    Occupancy.claim_id,
    sa.func.lag(Occupancy.ends_at)
    .over(partition_by=Occupancy.unit_id, order_by=Occupancy.starts_at)
    .label("ends_before"),
).subquery()

INVARIANTS = (
    Invariant(
        "occupancy.no_overlap",
        "No two occupancies of one unit overlap.",
        sa.select(_ordered).where(_ordered.c.ends_before > _ordered.c.starts_at),
    ),
    Invariant(
        "occupancy.block_lives",
        "Every row of a block's claim belongs to a block that is not lifted, and lies within it.",
        sa.select(Occupancy.unit_id, Occupancy.starts_at, Occupancy.claim_id)
        .join(Claim, Claim.id == Occupancy.claim_id)
        .outerjoin(Block, Block.claim_id == Claim.id)
        .where(
            Claim.kind == ClaimKind.BLOCK,
            sa.or_(
                Block.id.is_(None),
                Block.lifted_at.is_not(None),
                Occupancy.starts_at < Block.starts_at,
                Occupancy.ends_at > Block.ends_at,
            ),
        ),
    ),
)
