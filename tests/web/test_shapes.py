"""Islands and tides: recognisable for ever, inside their box, refused when they make no sense."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.web.shapes import MOST_CONTOURS, closed_curve, isle_paths, tide

SLUGS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=60)


def numbers(path: str) -> list[float]:
    return [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", path)]


def reach(path: str) -> float:
    """The farthest point of the curve from the middle of the square, control points counted."""
    values = numbers(path)
    return max(math.hypot(x - 50, y - 50) for x, y in zip(values[::2], values[1::2], strict=True))


def test_a_known_lieu_keeps_its_island() -> None:
    (land,) = isle_paths("grande-ecluse", 0)
    assert land.startswith("M69.3 50C69 53.2 66.8 55.7 65.5 59C64.2 62.2 64 67.4 61.4 69.7C58.8 72 53.7 73 50 72.7C")


@given(SLUGS, st.integers(0, MOST_CONTOURS))
def test_one_contour_a_family_around_the_land(slug: str, contours: int) -> None:
    paths = isle_paths(slug, contours)
    assert len(paths) == contours + 1
    assert paths[-1] == isle_paths(slug, 0)[0]
    reaches = [reach(path) for path in paths]
    assert reaches == sorted(reaches, reverse=True)
    assert reaches[0] < 65
    assert all(re.fullmatch(r"M[-\d. ]+(C[-\d. ]+){12}Z", path) for path in paths)


def test_different_lieux_have_different_islands() -> None:
    assert len({isle_paths(f"lieu-{number}", 0) for number in range(1500)}) == 1500


@pytest.mark.parametrize("contours", [-1, MOST_CONTOURS + 1])
def test_a_number_of_contours_that_no_lieu_has_is_refused(contours: int) -> None:
    with pytest.raises(ValueError, match="contours"):
        isle_paths("etamine", contours)


def test_a_curve_passes_through_its_corners_and_closes() -> None:
    assert closed_curve([(0, 0), (6, 0), (6, 6), (0, 6)]) == (
        "M0 0C1 -1 5 -1 6 0C7 1 7 5 6 6C5 7 1 7 0 6C-1 5 -1 1 0 0Z"
    )
    with pytest.raises(ValueError, match="three"):
        closed_curve([(0, 0), (1, 1)])


def test_the_tide_steps_and_is_dry_where_nothing_is_said() -> None:
    drawn = tide([(0, 60, 4), (60, 120, 1), (180, 240, 2)], total=4, span=300)
    assert drawn.span == 300
    assert drawn.path == "M0 100V0H60V75H120V100H180V50H240V100Z"
    assert tide([], total=0, span=60).path == "M0 100V100Z"


@pytest.mark.parametrize("level", [(0, 400, 1), (60, 60, 1), (-5, 10, 1), (0, 60, 5), (0, 60, -1)])
def test_a_level_off_the_axis_or_past_the_pool_is_refused(level: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no such level"):
        tide([level], total=4, span=300)


def test_levels_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="no such level"):
        tide([(0, 60, 1), (30, 90, 2)], total=4, span=300)
