"""What is free, and what it would cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from flask import Response
from sqlalchemy.orm import Session

from booking import clock
from booking.bookings import actions
from booking.bookings.api.room import room
from booking.bookings.api.shapes import Availability, Quote, availability_of, quote_of, unknown_resource
from booking.bookings.queries import search
from booking.bookings.schemas import BookingRequest
from booking.db import read
from booking.db.pages import Page, cursor, read_cursor
from booking.errors import N_, Invalid, NotFound, Refusal
from booking.people.answering import answered
from booking.people.asking import asker, bounded, measure, signed_in
from booking.places.rules import POSITION, Position, read_position
from booking.resources.queries.seen import slug_of
from booking.resources.rules import Feature, ResourceKind
from booking.tariffs.queries.quotes import quote_by_uid
from booking.values.codes import read_uid
from booking.values.interval import Interval
from booking.web.api import PREFIX, Asked, Call
from booking.web.dto import Between, Read, Text, answer_schema, page_schema

LONGEST_SPAN = dt.timedelta(days=100)
LONGEST_SPAN_EVERYWHERE = dt.timedelta(days=31)
"""How much time is looked through at once: of one resource or lieu, of all."""

LONGEST_MINUTES = 576_000


@dataclass(frozen=True, kw_only=True)
class AvailabilityAsked(Asked):
    """What is looked for, and which part of the answer."""

    stretch: Interval
    minutes: Annotated[int | None, Between(1, LONGEST_MINUTES), N_("La durée voulue ; la plus courte si absent.")] = (
        None
    )
    kind: ResourceKind | None = None
    lieu: Annotated[str | None, Text(80)] = None
    resource: Annotated[str | None, Text(80), N_("Seule celle-ci, même si rien n’y est libre.")] = None
    q: Annotated[str, Text(100), N_("Des mots du nom.")] = ""
    near: Annotated[
        Position | None, Read(read_position, POSITION, "48.11,-1.68"), N_("Latitude et longitude : du plus proche.")
    ] = None
    within_km: Annotated[float | None, Between(0, 20_100), N_("Au plus si loin de « near ».")] = None
    capacity: Annotated[int, Between(1, 10_000), N_("Combien de personnes au moins.")] = 1
    quantity: Annotated[int, Between(1, 10_000), N_("Combien d’unités à la fois.")] = 1
    feature: Annotated[tuple[Feature, ...], N_("Chacun de ces équipements ; à répéter.")] = ()


@dataclass(frozen=True, slots=True)
class QuoteAsked:
    """What is to be priced."""

    not_yet: ClassVar[Mapping[str, tuple[str, ...]]] = {"plan": (), "chosen_price": (), "pay": ()}

    resource: Annotated[str, Text(80, least=1), N_("L’id de la ressource.")]
    stretch: Interval
    quantity: Annotated[int, Between(1, 10_000)] = 1
    member: Annotated[str | None, Text(36), N_("Pour qui, quand l’accueil du lieu demande.")] = None


@room.call(
    Call(
        "GET",
        "/availability",
        bounded,
        N_(
            "Ce qui est vraiment libre pour qui demande : une réservation de « minutes » dès chaque début est acceptée."
        ),
        page_schema(Availability, "AvailabilityList"),
        reads=AvailabilityAsked,
        refuses=(400,),
    )
)
def availability(asked: AvailabilityAsked) -> Page[Availability]:
    """What is free, the nearest first when a position is told."""
    somewhere = asked.resource is not None or asked.lieu is not None
    longest = LONGEST_SPAN if somewhere else LONGEST_SPAN_EVERYWHERE
    if asked.stretch.duration > longest:
        raise Invalid(Refusal("span", N_("Au plus %(days)s jours à la fois."), {"days": longest.days}, "end"))
    measure(0 if somewhere else asked.stretch.duration.days)
    wanted = search.Wanted(
        span=asked.stretch,
        minutes=asked.minutes,
        kind=asked.kind,
        lieu=asked.lieu,
        resource=asked.resource,
        words=asked.q,
        capacity=asked.capacity,
        quantity=asked.quantity,
        features=frozenset(asked.feature),
        near=asked.near,
        within_km=None if asked.within_km is None else max(asked.within_km, 0.001),
    )
    start = int(read_cursor(asked.cursor, int)[0]) if asked.cursor else 0
    end = max(start, 0) + asked.limit
    offers = read(search.availability, asker(), wanted, clock.now(), most=None if asked.resource else end + 1)
    page = offers[max(start, 0) : end]
    return Page(tuple(availability_of(offer) for offer in page), cursor(end) if end < len(offers) else None)


@room.call(
    Call(
        "POST",
        "/quotes",
        signed_in,
        N_("Le prix d’un créneau, ligne par ligne, tenu une demi-heure. Ne réserve rien."),
        answer_schema(Quote),
        status=201,
        sends=QuoteAsked,
        once=True,
        leads_to={"get_quote": "id"},
        refuses=(404,),
    )
)
def make_quote(asked: QuoteAsked) -> Response:
    """Fix a price."""
    who, now = asker(), clock.now()
    request = BookingRequest(asked.resource, asked.stretch, asked.quantity, member_uid=asked.member)

    def work(session: Session) -> Quote:
        return quote_of(actions.quote(session, who, request, now), asked.resource)

    try:
        response = answered(work, now, 201)
    except NotFound as error:
        raise unknown_resource() from error
    response.headers["Location"] = f"{PREFIX}/quotes/{response.get_json()['id']}"
    return response


@room.call(Call("GET", "/quotes/<id>", signed_in, N_("Un devis, tel qu’il a été fixé."), answer_schema(Quote)))
def get_quote(id: str) -> Quote:  # noqa: A002 - the parameter's name in the document
    """One quote."""
    uid = read_uid(id)
    if uid is None:
        raise NotFound
    seen = read(quote_by_uid, asker(), uid)
    return quote_of(seen, read(slug_of, seen.resource_id))
