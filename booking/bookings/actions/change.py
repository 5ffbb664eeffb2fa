"""Changing a booking: a move keeps the old place until the new one is won; a cancellation can be taken back a while."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.actions.book import TZDATA, choose, locked_terms, new_quote, notice, record, reminder, settled
from booking.bookings.actions.texts import TextFacts, bump, write_texts
from booking.bookings.models import Booking
from booking.bookings.queries.terms import Found, terms_of
from booking.bookings.rules import EventKind, NotYours, Status, TooLate, kept_of, may_change
from booking.bookings.rules.policy import UNDO_SECONDS, TooLateToMove, TooLateToRestore, free_until
from booking.bookings.schemas import BookingRequest
from booking.errors import NotFound
from booking.jobs.actions import enqueue_quietly, withdraw
from booking.ledger.actions import charge
from booking.ledger.rules import Cause, Deed
from booking.occupancy.actions import occupy, vacate
from booking.people.queries import asker_of_member
from booking.people.schemas import Asker
from booking.resources.models import Resource
from booking.tariffs.queries.quotes import quotes_by_id
from booking.tariffs.schemas import QuoteSeen
from booking.values.ids import BookingId, ClaimId, LieuId, MemberId, QuoteId
from booking.values.interval import Interval
from booking.values.money import Money, included_tax
from booking.values.wall import wall_of

UNDO = dt.timedelta(seconds=UNDO_SECONDS)


@dataclass(frozen=True, slots=True)
class _Held:
    """A booking's row under lock, with who holds it."""

    row: Any
    holder: Asker | None

    @property
    def id(self) -> BookingId:
        return BookingId(self.row.id)

    @property
    def claim_id(self) -> ClaimId:
        return ClaimId(self.row.claim_id)

    @property
    def lieu_id(self) -> LieuId:
        return LieuId(self.row.lieu_id)

    @property
    def stretch(self) -> Interval:
        return Interval(self.row.starts_at, self.row.ends_at)

    @property
    def holder_id(self) -> MemberId | None:
        return None if self.row.member_id is None else MemberId(self.row.member_id)


def move(
    session: Session, asker: Asker, code: str, stretch: Interval, now: dt.datetime, quantity: int | None = None
) -> None:
    """Give a booking another stretch (and quantity) of its resource; its code and uid stay, its price is computed anew.

    Raises NotFound, NotYours, TooLate, TooLateToMove (members, inside the cancellation delay), Invalid with every
    reason why not, SlotTaken: the old place then stands.
    """
    held = _held(session, asker, code)
    row = held.row
    if not may_change(Status(row.status), row.starts_at, now):
        raise TooLate
    if now > free_until(row.starts_at, row.free_cancel_hours) and not asker.staffs(held.lieu_id):
        raise TooLateToMove(hours=row.free_cancel_hours)
    how_many = row.quantity if quantity is None else quantity
    if (stretch, how_many) == (held.stretch, row.quantity):
        return
    slug = session.execute(sa.select(Resource.slug).where(Resource.id == row.resource_id)).scalar_one()
    request = BookingRequest(slug, stretch, how_many)
    # Its units are locked before the old place is given up, so that two who swap wait in one line.
    found = settled(session, _acting(asker, held), held.holder, request, now)
    terms = found.terms
    vacate(session, held.claim_id, held.lieu_id)
    widened = stretch.widened(dt.timedelta(minutes=terms.buffer_before), dt.timedelta(minutes=terms.buffer_after))
    units = choose(session, terms, how_many, widened)
    occupy(session, held.claim_id, held.lieu_id, [(unit, widened) for unit in units])
    priced = new_quote(session, terms, stretch, how_many, held.holder, now)
    sequence = row.sequence + 1
    updated = _later(row.updated_at, now)
    session.execute(
        sa.update(Booking)
        .where(Booking.id == row.id)
        .values(
            quantity=how_many,
            starts_at=stretch.start,
            ends_at=stretch.end,
            local_start=wall_of(stretch.start, terms.timezone),
            local_end=wall_of(stretch.end, terms.timezone),
            timezone=terms.timezone,
            tzdata=TZDATA,
            buffer_before=terms.buffer_before,
            buffer_after=terms.buffer_after,
            quote_id=priced.id,
            sequence=sequence,
            updated_at=updated,
        )
    )
    detail = {"from": held.stretch.start.isoformat(), "until": held.stretch.end.isoformat()}
    record(session, held.id, terms, EventKind.MOVED, asker, detail, now)
    _charge(session, held, priced, Cause.MOVE, asker, sequence, now)
    withdraw(session, f"booking:{row.uid}:reminder:{row.sequence}")
    write_texts(session, held.id, _facts(held, found, stretch, sequence, updated, cancelled=False), new=False)
    told = notice(held.id, row.uid, sequence, EventKind.MOVED, now)
    enqueue_quietly(session, [told, *reminder(held.id, row.uid, sequence, stretch.start, now)], now=now)
    bump(session, terms.resource_id, held.holder_id, now)


