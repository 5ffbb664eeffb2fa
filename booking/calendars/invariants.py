"""What must always hold of secret addresses."""

from __future__ import annotations

import sqlalchemy as sa

from booking.calendars.models import FeedToken
from booking.db.invariants import Invariant
from booking.people.models import Member

INVARIANTS = (
    Invariant(
        "calendars.erased",
        "No calendar address belongs to an account that was erased.",
        sa.select(FeedToken.uid, FeedToken.scope)
        .join(Member, Member.id == FeedToken.member_id)
        .where(Member.erased_at.is_not(None)),
    ),
)
