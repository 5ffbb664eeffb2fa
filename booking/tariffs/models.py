"""Tariffs and quotes. A quote is immutable: what was shown is what is charged."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import triggers
from booking.db.base import Amount, Base, BigId, Instant, Json, Name, Uid, word
from booking.tariffs.rules import Period
from booking.tariffs.words import PayerKind, RateAudience
from booking.values.money import Unit


class Tariff(Base):
    """A price list of a lieu; resources point at one. A free one costs nothing and has no rates."""

    __tablename__ = "tariff"
    __table_args__ = (sa.UniqueConstraint("id", "lieu_id"), sa.Index("ix_tariff_lieu", "lieu_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(Uid, unique=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"))
    name: Mapped[str] = mapped_column(Name)
    free: Mapped[bool] = mapped_column(default=False)
    rule_version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_version.id"))
    updated_at: Mapped[dt.datetime] = mapped_column(Instant)


class RateRow(Base):
    """One price of a tariff: for an audience, for a period."""

    __tablename__ = "rate"
    __table_args__ = (
        sa.ForeignKeyConstraint(["tariff_id", "lieu_id"], ["tariff.id", "tariff.lieu_id"]),
        sa.CheckConstraint("amount BETWEEN 0 AND 100000000", "amount"),
    )

    tariff_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    audience: Mapped[RateAudience] = mapped_column(word(RateAudience, "audience"), primary_key=True)
    period: Mapped[Period] = mapped_column(word(Period, "period"), primary_key=True)
    lieu_id: Mapped[int] = mapped_column(BigId)
    amount: Mapped[int] = mapped_column(Amount)
    unit: Mapped[Unit] = mapped_column(word(Unit, "unit", 12), default=Unit.EUR)


class ResourceTariff(Base):
    """Which tariff a resource is booked at; without one it cannot be booked yet."""

    __tablename__ = "resource_tariff"
    __table_args__ = (
        sa.ForeignKeyConstraint(["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"]),
        sa.ForeignKeyConstraint(["tariff_id", "lieu_id"], ["tariff.id", "tariff.lieu_id"]),
    )

    resource_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    tariff_id: Mapped[int] = mapped_column(BigId)
    lieu_id: Mapped[int] = mapped_column(BigId)


class Quote(Base):
    """What one stretch of one resource costs one person, fixed when it was shown."""

    __tablename__ = "quote"
    __table_args__ = (
        sa.UniqueConstraint("id", "lieu_id"),
        sa.ForeignKeyConstraint(["resource_id", "lieu_id"], ["resource.id", "resource.lieu_id"]),
        sa.CheckConstraint("ends_at > starts_at", "order"),
        sa.CheckConstraint("quantity > 0", "quantity"),
        sa.CheckConstraint("total >= 0 AND vat >= 0 AND vat <= total", "total"),
        sa.CheckConstraint("expires_at > created_at", "expiry"),
        sa.Index("ix_quote_member", "member_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(Uid, unique=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"))
    resource_id: Mapped[int] = mapped_column(BigId)
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    starts_at: Mapped[dt.datetime] = mapped_column(Instant)
    ends_at: Mapped[dt.datetime] = mapped_column(Instant)
    quantity: Mapped[int] = mapped_column(sa.Integer)
    unit: Mapped[Unit] = mapped_column(word(Unit, "unit", 12))
    total: Mapped[int] = mapped_column(Amount)
    vat: Mapped[int] = mapped_column(Amount)
    vat_basis_points: Mapped[int] = mapped_column(sa.Integer)
    rule_version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_version.id"))
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)


class QuoteLine(Base):
    """One line of the explanation; its words are made from `code` and `params` in the reader's language."""

    __tablename__ = "quote_line"

    quote_id: Mapped[int] = mapped_column(sa.ForeignKey("quote.id"), primary_key=True)
    position: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.String(40))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    amount: Mapped[int] = mapped_column(Amount)


class QuotePart(Base):
    """Who pays how much, in which unit; parts of the quote's unit sum to its total."""

    __tablename__ = "quote_part"
    __table_args__ = (sa.CheckConstraint("amount >= 0", "amount"),)

    quote_id: Mapped[int] = mapped_column(sa.ForeignKey("quote.id"), primary_key=True)
    position: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    payer: Mapped[PayerKind] = mapped_column(word(PayerKind, "payer"))
    unit: Mapped[Unit] = mapped_column(word(Unit, "unit", 12))
    amount: Mapped[int] = mapped_column(Amount)


for _table in (Quote, QuoteLine, QuotePart):
    triggers.refuse(_table.__table__, "UPDATE", "DELETE")


triggers.renew_edition(Tariff.__table__, RateRow.__table__, ResourceTariff.__table__)
