"""The search across the archipelago: lieux with what is free in each at the hours asked for, nearest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.queries.openings import Calendar, calendars_during
from booking.bookings.queries.search import Wanted, free_of, is_free, openings_of, with_buffers
from booking.bookings.queries.terms import Found, lieux_of, load_terms, seen_by, units_of
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
    """The lieux from the `first` on; four statements as a rule, however many resources there are.

    Nearest first when a position is told; else those with something free at those hours first, then by name. A day that
    the calendar cannot reach has nothing.
    """
    condition = _condition(looked)
    seen = sa.and_(condition, seen_by(asker))
    candidates = _candidates(load_terms(session, asker, asker, condition), looked)
    if not candidates:
        return Findings((), 0, 0)
    whole = Interval(min(c.day.start for c in candidates), max(c.day.end for c in candidates) + AHEAD)
    calendars = calendars_during(session, {c.id: c.group[0].week for c in candidates}, lieux_of(seen), whole)
    for c in candidates:
        c.calendar = calendars[c.id]
    _tell_free(session, candidates, seen, looked, now)
    candidates.sort(key=_order)
    page = candidates[first : first + limit]
    told = _told(session, page, seen, looked, now, dt.timedelta())
    # Most lieux have something that very day; the days after it are read for the others alone.
    told |= _told(session, [c for c in page if told[c.id].following is None], seen, looked, now, AHEAD)
    return Findings(tuple(told[c.id] for c in page), len(candidates), sum(1 for c in candidates if c.free))


@dataclass(slots=True)
class _Candidate:
    """A lieu that has what is looked for: its resources, and which of them are free at the hours asked for."""

    group: list[Found]
    day: Interval
    wanted: Interval
    distance: float | None
    calendar: Calendar
    free: list[Found] = field(default_factory=list)

    @property
    def id(self) -> LieuId:
        return self.group[0].terms.lieu_id


def _candidates(found: Iterable[Found], looked: Looked) -> list[_Candidate]:
    """The resources by lieu, with that day and those hours on its clock; none of a day beyond the calendar."""
    groups: dict[LieuId, list[Found]] = {}
    for each in found:
        groups.setdefault(each.terms.lieu_id, []).append(each)
    zones = {group[0].terms.timezone for group in groups.values()}
    try:
        clocks = {zone: _hours(looked, zone) for zone in zones}
    except (ValueError, OverflowError):
        return []
    return [_Candidate(g, *clocks[g[0].terms.timezone], _distance(g[0], looked), g[0].week) for g in groups.values()]


def _hours(looked: Looked, zone: str) -> tuple[Interval, Interval]:
    """The day and the hours asked for, in one zone."""
    following = looked.day + dt.timedelta(days=1)
    start, end = at_minute(looked.day, looked.opens, zone), at_minute(looked.day, looked.closes, zone)
    # Where the clocks skip all of the hours, what is left of them is a moment that nothing lasts.
    wanted = Interval(start, max(end, start + dt.timedelta(minutes=1)))
    return Interval(day_start(looked.day, zone), day_start(following, zone)), wanted


def _distance(one: Found, looked: Looked) -> float | None:
    return None if looked.near is None else kilometres(looked.near, Position(one.latitude, one.longitude))


def _order(candidate: _Candidate) -> tuple[float, str]:
    slug = candidate.group[0].terms.lieu_slug
    if candidate.distance is not None:
        return candidate.distance, slug
    return (0 if candidate.free else 1), slug


def _tell_free(
    session: Session,
    candidates: Sequence[_Candidate],
    seen: sa.ColumnElement[bool],
    looked: Looked,
    now: dt.datetime,
) -> None:
    """Note the resources that are free for all of the wanted hours."""
    asked = Interval(min(c.wanted.start for c in candidates), max(c.wanted.end for c in candidates))
    held = taken(session, units_of(seen), with_buffers(asked, (f.terms for c in candidates for f in c.group)))
    openings = openings_of({c.id: c.calendar for c in candidates}, asked)
    for c in candidates:
        opening = openings[c.id]
        c.free = [f for f in c.group if is_free(f.terms, opening, held, c.wanted, looked.quantity, now)]


def _told(
    session: Session,
    page: Sequence[_Candidate],
    seen: sa.ColumnElement[bool],
    looked: Looked,
    now: dt.datetime,
    ahead: dt.timedelta,
) -> dict[LieuId, LieuFound]:
    """The lieux of a page with that day, and the next free stretch of as long as asked until `ahead` after it."""
    if not page:
        return {}
    these = sa.and_(seen, Lieu.id.in_([c.id for c in page]))
    shown = Interval(min(c.day.start for c in page), max(c.day.end for c in page) + ahead)
    held = taken(session, units_of(these), with_buffers(shown, (f.terms for c in page for f in c.group)))
    openings = openings_of({c.id: c.calendar for c in page}, shown)
    return {c.id: _lieu(c, openings[c.id], held, looked, now, ahead) for c in page}


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


def _lieu(
    candidate: _Candidate,
    opening: Sequence[Interval],
    held: Mapping[UnitId, Sequence[Interval]],
    looked: Looked,
    now: dt.datetime,
    ahead: dt.timedelta,
) -> LieuFound:
    group, day = candidate.group, candidate.day
    one = group[0]
    wanted = Wanted(Interval(day.start, day.end + ahead), minutes=candidate.wanted.minutes, quantity=looked.quantity)
    windows: list[tuple[Interval, str]] = []
    for each in group:
        windows += [(f.stretch, each.terms.slug) for f in free_of(each.terms, opening, held, wanted, now)]
    windows.sort()
    following, resource = windows[0] if windows else (None, "")
    as_asked = Interval(following.start, following.start + candidate.wanted.duration) if following else None
    prices = [rate for each in group if each.terms.sheet and (rate := _usual(each.terms.sheet))]
    kinds = {each.terms.kind for each in group}
    return LieuFound(
        id=candidate.id,
        slug=one.terms.lieu_slug,
        name=one.terms.lieu_name,
        commune=one.commune,
        timezone=one.terms.timezone,
        latitude=one.latitude,
        longitude=one.longitude,
        distance_km=candidate.distance,
        kinds=tuple(kind for kind in ResourceKind if kind in kinds),
        resources=len(group),
        price_from=min(prices, key=lambda rate: (rate.period is not Period.HOUR, rate.amount), default=None),
        free_of_charge=any(each.terms.sheet is not None and each.terms.sheet.free for each in group),
        step=min(each.terms.step for each in group),
        day=day,
        wanted=candidate.wanted,
        bookable=tuple(_bookable(f, n, candidate.wanted, looked.quantity) for n, f in enumerate(candidate.free)),
        open=tuple(part for each in opening if (part := each.intersection(day))),
        free=tuple(merged(part for each, _ in windows if (part := each.intersection(day)))),
        following=following,
        following_resource=resource,
        following_count=len({slug for window, slug in windows if as_asked and window.contains(as_asked)}),
    )


def _usual(sheet: RateSheet) -> Rate | None:
    """The rate that lieux are compared by: the hour's where there is one, else that of the shortest period."""
    hour = None if sheet.free else next((rate for rate in sheet.rates if rate.period is Period.HOUR), None)
    return hour or price_from(sheet)


def _bookable(found: Found, place: int, stretch: Interval, quantity: int) -> Bookable:
    terms = found.terms
    assert terms.sheet is not None  # noqa: S101 - what has no price is never free
    total = price_lines(stretch, quantity, terms.sheet, terms.vat).total if place < PRICED else None
    return Bookable(terms.slug, terms.name, terms.kind, total)