def cancel(session: Session, asker: Asker, code: str, now: dt.datetime, *, waive: bool = False) -> Money:
    """Cancel a booking and tell what the lieu keeps of its price; staff may waive that.

    Raises NotFound, NotYours, TooLate. Cancelling commits at once; the mail waits while it can be taken back.
    """
    held = _held(session, asker, code)
    row = held.row
    if not may_change(Status(row.status), row.starts_at, now):
        raise TooLate
    priced = _quote(session, held)
    kept = kept_of(priced.total, row.kept_percent, row.free_cancel_hours, row.starts_at, now)
    if waive and asker.staffs(held.lieu_id):
        kept = Money(0, kept.unit)
    found = _found(session, held)
    vacate(session, held.claim_id, held.lieu_id)
    sequence = row.sequence + 1
    updated = _later(row.updated_at, now)
    session.execute(
        sa.update(Booking)
        .where(Booking.id == row.id)
        .values(status=Status.CANCELLED, cancelled_at=now, kept=kept.amount, sequence=sequence, updated_at=updated)
    )
    record(session, held.id, found.terms, EventKind.CANCELLED, asker, {"kept": str(kept.amount)}, now)
    part = replace(priced, total=kept, vat=_vat_of(kept, priced))
    _charge(session, held, part, Cause.CANCELLATION, asker, sequence, now)
    withdraw(session, f"booking:{row.uid}:reminder:{row.sequence}")
    write_texts(session, held.id, _facts(held, found, held.stretch, sequence, updated, cancelled=True), new=False)
    enqueue_quietly(session, [notice(held.id, row.uid, sequence, EventKind.CANCELLED, now + UNDO)], now=now)
    bump(session, found.terms.resource_id, held.holder_id, now)
    return kept


def restore(session: Session, asker: Asker, code: str, now: dt.datetime) -> None:
    """Take a cancellation back within half a minute, if the place is still free and still there.

    Raises NotFound, NotYours, TooLateToRestore, SlotTaken.
    """
    held = _held(session, asker, code)
    row = held.row
    if row.cancelled_at is None or now > row.cancelled_at + UNDO or now >= row.starts_at:
        raise TooLateToRestore
    found = locked_terms(session, lambda: _found(session, held))
    terms = found.terms
    if found.retired:
        raise TooLateToRestore
    widened = held.stretch.widened(dt.timedelta(minutes=row.buffer_before), dt.timedelta(minutes=row.buffer_after))
    units = choose(session, terms, row.quantity, widened)
    occupy(session, held.claim_id, held.lieu_id, [(unit, widened) for unit in units])
    sequence = row.sequence + 1
    updated = _later(row.updated_at, now)
    session.execute(
        sa.update(Booking)
        .where(Booking.id == row.id)
        .values(status=Status.CONFIRMED, cancelled_at=None, kept=0, sequence=sequence, updated_at=updated)
    )
    record(session, held.id, terms, EventKind.RESTORED, asker, {}, now)
    _charge(session, held, _quote(session, held), Cause.BOOKING, asker, sequence, now)
    withdraw(session, f"booking:{row.uid}:tell:{row.sequence}")
    write_texts(session, held.id, _facts(held, found, held.stretch, sequence, updated, cancelled=False), new=False)
    enqueue_quietly(session, reminder(held.id, row.uid, sequence, held.stretch.start, now), now=now)
    bump(session, terms.resource_id, held.holder_id, now)


def _held(session: Session, asker: Asker, code: str) -> _Held:
    """The booking under lock, if the asker may change it. Raises NotFound when it may not even be seen."""
    row = session.execute(
        sa.select(Booking.__table__).where(Booking.code == code).with_for_update(key_share=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    lieu_id = LieuId(row.lieu_id)
    mine = row.member_id is not None and row.member_id == asker.member_id
    if not (mine or asker.staffs(lieu_id)):
        if asker.steward:
            raise NotYours
        raise NotFound
    holder = None if row.member_id is None else asker_of_member(session, MemberId(row.member_id))
    return _Held(row, holder)


def _acting(asker: Asker, held: _Held) -> Asker:
    """Whose rules count: staff act for the lieu, everybody else for themselves."""
    return asker if asker.staffs(held.lieu_id) or held.holder is None else held.holder


def _found(session: Session, held: _Held) -> Found:
    """The resource as it stands today, retired or hidden ones too: what was booked can always be given back."""
    slug = session.execute(sa.select(Resource.slug).where(Resource.id == held.row.resource_id)).scalar_one()
    return terms_of(session, Asker(steward=True), held.holder, slug, retired=True)


def _quote(session: Session, held: _Held) -> QuoteSeen:
    quote_id = QuoteId(held.row.quote_id)
    return quotes_by_id(session, [quote_id])[quote_id]


def _vat_of(kept: Money, priced: QuoteSeen) -> Money:
    """The VAT in what is kept, at the quote's rate (a kept share pays for the reservation, so it bears the tax)."""
    return included_tax(kept, priced.vat_basis_points)


def _charge(
    session: Session, held: _Held, priced: QuoteSeen, cause: Cause, asker: Asker, sequence: int, now: dt.datetime
) -> None:
    row = held.row
    deed = Deed(cause, row.code, f"booking:{row.uid}:{sequence}", asker.member_id, now, priced.rule_version_id)
    charge(session, held.lieu_id, held.holder_id, priced.total, priced.vat, deed, undo=True)


def _facts(
    held: _Held, found: Found, stretch: Interval, sequence: int, updated: dt.datetime, *, cancelled: bool
) -> TextFacts:
    return TextFacts(
        uid=held.row.uid,
        code=held.row.code,
        sequence=sequence,
        created_at=held.row.created_at,
        updated_at=updated,
        stretch=stretch,
        timezone=held.row.timezone,
        resource_name=found.terms.name,
        resource_kind=found.terms.kind,
        lieu_name=found.terms.lieu_name,
        lieu_address=found.address,
        position=(found.latitude, found.longitude),
        language="fr" if held.holder is None else held.holder.language,
        cancelled=cancelled,
    )


def _later(before: dt.datetime, now: dt.datetime) -> dt.datetime:
    """`now`, but never before what was already said (LAST-MODIFIED does not go back when clocks differ)."""
    return max(before, now)
