"""Booking: every reason why not at once, then the database's own word on the slot, then the price on account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.metadata import version

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.actions.texts import TextFacts, bump, write_texts
from booking.bookings.models import Booking, BookingEvent
from booking.bookings.queries.catalogue import in_force
from booking.bookings.queries.openings import calendar_during
from booking.bookings.queries.seen import just_made
from booking.bookings.queries.terms import Found, terms_of
from booking.bookings.queries.verdict import known_to
from booking.bookings.rules import Ask, EventKind, QuoteChanged, Status, Terms, refusals
from booking.bookings.schemas import BookingRequest, BookingSeen
from booking.db.rows import add, add_unless
from booking.errors import N_, Busy, Forbidden, Invalid, NotFound, Refusal, Unauthenticated
from booking.jobs.actions import enqueue_quietly
from booking.jobs.schemas import Order
from booking.ledger.actions import charge
from booking.ledger.rules import Cause, Deed
from booking.occupancy.actions import lock_units, new_claim, occupy, pick
from booking.occupancy.rules import ClaimKind, SlotTaken
from booking.people.models import Member
from booking.people.queries import asker_of_member
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.resources.rules import Take
from booking.tariffs.actions.quotes import store_quote
from booking.tariffs.queries.quotes import quote_by_uid
from booking.tariffs.rules import Price, price_lines
from booking.tariffs.schemas import QuoteDraft, QuoteSeen
from booking.values.codes import short_code, uuid7
from booking.values.ids import BookingId, LieuId, MemberId, UnitId
from booking.values.interval import Interval
from booking.values.wall import wall_of

TZDATA = version("tzdata")
REMINDER = dt.timedelta(days=1)
MOST_ROUNDS = 3


def quote(session: Session, asker: Asker, request: BookingRequest, now: dt.datetime) -> QuoteSeen:
    """Fix the price of a stretch for half an hour. Books nothing. Raises Invalid with every reason why not."""
    holder = _holder(session, asker, request)
    found = judged(session, asker, holder, request, now)
    return new_quote(session, found.terms, request.stretch, request.quantity, holder, now)


def book(session: Session, asker: Asker, request: BookingRequest, now: dt.datetime) -> BookingSeen:
    """Book a stretch, and give the booking as the asker sees it.

    Raises Invalid with every reason why not, SlotTaken when somebody else was faster, QuoteChanged when the price that
    was shown is no longer the price, DebtCeiling when the holder would owe too much.
    """
    holder = _holder(session, asker, request)
    found = settled(session, asker, holder, request, now)
    terms = found.terms
    claim_id = new_claim(session, terms.lieu_id, ClaimKind.BOOKING)
    widened = request.stretch.widened(
        dt.timedelta(minutes=terms.buffer_before), dt.timedelta(minutes=terms.buffer_after)
    )
    units = choose(session, terms, request.quantity, widened)
    occupy(session, claim_id, terms.lieu_id, [(unit, widened) for unit in units])
    priced = _shown(session, asker, holder, request, found, now)
    uid = uuid7(now)
    holder_id = None if holder is None else holder.member_id
    values = {
        "uid": uid,
        "lieu_id": terms.lieu_id,
        "resource_id": terms.resource_id,
        "claim_id": claim_id,
        "claim_kind": "booking",
        "member_id": holder_id,
        "guest_name": None if holder_id is not None else request.guest_name,
        "made_by_id": asker.member_id,
        "quantity": request.quantity,
        "status": Status.CONFIRMED,
        "starts_at": request.stretch.start,
        "ends_at": request.stretch.end,
        "local_start": wall_of(request.stretch.start, terms.timezone),
        "local_end": wall_of(request.stretch.end, terms.timezone),
        "timezone": terms.timezone,
        "tzdata": TZDATA,
        "buffer_before": terms.buffer_before,
        "buffer_after": terms.buffer_after,
        "free_cancel_hours": terms.free_cancel_hours,
        "kept_percent": terms.kept_percent,
        "note": request.note,
        "quote_id": priced.id,
        "kept": 0,
        "sequence": 0,
        "created_at": now,
        "updated_at": now,
    }
    booking_id, code = _insert(session, values)
    record(session, booking_id, terms, EventKind.BOOKED, asker, {"price": str(priced.total.amount)}, now)
    deed = Deed(Cause.BOOKING, code, f"booking:{uid}:0", asker.member_id, now, priced.rule_version_id)
    charge(session, terms.lieu_id, holder_id, priced.total, priced.vat, deed)
    facts = TextFacts(
        uid=uid,
        code=code,
        sequence=0,
        created_at=now,
        updated_at=now,
        stretch=request.stretch,
        timezone=terms.timezone,
        resource_name=terms.name,
        resource_kind=terms.kind,
        lieu_name=terms.lieu_name,
        lieu_address=found.address,
        position=(found.latitude, found.longitude),
        language="fr" if holder is None else holder.language,
    )
    write_texts(session, booking_id, facts, new=True)
    told = notice(booking_id, uid, 0, EventKind.BOOKED, now)
    enqueue_quietly(session, [told, *reminder(booking_id, uid, 0, request.stretch.start, now)], now=now)
    bump(session, terms.resource_id, holder_id, now)
    names = tuple(found.unit_names[unit] for unit in sorted(units))
    return just_made({"id": booking_id, "code": code, **values}, found, holder, priced, names, asker, now)


def judged(session: Session, asker: Asker, holder: Asker | None, request: BookingRequest, now: dt.datetime) -> Found:
    """The terms of what is asked, once nothing but the database can say no. Raises Invalid with every reason."""
    found = terms_of(session, asker, holder, request.resource)
    ask = Ask(request.stretch, request.quantity, confirmed_holder=holder is None or holder.confirmed)
    calendar = calendar_during(session, found.terms.lieu_id, found.week, request.stretch)
    reasons = refusals(found.terms, ask, calendar.open_during(request.stretch), now)
    if reasons:
        raise Invalid(*reasons)
    return found


def settled(session: Session, asker: Asker, holder: Asker | None, request: BookingRequest, now: dt.datetime) -> Found:
    """The same with the resource's units locked.

    Whoever takes a resource or a unit out of use, or sets a lieu's clock, locks its units first: while this waits for
    them, the terms may have become others. Raises Busy when they change again and again.
    """
    return locked_terms(session, lambda: judged(session, asker, holder, request, now))


def locked_terms(session: Session, load: Callable[[], Found]) -> Found:
    """Terms with the resource's units locked, read again when they changed meanwhile. Raises Busy after a few times."""
    for _ in range(MOST_ROUNDS):
        found = load()
        lock_units(session, found.terms.units)
        if in_force(session, found.edition):
            return found
    raise Busy


