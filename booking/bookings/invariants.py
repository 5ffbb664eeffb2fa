"""What must always hold between bookings and what they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking, BookingText
from booking.bookings.rules import ACTIVE, PAST, Status
from booking.db.invariants import Invariant
from booking.ledger.models import Account, Transfer
from booking.ledger.rules import AccountKind
from booking.occupancy.models import Claim, Occupancy
from booking.occupancy.rules import ClaimKind
from booking.resources.models import Resource
from booking.resources.rules import Take
from booking.tariffs.models import Quote
from booking.values.wall import wall_of

_STANDING = ACTIVE | PAST

_rows = (
    sa.select(
        Occupancy.claim_id,
        sa.func.count().label("rows"),
        sa.func.min(Occupancy.starts_at).label("first"),
        sa.func.max(Occupancy.starts_at).label("last"),
        sa.func.min(Occupancy.ends_at).label("first_end"),
        sa.func.max(Occupancy.ends_at).label("last_end"),
    )
    .group_by(Occupancy.claim_id)
    .subquery()
)
_sides = sa.union_all(
    sa.select(Transfer.subject, Transfer.debit_id.label("account_id"), Transfer.amount.label("amount")),
    sa.select(Transfer.subject, Transfer.credit_id, -Transfer.amount),
).subquery()
_owed = (
    sa.select(_sides.c.subject, sa.func.sum(_sides.c.amount).label("owed"))
    .join(Account, sa.and_(Account.id == _sides.c.account_id, Account.kind == AccountKind.RECEIVABLE))
    .group_by(_sides.c.subject)
    .subquery()
)


def _wrong_units(session: Session) -> Iterator[dict[str, Any]]:
    """Standing bookings whose rows are missing, too few, or not of their stretch with its buffers."""
    for row in session.execute(
        sa.select(
            Booking.code, Booking.quantity, Booking.starts_at, Booking.ends_at, Booking.buffer_before,
            Booking.buffer_after, Resource.take, _rows.c.rows, _rows.c.first, _rows.c.last, _rows.c.first_end,
            _rows.c.last_end,
        )
        .join(Resource, Resource.id == Booking.resource_id)
        .outerjoin(_rows, _rows.c.claim_id == Booking.claim_id)
        .where(Booking.status.in_(_STANDING))
        .execution_options(yield_per=5000)
    ):  # fmt: skip
        if row.rows is None or (row.take == Take.ANY and row.rows != row.quantity):
            yield {"code": row.code, "rows": row.rows, "quantity": row.quantity}
            continue
        before = (row.starts_at - row.first).total_seconds() / 60
        after = (row.last_end - row.ends_at).total_seconds() / 60
        if (
            row.first != row.last
            or row.first_end != row.last_end
            or (before, after)
            != (
                row.buffer_before,
                row.buffer_after,
            )
        ):
            yield {"code": row.code, "first": row.first.isoformat(), "end": row.last_end.isoformat()}


def _wrong_walls(session: Session) -> Iterator[dict[str, Any]]:
    """Bookings whose wall times are not what their zone's clocks show at their instants."""
    for row in session.execute(
        sa.select(
            Booking.code, Booking.starts_at, Booking.ends_at, Booking.local_start, Booking.local_end, Booking.timezone
        )
        .where(Booking.status.in_(ACTIVE))
        .execution_options(yield_per=5000)
    ):
        if (
            wall_of(row.starts_at, row.timezone) != row.local_start
            or wall_of(row.ends_at, row.timezone) != row.local_end
        ):
            yield {"code": row.code, "local_start": str(row.local_start), "starts_at": row.starts_at.isoformat()}


INVARIANTS = (
    Invariant(
        "bookings.units", "Every standing booking holds its units for its stretch with its buffers.", _wrong_units
    ),
    Invariant(
        "bookings.holder",
        "Every row of a booking's claim belongs to a booking that stands.",
        sa.select(Occupancy.unit_id, Occupancy.starts_at, Occupancy.claim_id)
        .join(Claim, Claim.id == Occupancy.claim_id)
        .outerjoin(Booking, Booking.claim_id == Claim.id)
        .where(Claim.kind == ClaimKind.BOOKING, sa.or_(Booking.id.is_(None), Booking.status.not_in(_STANDING))),
    ),
    Invariant("bookings.wall", "Wall times and instants of active bookings agree.", _wrong_walls),
    Invariant(
        "bookings.paid_once",
        "What a booking put on account is its quote's total; of a cancelled one, what was kept.",
        sa.select(Booking.code, Quote.total, Booking.kept, _owed.c.owed)
        .join(Quote, Quote.id == Booking.quote_id)
        .outerjoin(_owed, _owed.c.subject == Booking.code)
        .where(
            sa.func.coalesce(_owed.c.owed, 0)
            != sa.case((Booking.status == Status.CANCELLED, Booking.kept), else_=Quote.total)
        ),
    ),
    Invariant(
        "bookings.texts",
        "Every booking has the calendar texts of its present revision.",
        sa.select(Booking.code, Booking.sequence)
        .outerjoin(BookingText, BookingText.booking_id == Booking.id)
        .where(
            sa.or_(
                BookingText.booking_id.is_(None),
                BookingText.owner.not_like(
                    sa.literal("%SEQUENCE:").concat(sa.cast(Booking.sequence, sa.String)).concat("\r\n%")
                ),
            )
        ),
    ),
)
