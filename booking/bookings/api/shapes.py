"""What the API says of free time, quotes and bookings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

from booking.bookings.rules import Status
from booking.bookings.schemas import Alternative, BookingSeen, BusySeen, Offer
from booking.errors import N_, NotFound, Refusal
from booking.occupancy.rules import FreeStretch
from booking.people.asking import settings
from booking.resources.rules import ResourceKind
from booking.tariffs.rules import SENTENCES
from booking.tariffs.schemas import LineSeen, PartSeen, QuoteSeen
from booking.tariffs.words import PayerKind
from booking.values.interval import Interval
from booking.values.money import Money, Unit
from booking.web.formats import sentence


@dataclass(frozen=True, slots=True)
class OfferedResource:
    """A resource in the answer of a search."""

    id: str
    name: str
    kind: ResourceKind
    summary: str
    capacity: int
    quantity: int
    step: Annotated[int, N_("Les débuts et les durées sont des multiples de ce pas, en minutes.")]
    lieu: str
    lieu_name: str
    commune: str
    timezone: str
    latitude: float
    longitude: float
    distance_km: float | None
    url: str


@dataclass(frozen=True, slots=True)
class Availability:
    """When a resource is free, and from what price."""

    resource: OfferedResource
    free: Annotated[
        tuple[FreeStretch, ...],
        N_("« quantity » unités sont libres pendant tout l’intervalle ; il commence sur le pas de la ressource."),
    ]
    price_from: Annotated[Money | None, N_("Pour qui demande ; null si gratuit.")]
    price_period: Annotated[str | None, N_("Ce que « price_from » paie.")]
    free_of_charge: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a price."""

    label: Annotated[str, N_("Dans la langue de la demande.")]
    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Part:
    """Who pays how much."""

    payer: PayerKind
    unit: Unit
    amount: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A price, fixed for a while."""

    id: str
    resource: str
    stretch: Interval
    quantity: int
    expires_at: dt.datetime
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    total: Money
    vat: Annotated[Money, N_("La TVA comprise dans le total.")]


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking, as its holder or the lieu's staff see it."""

    code: Annotated[str, N_("Court et lisible à voix haute.")]
    uid: Annotated[str, N_("Le même pour toujours, dans les calendriers aussi.")]
    resource: str
    resource_name: str
    lieu: str
    lieu_name: str
    units: tuple[str, ...]
    quantity: int
    stretch: Interval
    timezone: str
    status: Status
    member: Annotated[str | None, N_("Qui l’a ; null pour un passant sans compte.")]
    holder: Annotated[str, N_("Son nom.")]
    note: str
    price: Money
    vat: Money
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    kept: Annotated[Money, N_("Ce que le lieu garde d’une réservation annulée.")]
    free_until: Annotated[dt.datetime, N_("Jusque-là, annuler ne coûte rien.")]
    changeable: Annotated[bool, N_("Qui demande peut l’annuler.")]
    movable: Annotated[bool, N_("Qui demande peut la déplacer.")]
    restorable_until: Annotated[dt.datetime | None, N_("Jusque-là, son annulation peut être reprise.")]
    access: Annotated[str, N_("Comment entrer, une fois confirmée.")]
    created_at: dt.datetime
    updated_at: dt.datetime
    sequence: int
    url: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else's booking: that time is taken."""

    resource: str
    lieu: str
    stretch: Interval
    timezone: str
    status: Literal["busy"] = "busy"


@dataclass(frozen=True, slots=True)
class Nearby:
    """Something free near what was wanted."""

    resource: str
    resource_name: str
    lieu: str
    lieu_name: str
    stretch: Interval
    timezone: str
    distance_km: float | None


def unknown_resource() -> NotFound:
    """Of a body that names a resource which is not there, or not for who asks."""
    return NotFound(Refusal(NotFound.code, N_("Aucune ressource que vous voyez ne porte ce nom."), field="resource"))


def availability_of(offer: Offer) -> Availability:
    """The same offer."""
    resource = OfferedResource(
        id=offer.resource,
        name=offer.name,
        kind=offer.kind,
        summary=offer.summary,
        capacity=offer.capacity,
        quantity=offer.quantity,
        step=offer.step,
        lieu=offer.lieu,
        lieu_name=offer.lieu_name,
        commune=offer.commune,
        timezone=offer.timezone,
        latitude=offer.latitude,
        longitude=offer.longitude,
        distance_km=offer.distance_km,
        url=f"{settings().base_url}/resources/{offer.resource}",
    )
    return Availability(resource, offer.free, offer.price_from, offer.price_period, offer.free_of_charge)


def quote_of(seen: QuoteSeen, resource: str) -> Quote:
    """The same quote; `resource` is the public id of what it prices."""
    return Quote(
        id=seen.uid,
        resource=resource,
        stretch=seen.stretch,
        quantity=seen.quantity,
        expires_at=seen.expires_at,
        lines=_lines(seen.lines),
        parts=_parts(seen.parts),
        total=seen.total,
        vat=seen.vat,
    )


def booking_of(seen: BookingSeen) -> Booking:
    """The same booking, in the reader's language."""
    return Booking(
        code=seen.code,
        uid=seen.uid,
        resource=seen.resource,
        resource_name=seen.resource_name,
        lieu=seen.lieu,
        lieu_name=seen.lieu_name,
        units=seen.units,
        quantity=seen.quantity,
        stretch=seen.stretch,
        timezone=seen.timezone,
        status=seen.status,
        member=seen.member_uid,
        holder=seen.holder,
        note=seen.note,
        price=seen.price,
        vat=seen.vat,
        lines=_lines(seen.lines),
        parts=_parts(seen.parts),
        kept=seen.kept,
        free_until=seen.free_until,
        changeable=seen.changeable,
        movable=seen.movable,
        restorable_until=seen.restorable_until,
        access=seen.access,
        created_at=seen.created_at,
        updated_at=seen.updated_at,
        sequence=seen.sequence,
        url=f"{settings().base_url}/bookings/{seen.code}",
    )


def busy_of(seen: BusySeen) -> Busy:
    """The same stretch; whether the other booking waits for something is not told."""
    return Busy(seen.resource, seen.lieu, seen.stretch, seen.timezone)


def nearby_of(seen: Alternative) -> Nearby:
    """The same proposal."""
    return Nearby(
        resource=seen.resource,
        resource_name=seen.resource_name,
        lieu=seen.lieu,
        lieu_name=seen.lieu_name,
        stretch=seen.stretch,
        timezone=seen.timezone,
        distance_km=seen.distance_km,
    )


def _lines(lines: tuple[LineSeen, ...]) -> tuple[Line, ...]:
    return tuple(
        Line(sentence(Refusal(x.code, SENTENCES[x.code], dict(x.params))), x.amount.amount, x.amount.unit)
        for x in lines
    )


def _parts(parts: tuple[PartSeen, ...]) -> tuple[Part, ...]:
    return tuple(Part(part.payer, part.amount.unit, part.amount.amount) for part in parts)
