"""Make `coast.json` from the countries of Natural Earth, as the npm package `world-atlas` brings them.

    python tools/make_coast.py path/to/world-atlas/countries-10m.json > data/coast.json

Keeps France and its overseas territories, islands of some size only, drops every point that lies less than about
half a kilometre off the line of its neighbours, and writes longitudes and latitudes as thousandths of a degree, each
ring as its first point and the steps from there.
"""

from __future__ import annotations

import json
import math
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

SOURCE = "Natural Earth, 1:10m Admin 0 countries 4.1 (public domain), through npm world-atlas 2.0.2"
COUNTRIES = ("250", "258", "540", "652", "663", "666", "876")
GRAIN = 1000
KEPT_OFF_LINE = 0.0045
SMALLEST = 0.0009
PACIFIC = (-155.0, -18.5, -148.0, -16.0)
"""Of Polynesia only the Society Islands: an inset holds no ocean of atolls."""

Point = tuple[float, float]


def main() -> None:
    """Read the atlas named by the first argument and print the outline."""
    atlas = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rings = []
    for country in atlas["objects"]["countries"]["geometries"]:
        if country.get("id") not in COUNTRIES:
            continue
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for polygon in polygons:
            ring = thinned(joined(atlas, polygon[0]))
            if area(ring) >= SMALLEST and (country["id"] != "258" or inside(ring[0])):
                rings.append(steps(ring))
    rings.sort(key=lambda each: (-len(each), each))
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in rings)
    head = f'"source": {json.dumps(SOURCE)},\n"unit": "1/{GRAIN} degree; longitude, latitude, then steps"'
    sys.stdout.write(f'{{{head},\n"grain": {GRAIN},\n"rings": [\n{lines}\n]}}\n')


def joined(atlas: dict[str, Any], arcs: list[int]) -> list[Point]:
    """The ring of a TopoJSON polygon: its arcs end to end, a negative number meaning backwards."""
    (kx, ky), (x0, y0) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    ring: list[Point] = []
    for number in arcs:
        x = y = 0
        arc = []
        for dx, dy in atlas["arcs"][number if number >= 0 else ~number]:
            x, y = x + dx, y + dy
            arc.append((x * kx + x0, y * ky + y0))
        ring += (arc if number >= 0 else arc[::-1])[1 if ring else 0 :]
    return ring


def thinned(ring: list[Point]) -> list[Point]:
    """The ring without the points that hardly bend it (Douglas and Peucker), its first point said once."""
    middle = len(ring) // 2
    return (kept(ring[: middle + 1])[:-1] + kept(ring[middle:]))[:-1]


def kept(line: list[Point]) -> list[Point]:
    """The points of an open line that stay."""
    (ax, ay), (bx, by) = line[0], line[-1]
    squeeze = math.cos(math.radians((ay + by) / 2))
    length = math.hypot((bx - ax) * squeeze, by - ay) or 1e-9
    off = [abs((bx - ax) * squeeze * (ay - y) - (ax - x) * squeeze * (by - ay)) / length for x, y in line]
    worst = max(range(len(line)), key=off.__getitem__)
    if len(line) < 3 or off[worst] < KEPT_OFF_LINE:  # noqa: PLR2004 - two ends have nothing between them
        return [line[0], line[-1]]
    return kept(line[: worst + 1])[:-1] + kept(line[worst:])


def area(ring: list[Point]) -> float:
    """In square degrees, whichever way round."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def inside(point: Point) -> bool:
    """Whether the point is among the Society Islands."""
    west, south, east, north = PACIFIC
    return west <= point[0] <= east and south <= point[1] <= north


def steps(ring: list[Point]) -> list[int]:
    """The ring as whole numbers: its first point, then how far each next one is."""
    grid = [(round(x * GRAIN), round(y * GRAIN)) for x, y in ring]
    out = [*grid[0]]
    for (x, y), (nx, ny) in pairwise(grid):
        out += [nx - x, ny - y]
    return out


if __name__ == "__main__":
    main()
