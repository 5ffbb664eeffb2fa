"""Resources and units. A unit is a concrete thing that cannot be in two hands; a resource is how it is offered."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import triggers
from booking.db.base import Base, BigId, Hash, Instant, Line, Name, Slug, word
from booking.resources.rules import Audience, Feature, ResourceKind, Take


class Resource(Base):
    """Something offered for booking, with the rules of its use. Durations are in minutes."""

    __tablename__ = "resource"
    __table_args__ = (
        sa.UniqueConstraint("id", "lieu_id"),
        sa.CheckConstraint("capacity BETWEEN 1 AND 10000", "capacity"),
        sa.CheckConstraint("step BETWEEN 5 AND 1440 AND 1440 % step = 0", "step"),
        sa.CheckConstraint("shortest > 0 AND shortest % step = 0", "shortest"),
        sa.CheckConstraint("longest >= shortest AND longest <= 576000", "longest"),
        sa.CheckConstraint("notice >= 0", "notice"),
        sa.CheckConstraint("horizon_days BETWEEN 1 AND 800", "horizon"),
        sa.CheckConstraint("buffer_before BETWEEN 0 AND 1440", "buffer_before"),
        sa.CheckConstraint("buffer_after BETWEEN 0 AND 1440", "buffer_after"),
        sa.CheckConstraint("free_cancel_hours >= 0", "free_cancel"),
        sa.CheckConstraint("kept_percent BETWEEN 0 AND 100", "kept"),
        sa.Index("ix_resource_lieu", "lieu_id", "position"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"))
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    kind: Mapped[ResourceKind] = mapped_column(word(ResourceKind, "kind"))
    name: Mapped[str] = mapped_column(Name)
    folded: Mapped[str] = mapped_column(sa.String(300))
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")
    capacity: Mapped[int] = mapped_column(sa.Integer, default=1)
    take: Mapped[Take] = mapped_column(word(Take, "take"), default=Take.ALL)
    step: Mapped[int] = mapped_column(sa.Integer, default=30)
    shortest: Mapped[int] = mapped_column(sa.Integer, default=30)
    longest: Mapped[int] = mapped_column(sa.Integer, default=14 * 1440)
    notice: Mapped[int] = mapped_column(sa.Integer, default=0)
    horizon_days: Mapped[int] = mapped_column(sa.Integer, default=90)
    buffer_before: Mapped[int] = mapped_column(sa.Integer, default=0)
    buffer_after: Mapped[int] = mapped_column(sa.Integer, default=0)
    seen_by: Mapped[Audience] = mapped_column(word(Audience, "seen_by"), default=Audience.EVERYONE)
    booked_by: Mapped[Audience] = mapped_column(word(Audience, "booked_by"), default=Audience.EVERYONE)
    free_cancel_hours: Mapped[int] = mapped_column(sa.Integer, default=24)
    kept_percent: Mapped[int] = mapped_column(sa.Integer, default=50)
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    retired_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    updated_at: Mapped[dt.datetime] = mapped_column(Instant)


class UnitRow(Base):
    """A concrete desk, machine, room or item of a lieu."""

    __tablename__ = "unit"
    __table_args__ = (sa.UniqueConstraint("id", "lieu_id"), sa.Index("ix_unit_lieu", "lieu_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"))
    name: Mapped[str] = mapped_column(Name)
    retired_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class ResourceUnit(Base):
    """Which units a resource offers; the composite keys keep both in one lieu."""

    __tablename__ = "resource_unit"
    __table_args__ = (
        sa.ForeignKeyConstraint(["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"]),
        sa.ForeignKeyConstraint(["unit_id", "lieu_id"], ["unit.id", "unit.lieu_id"]),
        sa.Index("ix_resource_unit_unit", "unit_id"),
    )

    resource_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    unit_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    lieu_id: Mapped[int] = mapped_column(BigId)


class ResourceFeature(Base):
    """A feature a resource has."""

    __tablename__ = "resource_feature"

    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"), primary_key=True)
    feature: Mapped[Feature] = mapped_column(word(Feature, "feature"), primary_key=True)


class Photo(Base):
    """A picture of a resource, re-encoded by us; `digest` names its file."""

    __tablename__ = "photo"
    __table_args__ = (
        sa.ForeignKeyConstraint(["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"]),
        sa.UniqueConstraint("resource_id", "digest"),
        sa.Index("ix_photo_digest", "digest"),
        sa.CheckConstraint("width > 0 AND height > 0", "size"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resource_id: Mapped[int] = mapped_column(BigId)
    lieu_id: Mapped[int] = mapped_column(BigId)
    digest: Mapped[str] = mapped_column(Hash)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    alt: Mapped[str] = mapped_column(Line)
    width: Mapped[int] = mapped_column(sa.Integer)
    height: Mapped[int] = mapped_column(sa.Integer)
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)


triggers.renew_edition(Resource.__table__, UnitRow.__table__, ResourceUnit.__table__)
