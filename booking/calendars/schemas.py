"""What travels between the edges and the core of calendars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from booking.calendars.rules import Scope, What, Window
from booking.resources.rules import ResourceKind
from booking.values.ids import LieuId, MemberId, ResourceId


@dataclass(frozen=True, slots=True)
class FeedLieu:
    """A lieu in a feed, and what the feed's owner is there: of it, of its staff, reading who booked."""

    id: LieuId
    name: str
    address: str
    timezone: str
    insider: bool
    staff: bool
    named: bool


@dataclass(frozen=True, slots=True)
class FeedResource:
    """A resource in a feed. `units` is how many can be booked at once."""

    id: ResourceId
    lieu_id: LieuId
    name: str
    kind: ResourceKind
    units: int


@dataclass(frozen=True, slots=True)
class TokenUse:
    """Which secret address was asked, and when that was last written down."""

    id: int
    noted_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as its reader may have it now: what it is about, its days, and which version that makes.

    `member_id` is the owner of a secret address (None: anybody), whose own bookings show whole. `sharing` are resources
    that are made of the same units, with how many of them: what takes those takes this one. `version` changes whenever
    what the feed shows may have; `stamp` is the instant of the last change that it counts; `modified` never goes back.
    """

    scope: Scope
    member_id: MemberId | None
    language: str
    window: Window
    name: str
    about: str
    key: str
    lieux: Mapping[LieuId, FeedLieu]
    resources: Mapping[ResourceId, FeedResource]
    sharing: Mapping[ResourceId, int]
    version: str
    stamp: dt.datetime
    modified: dt.datetime
    use: TokenUse | None = None

    @property
    def resource(self) -> FeedResource | None:
        """The one that a resource's feed is about."""
        return next(iter(self.resources.values()), None) if self.scope.what is What.RESOURCES else None

    @property
    def named(self) -> bool:
        """Whether any name of a person may stand in it."""
        return any(lieu.named for lieu in self.lieux.values())


@dataclass(frozen=True, slots=True)
class Rendered:
    """A feed's text, and how many entries were too far away to be in it (at least)."""

    content: bytes
    left_out: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a secret address can be made for. `name` is that of the resource or lieu; `staff`: with names."""

    scope: Scope
    name: str
    lieu_name: str
    staff: bool


@dataclass(frozen=True, slots=True)
class AddressSeen:
    """A living secret address as its owner sees it: all but the secret."""

    uid: str
    scope: Scope
    name: str
    lieu_name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None
