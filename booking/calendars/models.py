"""Secret addresses of feeds."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.db.base import Base, BigId, Hash, Instant, Line, Uid


class FeedToken(Base):
    """A member's secret address for one scope (`bookings`, `resources/<slug>`, `lieux/<slug>`, `kinds/<kind>`).

    `+names` ends the scope of one that tells staff who booked (`rules.Scope`).
    One living token per member and scope; rotating revokes the old one, which answers 410 for ever after.
    """

    __tablename__ = "feed_token"
    __table_args__ = (
        sa.Index(
            "uq_feed_token_living",
            "member_id",
            "scope",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uid: Mapped[str] = mapped_column(Uid, unique=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    scope: Mapped[str] = mapped_column(Line)
    token_hash: Mapped[str] = mapped_column(Hash, unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
