"""The coasts and borders, read from `data/coast.json` (Natural Earth, public domain), as paths for a frame."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from booking.web.chart.frames import Frame

_BLEED = 80.0
"""Units of coast kept outside a frame, so that the contours drawn around it have no cut edge inside."""
_FINEST = 1.8
"""Points of the coast closer than this to the last one drawn are left out."""

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Outline:
    """The coasts and borders, as closed rings of (longitude, latitude). Two outlines are the same only if identical."""

    rings: tuple[Ring, ...]

    @classmethod
    def parse(cls, text: str) -> Outline:
        """Read what `tools/make_coast.py` wrote: each ring a first point and steps, in fractions of a degree."""
        data = json.loads(text)
        return cls(tuple(_ring(steps, data["grain"]) for steps in data["rings"]))


def _ring(steps: Sequence[int], grain: int) -> Ring:
    x = y = 0
    out = []
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        out.append((x / grain, y / grain))
    return tuple(out)


@lru_cache(maxsize=64)
def coast_path(outline: Outline, frame: Frame) -> str:
    """The outline as one path in the frame's units, without what lies far outside it or is too fine to see."""
    return "".join(_drawn(_cut_to(frame, [frame.project(lat, lon) for lon, lat in ring])) for ring in outline.rings)


def _drawn(ring: Sequence[tuple[float, float]]) -> str:
    """The ring as a closed path of short steps; what is less than a triangle is not land."""
    if not ring:
        return ""
    at = (round(ring[0][0], 1), round(ring[0][1], 1))
    steps: list[float] = []
    start = f"M{at[0]:g} {at[1]:g}l"
    for x, y in ring[1:]:
        if math.hypot(x - at[0], y - at[1]) >= _FINEST:
            dx, dy = round(x - at[0], 1), round(y - at[1], 1)
            at = (round(at[0] + dx, 1), round(at[1] + dy, 1))
            steps += [dx, dy]
    return start + _joined(steps) + "z" if len(steps) >= 2 * 2 else ""


def _joined(numbers: Sequence[float]) -> str:
    """Numbers as SVG reads them: no nought before the point, a blank only where no sign parts them."""
    out = ""
    for number in numbers:
        text = f"{number:g}".replace("0.", ".", 1) if abs(number) < 1 else f"{number:g}"
        out += text if not out or text[0] == "-" else f" {text}"
    return out


def _cut_to(frame: Frame, ring: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """The ring inside the frame and its bleed (Sutherland and Hodgman: one side of the rectangle after the other)."""
    for axis, limit, sign in (
        (0, -_BLEED, 1),
        (0, frame.width + _BLEED, -1),
        (1, -_BLEED, 1),
        (1, frame.height + _BLEED, -1),
    ):
        kept: list[tuple[float, float]] = []
        for here, there in zip(ring, [*ring[1:], *ring[:1]], strict=True):
            inside, next_inside = sign * here[axis] >= sign * limit, sign * there[axis] >= sign * limit
            if inside:
                kept.append(here)
            if inside != next_inside:
                share = (limit - here[axis]) / (there[axis] - here[axis])
                kept.append((here[0] + share * (there[0] - here[0]), here[1] + share * (there[1] - here[1])))
        ring = kept
    return ring
