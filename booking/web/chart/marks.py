"""Numbered marks that do not cover each other, and names only where there is room for them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RADIUS = 11.0
_APART = 39.0
"""Between two centres: 24 screen pixels on a phone, where the chart is drawn at six tenths of its size."""
_ROUNDS = 60
_MOVED = 3.0
_LETTER = 8.0
_LINE = 15.0


@dataclass(frozen=True, slots=True)
class Point:
    """A place to show: its number or letter in the list, its name, where it is and where it leads.

    `full` marks what answers the question asked (free at these hours); `said` goes on after the name for those who hear
    the page.
    """

    number: str
    name: str
    lat: float
    lon: float
    href: str
    full: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Where a name stands, and which end of it is there: `start`, `middle` or `end`."""

    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in its place. `true_x` and `true_y` are where it really is, when `moved` to keep clear of another."""

    point: Point
    x: float
    y: float
    true_x: float
    true_y: float
    moved: bool
    label: Label | None


@dataclass(frozen=True, slots=True)
class Landmark:
    """A name that helps to find one's way, a town for example."""

    name: str
    x: float
    y: float
    label: Label


Box = tuple[float, float, float, float]


def spread(
    places: Sequence[tuple[Point, tuple[float, float]]],
    names: Iterable[tuple[str, tuple[float, float]]],
    width: float,
    height: float,
) -> tuple[tuple[Mark, ...], tuple[Landmark, ...]]:
    """The marks of these points in a frame of that size, moved apart as little as needed, and the landmarks left over.

    The same points always give the same marks. Names are placed in order, to the right, the left, below or above, and
    left out where all four would cover something; a landmark without room for its name is left out whole.
    """
    spots = _apart([place for _, place in places], width, height)
    taken: list[Box] = [(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in spots]
    marks = []
    for (point, true), (x, y) in zip(places, spots, strict=True):
        label = _label(point.name, x, y, taken, width, height)
        moved = math.dist(true, (x, y)) > _MOVED
        marks.append(Mark(point, round(x, 1), round(y, 1), round(true[0], 1), round(true[1], 1), moved, label))
    landmarks = []
    for name, (x, y) in names:
        label = None if _covered((x - 2, y - 2, x + 2, y + 2), taken) else _label(name, x, y, taken, width, height, 2.0)
        if label:
            landmarks.append(Landmark(name, round(x, 1), round(y, 1), label))
    return tuple(marks), tuple(landmarks)


def _apart(true: Sequence[tuple[float, float]], width: float, height: float) -> list[tuple[float, float]]:
    spots = [list(place) for place in true]
    for _ in range(_ROUNDS):
        still = True
        for i, one in enumerate(spots):
            for j in range(i):
                other = spots[j]
                dx, dy = one[0] - other[0], one[1] - other[1]
                distance = math.hypot(dx, dy)
                if distance >= _APART:
                    continue
                still = False
                if distance < 0.01:  # noqa: PLR2004 - on one spot: leave it in the direction of one's number
                    dx, dy, distance = math.cos(2.4 * i), math.sin(2.4 * i), 1.0
                push = (_APART - min(distance, _APART)) / 2 + 0.05
                for spot, sign in ((one, 1), (other, -1)):
                    spot[0] += sign * push * dx / distance
                    spot[1] += sign * push * dy / distance
        for spot in spots:
            spot[0] = min(max(spot[0], RADIUS + 2), width - RADIUS - 2)
            spot[1] = min(max(spot[1], RADIUS + 2), height - RADIUS - 2)
        if still:
            break
    return [(x, y) for x, y in spots]


def _label(
    name: str, x: float, y: float, taken: list[Box], width: float, height: float, radius: float = RADIUS
) -> Label | None:
    """Where the name of a disc of that radius has room; the place is then taken."""
    long = _LETTER * len(name)
    side, up, near = radius + 4, _LINE / 2, radius + 3
    for label, box in (
        (Label(x + side, y + 4.5, "start"), (x + side, y - up, x + side + long, y + up)),
        (Label(x - side, y + 4.5, "end"), (x - side - long, y - up, x - side, y + up)),
        (Label(x, y + near + 12, "middle"), (x - long / 2, y + near, x + long / 2, y + near + _LINE)),
        (Label(x, y - near - 3, "middle"), (x - long / 2, y - near - _LINE, x + long / 2, y - near)),
    ):
        inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
        if inside and not _covered(box, taken):
            taken.append(box)
            return Label(round(label.x, 1), round(label.y, 1), label.anchor)
    return None


def _covered(box: Box, taken: Iterable[Box]) -> bool:
    left, top, right, bottom = box
    return any(left < x2 and x1 < right and top < y2 and y1 < bottom for x1, y1, x2, y2 in taken)


def centre(points: Iterable[Point]) -> tuple[float, float, float] | None:
    """(latitude, longitude, kilometres) of a window that shows all the points with some room, or None without any."""
    places = [(point.lat, point.lon) for point in points]
    if not places:
        return None
    lats, lons = [lat for lat, _ in places], [lon for _, lon in places]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    squeeze = math.cos(math.radians(lat))
    farthest = max(math.hypot(a - lat, (b - lon) * squeeze) for a, b in places)
    return lat, lon, max(5.0, farthest * 111.195 * 1.25)
