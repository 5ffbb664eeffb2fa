"""Stretches of time as half-open sets of instants."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.values.interval import Interval, merged, without

START = dt.datetime(2026, 6, 11, tzinfo=dt.UTC)


def stretch(start: int, end: int) -> Interval:
    return Interval(START + dt.timedelta(minutes=start), START + dt.timedelta(minutes=end))


def minutes(stretches: list[Interval]) -> set[int]:
    return {
        m
        for each in stretches
        for m in range(int((each.start - START).total_seconds()) // 60, int((each.end - START).total_seconds()) // 60)
    }


stretches = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda t: stretch(t[0], t[0] + t[1])), max_size=8
)


@given(stretches)
def test_merged_keeps_the_instants_in_fewest_stretches(given_ones: list[Interval]) -> None:
    found = merged(given_ones)
    assert minutes(found) == minutes(given_ones)
    assert all(a.end < b.start for a, b in pairwise(found))


@given(stretches, stretches)
def test_without_is_the_difference_of_sets(whole: list[Interval], taken: list[Interval]) -> None:
    found = without(whole, taken)
    assert minutes(found) == minutes(whole) - minutes(taken)
    assert found == merged(found)


@given(stretches, stretches)
def test_overlap_and_intersection_agree(some: list[Interval], others: list[Interval]) -> None:
    for a in some:
        for b in others:
            common = a.intersection(b)
            assert (common is not None) == a.overlaps(b) == bool(minutes([a]) & minutes([b]))
            assert common is None or minutes([common]) == minutes([a]) & minutes([b])
            assert a.contains(b) == (minutes([b]) <= minutes([a]))


def test_touching_stretches_share_nothing() -> None:
    assert not stretch(0, 10).overlaps(stretch(10, 20))
    assert stretch(0, 10).intersection(stretch(10, 20)) is None


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START, START),
        (START, START - dt.timedelta(minutes=1)),
        (START.replace(tzinfo=None), START),
        (START.replace(microsecond=1), START + dt.timedelta(hours=1)),
        (START.astimezone(dt.timezone(dt.timedelta(hours=1))), START + dt.timedelta(hours=1)),
    ],
    ids=["empty", "backwards", "naive", "finer than a second", "another offset"],
)
def test_what_is_no_stretch_cannot_be_made(start: dt.datetime, end: dt.datetime) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Interval(start, end)
