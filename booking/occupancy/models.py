"""Claims and the occupancy table, with its guard in both dialects.

Invariants, each kept by the database:
- two rows of one unit never overlap (`ex_occupancy_no_overlap`: an exclusion constraint on PostgreSQL, a trigger of
  that name on SQLite);
- a row is never empty, never changed, only inserted and deleted; it cannot outlive its claim;
- a row's unit, claim and lieu are of one lieu.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import triggers
from booking.db.base import Base, BigId, Instant, Line, Uid, word
from booking.occupancy.rules import BlockKind, ClaimKind

OVERLAP = "ex_occupancy_no_overlap"


class Claim(Base):
    """Whatever takes units for a while; a booking or a block points at it."""

    __tablename__ = "claim"
    __table_args__ = (sa.UniqueConstraint("id", "kind"), sa.UniqueConstraint("id", "lieu_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"))
    kind: Mapped[ClaimKind] = mapped_column(word(ClaimKind, "kind"))


class Occupancy(Base):
    """One unit held by one claim over [starts_at, ends_at), buffers included."""

    __tablename__ = "occupancy"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", "order"),
        sa.ForeignKeyConstraint(["claim_id", "lieu_id"], ["claim.id", "claim.lieu_id"]),
        sa.ForeignKeyConstraint(["unit_id", "lieu_id"], ["unit.id", "unit.lieu_id"]),
        sa.Index("ix_occupancy_claim", "claim_id"),
        ExcludeConstraint(
            (sa.column("unit_id"), "="),
            (sa.func.tstzrange(sa.column("starts_at"), sa.column("ends_at"), sa.literal_column("'[)'")), "&&"),
            using="gist",
            name=OVERLAP,
        ).ddl_if(dialect="postgresql"),
        {"sqlite_with_rowid": False},
    )

    unit_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    starts_at: Mapped[dt.datetime] = mapped_column(Instant, primary_key=True)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    claim_id: Mapped[int] = mapped_column(BigId)
    lieu_id: Mapped[int] = mapped_column(BigId)


class Block(Base):
    """Time a lieu takes off the calendar, for one resource or for all its units (`resource_id` NULL).

    Its claim holds what was free; where a booking stands in the way the block waits, and takes the gap when it leaves.
    """

    __tablename__ = "block"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", "order"),
        sa.ForeignKeyConstraint(["claim_id", "claim_kind"], ["claim.id", "claim.kind"]),
        sa.ForeignKeyConstraint(["claim_id", "lieu_id"], ["claim.id", "claim.lieu_id"], name="fk_block_claim_lieu"),
        sa.ForeignKeyConstraint(["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"]),
        sa.CheckConstraint("claim_kind = 'block'", "claim_kind"),
        sa.Index("ix_block_lieu", "lieu_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(Uid, unique=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"))
    resource_id: Mapped[int | None] = mapped_column(BigId)
    claim_id: Mapped[int] = mapped_column(BigId, unique=True)
    claim_kind: Mapped[str] = mapped_column(sa.String(20), default="block")
    kind: Mapped[BlockKind] = mapped_column(word(BlockKind, "kind"))
    reason: Mapped[str] = mapped_column(Line, default="")
    starts_at: Mapped[dt.datetime] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    lifted_at: Mapped[dt.datetime | None] = mapped_column(Instant)


# Rows already accepted never overlap, so the one with the greatest start before NEW.ends_at decides: one index seek.
triggers.add(
    Occupancy.__table__,
    sqlite=[
        f"""
CREATE TRIGGER {OVERLAP} BEFORE INSERT ON occupancy BEGIN
  SELECT RAISE(ABORT, '{OVERLAP}')
  WHERE (SELECT o.ends_at FROM occupancy AS o
         WHERE o.unit_id = NEW.unit_id AND o.starts_at < NEW.ends_at
         ORDER BY o.starts_at DESC LIMIT 1) > NEW.starts_at;
END""",  # noqa: S608 - constants of this module
    ],
    postgresql=[],
)
triggers.refuse(Occupancy.__table__, "UPDATE")
