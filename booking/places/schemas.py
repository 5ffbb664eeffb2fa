"""What travels between the edges and the core of places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from booking.errors import Refusal
from booking.people.rules import Role
from booking.places.rules import (
    DAY,
    Hours,
    LieuIdentity,
    LieuKind,
    LieuLegal,
    LieuPractice,
    LieuStatus,
    Position,
    SpecialDays,
    VatRegime,
    Week,
)
from booking.values.ids import LieuId


@dataclass(frozen=True, slots=True)
class LieuFilter:
    """What a list of lieux is narrowed to. `q` is words of the name or the commune, accents and case aside.

    With `near` the nearest come first; `within_km` counts only with it.
    """

    q: str = ""
    kind: LieuKind | None = None
    status: LieuStatus | None = None
    bookable: bool | None = None
    near: Position | None = None
    within_km: float | None = None


@dataclass(frozen=True, slots=True)
class LieuCard:
    """A lieu in a list or on the map. `bookable` is False for a census entry that is not on Archipel."""

    id: LieuId
    slug: str
    name: str
    kind: LieuKind
    status: LieuStatus
    bookable: bool
    example: bool
    summary: str
    commune: str
    department: str
    latitude: float
    longitude: float
    timezone: str
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class LieuSeen:
    """A lieu as anybody sees it."""

    id: LieuId
    slug: str
    name: str
    kind: LieuKind
    status: LieuStatus
    bookable: bool
    example: bool
    from_census: bool
    summary: str
    address: str
    postcode: str
    commune: str
    department: str
    region: str
    website: str | None
    latitude: float
    longitude: float
    timezone: str
    half_day_split: int
    public_feeds: bool
    legal_name: str
    vat_regime: VatRegime
    vat_basis_points: int


@dataclass(frozen=True, slots=True)
class LieuManaged:
    """A lieu with all that its managers decide."""

    id: LieuId
    slug: str
    bookable: bool
    department: str
    identity: LieuIdentity
    practice: LieuPractice
    legal: LieuLegal

    @property
    def name(self) -> str:
        """The lieu's name."""
        return self.identity.name

    @property
    def timezone(self) -> str:
        """The lieu's zone."""
        return self.identity.timezone


@dataclass(frozen=True, slots=True)
class MyLieu:
    """A lieu in which somebody has roles."""

    id: LieuId
    slug: str
    name: str
    commune: str
    bookable: bool
    roles: frozenset[Role]

    @property
    def managed(self) -> bool:
        """Whether they manage it."""
        return Role.MANAGER in self.roles


@dataclass(frozen=True, slots=True)
class ClockHours:
    """Opening hours as clocks show them, `09:00` to `12:30`; they close the next day when not after they open."""

    opens: str
    closes: str

    @classmethod
    def of(cls, hours: Hours) -> ClockHours:
        """The same hours."""
        opens, closes = ("{:02d}:{:02d}".format(*divmod(minute % DAY, 60)) for minute in (hours.opens, hours.closes))
        return cls(opens, closes)


@dataclass(frozen=True, slots=True)
class WeekdayHours:
    """Opening hours of one weekday, 1 for Monday to 7 for Sunday (ISO 8601), as in `ClockHours`."""

    weekday: int
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a lieu opens: its week, and the days that do not follow it."""

    week: Week
    special_days: SpecialDays

    @property
    def by_weekday(self) -> tuple[WeekdayHours, ...]:
        """The hours of the week, one after the other from Monday on."""
        listed = [(day + 1, ClockHours.of(each)) for day, hours in sorted(self.week.items()) for each in hours]
        return tuple(WeekdayHours(day, each.opens, each.closes) for day, each in listed)


@dataclass(frozen=True, slots=True)
class DaySeen:
    """A day that does not follow the week; closed when it has no hours."""

    day: dt.date
    label: str
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class HolidaySeen:
    """A public holiday ahead; `decided` when the lieu already has a rule of its own for that day."""

    day: dt.date
    name: str
    decided: bool


@dataclass(frozen=True, slots=True)
class LineRefused:
    """A row of a census that was not taken, and why."""

    line: int
    name: str | None
    reasons: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: how many lieux of each outcome, the rows refused, and what was left out of rows taken."""

    created: int
    updated: int
    unchanged: int
    kept: int
    """Lieux already on Archipel, which keep what they say of themselves."""
    refused: tuple[LineRefused, ...]
    warnings: tuple[LineRefused, ...]


HoursByLieu = Mapping[LieuId, OpeningHours]
