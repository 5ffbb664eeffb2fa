"""Token buckets: what is given, what waits, what is forgotten."""

from __future__ import annotations

from booking.web.limits import Buckets


def test_a_burst_then_a_steady_flow() -> None:
    buckets = Buckets(most=3, per_second=0.5)
    assert [buckets.take("rennes", 100.0) for _ in range(5)] == [0, 0, 0, 2, 2]
    assert buckets.take("rennes", 101.9) == 1
    assert buckets.take("rennes", 102.0) == 0
    assert buckets.take("rennes", 102.0) == 2


def test_who_waits_as_told_is_served_and_asking_does_not_lengthen_it() -> None:
    buckets = Buckets(most=1, per_second=0.3)
    assert buckets.take("lyon", 0.0) == 0
    wait = buckets.take("lyon", 1.0)
    assert buckets.take("lyon", 2.0) <= wait
    assert buckets.take("lyon", 1.0 + wait) == 0


def test_others_are_not_held_up() -> None:
    buckets = Buckets(most=1, per_second=1)
    assert buckets.take("rennes", 0.0) == 0
    assert buckets.take("rennes", 0.0) > 0
    assert buckets.take("lyon", 0.0) == 0


def test_a_full_bucket_is_no_fuller_after_a_night() -> None:
    buckets = Buckets(most=2, per_second=1)
    buckets.take("rennes", 0.0)
    assert [buckets.take("rennes", 40_000.0) for _ in range(3)] == [0, 0, 1]


def test_memory_is_bounded_and_the_last_used_are_kept() -> None:
    buckets = Buckets(most=1, per_second=0.001, keep=2)
    for key in ("a", "b", "a", "c"):
        buckets.take(key, 0.0)
    assert buckets.take("a", 0.0) > 0
    assert buckets.take("b", 0.0) == 0


def test_what_costs_more_takes_more_but_never_more_than_there_is() -> None:
    buckets = Buckets(most=10, per_second=1)
    assert buckets.take("rennes", 0.0, cost=7) == 0
    assert buckets.take("rennes", 0.0, cost=7) == 4
    assert buckets.take("rennes", 0.0, cost=3) == 0
    assert buckets.take("rennes", 0.0, cost=500) == 10
    assert buckets.take("rennes", 10.0, cost=500) == 0
