from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.places.rules import EARTH_RADIUS_KM, Position, box_around, kilometres

POSITIONS = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))
CLERMONT, THIERS = Position(45.7797, 3.0863), Position(45.8566, 3.5472)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (CLERMONT, THIERS, 36.7),
        (Position(48.8566, 2.3522), Position(45.7640, 4.8357), 391.5),  # Paris, Lyon
        (Position(0, 179.5), Position(0, -179.5), 111.2),
        (Position(90, 0), Position(-90, 0), 20015.1),
        (CLERMONT, CLERMONT, 0.0),
    ],
)
def test_known_distances(a: Position, b: Position, expected: float) -> None:
    assert kilometres(a, b) == pytest.approx(expected, abs=0.6)


@given(a=POSITIONS, b=POSITIONS)
def test_distance_has_no_direction_and_is_at_most_half_round(a: Position, b: Position) -> None:
    assert kilometres(a, b) == kilometres(b, a)
    assert 0 <= kilometres(a, b) <= math.pi * EARTH_RADIUS_KM


@given(centre=POSITIONS, other=POSITIONS, within=st.floats(0.001, 25_000))
def test_the_box_holds_everything_within_the_distance(centre: Position, other: Position, within: float) -> None:
    box = box_around(centre, within)
    inside = box.south <= other.latitude <= box.north and (
        box.west <= other.longitude <= box.east
        if box.west <= box.east
        else (other.longitude >= box.west or other.longitude <= box.east)
    )
    assert inside or kilometres(centre, other) > within * (1 - 1e-9)


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_positions_off_the_globe_cannot_be_made(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="no such position"):
        Position(latitude, longitude)


@pytest.mark.parametrize("within", [0, -1, float("nan")])
def test_a_distance_is_positive(within: float) -> None:
    with pytest.raises(ValueError, match="no such distance"):
        box_around(CLERMONT, within)
