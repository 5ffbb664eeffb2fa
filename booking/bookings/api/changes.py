"""What people do with free time through the API: book, move, cancel, restore."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from flask import Response
from sqlalchemy.orm import Session

from booking import clock
from booking.bookings import actions
from booking.bookings.api.lists import known_code
from booking.bookings.api.room import room
from booking.bookings.api.shapes import Booking, booking_of, nearby_of, quote_of, unknown_resource
from booking.bookings.queries.alternatives import alternatives
from booking.bookings.queries.seen import booking_by_code
from booking.bookings.rules import QuoteChanged
from booking.bookings.schemas import BookingRequest, BookingSeen
from booking.db import read, write
from booking.errors import N_, Conflict, Invalid, NotFound, Refusal
from booking.occupancy.rules import SlotTaken
from booking.people.answering import answered
from booking.people.asking import asker, signed_in
from booking.values.interval import Interval
from booking.web.api import PREFIX, Call
from booking.web.dto import Between, Text, answer_schema, plain
from booking.web.problems import problem_json, reasons_of


@dataclass(frozen=True, slots=True)
class BookingAsked:
    """What is to be booked."""

    not_yet: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "repeat": (),
        "on_conflict": ("refuse",),
        "items": (),
        "guests": (),
        "plan": (),
        "chosen_price": (),
        "pay": (),
    }

    resource: Annotated[str, Text(80, least=1), N_("L’id de la ressource.")]
    stretch: Interval
    quantity: Annotated[int, Between(1, 10_000)] = 1
    note: Annotated[str, Text(500, lines=True), N_("Un mot pour l’accueil du lieu.")] = ""
    quote: Annotated[str | None, Text(36), N_("L’id du devis que l’on accepte.")] = None
    member: Annotated[str | None, Text(36), N_("Pour qui, quand l’accueil du lieu réserve.")] = None
    guest_name: Annotated[str | None, Text(120, least=1), N_("Un passant sans compte, quand l’accueil réserve.")] = None


@dataclass(frozen=True, slots=True)
class MoveAsked:
    """What is to change of a booking; what is absent stays."""

    not_yet: ClassVar[Mapping[str, tuple[str, ...]]] = {"apply_to": ("this",), "pay": ()}

    start: dt.datetime | None = None
    end: dt.datetime | None = None
    quantity: Annotated[int | None, Between(1, 10_000)] = None


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """Which part of a series is cancelled; series are not built, so a booking stands for itself."""

    not_yet: ClassVar[Mapping[str, tuple[str, ...]]] = {"apply_to": ("this",)}


@room.call(
    Call(
        "POST",
        "/bookings",
        signed_in,
        N_("Réserver un créneau."),
        answer_schema(Booking),
        status=201,
        sends=BookingAsked,
        once=True,
        leads_to={"get_booking": "code", "move": "code", "cancel": "code"},
        description=N_(
            "409 « slot_taken » propose des « alternatives », 409 « quote_changed » donne le nouveau devis."
        ),
        refuses=(404, 409),
    )
)
def book(asked: BookingAsked) -> Response:
    """Book, or say what is near when the slot is taken, or the new price when it changed."""
    who, now = asker(), clock.now()
    if asked.member is not None and asked.guest_name is not None:
        raise Invalid(
            Refusal("one_holder", N_("Une réservation est pour un membre ou pour un passant."), field="member")
        )
    request = BookingRequest(
        resource=asked.resource,
        stretch=asked.stretch,
        quantity=asked.quantity,
        note=asked.note,
        quote_uid=asked.quote,
        member_uid=asked.member,
        guest_name=asked.guest_name,
    )

    def work(session: Session) -> Booking:
        return booking_of(actions.book(session, who, request, now))

    try:
        response = answered(work, now, 201)
    except NotFound as error:
        raise unknown_resource() from error
    except SlotTaken as taken:
        return _taken(taken, request, now)
    except QuoteChanged as changed:
        quote = write(actions.quote, who, request, now)
        return _conflict(changed, quote=plain(quote_of(quote, asked.resource)))
    response.headers["Location"] = f"{PREFIX}/bookings/{response.get_json()['code']}"
    return response


@room.call(
    Call(
        "PATCH",
        "/bookings/<code>",
        signed_in,
        N_("Déplacer une réservation : elle garde son code, et sa place jusqu’à ce que la nouvelle soit prise."),
        answer_schema(Booking),
        sends=MoveAsked,
        once=True,
        refuses=(409,),
    )
)
def move(asked: MoveAsked, code: str) -> Response:
    """Give a booking another stretch or quantity."""
    who, now, stored = asker(), clock.now(), known_code(code)

    def work(session: Session) -> Booking:
        wanted = _wanted(booking_by_code(session, who, stored, now), asked)
        actions.move(session, who, stored, wanted.stretch, now, wanted.quantity)
        return booking_of(booking_by_code(session, who, stored, now))

    try:
        return answered(work, now)
    except SlotTaken as taken:
        return _taken(taken, _wanted(read(booking_by_code, who, stored, now), asked), now)


@room.call(
    Call(
        "DELETE",
        "/bookings/<code>",
        signed_in,
        N_("Annuler une réservation ; la réponse dit ce que le lieu garde de son prix."),
        answer_schema(Booking),
        reads=CancelAsked,
        once=True,
        leads_to={"restore": "code"},
    )
)
def cancel(asked: CancelAsked, code: str) -> Response:  # noqa: ARG001 - read so that it is refused
    """Cancel a booking."""
    who, now, stored = asker(), clock.now(), known_code(code)

    def work(session: Session) -> Booking:
        actions.cancel(session, who, stored, now)
        return booking_of(booking_by_code(session, who, stored, now))

    return answered(work, now)


@room.call(
    Call(
        "POST",
        "/bookings/<code>/restore",
        signed_in,
        N_("Reprendre une annulation dans les trente secondes, si la place est encore libre."),
        answer_schema(Booking),
        once=True,
        refuses=(409,),
    )
)
def restore(code: str) -> Response:
    """Take a cancellation back."""
    who, now, stored = asker(), clock.now(), known_code(code)

    def work(session: Session) -> Booking:
        actions.restore(session, who, stored, now)
        return booking_of(booking_by_code(session, who, stored, now))

    try:
        return answered(work, now)
    except SlotTaken as taken:
        seen = read(booking_by_code, who, stored, now)
        return _taken(taken, BookingRequest(seen.resource, seen.stretch, seen.quantity), now)


def _wanted(seen: BookingSeen, asked: MoveAsked) -> BookingRequest:
    """The booking as it would be; what was not told stays."""
    start, end = asked.start or seen.stretch.start, asked.end or seen.stretch.end
    if end <= start:
        raise Invalid(Refusal("order", N_("La fin vient après le début."), field="end"))
    return BookingRequest(seen.resource, Interval(start, end), asked.quantity or seen.quantity)


def _taken(taken: SlotTaken, wanted: BookingRequest, now: dt.datetime) -> Response:
    """Nothing was written; what is near is read afterwards."""
    near = read(alternatives, asker(), wanted.resource, wanted.stretch, wanted.quantity, now)
    return _conflict(taken, alternatives=[plain(nearby_of(each)) for each in near])


def _conflict(problem: Conflict, **extra: Any) -> Response:
    return problem_json(409, reasons_of(problem), extra)
