"""Who people are, how they prove it and what they may do where. Secrets are stored as hashes only."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.db.base import Base, BigId, Email, Hash, Instant, Json, Line, Name, Uid, Zone, word
from booking.people.rules import Purpose, Role, Scope


class Member(Base):
    """A person with an account. An erased one keeps the row, without name or address, so that accounts stay whole."""

    __tablename__ = "member"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", "email_folded"),
        sa.CheckConstraint("(erased_at IS NULL) = (email IS NOT NULL)", "erased_has_no_email"),
        sa.CheckConstraint("language IN ('fr', 'en')", "language"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(Uid, unique=True)
    email: Mapped[str | None] = mapped_column(Email, unique=True)
    name: Mapped[str] = mapped_column(Name)
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    timezone: Mapped[str | None] = mapped_column(Zone)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    steward: Mapped[bool] = mapped_column(default=False)
    wants_reminder: Mapped[bool] = mapped_column(default=True)
    wants_host_mail: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    erased_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Membership(Base):
    """A role of a member in a lieu, as long as the row is there; rights end with it at once."""

    __tablename__ = "membership"
    __table_args__ = (sa.Index("ix_membership_lieu", "lieu_id", "role"),)

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    lieu_id: Mapped[int] = mapped_column(sa.ForeignKey("lieu.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(word(Role, "role"), primary_key=True)
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"))
    granted_at: Mapped[dt.datetime] = mapped_column(Instant)


class Login(Base):
    """A signed-in browser. Revoking the row signs it out wherever it is."""

    __tablename__ = "login"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    token_hash: Mapped[str] = mapped_column(Hash, unique=True)
    agent: Mapped[str] = mapped_column(Line, default="")
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    last_seen_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class ApiToken(Base):
    """A program's key, of one member, with a scope and an end."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(Uid, unique=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    name: Mapped[str] = mapped_column(Name)
    scope: Mapped[Scope] = mapped_column(word(Scope, "scope"))
    token_hash: Mapped[str] = mapped_column(Hash, unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Proof(Base):
    """A one-time link sent to an address: whoever opens it proves to read that address, for one purpose, once."""

    __tablename__ = "proof"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(word(Purpose, "purpose"))
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    email: Mapped[str] = mapped_column(Email)
    token_hash: Mapped[str] = mapped_column(Hash, unique=True)
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    used_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class RateWindow(Base):
    """How often something was tried in a window of time, shared by every server through the database."""

    __tablename__ = "rate_window"
    __table_args__ = (sa.CheckConstraint("count > 0", "count"),)

    key: Mapped[str] = mapped_column(Line, primary_key=True)
    started_at: Mapped[dt.datetime] = mapped_column(Instant, primary_key=True)
    count: Mapped[int] = mapped_column(sa.Integer)


class RememberedAnswer(Base):
    """What a caller was answered under an Idempotency-Key; only successes are remembered."""

    __tablename__ = "remembered_answer"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Line, primary_key=True)
    request_hash: Mapped[str] = mapped_column(Hash)
    status: Mapped[int | None] = mapped_column(sa.Integer)
    body: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
