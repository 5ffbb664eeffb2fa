"""What is really free: across the archipelago or for one resource, by three statements (as a rule) however many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.queries.openings import Calendar, calendars_during
from booking.bookings.queries.terms import Found, lieux_of, load_terms, seen_by, units_of
from booking.bookings.rules import Ask, Terms, refusals, reservable
from booking.bookings.schemas import Offer
from booking.occupancy.queries import taken
from booking.occupancy.rules import FreeStretch, free_stretches
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.places.rules import Position, box_around, kilometres
from booking.resources.models import Resource, ResourceFeature
from booking.resources.rules import Feature, ResourceKind, Take
from booking.tariffs.rules import price_from
from booking.values.codes import fold
from booking.values.ids import LieuId, UnitId
from booking.values.interval import Interval
from booking.values.wall import wall_of

DAY = dt.timedelta(days=1)


LONGEST_BUFFER = DAY


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for. `minutes` is the least length of a useful stretch (None: the resource's shortest)."""

    span: Interval
    minutes: int | None = None
    kind: ResourceKind | None = None
    lieu: str | None = None
    resource: str | None = None
    words: str = ""
    capacity: int = 1
    quantity: int = 1
    features: frozenset[Feature] = frozenset()
    near: Position | None = None
    within_km: float | None = None


def availability(
    session: Session, asker: Asker, wanted: Wanted, now: dt.datetime, *, most: int | None = None
) -> list[Offer]:
    """Every resource that meets the wish with its free stretches (possibly none), nearest first when `near` is given.

    With `most`, only so many that have a free stretch. A booking of `minutes` from the start of each stretch, and from
    every later step that leaves room, is accepted for who asks: buffers, notice, horizon and opening hours are already
    counted.
    """
    condition = _condition(wanted)
    found = load_terms(session, asker, asker, condition)
    if not found:
        return []
    seen = sa.and_(condition, seen_by(asker))
    calendars = calendars_during(session, {f.terms.lieu_id: f.week for f in found}, lieux_of(seen), wanted.span)
    held = taken(session, units_of(seen), with_buffers(wanted.span, (f.terms for f in found)))
    openings = openings_of(calendars, wanted.span)
    offers: list[Offer] = []
    for each, distance in _nearest_first(found, wanted):
        opening = openings[each.terms.lieu_id]
        free = free_of(each.terms, opening, held, wanted, now)
        if free or most is None:
            offers.append(_offer(each, distance, wanted, opening, free))
        if len(offers) == most:
            break
    return offers


def _nearest_first(found: Sequence[Found], wanted: Wanted) -> list[tuple[Found, float | None]]:
    """The resources with how far they are, those too far left out; in their order where no position is told."""
    near = wanted.near
    if near is None:
        return [(each, None) for each in found]
    far = [(kilometres(near, Position(f.latitude, f.longitude)), n, f) for n, f in enumerate(found)]
    far.sort(key=lambda each: each[:2])
    return [(f, km) for km, _, f in far if wanted.within_km is None or km <= wanted.within_km]


def with_buffers(span: Interval, terms: Iterable[Terms]) -> Interval:
    """The span within which a row may stand in the way of a booking inside `span`."""
    widest = max((max(t.buffer_before, t.buffer_after) for t in terms), default=0)
    return span.widened(*[dt.timedelta(minutes=2 * widest)] * 2)


def openings_of(calendars: Mapping[LieuId, Calendar], span: Interval) -> dict[LieuId, list[Interval]]:
    """When each lieu is open around the span; lieux of the same hours are read once."""
    read: dict[object, list[Interval]] = {}
    found = {}
    for lieu, calendar in calendars.items():
        key = calendar.key
        if key not in read:
            read[key] = calendar.open_during(span)
        found[lieu] = read[key]
    return found


def within(stretches: Iterable[Interval], span: Interval) -> list[Interval]:
    """The parts of the stretches that lie inside the span."""
    return [part for each in stretches if each.overlaps(span) and (part := each.intersection(span))]


def free_of(
    terms: Terms,
    opening: Sequence[Interval],
    held: Mapping[UnitId, Sequence[Interval]],
    wanted: Wanted,
    now: dt.datetime,
) -> list[FreeStretch]:
    """The stretches of one resource that a booking of the wanted length and quantity fits into. Pure."""
    bookable = reservable(terms, now)
    if bookable is None or terms.sheet is None or wanted.quantity > terms.quantity or not terms.units:
        return []
    minutes = max(wanted.minutes or terms.shortest, terms.shortest)
    minutes += -minutes % terms.step
    if minutes > terms.longest:
        return []
    blocked = held
    if terms.buffer_before or terms.buffer_after:
        before, after = dt.timedelta(minutes=terms.buffer_after), dt.timedelta(minutes=terms.buffer_before)
        blocked = {u: [i.widened(before, after) for i in held.get(u, ())] for u in terms.units}
    span = wanted.span.intersection(bookable)
    if span is None:
        return []
    length = dt.timedelta(minutes=minutes)
    windows = [span] if length > DAY else within(opening, span)
    free = free_stretches(windows, blocked, terms.units, all_together=terms.take is Take.ALL)
    pieces = [
        FreeStretch(Interval(start, f.stretch.end), f.quantity)
        for f in free
        if f.quantity >= wanted.quantity
        and (start := on_grid(f.stretch.start, terms.step, terms.timezone)) + length <= f.stretch.end
    ]
    return _long(terms, pieces, opening, length, now) if length > DAY else pieces


