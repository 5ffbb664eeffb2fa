"""What travels between the edges and the core of resources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.places.rules import Position
from booking.resources.rules import Audience, Feature, ResourceDraft, ResourceKind, Take
from booking.values.ids import LieuId, ResourceId


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """What a list of resources is narrowed to; as `places.schemas.LieuFilter` where both have a field."""

    q: str = ""
    lieu: str | None = None
    kind: ResourceKind | None = None
    features: frozenset[Feature] = frozenset()
    capacity: int = 1
    near: Position | None = None
    within_km: float | None = None


@dataclass(frozen=True, slots=True)
class PhotoSeen:
    """A picture of a resource: its file is at `/photos/<digest>`; sizes in pixels."""

    digest: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ResourceCard:
    """A resource in a list. `quantity` is how many can be booked at once, `capacity` how many people one holds."""

    id: ResourceId
    slug: str
    name: str
    kind: ResourceKind
    summary: str
    capacity: int
    quantity: int
    features: tuple[Feature, ...]
    photo: PhotoSeen | None
    lieu_id: LieuId
    lieu: str
    lieu_name: str
    commune: str
    timezone: str
    latitude: float
    longitude: float
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class ResourceSeen:
    """A resource as its page shows it, with the rules of its use. Durations are in minutes."""

    id: ResourceId
    slug: str
    lieu_id: LieuId
    lieu: str
    lieu_name: str
    timezone: str
    public_feeds: bool
    kind: ResourceKind
    name: str
    summary: str
    text: str
    features: tuple[Feature, ...]
    photos: tuple[PhotoSeen, ...]
    units: tuple[str, ...]
    take: Take
    capacity: int
    step: int
    shortest: int
    longest: int
    notice: int
    horizon_days: int
    buffer_before: int
    buffer_after: int
    seen_by: Audience
    booked_by: Audience
    free_cancel_hours: int
    kept_percent: int
    retired_at: dt.datetime | None
    updated_at: dt.datetime

    @property
    def quantity(self) -> int:
        """How many can be booked at once."""
        return bookable_at_once(self.take, len(self.units))


@dataclass(frozen=True, slots=True)
class ResourceManaged:
    """A resource as its lieu's managers change it."""

    id: ResourceId
    slug: str
    lieu_id: LieuId
    lieu: str
    draft: ResourceDraft
    photos: tuple[PhotoSeen, ...]
    retired_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """A resource in its managers' list; `units` counts those it is made of."""

    id: ResourceId
    slug: str
    name: str
    kind: ResourceKind
    take: Take
    units: int
    capacity: int
    seen_by: Audience
    booked_by: Audience
    position: int
    retired_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A concrete thing of a lieu, and the names of the resources that offer it."""

    name: str
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A picture's content (WebP). `public` when anybody may see a resource that shows it."""

    content: bytes
    public: bool


def bookable_at_once(take: Take, units: int) -> int:
    """How many can be booked at once of a resource of that many units."""
    return units if take is Take.ANY else min(1, units)
