"""What a rule that moves money said at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.ledger.models import RuleVersion
from booking.values.ids import LieuId, MemberId


def rule_version(
    session: Session, lieu_id: LieuId, subject: str, content: dict[str, Any], by: MemberId | None, now: dt.datetime
) -> int:
    """Remember what a rule that moves money says from now on; transfers and quotes point at it."""
    return session.execute(
        sa.insert(RuleVersion)
        .values(lieu_id=lieu_id, subject=subject, content=content, created_by_id=by, created_at=now)
        .returning(RuleVersion.id)
    ).scalar_one()
