"""Puts a chart together: the main frame, the insets, what stands in each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from booking.errors import N_
from booking.web.chart.frames import METROPOLE, OVERSEAS, Frame, around, fitted, unmercator
from booking.web.chart.marks import Landmark, Mark, Point, spread
from booking.web.chart.outline import Outline, coast_path

WIDTH = 560.0
_MAIN_HEIGHT = 560.0
_INSET = (176.0, 150.0)
_TITLE = 22.0
_GAP = 8.0
_COLUMNS = 3
_BISCAY = (74.0, 448.0)
_GRID_STEPS = (0.05, 0.1, 0.2, 0.5, 1, 2, 4, 10)
_GRID_LINES = 5
_SEAS = ((N_("La Manche"), 50.0, -2.4), (N_("Golfe de Gascogne"), 45.1, -4.1), (N_("Méditerranée"), 42.2, 5.4))
_SCALE_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Panel:
    """A frame in its place on the drawing, and all that stands in it, in the frame's own units."""

    key: str
    name: str
    x: float
    y: float
    frame: Frame
    coast: str
    grid: str
    dots: str
    marks: tuple[Mark, ...]
    landmarks: tuple[Landmark, ...]
    seas: tuple[tuple[str, float, float], ...]
    scale_km: int
    scale_length: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a chart shows. `rose` is a free place for a compass; `left_out` counts points without a frame."""

    width: float
    height: float
    main: Panel
    insets: tuple[Panel, ...]
    rose: tuple[float, float] | None
    left_out: int


def draw(
    outline: Outline,
    points: Sequence[Point],
    *,
    near: tuple[float, float, float] | None = None,
    others: Iterable[tuple[float, float]] = (),
    landmarks: Iterable[tuple[str, float, float]] = (),
    size: tuple[float, float] = (WIDTH, _MAIN_HEIGHT),
) -> Chart:
    """The chart of these points.

    Without `near`, the whole of France, and an inset for each overseas territory that holds a point. With `near`
    (latitude, longitude, kilometres), the land around that place and nothing else. `others` are (latitude, longitude)
    of places shown as dots without a name; `landmarks` are (name, latitude, longitude). `size` is that of a chart with
    `near`, in the pixels that it is shown at where there is room: texts keep their size.
    """
    dots, names = tuple(others), tuple(landmarks)
    if near:
        shown = [("around", "", around(*near, *size))]
    else:
        shown = [(METROPOLE.key, METROPOLE.name, fitted(METROPOLE, WIDTH, _MAIN_HEIGHT))]
        for each in OVERSEAS:
            if any(each.holds(point.lat, point.lon) for point in points):
                shown.append((each.key, each.name, fitted(each, *_INSET, head=_TITLE)))
    panels = tuple(
        _panel(outline, key, name, _corner(place), frame, points, dots, names)
        for place, (key, name, frame) in enumerate(shown)
    )
    insets = len(panels) - 1
    rows = -(-insets // _COLUMNS)
    placed = sum(len(panel.marks) for panel in panels)
    return Chart(
        width=size[0] if near else WIDTH,
        height=size[1] if near else _MAIN_HEIGHT + rows * (_INSET[1] + _GAP),
        main=panels[0],
        insets=panels[1:],
        rose=None if near else _rose(insets),
        left_out=len(points) - placed,
    )


def _corner(place: int) -> tuple[float, float]:
    """Where the nth panel stands: the main one first, then the insets in rows of three below it."""
    if place == 0:
        return 0.0, 0.0
    row, column = divmod(place - 1, _COLUMNS)
    return _GAP + column * (_INSET[0] + _GAP), _MAIN_HEIGHT + row * (_INSET[1] + _GAP)


def _rose(insets: int) -> tuple[float, float]:
    """What the last row of insets leaves free, or else the Bay of Biscay."""
    if insets % _COLUMNS == 0:
        return _BISCAY
    x, y = _corner(insets + 1)
    return (x + WIDTH - _GAP) / 2, y + _INSET[1] / 2


def _panel(
    outline: Outline,
    key: str,
    name: str,
    corner: tuple[float, float],
    frame: Frame,
    points: Iterable[Point],
    dots: tuple[tuple[float, float], ...],
    names: Iterable[tuple[str, float, float]],
) -> Panel:
    inside = [(point, frame.project(point.lat, point.lon)) for point in points if frame.shows(point.lat, point.lon)]
    marks, landmarks = spread(inside, _shown(frame, names), frame.width, frame.height)
    kilometres, length = _scale_bar(frame)
    return Panel(
        key=key,
        name=name,
        x=corner[0],
        y=corner[1],
        frame=frame,
        coast=coast_path(outline, frame),
        grid=_grid(frame),
        dots=_dots(frame, dots),
        marks=marks,
        landmarks=landmarks,
        seas=tuple((sea, *place) for sea, place in _shown(frame, _SEAS if key == METROPOLE.key else ())),
        scale_km=kilometres,
        scale_length=length,
    )


def _shown(frame: Frame, places: Iterable[tuple[str, float, float]]) -> Iterator[tuple[str, tuple[float, float]]]:
    return ((name, frame.project(lat, lon)) for name, lat, lon in places if frame.shows(lat, lon))


def _grid(frame: Frame) -> str:
    """Meridians and parallels at round degrees, about four across."""
    across = frame.width / frame.scale
    step = next((each for each in _GRID_STEPS if across / each <= _GRID_LINES), _GRID_STEPS[-1])
    south = unmercator(frame.top - frame.height / frame.scale)
    meridians = _multiples(frame.west, frame.west + across, step)
    parallels = _multiples(south, unmercator(frame.top), step)
    return "".join(
        [f"M{frame.project(0, lon)[0]:.1f} 0v{frame.height:g}" for lon in meridians]
        + [f"M0 {frame.project(lat, 0)[1]:.1f}h{frame.width:g}" for lat in parallels]
    )


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


@lru_cache(maxsize=64)
def _dots(frame: Frame, places: tuple[tuple[float, float], ...]) -> str:
    """Places without a name: points of a round-capped path, one for each spot of the drawing."""
    spots = set()
    for lat, lon in places:
        if frame.west <= lon <= frame.west + frame.width / frame.scale:
            x, y = frame.project(lat, lon)
            if 0 <= y <= frame.height:
                spots.add((round(x), round(y)))
    return "".join(f"M{x} {y}h0" for x, y in sorted(spots))


def _scale_bar(frame: Frame) -> tuple[int, float]:
    """The longest round number of kilometres that takes at most a quarter of the frame, and its length in units."""
    longest = frame.width / 4 / frame.units_per_km
    kilometres = max((each for each in _SCALE_STEPS if each <= longest), default=_SCALE_STEPS[0])
    return kilometres, kilometres * frame.units_per_km
