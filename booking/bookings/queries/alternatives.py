"""What is near a stretch that is taken: other hours of the same resource, its siblings, the nearest lieux."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from booking.bookings.queries.search import Wanted, availability, on_grid
from booking.bookings.queries.terms import terms_of
from booking.bookings.schemas import Alternative, Offer
from booking.errors import NotFound
from booking.people.schemas import Asker
from booking.places.rules import Position
from booking.values.interval import Interval

AROUND = dt.timedelta(hours=36)
WITHIN_KM = 60
MOST = 4


def alternatives(
    session: Session, asker: Asker, resource: str, stretch: Interval, quantity: int, now: dt.datetime
) -> list[Alternative]:
    """At most four free stretches as long as the wanted one, nearest in time and place first.

    The same resource at another hour, then others of its kind: in the same lieu at the same hour, then in the nearest
    lieux. One search over the neighbourhood, so at most nine statements. Empty when the resource is not seen.
    """
    try:
        found = terms_of(session, asker, asker, resource)
    except NotFound:
        return []
    terms = found.terms
    minutes = stretch.minutes
    wanted = Wanted(
        Interval(max(stretch.start - AROUND, now), max(stretch.end + AROUND, now + AROUND)),
        minutes=minutes,
        kind=terms.kind,
        quantity=quantity,
        near=Position(found.latitude, found.longitude),
        within_km=WITHIN_KM,
    )
    offers = availability(session, asker, wanted, now)
    siblings = [o for o in offers if o.resource != resource]
    hours = _other_hours([o for o in offers if o.resource == resource], stretch)
    here = _nearest([o for o in siblings if o.lieu == terms.lieu_slug], stretch)
    near = _nearest([o for o in siblings if o.lieu != terms.lieu_slug], stretch)
    first = [*hours[:2], *here[:1], *near[:1]]
    return [*first, *here[1:], *near[1:]][:MOST]


def _other_hours(offers: Iterable[Offer], stretch: Interval) -> list[Alternative]:
    """The starts of one resource nearest to the wanted one, on either side of it, none overlapping another."""
    found: list[Alternative] = []
    for offer in offers:
        starts = [start for f in offer.free for start in _starts(offer, f.stretch, stretch)]
        for start in sorted(starts, key=lambda s: abs(s - stretch.start)):
            proposed = _proposed(offer, start, stretch)
            if not any(proposed.stretch.overlaps(other.stretch) for other in found):
                found.append(proposed)
    return found


def _nearest(offers: Iterable[Offer], stretch: Interval) -> list[Alternative]:
    """One proposal a resource, those that begin nearest to the wanted start first, then the nearest lieux."""
    found = []
    for offer in offers:
        starts = [start for f in offer.free for start in _starts(offer, f.stretch, stretch)]
        if starts:
            start = min(starts, key=lambda s: abs(s - stretch.start))
            found.append((abs(start - stretch.start), offer.distance_km or 0.0, _proposed(offer, start, stretch)))
    found.sort(key=lambda f: f[:2])
    return [proposed for _, _, proposed in found]


def _proposed(offer: Offer, start: dt.datetime, stretch: Interval) -> Alternative:
    return Alternative(
        resource=offer.resource,
        resource_name=offer.name,
        lieu=offer.lieu,
        lieu_name=offer.lieu_name,
        stretch=Interval(start, start + stretch.duration),
        timezone=offer.timezone,
        distance_km=offer.distance_km or None,
    )


def _starts(offer: Offer, free: Interval, wanted: Interval) -> list[dt.datetime]:
    """The starts in a free stretch nearest to the wanted one: its first, its last and the wanted hour itself."""
    step = dt.timedelta(minutes=offer.step)
    last = free.end - wanted.duration
    if last < free.start:
        return []
    candidates = {free.start, free.start + (last - free.start) // step * step}
    if free.start <= wanted.start <= last:
        candidates.add(on_grid(wanted.start, offer.step, offer.timezone))
    return sorted(c for c in candidates if free.start <= c <= last)
