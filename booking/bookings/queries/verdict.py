"""Whether a stretch could be booked now and what it would cost, without writing anything: what a booking page shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.models import Booking
from booking.bookings.queries.openings import calendar_during
from booking.bookings.queries.terms import Found, terms_of, units_of
from booking.bookings.rules import Ask, Terms, refusals
from booking.bookings.schemas import BookingSeen, Verdict
from booking.errors import N_, NotFound, Refusal
from booking.ledger.queries import balances_of_member
from booking.ledger.rules import DebtCeiling
from booking.occupancy.queries import rows_during
from booking.people.models import Member, Membership
from booking.people.queries import asker_of_member
from booking.people.schemas import Asker
from booking.resources.models import Resource
from booking.resources.rules import Take
from booking.tariffs.models import Quote
from booking.tariffs.rules import LONGEST_DAYS, price_lines
from booking.tariffs.schemas import LineSeen
from booking.values.ids import ClaimId, LieuId, MemberId, UnitId
from booking.values.interval import Interval
from booking.values.money import Money, Unit

TAKEN = N_("Ce créneau est déjà pris.")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody would stand with a lieu on account: what is owed now, after the booking, and the most allowed."""

    owed: Money
    after: Money
    ceiling: Money | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the terms it was given on. `standing` is None for walk-ins and visitors."""

    found: Found
    verdict: Verdict
    standing: Standing | None


def judge(
    session: Session,
    acting: Asker,
    holder: Asker | None,
    resource: str,
    stretch: Interval,
    quantity: int,
    now: dt.datetime,
    *,
    moving: str | None = None,
) -> Judged:
    """Every reason why not, at once, and the price, for `holder` (None: a walk-in) when `acting` books.

    `moving` is the code of the booking that would leave its place and its price for this. A visitor gets the public's
    price. Raises NotFound when the resource is not seen.
    """
    found = terms_of(session, acting, holder, resource, retired=moving is not None)
    terms = found.terms
    known = holder is not None and holder.member_id is not None
    ask = Ask(stretch, quantity, confirmed_holder=holder is None or not known or holder.confirmed)
    calendar = calendar_during(session, terms.lieu_id, found.week, stretch)
    reasons = refusals(terms, ask, calendar.open_during(stretch), now)
    old = None if moving is None else _old(session, moving)
    if not reasons and _free_units(session, terms, stretch, None if old is None else old[0]) < quantity:
        reasons = [Refusal("slot_taken", TAKEN)]
    if terms.sheet is None or quantity < 1 or stretch.duration.days > LONGEST_DAYS:
        return Judged(found, Verdict(tuple(reasons), (), None, None, terms.vat.basis_points, None), None)
    price = price_lines(stretch, quantity, terms.sheet, terms.vat)
    standing = None
    if holder is not None and known:
        standing = _standing(session, holder, terms, price.total, Money(0) if old is None else old[1])
        ceiling = standing.ceiling
        if price.total and ceiling is not None and standing.after > ceiling and standing.after > standing.owed:
            reasons.append(Refusal(DebtCeiling.code, DebtCeiling.message, {"owed": standing.after, "ceiling": ceiling}))
    lines = tuple(LineSeen(line.code, dict(line.params), line.amount) for line in price.lines)
    verdict = Verdict(tuple(reasons), lines, price.total, price.vat, price.vat_basis_points, price.plain)
    return Judged(found, verdict, standing)


def known_to(lieu_id: LieuId) -> sa.ColumnElement[bool]:
    """The condition (over Member) for whom a lieu's staff may book: its people, and whoever has booked there before."""
    of_the_lieu = sa.exists().where(Membership.member_id == Member.id, Membership.lieu_id == lieu_id)
    came_before = sa.exists().where(Booking.member_id == Member.id, Booking.lieu_id == lieu_id)
    return sa.and_(Member.erased_at.is_(None), sa.or_(of_the_lieu, came_before))


def judge_move(
    session: Session, asker: Asker, booking: BookingSeen, stretch: Interval, quantity: int, now: dt.datetime
) -> Judged:
    """The verdict on other hours for a booking that the asker may move; the rules that bind are those of who acts."""
    holder = None if booking.member_id is None else asker_of_member(session, booking.member_id)
    acting = asker if booking.staffed or holder is None else holder
    return judge(session, acting, holder, booking.resource, stretch, quantity, now, moving=booking.code)


def person_to_book_for(session: Session, asker: Asker, lieu_id: LieuId, email: str) -> Asker:
    """Whom staff may book for by address: people of the lieu, and who has booked there before.

    Raises NotFound for everybody else, known to Archipel or not.
    """
    if not asker.staffs(lieu_id):
        raise NotFound
    member_id = session.execute(sa.select(Member.id).where(Member.email == email, known_to(lieu_id))).scalar()
    person = None if member_id is None else asker_of_member(session, MemberId(member_id))
    if person is None:
        raise NotFound
    return person


def _free_units(session: Session, terms: Terms, stretch: Interval, leaving: ClaimId | None) -> int:
    """How many could be booked for the whole stretch with its buffers, what `leaving` holds counted as free."""
    widened = stretch.widened(dt.timedelta(minutes=terms.buffer_before), dt.timedelta(minutes=terms.buffer_after))
    busy = {
        UnitId(row.unit_id)
        for row in session.execute(rows_during(units_of(Resource.id == terms.resource_id), widened))
        if row.claim_id != leaving and row.starts_at < widened.end and row.ends_at > widened.start
    }
    free = len(set(terms.units) - busy)
    return free if terms.take is Take.ANY else int(free == len(terms.units))


def _old(session: Session, code: str) -> tuple[ClaimId, Money]:
    """What a booking that moves leaves behind: its claim, and what it cost."""
    row = session.execute(
        sa.select(Booking.claim_id, Quote.total, Quote.unit)
        .join(Quote, Quote.id == Booking.quote_id)
        .where(Booking.code == code)
    ).one()
    return ClaimId(row.claim_id), Money(row.total, Unit(row.unit))


def _standing(session: Session, holder: Asker, terms: Terms, price: Money, before: Money) -> Standing:
    mine = next((b for b in balances_of_member(session, holder) if b.lieu_slug == terms.lieu_slug), None)
    owed = Money(0) if mine is None else -mine.balance
    ceiling = terms.debt_ceiling if mine is None else mine.ceiling
    return Standing(owed, owed - before + price, ceiling)
