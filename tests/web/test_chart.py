"""The chart: true positions, an inset for each territory, marks that never cover each other."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.web.chart import METROPOLE, OVERSEAS, Outline, Point, Territory, around, centre, draw, fitted
from booking.web.chart.frames import mercator, unmercator
from booking.web.chart.outline import coast_path

OUTLINE = Outline.parse((Path(__file__).parents[2] / "data" / "coast.json").read_text(encoding="utf-8"))
RENNES, LYON = (48.11, -1.68), (45.76, 4.84)


def point(number: int, lat: float, lon: float, name: str = "") -> Point:
    return Point(str(number), name or f"Lieu {number}", lat, lon, f"/lieux/{number}")


def inside(ring: tuple[tuple[float, float], ...], lat: float, lon: float) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("lat", "lon", "land"),
    [
        (*RENNES, True),
        (*LYON, True),
        (42.30, 9.15, True),  # Corte
        (-21.11, 55.53, True),  # La Réunion, the middle
        (14.65, -61.00, True),  # Martinique, the middle
        (4.0, -53.0, True),  # Guyane
        (46.5, -4.0, False),  # the Bay of Biscay
        (50.0, -2.0, False),  # the Channel
        (46.8, 8.2, False),  # Switzerland
    ],
)
def test_the_outline_tells_land_from_water(lat: float, lon: float, *, land: bool) -> None:
    assert any(inside(ring, lat, lon) for ring in OUTLINE.rings) is land


@given(st.floats(-80, 80))
def test_mercator_and_back(lat: float) -> None:
    assert math.isclose(unmercator(mercator(lat)), lat, abs_tol=1e-9)


def test_the_poles_are_held() -> None:
    assert mercator(90) == mercator(85)


@pytest.mark.parametrize("territory", [METROPOLE, *OVERSEAS])
def test_a_frame_shows_its_whole_territory(territory: Territory) -> None:
    frame = fitted(territory, 176, 150, head=20)
    corners = itertools.product((territory.south, territory.north), (territory.west, territory.east))
    for lat, lon in corners:
        x, y = frame.project(lat, lon)
        assert -1e-6 <= x <= 176 + 1e-6
        assert 20 - 1e-6 <= y <= 150 + 1e-6
    assert coast_path(OUTLINE, frame)


def test_north_is_up_east_is_right_and_a_kilometre_is_a_kilometre() -> None:
    frame = around(*RENNES, 50, 560, 560)
    x, y = frame.project(*RENNES)
    assert math.isclose(x, 280, abs_tol=1e-6)
    assert math.isclose(y, 280, abs_tol=1e-6)
    east, north = frame.project(RENNES[0], RENNES[1] + 0.1), frame.project(RENNES[0] + 0.1, RENNES[1])
    assert east[0] > x
    assert north[1] < y
    assert math.isclose((y - north[1]) / frame.units_per_km, 11.12, rel_tol=0.01)
    assert frame.shows(RENNES[0] + 0.44, RENNES[1])


def test_all_of_france_and_only_the_insets_that_hold_a_point() -> None:
    plain = draw(OUTLINE, [point(1, *RENNES)])
    assert plain.insets == ()
    assert plain.rose is not None
    full = draw(OUTLINE, [point(1, *RENNES), point(2, -20.88, 55.45), point(3, 16.24, -61.53), point(4, 4.93, -52.33)])
    assert [inset.key for inset in full.insets] == ["guadeloupe", "guyane", "reunion"]
    assert [len(inset.marks) for inset in full.insets] == [1, 1, 1]
    assert full.height > plain.height
    assert full.left_out == 0


def test_a_point_without_a_frame_is_counted_not_lost() -> None:
    assert draw(OUTLINE, [point(1, *RENNES), point(2, 40.7, -74.0)]).left_out == 1
    assert draw(OUTLINE, [point(1, *RENNES), point(2, *LYON)], near=(*RENNES, 30)).left_out == 1


def test_the_same_points_give_the_same_chart() -> None:
    points = [point(number, *LYON) for number in range(9)]
    assert draw(OUTLINE, points) == draw(OUTLINE, points)


@given(st.lists(st.tuples(st.floats(45.6, 45.9), st.floats(4.6, 5.1)), min_size=1, max_size=20))
def test_marks_keep_clear_of_each_other_and_inside_the_frame(places: list[tuple[float, float]]) -> None:
    panel = draw(OUTLINE, [point(n, lat, lon) for n, (lat, lon) in enumerate(places)], near=(*LYON, 60)).main
    assert len(panel.marks) == len(places)
    for one, other in itertools.combinations(panel.marks, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) > 22
    for mark in panel.marks:
        assert 0 <= mark.x <= panel.frame.width
        assert 0 <= mark.y <= panel.frame.height
        assert mark.moved or math.dist((mark.x, mark.y), (mark.true_x, mark.true_y)) < 3.2


def test_a_landmark_gives_way_to_a_mark() -> None:
    towns = [("Lyon", *LYON), ("Rennes", *RENNES)]
    alone = draw(OUTLINE, [], landmarks=towns).main
    assert [town.name for town in alone.landmarks] == ["Lyon", "Rennes"]
    assert [town.name for town in draw(OUTLINE, [point(1, *LYON)], landmarks=towns).main.landmarks] == ["Rennes"]


def test_dots_of_one_spot_are_drawn_once() -> None:
    dots = draw(OUTLINE, [], others=[RENNES, RENNES, (48.1101, -1.6801), LYON, (0.0, 0.0)]).main.dots
    assert len(re.findall("M", dots)) == 2


def test_a_window_around_points() -> None:
    assert centre([]) is None
    found = centre([point(1, 45.0, 4.0), point(2, 46.0, 4.0)])
    assert found is not None
    assert found[:2] == (45.5, 4.0)
    assert 55.6 < found[2] < 80
    assert centre([point(1, *LYON)]) == (*LYON, 5.0)
