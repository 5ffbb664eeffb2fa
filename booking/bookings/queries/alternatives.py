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
    same = [o for o in offers if o.resource == resource]
    siblings = [o for o in offers if o.resource != resource]
    chosen = [
        *_nearest(same, stretch, most=2),
        *_nearest((o for o in siblings if o.lieu == terms.lieu_slug), stretch, most=2),
        *_nearest((o for o in siblings if o.lieu != terms.lieu_slug), stretch, most=2),
    ]
    return chosen[:MOST]


def _nearest(offers: Iterable[Offer], stretch: Interval, most: int) -> list[Alternative]:
    """One proposal a resource, those that begin nearest to the wanted start first."""
    found = []
    for offer in offers:
        starts = [start for f in offer.free for start in _starts(offer, f.stretch, stretch)]
        if starts:
            start = min(starts, key=lambda s: abs(s - stretch.start))
            found.append((abs(start - stretch.start), offer.distance_km or 0.0, offer, start))
            if len(offer.free) > 1 and most > 1:
                others = [s for s in starts if abs(s - start) >= stretch.duration]
                if others:
                    other = min(others, key=lambda s: abs(s - stretch.start))
                    found.append((abs(other - stretch.start), offer.distance_km or 0.0, offer, other))
    found.sort(key=lambda f: f[:2])
    return [
        Alternative(
            resource=offer.resource,
            resource_name=offer.name,
            lieu=offer.lieu,
            lieu_name=offer.lieu_name,
            stretch=Interval(start, start + stretch.duration),
            timezone=offer.timezone,
            distance_km=offer.distance_km or None,
        )
        for _, _, offer, start in found[:most]
    ]


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
