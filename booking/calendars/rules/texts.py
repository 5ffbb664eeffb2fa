"""The texts of entries that are not stored: blocks, bookings as staff read them, stored ones under another title."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking import ical
from booking.occupancy.rules import BlockKind
from booking.resources.rules import ResourceKind
from booking.values.interval import Interval
from booking.values.wall import day_start, today

_WORDS = {
    "fr": {
        "busy": "Occupé",
        "closed": "Fermé",
        "maintenance": "Maintenance",
        "some": "{title} ({weight} sur {units})",
        "of": "{name} : {title}",
        "booking": "Réservation {code}",
        "quantity": "Quantité : {quantity}",
        "bookings": "Mes réservations",
        "bookings_about": "Mes réservations dans tous les lieux de l’archipel.",
        "taken_about": "Ce qui est pris : {name}.",
        "desk": "Bureaux",
        "machine": "Machines",
        "room": "Salles",
        "equipment": "Équipements",
    },
    "en": {
        "busy": "Busy",
        "closed": "Closed",
        "maintenance": "Maintenance",
        "some": "{title} ({weight} of {units})",
        "of": "{name}: {title}",
        "booking": "Booking {code}",
        "quantity": "Quantity: {quantity}",
        "bookings": "My bookings",
        "bookings_about": "My bookings in all the places of the archipelago.",
        "taken_about": "What is taken: {name}.",
        "desk": "Desks",
        "machine": "Machines",
        "room": "Rooms",
        "equipment": "Equipment",
    },
}


def word(language: str, key: str, **values: object) -> str:
    """A word of calendars in that language, `fr` or `en`."""
    return _WORDS[language][key].format(**values)


@dataclass(frozen=True, slots=True)
class Block:
    """Time that a lieu took off the calendar. `reason` is for its staff alone; empty, it is not told."""

    uid: str
    kind: BlockKind
    stretch: Interval
    timezone: str
    created_at: dt.datetime
    reason: str = ""


def block_text(
    block: Block, language: str, *, name: str = "", insider: bool = False, weight: int = 1, units: int = 1
) -> str:
    """The VEVENT of a block, over whole days where it is that; `name` tells which resource or lieu it is about.

    Who is not of the lieu (`insider`) only reads that it is closed or busy. A block that takes `weight` of the `units`
    of a pool says so.
    """
    words = _WORDS[language]
    if block.kind is BlockKind.CLOSURE:
        title = words["closed"]
    else:
        title = words["maintenance"] if insider and block.kind is BlockKind.MAINTENANCE else words["busy"]
    if weight < units:
        title = word(language, "some", title=title, weight=weight, units=units)
    if block.reason:
        title = f"{title}, {block.reason}"
    return ical.vevent(
        ical.Event(
            uid=f"{block.uid}@archipel",
            sequence=0,
            created=block.created_at,
            modified=block.created_at,
            when=_days(block.stretch, block.timezone) or block.stretch,
            timezone=block.timezone,
            summary=word(language, "of", name=name, title=title) if name else title,
        )
    )


def _days(stretch: Interval, timezone: str) -> ical.Days | None:
    """The whole local days that a stretch is, if it is that."""
    first, end = today(stretch.start, timezone), today(stretch.end, timezone)
    if (day_start(first, timezone), day_start(end, timezone)) != (stretch.start, stretch.end):
        return None
    return ical.Days(first, end - dt.timedelta(days=1))


def busy_text(public: str, language: str, *, name: str = "", weight: int = 1, units: int = 1) -> str:
    """The public VEVENT of a booking under a title that says more: of which resource it is, how much of a pool."""
    title = _WORDS[language]["busy"]
    if units > 1:
        title = word(language, "some", title=title, weight=weight, units=units)
    if name:
        title = word(language, "of", name=name, title=title)
    return public if title == _WORDS["fr"]["busy"] else ical.retitled(public, title)


@dataclass(frozen=True, slots=True)
class Named:
    """A booking as the staff of its lieu read it."""

    uid: str
    code: str
    sequence: int
    created_at: dt.datetime
    updated_at: dt.datetime
    stretch: Interval
    timezone: str
    holder: str
    note: str
    quantity: int
    waiting: bool
    """Whether it is not yet certain: held until paid, or waiting for approval."""
    resource_name: str
    resource_kind: ResourceKind
    lieu_name: str
    lieu_address: str
    url: str


def named_text(booking: Named, language: str) -> str:
    """The VEVENT that tells who comes."""
    lines = [word(language, "booking", code=booking.code)]
    if booking.quantity > 1:
        lines.append(word(language, "quantity", quantity=booking.quantity))
    if booking.note:
        lines.append(booking.note)
    return ical.vevent(
        ical.Event(
            uid=f"{booking.uid}@archipel",
            sequence=booking.sequence,
            created=booking.created_at,
            modified=booking.updated_at,
            when=booking.stretch,
            timezone=booking.timezone,
            summary=", ".join(part for part in (booking.holder, booking.resource_name) if part),
            location=", ".join(part for part in (booking.lieu_name, booking.lieu_address) if part),
            description="\n".join(lines),
            url=booking.url,
            categories=(booking.resource_kind.value,),
            status=ical.Status.TENTATIVE if booking.waiting else ical.Status.CONFIRMED,
        )
    )
