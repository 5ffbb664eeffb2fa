"""The search across the archipelago: lieux with what is free in each at the hours asked for, nearest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.queries.search import Wanted, free_of, openings_of, with_buffers
from booking.bookings.queries.terms import Found, load_terms, seen_by, units_of
from booking.bookings.rules import Terms
from booking.bookings.schemas import Looked
from booking.occupancy.queries import taken
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.places.rules import Position, kilometres
from booking.resources.models import Resource, ResourceFeature
from booking.resources.rules import Feature, ResourceKind
from booking.tariffs.rules import Period, Rate, RateSheet, price_from, price_lines
from booking.values.ids import LieuId, UnitId
from booking.values.interval import Interval, merged
from booking.values.money import Money
from booking.values.wall import at_minute, day_start

NEAR_KM = 100
PRICED = 4
AHEAD = dt.timedelta(days=8)
"""How far the next free stretch is looked for."""


@dataclass(frozen=True, slots=True)
class Bookable:
    """A resource that is free for all of the hours asked for, and what they cost who asks.

    Only the first `PRICED` of a lieu on the page are priced.
    """

    resource: str
    name: str
    kind: ResourceKind
    total: Money | None = None


@dataclass(frozen=True, slots=True)
class LieuFound:
    """A lieu that has what is looked for.

    `day` is that day on its clock and `wanted` the hours asked for; `open` and `free` are the parts of the day at which
    it is open, and at which one of the resources is free for as long as asked. `following` is the first such stretch
    from that day on, `following_count` of how many resources, `following_resource` one of them.
    """

    id: LieuId
    slug: str
    name: str
    commune: str
    timezone: str
    latitude: float
    longitude: float
    distance_km: float | None
    kinds: tuple[ResourceKind, ...]
    resources: int
    price_from: Rate | None
    free_of_charge: bool
    step: int
    day: Interval
    wanted: Interval
    bookable: tuple[Bookable, ...] = ()
    open: tuple[Interval, ...] = ()
    free: tuple[Interval, ...] = ()
    following: Interval | None = None
    following_count: int = 0
    following_resource: str = ""

    @property
    def near(self) -> bool:
        """Whether it counts as around the place that was told."""
        return self.distance_km is not None and self.distance_km <= NEAR_KM


@dataclass(frozen=True, slots=True)
class Findings:
    """A page of lieux; of all pages: how many lieux there are, and how many have something free at those hours."""

    lieux: tuple[LieuFound, ...]
    total: int
    free: int


def around(
    session: Session, asker: Asker, looked: Looked, now: dt.datetime, *, first: int = 0, limit: int = 10
) -> Findings:
    """The lieux from the `first` on; three statements as a rule, however many resources there are.

    Nearest first when a position is told; else those with something free at those hours first, then by name. A day that
    the calendar cannot reach has nothing.
    """
    condition = _condition(looked)
    found = load_terms(session, asker, asker, condition)
    groups: dict[LieuId, list[Found]] = {}
    for each in found:
        groups.setdefault(each.terms.lieu_id, []).append(each)
    try:
        lieux = [_lieu(group, looked) for group in groups.values()]
    except (ValueError, OverflowError):
        lieux = []
    if not lieux:
        return Findings((), 0, 0)
    seen = sa.and_(condition, seen_by(asker))
    calendars = {lieu_id: group[0].calendar for lieu_id, group in groups.items()}
    asked = Interval(min(each.wanted.start for each in lieux), max(each.wanted.end for each in lieux))
    held = taken(session, units_of(seen), with_buffers(asked, (f.terms for f in found)))
    openings = openings_of(calendars, asked)
    with_offers = [_offered(each, groups[each.id], openings[each.id], held, looked, now) for each in lieux]
    with_offers.sort(key=_order)
    page = with_offers[first : first + limit]
    if page:
        these = sa.and_(seen, Lieu.id.in_([each.id for each in page]))
        shown = Interval(min(_shown(each).start for each in page), max(_shown(each).end for each in page))
        held = taken(session, units_of(these), with_buffers(shown, (f.terms for f in found)))
        openings = openings_of({each.id: calendars[each.id] for each in page}, shown)
        page = [_detailed(each, groups[each.id], openings[each.id], held, looked, now) for each in page]
    return Findings(tuple(page), len(lieux), sum(1 for each in with_offers if each.bookable))


def _condition(looked: Looked) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [Resource.capacity >= looked.capacity]
    for wish in looked.wishes:
        ways = [Resource.folded.contains(wish.stem, autoescape=True), Lieu.folded.contains(wish.stem, autoescape=True)]
        if wish.kind is not None:
            ways.append(Resource.kind == wish.kind)
        if wish.lieu_kind is not None:
            ways.append(Lieu.kind == wish.lieu_kind)
        if wish.feature is not None:
            ways.append(_has(wish.feature))
        conditions.append(sa.or_(*ways))
    return sa.and_(*conditions, *map(_has, sorted(looked.features)))


def _has(feature: Feature) -> sa.ColumnElement[bool]:
    return sa.exists().where(ResourceFeature.resource_id == Resource.id, ResourceFeature.feature == feature)


def _lieu(group: Sequence[Found], looked: Looked) -> LieuFound:
    one = group[0]
    zone = one.terms.timezone
    following = looked.day + dt.timedelta(days=1)
    start = at_minute(looked.day, looked.opens, zone)
    end = at_minute(looked.day, looked.closes, zone)
    distance = None
    if looked.near is not None:
        distance = kilometres(looked.near, Position(one.latitude, one.longitude))
    prices = [rate for each in group if each.terms.sheet and (rate := _usual(each.terms.sheet))]
    kinds = {each.terms.kind for each in group}
    return LieuFound(
        id=one.terms.lieu_id,
        slug=one.terms.lieu_slug,
        name=one.terms.lieu_name,
        commune=one.commune,
        timezone=zone,
        latitude=one.latitude,
        longitude=one.longitude,
        distance_km=distance,
        kinds=tuple(kind for kind in ResourceKind if kind in kinds),
        resources=len(group),
        price_from=min(prices, key=lambda rate: (rate.period is not Period.HOUR, rate.amount), default=None),
        free_of_charge=any(each.terms.sheet is not None and each.terms.sheet.free for each in group),
        step=min(each.terms.step for each in group),
        day=Interval(day_start(looked.day, zone), day_start(following, zone)),
        # Where the clocks skip all of the hours, what is left of them is a moment that nothing lasts.
        wanted=Interval(start, max(end, start + dt.timedelta(minutes=1))),
    )


def _usual(sheet: RateSheet) -> Rate | None:
    """The rate that lieux are compared by: the hour's where there is one, else that of the shortest period."""
    hour = None if sheet.free else next((rate for rate in sheet.rates if rate.period is Period.HOUR), None)
    return hour or price_from(sheet)


