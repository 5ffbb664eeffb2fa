"""Drawn from data, with no file behind them: the island of a lieu and the tide of a pool.

Everything here is pure: the same words or numbers give the same path, in any process and for ever, because a lieu is
recognised by its island.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

CORNERS = 12
MOST_CONTOURS = 4
_CENTRE = 50.0
_LAND = 24.0
_STEP = 5.0
_COAST = (0.55, 1.45)


@lru_cache(maxsize=4096)
def isle_paths(slug: str, contours: int = 1) -> tuple[str, ...]:
    """The outlines of a lieu's island in a square of 100 by 100, outermost first, the land last.

    The land comes from the slug alone: twelve radii read from its hash, joined by one smooth closed curve. Around it
    stands one contour for each family the lieu offers (0 to 4), a little rounder with depth, as on a sea chart.
    Raises ValueError for another number of contours.
    """
    if not 0 <= contours <= MOST_CONTOURS:
        msg = f"an island has 0 to {MOST_CONTOURS} contours, not {contours}"
        raise ValueError(msg)
    coast = _radii(slug)
    return tuple(_contour(coast, depth) for depth in range(contours, -1, -1))


def _radii(slug: str) -> list[float]:
    """Twelve radii around 1. The hash is part of the product: another one would move every coast."""
    low, high = _COAST
    digest = hashlib.sha256(slug.encode()).digest()
    rough = [low + (high - low) * byte / 255 for byte in digest[:CORNERS]]
    return [(rough[i - 1] + 3 * rough[i] + rough[(i + 1) % CORNERS]) / 5 for i in range(CORNERS)]


def _contour(coast: list[float], depth: int) -> str:
    roundness = min(1.0, depth * 0.09)
    radii = [(_LAND * ((1 - roundness) * r + roundness)) + _STEP * depth * (0.7 + 0.3 * r) for r in coast]
    return closed_curve(
        [
            (
                _CENTRE + r * math.cos(2 * math.pi * i / CORNERS),
                _CENTRE + r * math.sin(2 * math.pi * i / CORNERS),
            )
            for i, r in enumerate(radii)
        ]
    )


def closed_curve(corners: Sequence[tuple[float, float]]) -> str:
    """A smooth closed path through all the corners (Catmull-Rom as cubic Béziers), to a tenth of a unit.

    Raises ValueError for fewer than three corners.
    """
    count = len(corners)
    if count < 3:  # noqa: PLR2004 - a closed curve needs a triangle
        msg = "a closed curve needs at least three corners"
        raise ValueError(msg)
    out = [f"M{_pair(corners[0])}"]
    for i in range(count):
        before, here, there, after = (corners[(i + k) % count] for k in (-1, 0, 1, 2))
        out.append(
            f"C{_pair(_toward(here, before, there))} {_pair(_toward(there, after, here))} {_pair(there)}",
        )
    return "".join(out) + "Z"


def _toward(at: tuple[float, float], behind: tuple[float, float], ahead: tuple[float, float]) -> tuple[float, float]:
    """The control point beside `at`, on the line parallel to its two neighbours."""
    return at[0] + (ahead[0] - behind[0]) / 6, at[1] + (ahead[1] - behind[1]) / 6


@dataclass(frozen=True, slots=True)
class Tide:
    """A filled path in a box `span` wide and 100 high."""

    span: int
    path: str


def tide(levels: Iterable[tuple[int, int, int]], total: int, span: int) -> Tide:
    """How many units of a pool stay free, step by step.

    `levels` are (from, to, free): minutes of the axis and how many of `total` units stay free between them. What no
    level covers is dry. Raises ValueError when a level leaves the axis or counts more than `total`.
    """
    out = ["M0 100"]
    at = 0
    for start, end, free in sorted(levels):
        if not (0 <= start < end <= span and start >= at and 0 <= free <= total):
            msg = f"no such level: {free} of {total} from {start} to {end} on an axis of {span} min"
            raise ValueError(msg)
        if start > at:
            out.append(f"V100H{start}")
        out.append(f"V{_short(100 - 100 * free / total) if total else '100'}H{end}")
        at = end
    return Tide(span, "".join(out) + "V100Z")


def _pair(point: tuple[float, float]) -> str:
    return f"{_short(point[0])} {_short(point[1])}"


def _short(value: float) -> str:
    """One decimal at most, without a trailing zero or a negative nought."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
