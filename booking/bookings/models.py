"""Bookings, their history, the iCalendar texts of each and the counters that tell feeds what changed.

Invariants, each kept by the database:
- a booking has its own claim, of its lieu and of kind booking, for ever; an ended one has no occupancy left
  (`archipel check`), a living one has exactly its units;
- wall times, zone and instants stand side by side; uid and code never change; history is insert-only.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.bookings.rules import EventKind, Status
from booking.db import triggers
from booking.db.base import Amount, Base, BigId, Instant, Json, Line, Name, Uid, WallText, Zone, word
from booking.values.wall import Wall


class Booking(Base):
    """A stretch of a resource held for somebody. Nothing is ever deleted here."""

    __tablename__ = "booking"
    __table_args__ = (
        sa.UniqueConstraint("id", "lieu_id"),
        sa.ForeignKeyConstraint(["claim_id", "claim_kind"], ["claim.id", "claim.kind"]),
        sa.ForeignKeyConstraint(["claim_id", "lieu_id"], ["claim.id", "claim.lieu_id"], name="fk_booking_claim_lieu"),
        sa.ForeignKeyConstraint(["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"]),
        sa.ForeignKeyConstraint(["quote_id", "lieu_id"], ["quote.id", "quote.lieu_id"]),
        sa.CheckConstraint("claim_kind = 'booking'", "claim_kind"),
        sa.CheckConstraint("ends_at > starts_at", "order"),
        sa.CheckConstraint("quantity > 0", "quantity"),
        sa.CheckConstraint("sequence >= 0", "sequence"),
        sa.CheckConstraint("(member_id IS NULL) <> (guest_name IS NULL)", "one_holder"),
        sa.CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", "cancelled_when"),
        sa.CheckConstraint("kept >= 0", "kept"),
        sa.Index("ix_booking_resource", "resource_id", "ends_at"),
        sa.Index("ix_booking_lieu", "lieu_id", "starts_at"),
        sa.Index("ix_booking_member", "member_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(Uid, unique=True)
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"))
    resource_id: Mapped[int] = mapped_column(BigId)
    claim_id: Mapped[int] = mapped_column(BigId, unique=True)
    claim_kind: Mapped[str] = mapped_column(sa.String(20), default="booking")
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    guest_name: Mapped[str | None] = mapped_column(Name)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    quantity: Mapped[int] = mapped_column(sa.Integer)
    status: Mapped[Status] = mapped_column(word(Status, "status"))
    starts_at: Mapped[dt.datetime] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    local_start: Mapped[Wall] = mapped_column(WallText)
    local_end: Mapped[Wall] = mapped_column(WallText)
    timezone: Mapped[str] = mapped_column(Zone)
    tzdata: Mapped[str] = mapped_column(sa.String(12))
    buffer_before: Mapped[int] = mapped_column(sa.Integer)
    buffer_after: Mapped[int] = mapped_column(sa.Integer)
    free_cancel_hours: Mapped[int] = mapped_column(sa.Integer)
    kept_percent: Mapped[int] = mapped_column(sa.Integer)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    quote_id: Mapped[int] = mapped_column(BigId)
    kept: Mapped[int] = mapped_column(Amount, default=0)
    sequence: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    updated_at: Mapped[dt.datetime] = mapped_column(Instant)
    cancelled_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class BookingEvent(Base):
    """What was done to a booking, by whom and when."""

    __tablename__ = "booking_event"
    __table_args__ = (
        sa.ForeignKeyConstraint(["booking_id", "lieu_id"], ["booking.id", "booking.lieu_id"]),
        sa.Index("ix_booking_event_booking", "booking_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    booking_id: Mapped[int] = mapped_column(BigId)
    lieu_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[EventKind] = mapped_column(word(EventKind, "kind"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class BookingText(Base):
    """The VEVENT of a booking's present revision, rendered once: for the public (busy only) and for its owner."""

    __tablename__ = "booking_text"

    booking_id: Mapped[int] = mapped_column(sa.ForeignKey("booking.id"), primary_key=True)
    public: Mapped[str] = mapped_column(sa.Text)
    owner: Mapped[str] = mapped_column(sa.Text)


class FeedCounter(Base):
    """The version of a feed (`resource:<id>` or `member:<id>`): +1 with each change that shows in it."""

    __tablename__ = "feed_counter"

    feed: Mapped[str] = mapped_column(Line, primary_key=True)
    version: Mapped[int] = mapped_column(BigId, default=1)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


triggers.refuse(Booking.__table__, "DELETE")
triggers.refuse(BookingEvent.__table__, "UPDATE", "DELETE")
