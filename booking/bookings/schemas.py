"""What travels between the edges and the core of bookings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.bookings.rules import EventKind, Status
from booking.bookings.rules.wishes import Wish
from booking.errors import Refusal
from booking.occupancy.rules import FreeStretch
from booking.places.rules import Position
from booking.resources.rules import Feature, ResourceKind
from booking.tariffs.schemas import LineSeen, PartSeen
from booking.values.ids import BookingId, LieuId, MemberId, ResourceId
from booking.values.interval import Interval
from booking.values.money import Money
from booking.values.wall import Wall


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """What a page or a program sends to book: instants, never walls; a price never comes from here.

    `member_uid` names for whom staff book; `guest_name` a walk-in without account. `quote_uid` is the price that was
    shown, if one was.
    """

    resource: str
    stretch: Interval
    quantity: int = 1
    note: str = ""
    quote_uid: str | None = None
    member_uid: str | None = None
    guest_name: str | None = None


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """Which bookings a list shows, of those the asker may see; `mine` leaves only the asker's own.

    Those that share an instant with the time from `since` until `until`, each an open end when None.
    """

    resource: str | None = None
    lieu: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    mine: bool = False
    statuses: tuple[Status, ...] = ()


@dataclass(frozen=True, slots=True)
class BookingSeen:
    """A booking as its holder or the lieu's staff see it."""

    id: BookingId
    code: str
    uid: str
    resource_id: ResourceId
    resource: str
    resource_name: str
    resource_kind: ResourceKind
    lieu_id: LieuId
    lieu: str
    lieu_name: str
    lieu_address: str
    access: str
    units: tuple[str, ...]
    stretch: Interval
    local_start: Wall
    local_end: Wall
    timezone: str
    status: Status
    quantity: int
    member_id: MemberId | None
    member_uid: str | None
    holder: str
    mine: bool
    staffed: bool
    note: str
    lines: tuple[LineSeen, ...]
    parts: tuple[PartSeen, ...]
    price: Money
    vat: Money
    vat_basis_points: int
    kept: Money
    free_until: dt.datetime
    kept_percent: int
    changeable: bool
    movable: bool
    restorable_until: dt.datetime | None
    sequence: int
    created_at: dt.datetime
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BusySeen:
    """A booking or block as strangers see it: that time is taken, not by whom."""

    resource: str
    lieu: str
    stretch: Interval
    timezone: str
    held: bool


@dataclass(frozen=True, slots=True)
class EventSeen:
    """One entry of a booking's history."""

    at: dt.datetime
    kind: EventKind
    by: str
    detail: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """A resource in a search's answer: when it is free, and from what price."""

    resource_id: ResourceId
    resource: str
    name: str
    kind: ResourceKind
    summary: str
    capacity: int
    quantity: int
    lieu_id: LieuId
    lieu: str
    lieu_name: str
    commune: str
    timezone: str
    latitude: float
    longitude: float
    distance_km: float | None
    step: int
    open: tuple[Interval, ...]
    free: tuple[FreeStretch, ...]
    price_from: Money | None
    price_period: str | None
    free_of_charge: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something near what was wanted and free: another hour, a sibling, a near lieu."""

    resource: str
    resource_name: str
    lieu: str
    lieu_name: str
    stretch: Interval
    timezone: str
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a stretch could be booked, and what it costs: all reasons why not, or none and a price."""

    reasons: tuple[Refusal, ...]
    lines: tuple[LineSeen, ...]
    total: Money | None
    vat: Money | None
    vat_basis_points: int
    plain: Money | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What somebody looks for: wall hours of one day, read on each lieu's own clock.

    `opens` and `closes` are minutes since that day's midnight, `closes` at most 1440 and after `opens`.
    """

    day: dt.date
    opens: int
    closes: int
    wishes: tuple[Wish, ...] = ()
    features: frozenset[Feature] = frozenset()
    capacity: int = 1
    quantity: int = 1
    near: Position | None = None
