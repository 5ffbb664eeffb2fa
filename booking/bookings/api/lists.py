"""Bookings to read: one, and lists of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from booking import clock
from booking.bookings.api.room import room
from booking.bookings.api.shapes import Booking, Busy, booking_of, busy_of
from booking.bookings.queries.seen import booking_by_code, bookings_listed, bookings_of_member
from booking.bookings.rules import Status
from booking.bookings.schemas import BookingFilter, BookingSeen
from booking.db import read
from booking.db.pages import Page
from booking.errors import N_, NotFound
from booking.people.asking import asker, signed_in
from booking.values.codes import read_code
from booking.web.api import Asked, Call
from booking.web.dto import Named, Text, answer_schema, page_schema


@dataclass(frozen=True)
class BookingsAsked(Asked):
    """A part of a list of bookings, and what it is narrowed to."""

    resource: Annotated[str | None, Text(80)] = None
    lieu: Annotated[str | None, Text(80)] = None
    since: Annotated[dt.datetime | None, Named("from"), N_("Qui finissent après cet instant.")] = None
    until: Annotated[dt.datetime | None, Named("to"), N_("Qui commencent avant cet instant.")] = None
    mine: Annotated[bool, N_("Les siennes seulement.")] = False
    status: Annotated[tuple[Status, ...], N_("L’un de ces états ; à répéter. Ne dit alors rien des autres.")] = ()


@dataclass(frozen=True)
class OwnAsked(Asked):
    """A part of one's own bookings."""

    past: Annotated[bool, N_("Les passées et annulées, la dernière d’abord ; sinon celles à venir.")] = False


@room.call(
    Call(
        "GET",
        "/bookings",
        signed_in,
        N_("Les réservations que l’on voit, par début."),
        page_schema(Booking | Busy, "BookingList"),
        reads=BookingsAsked,
        description=N_(
            "Les siennes et celles des lieux que l’on tient. D’une ressource ou d’un lieu, les autres aussi, occupées."
        ),
        refuses=(400,),
    )
)
def list_bookings(asked: BookingsAsked) -> Page[Booking | Busy]:
    """A page of bookings, others' as busy time."""
    wish = BookingFilter(asked.resource, asked.lieu, asked.since, asked.until, asked.mine, asked.status)
    items, onward = read(bookings_listed, asker(), wish, clock.now(), cursor=asked.cursor, limit=asked.limit)
    return Page(tuple(booking_of(b) if isinstance(b, BookingSeen) else busy_of(b) for b in items), onward)


@room.call(Call("GET", "/bookings/<code>", signed_in, N_("Une réservation."), answer_schema(Booking)))
def get_booking(code: str) -> Booking:
    """One booking."""
    return booking_of(read(booking_by_code, asker(), known_code(code), clock.now()))


@room.call(
    Call(
        "GET",
        "/me/bookings",
        signed_in,
        N_("Ses propres réservations, dans tous les lieux."),
        page_schema(Booking, "OwnBookingList"),
        reads=OwnAsked,
        refuses=(400,),
    )
)
def list_own_bookings(asked: OwnAsked) -> Page[Booking]:
    """A page of one's own bookings."""
    items, onward = read(
        bookings_of_member, asker(), clock.now(), past=asked.past, cursor=asked.cursor, limit=asked.limit
    )
    return Page(tuple(booking_of(b) for b in items), onward)


def known_code(text: str) -> str:
    """The code as it is stored. Raises NotFound for what cannot be one."""
    code = read_code(text)
    if code is None:
        raise NotFound
    return code