def is_free(
    terms: Terms,
    opening: Sequence[Interval],
    held: Mapping[UnitId, Sequence[Interval]],
    stretch: Interval,
    quantity: int,
    now: dt.datetime,
) -> bool:
    """Whether `free_of` tells of a stretch that holds the whole of this one. Pure, and quicker for a usual length."""
    minutes = stretch.minutes
    if stretch.duration > DAY or not terms.shortest <= minutes <= terms.longest or minutes % terms.step:
        wanted = Wanted(stretch, minutes=minutes, quantity=quantity)
        return any(free.stretch.contains(stretch) for free in free_of(terms, opening, held, wanted, now))
    bookable = reservable(terms, now)
    if bookable is None or not bookable.contains(stretch) or terms.sheet is None or quantity > terms.quantity:
        return False
    at_step = on_grid(stretch.start, terms.step, terms.timezone) == stretch.start
    if not at_step or not any(each.contains(stretch) for each in opening):
        return False
    outer = stretch.widened(dt.timedelta(minutes=terms.buffer_before), dt.timedelta(minutes=terms.buffer_after))
    free = sum(not any(each.overlaps(outer) for each in held.get(unit, ())) for unit in terms.units)
    return free >= quantity if terms.take is Take.ANY else free == len(terms.units) > 0


@lru_cache(maxsize=4096)
def on_grid(at: dt.datetime, step: int, zone: str) -> dt.datetime:
    """The first instant from `at` on whose wall time is a whole number of steps after midnight."""
    if at.second:
        at += dt.timedelta(seconds=60 - at.second)
    while behind := wall_of(at, zone).minute % step:
        at += dt.timedelta(minutes=step - behind)
    return at


def _long(
    terms: Terms, pieces: Sequence[FreeStretch], opening: Sequence[Interval], length: dt.timedelta, now: dt.datetime
) -> list[FreeStretch]:
    """For stretches of more than a day: those of exactly the length that begin with an opening and end in one."""
    found = []
    for piece in pieces:
        for each in opening:
            start = on_grid(max(each.start, piece.stretch.start), terms.step, terms.timezone)
            stretch = Interval(start, start + length)
            if piece.stretch.contains(stretch) and not refusals(terms, Ask(stretch), opening, now):
                found.append(FreeStretch(stretch, piece.quantity))
    return found


def _condition(wanted: Wanted) -> sa.ColumnElement[bool]:
    conditions: list[sa.ColumnElement[bool]] = [Resource.capacity >= wanted.capacity]
    if wanted.kind is not None:
        conditions.append(Resource.kind == wanted.kind)
    if wanted.lieu is not None:
        conditions.append(Lieu.slug == wanted.lieu)
    if wanted.resource is not None:
        conditions.append(Resource.slug == wanted.resource)
    conditions += [Resource.folded.contains(word, autoescape=True) for word in fold(wanted.words).split()]
    conditions += [
        sa.exists().where(ResourceFeature.resource_id == Resource.id, ResourceFeature.feature == feature)
        for feature in sorted(wanted.features)
    ]
    if wanted.near is not None and wanted.within_km is not None:
        box = box_around(wanted.near, wanted.within_km)
        inside = Lieu.longitude.between(box.west, box.east)
        around = sa.or_(Lieu.longitude >= box.west, Lieu.longitude <= box.east)
        within = inside if box.west <= box.east else around
        conditions += [Lieu.latitude.between(box.south, box.north), within]
    return sa.and_(*conditions)


def _offer(
    found: Found,
    distance: float | None,
    wanted: Wanted,
    opening: Sequence[Interval],
    free: Sequence[FreeStretch],
) -> Offer:
    terms = found.terms
    rate = None if terms.sheet is None else price_from(terms.sheet)
    return Offer(
        resource_id=terms.resource_id,
        resource=terms.slug,
        name=terms.name,
        kind=terms.kind,
        summary=found.summary,
        capacity=terms.capacity,
        quantity=terms.quantity,
        lieu_id=terms.lieu_id,
        lieu=terms.lieu_slug,
        lieu_name=terms.lieu_name,
        commune=found.commune,
        timezone=terms.timezone,
        latitude=found.latitude,
        longitude=found.longitude,
        distance_km=distance,
        step=terms.step,
        open=tuple(within(opening, wanted.span)),
        free=tuple(free),
        price_from=None if rate is None else rate.amount,
        price_period=None if rate is None else rate.period.value,
        free_of_charge=terms.sheet is not None and terms.sheet.free,
    )