def choose(session: Session, terms: Terms, quantity: int, widened: Interval) -> list[UnitId]:
    """The units that a booking takes: all of them, or as many as asked of those that are free. All are locked.

    Raises SlotTaken when there are not so many.
    """
    if terms.take is Take.ALL:
        if not terms.units:
            raise SlotTaken
        return list(terms.units)
    return pick(session, terms.units, quantity, widened)


def price_of(terms: Terms, stretch: Interval, quantity: int) -> Price:
    """What it costs under the tariff of this moment."""
    if terms.sheet is None:
        raise Invalid(Refusal("no_rate", N_("Le lieu n’a pas encore fixé le tarif de cette ressource.")))
    return price_lines(stretch, quantity, terms.sheet, terms.vat)


def new_quote(
    session: Session, terms: Terms, stretch: Interval, quantity: int, holder: Asker | None, now: dt.datetime
) -> QuoteSeen:
    """Compute the price and fix it."""
    if terms.rule_version_id is None:
        raise Invalid(Refusal("no_rate", N_("Le lieu n’a pas encore fixé le tarif de cette ressource.")))
    draft = QuoteDraft(
        price=price_of(terms, stretch, quantity),
        lieu_id=terms.lieu_id,
        resource_id=terms.resource_id,
        member_id=None if holder is None else holder.member_id,
        stretch=stretch,
        quantity=quantity,
        rule_version_id=terms.rule_version_id,
    )
    return store_quote(session, draft, now)


