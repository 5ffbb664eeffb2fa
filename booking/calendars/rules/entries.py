"""What a feed shows, entry by entry: which it keeps when they are too many, and when they make something busy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booking.values.interval import Interval

MOST_EVENTS = 1_000
MOST_OCTETS = 900_000
"""Google takes about 1 MB or 1,100 events; the calendar's own lines need a little."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a feed: its stretch, its public name, and its VEVENT."""

    stretch: Interval
    uid: str
    text: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A stretch that takes `weight` of what a feed is about."""

    stretch: Interval
    weight: int = 1


def nearest(entries: Iterable[Entry], middle: dt.datetime) -> tuple[list[Entry], int]:
    """At most as many entries as readers take, nearest to `middle`, in order of start; and how many were left out.

    The order is total, so equal entries give equal bytes.
    """
    ordered = sorted(entries, key=lambda e: (_distance(e.stretch, middle), e.stretch, e.uid))
    room, kept = MOST_OCTETS, 0
    for entry in ordered[:MOST_EVENTS]:
        room -= len(entry.text.encode())
        if room < 0:
            break
        kept += 1
    return sorted(ordered[:kept], key=lambda e: (e.stretch, e.uid)), len(ordered) - kept


def _distance(stretch: Interval, middle: dt.datetime) -> dt.timedelta:
    """How far a stretch is from an instant: nothing when it holds it."""
    return max(stretch.start - middle, middle - stretch.end, dt.timedelta())


def busy(taken: Sequence[Taken], capacity: int) -> list[Interval]:
    """The stretches over which at least `capacity` is taken, in order: with more left somebody could still book."""
    edges = sorted(
        [(each.stretch.start, each.weight) for each in taken] + [(each.stretch.end, -each.weight) for each in taken]
    )
    found: list[Interval] = []
    weight, since = 0, None
    for position, (at, change) in enumerate(edges):
        weight += change
        if position + 1 < len(edges) and edges[position + 1][0] == at:
            continue  # What ends and what begins at one instant leave no gap.
        if weight >= capacity and since is None:
            since = at
        elif weight < capacity and since is not None:
            found.append(Interval(since, at))
            since = None
    return found