def _order(lieu: LieuFound) -> tuple[float, str]:
    if lieu.distance_km is not None:
        return lieu.distance_km, lieu.slug
    return (0 if lieu.bookable else 1), lieu.slug


def _offered(
    lieu: LieuFound,
    group: Iterable[Found],
    opening: Sequence[Interval],
    held: Mapping[UnitId, Sequence[Interval]],
    looked: Looked,
    now: dt.datetime,
) -> LieuFound:
    """The lieu with the resources that are free for all of the wanted hours."""
    wanted = Wanted(lieu.wanted, minutes=lieu.wanted.minutes, quantity=looked.quantity)
    bookable = tuple(
        Bookable(each.terms.slug, each.terms.name, each.terms.kind)
        for each in group
        if any(free.stretch.contains(lieu.wanted) for free in free_of(each.terms, opening, held, wanted, now))
    )
    return replace(lieu, bookable=bookable)


def _priced(lieu: LieuFound, group: Iterable[Found], quantity: int) -> tuple[Bookable, ...]:
    terms = {each.terms.slug: each.terms for each in group}
    first = [replace(b, total=_total(terms[b.resource], lieu.wanted, quantity)) for b in lieu.bookable[:PRICED]]
    return (*first, *lieu.bookable[PRICED:])


def _total(terms: Terms, stretch: Interval, quantity: int) -> Money:
    assert terms.sheet is not None  # noqa: S101 - what has no price is never free
    return price_lines(stretch, quantity, terms.sheet, terms.vat).total


def _shown(lieu: LieuFound) -> Interval:
    """What a card tells of: the day, and the next ones where nothing is free at the hours asked for."""
    return lieu.day if lieu.bookable else Interval(lieu.day.start, lieu.day.end + AHEAD)


def _detailed(
    lieu: LieuFound,
    group: Sequence[Found],
    opening: Sequence[Interval],
    held: Mapping[UnitId, Sequence[Interval]],
    looked: Looked,
    now: dt.datetime,
) -> LieuFound:
    """The lieu with its day, and the next free stretch of as long as asked."""
    span = _shown(lieu)
    wanted = Wanted(span, minutes=lieu.wanted.minutes, quantity=looked.quantity)
    windows: list[tuple[Interval, str]] = []
    for each in group:
        windows += [(f.stretch, each.terms.slug) for f in free_of(each.terms, opening, held, wanted, now)]
    windows.sort()
    following, resource = windows[0] if windows else (None, "")
    as_asked = Interval(following.start, following.start + lieu.wanted.duration) if following else None
    return replace(
        lieu,
        bookable=_priced(lieu, group, looked.quantity),
        open=tuple(part for each in opening if (part := each.intersection(lieu.day))),
        free=tuple(merged(part for each, _ in windows if (part := each.intersection(lieu.day)))),
        following=following,
        following_resource=resource,
        following_count=len({slug for window, slug in windows if as_asked and window.contains(as_asked)}),
    )