def notice(booking_id: BookingId, uid: str, sequence: int, what: EventKind, due: dt.datetime) -> Order:
    """The mail to the holder (and to the hosts who want it) about one change, to be written in this transaction."""
    payload = {"booking": booking_id, "what": what.value, "sequence": sequence}
    return Order("bookings.tell", payload, due, f"booking:{uid}:tell:{sequence}")


def reminder(booking_id: BookingId, uid: str, sequence: int, starts_at: dt.datetime, now: dt.datetime) -> list[Order]:
    """The holder's reminder of the day before, unless that is already past."""
    due = starts_at - REMINDER
    payload = {"booking": booking_id, "sequence": sequence}
    return [Order("bookings.remind", payload, due, f"booking:{uid}:reminder:{sequence}")] if due > now else []


def record(
    session: Session,
    booking_id: BookingId,
    terms: Terms,
    kind: EventKind,
    asker: Asker,
    detail: dict[str, str],
    now: dt.datetime,
) -> None:
    """One entry of the booking's history."""
    values = {"lieu_id": terms.lieu_id, "kind": kind, "by_id": asker.member_id, "at": now, "detail": detail}
    add(session, BookingEvent, {"booking_id": booking_id, **values})


def _holder(session: Session, asker: Asker, request: BookingRequest) -> Asker | None:
    """For whom it is booked: the asker, or whom staff name; None for a walk-in.

    Raises Unauthenticated for visitors; that somebody else is named is checked against the lieu once it is known.
    """
    if asker.member_id is None:
        raise Unauthenticated
    if request.member_uid is None and request.guest_name is None:
        return asker
    staffed = {lieu for lieu, _ in asker.roles if asker.staffs(lieu)}
    lieu_id = session.execute(
        sa.select(Lieu.id).where(Lieu.id.in_(staffed), Lieu.id == _lieu_of(request.resource))
    ).scalar()
    if lieu_id is None:
        raise Forbidden
    if request.member_uid is None:
        return None
    named = sa.select(Member.id).where(Member.uid == request.member_uid, known_to(LieuId(lieu_id)))
    member_id = session.execute(named).scalar()
    holder = None if member_id is None else asker_of_member(session, MemberId(member_id))
    if holder is None:
        raise Invalid(
            Refusal("unknown_member", N_("Cette personne n’est pas du lieu et n’y a jamais réservé."), field="member")
        )
    return holder


def _lieu_of(resource: str) -> sa.ScalarSelect[int]:
    return sa.select(Resource.lieu_id).where(Resource.slug == resource).scalar_subquery()


def _shown(
    session: Session, asker: Asker, holder: Asker | None, request: BookingRequest, found: Found, now: dt.datetime
) -> QuoteSeen:
    """The price that was shown while it holds, else the present one; a difference is told, never charged silently."""
    terms = found.terms
    if request.quote_uid is None:
        return new_quote(session, terms, request.stretch, request.quantity, holder, now)
    try:
        shown = quote_by_uid(session, asker, request.quote_uid)
    except NotFound as error:
        raise Invalid(
            Refusal("unknown_quote", N_("Ce devis n’existe pas, ou n’est pas le vôtre."), field="quote")
        ) from error
    holder_id = None if holder is None else holder.member_id
    same = (terms.resource_id, request.stretch, request.quantity, holder_id)
    if (shown.resource_id, shown.stretch, shown.quantity, shown.member_id) != same:
        raise Invalid(
            Refusal("other_quote", N_("Ce devis porte sur autre chose que ce que vous réservez."), field="quote")
        )
    if now <= shown.expires_at:
        return shown
    present = price_of(terms, request.stretch, request.quantity)
    if present.total != shown.total:
        raise QuoteChanged
    return new_quote(session, terms, request.stretch, request.quantity, holder, now)


def _insert(session: Session, values: dict[str, object]) -> tuple[BookingId, str]:
    """The booking's row, under a code that nobody has."""
    while True:
        code = short_code("R")
        made = add_unless(session, Booking, {"code": code, **values}, "code")
        if made is not None:
            return BookingId(made), code
