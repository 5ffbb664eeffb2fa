"""Stretches of time, half-open: [start, end). Two stretches that touch do not overlap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """A stretch [start, end) of aware UTC instants in whole seconds, never empty.

    Raises ValueError for naive, non-UTC or finer instants and for an end that is not after its start.
    """

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        start, end = self.start, self.end
        utc = start.tzinfo is dt.UTC and end.tzinfo is dt.UTC
        if not utc or start.microsecond or end.microsecond or end <= start:
            raise ValueError(self._mistake())

    def _mistake(self) -> str:
        for instant in (self.start, self.end):
            if instant.tzinfo is not dt.UTC:
                return f"{instant!r} is not an aware UTC instant"
            if instant.microsecond:
                return f"{instant!r} is finer than a second"
        return f"{self.end} is not after {self.start}"

    @property
    def duration(self) -> dt.timedelta:
        """Real elapsed time."""
        return self.end - self.start

    @property
    def minutes(self) -> int:
        """Real elapsed minutes, a started one counted."""
        return -(-int(self.duration.total_seconds()) // 60)

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share an instant."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def intersection(self, other: Interval) -> Interval | None:
        """The common part, if any."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None

    def widened(self, before: dt.timedelta, after: dt.timedelta) -> Interval:
        """The stretch with its buffers."""
        return Interval(self.start - before, self.end + after)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as the fewest stretches, in order; touching stretches become one."""
    out: list[Interval] = []
    for each in sorted(intervals):
        if out and each.start <= out[-1].end:
            if each.end > out[-1].end:
                out[-1] = Interval(out[-1].start, each.end)
        else:
            out.append(each)
    return out


def without(whole: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """What is left of `whole` once `taken` is cut out, in order."""
    holes = merged(taken)
    return [piece for each in merged(whole) for piece in _cut(each, holes)]


def _cut(whole: Interval, holes: list[Interval]) -> Iterator[Interval]:
    at = whole.start
    for hole in holes:
        if hole.end <= at:
            continue
        if hole.start >= whole.end:
            break
        if hole.start > at:
            yield Interval(at, hole.start)
        at = hole.end
    if at < whole.end:
        yield Interval(at, whole.end)
