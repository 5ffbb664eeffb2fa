"""The archipelago: lieux on Archipel and those only known from the census, when they open, and the public holidays."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import triggers
from booking.db.base import Amount, Base, BigId, Instant, Line, Name, Slug, Zone, word
from booking.places.rules import LieuKind, LieuStatus, VatRegime


class Edition(Base):
    """Which edition of the catalogue is in force, in its only row.

    The catalogue is all that says what may be booked, when and at which price: lieux, hours, resources, units, tariffs.
    A trigger gives every change of it a version that never was before, so whoever read the catalogue under a version
    knows that it still holds.
    """

    __tablename__ = "edition"
    __table_args__ = (sa.CheckConstraint("id = 1", "one_row"),)

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(sa.String(36))


class Lieu(Base):
    """One tiers-lieu. `bookable` is False for a census entry that is not on Archipel."""

    __tablename__ = "lieu"
    __table_args__ = (
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", "latitude"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", "longitude"),
        sa.CheckConstraint("half_day_split BETWEEN 1 AND 1439", "half_day_split"),
        sa.CheckConstraint("vat_basis_points BETWEEN 0 AND 10000", "vat_rate"),
        sa.CheckConstraint("vat_regime <> 'none' OR vat_basis_points = 0", "no_vat_no_rate"),
        sa.CheckConstraint("debt_ceiling >= 0", "debt_ceiling"),
        sa.CheckConstraint("bookable = false OR status = 'open'", "bookable_is_open"),
        sa.Index("ix_lieu_position", "latitude", "longitude"),
        sa.Index("ix_lieu_bookable", "bookable"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(Slug, unique=True)
    census_ref: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(Name)
    folded: Mapped[str] = mapped_column(sa.String(300))
    kind: Mapped[LieuKind] = mapped_column(word(LieuKind, "kind"))
    status: Mapped[LieuStatus] = mapped_column(word(LieuStatus, "status"))
    bookable: Mapped[bool] = mapped_column(default=False)
    example: Mapped[bool] = mapped_column(default=False)
    summary: Mapped[str] = mapped_column(sa.String(300), default="")
    address: Mapped[str] = mapped_column(Line, default="")
    postcode: Mapped[str] = mapped_column(sa.String(10), default="")
    commune: Mapped[str] = mapped_column(Name, default="")
    insee: Mapped[str] = mapped_column(sa.String(5), default="")
    department: Mapped[str] = mapped_column(sa.String(3), default="")
    region: Mapped[str] = mapped_column(Name, default="")
    website: Mapped[str | None] = mapped_column(sa.String(500))
    latitude: Mapped[float] = mapped_column(sa.Double)
    longitude: Mapped[float] = mapped_column(sa.Double)
    timezone: Mapped[str] = mapped_column(Zone)
    alsace_moselle: Mapped[bool] = mapped_column(default=False)
    half_day_split: Mapped[int] = mapped_column(sa.Integer, default=13 * 60)
    public_feeds: Mapped[bool] = mapped_column(default=True)
    access: Mapped[str] = mapped_column(sa.Text, default="")
    legal_name: Mapped[str] = mapped_column(Line, default="")
    siret: Mapped[str | None] = mapped_column(sa.String(14))
    vat_regime: Mapped[VatRegime] = mapped_column(word(VatRegime, "vat_regime"), default=VatRegime.NONE)
    vat_basis_points: Mapped[int] = mapped_column(sa.Integer, default=0)
    debt_ceiling: Mapped[int] = mapped_column(Amount, default=20_000)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    updated_at: Mapped[dt.datetime] = mapped_column(Instant)


class Opening(Base):
    """Weekly opening hours in wall minutes since midnight; several a day make breaks, past 1440 runs into the night."""

    __tablename__ = "opening"
    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", "weekday"),
        sa.CheckConstraint("opens BETWEEN 0 AND 1439", "opens"),
        sa.CheckConstraint("closes > opens AND closes <= opens + 1440", "closes"),
    )

    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    opens: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    closes: Mapped[int] = mapped_column(sa.SmallInteger)


class SpecialDay(Base):
    """A date that does not follow the week: closed, or open at hours of its own (`special_hours`)."""

    __tablename__ = "special_day"

    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    label: Mapped[str] = mapped_column(Name)


class SpecialHours(Base):
    """Opening hours of one special day; a special day without any is closed."""

    __tablename__ = "special_hours"
    __table_args__ = (
        sa.ForeignKeyConstraint(["lieu_id", "day"], ["special_day.lieu_id", "special_day.day"], ondelete="CASCADE"),
        sa.CheckConstraint("opens BETWEEN 0 AND 1439", "opens"),
        sa.CheckConstraint("closes > opens AND closes <= opens + 1440", "closes"),
    )

    lieu_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    opens: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    closes: Mapped[int] = mapped_column(sa.SmallInteger)


class PublicHoliday(Base):
    """A legal holiday of a territory, kept as a row because the library that knows them is slow to load."""

    __tablename__ = "public_holiday"

    territory: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    name: Mapped[str] = mapped_column(Name)


triggers.renew_edition(Lieu.__table__, Opening.__table__, SpecialDay.__table__, SpecialHours.__table__)
