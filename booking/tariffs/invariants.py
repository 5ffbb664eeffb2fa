"""What must always hold of quotes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from booking.db.invariants import Invariant
from booking.tariffs.models import Quote, QuoteLine, QuotePart


def _sum(table: Any) -> Any:
    return (
        sa.select(sa.func.coalesce(sa.func.sum(table.amount), 0))
        .where(table.quote_id == Quote.id)
        .correlate(Quote)
        .scalar_subquery()
    )


INVARIANTS = (
    Invariant(
        "tariffs.lines",
        "The lines of a quote sum to its total.",
        sa.select(Quote.id, Quote.total).where(_sum(QuoteLine) != Quote.total),
    ),
    Invariant(
        "tariffs.parts",
        "The parts of a quote sum to its total.",
        sa.select(Quote.id, Quote.total).where(_sum(QuotePart) != Quote.total),
    ),
)
