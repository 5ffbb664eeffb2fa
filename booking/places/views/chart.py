"""The small chart that stands beside what is told of a lieu."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from booking.people.asking import settings
from booking.places.rules import Position, box_around
from booking.places.schemas import LieuCard
from booking.places.views.frame import known_towns
from booking.web.chart import Chart, Point, draw
from booking.web.components import outline

NEAR_KM = 25.0
LANDMARKS = 6
SIZE = (300.0, 260.0)
"""In pixels."""


def chart_around(slug: str, name: str, here: Position, others: Sequence[LieuCard] = ()) -> Chart:
    """A lieu among the biggest towns around it, and the other lieux beside it, numbered in their order."""
    points = [Point("", name, here.latitude, here.longitude, _url(slug), full=True)]
    points += [
        Point(str(number), other.name, other.latitude, other.longitude, _url(other.slug))
        for number, other in enumerate(others, 1)
    ]
    reach = max(NEAR_KM, 1.2 * max((other.distance_km or 0 for other in others), default=0))
    window = box_around(here, reach)
    near_towns = () if window.west > window.east else known_towns().biggest(window, LANDMARKS)
    return draw(
        outline(),
        points,
        near=(here.latitude, here.longitude, reach),
        landmarks=[(town.name, town.latitude, town.longitude) for town in near_towns],
        size=SIZE,
    )


def tiles() -> tuple[str, str]:
    """The pattern of the tile server's addresses, empty without one, and its attribution."""
    return settings().tile_url, settings().tile_attribution


def _url(slug: str) -> str:
    return url_for("places.lieu_page", lieu=slug)
