"""`make bench`: every target of DESIGN section 7 that is built, as ratios in one run to floors measured beside.

`--quick` measures on 100,000 bookings alone and for a shorter time; the whole form on 100,000 and on 1,000,000.
"""

from __future__ import annotations

import argparse

from benchmarks.figures import WORKERS, bench, beside, booked, feeds, free_day, memory, pages, search, seeded
from benchmarks.ground import Ground
from benchmarks.load import Measured
from benchmarks.report import Row, keep, row
from tests.support import realpg

SMALL, LARGE = 100_000, 1_000_000
MANY_LIEUX = 1_500


def main() -> None:
    """Seed, serve, measure, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="100,000 bookings alone, and a shorter time for each figure"
    )
    chosen = parser.parse_args()
    seconds, rounds = (4.0, 3) if chosen.quick else (10.0, 5)
    rows: list[Row] = []
    with realpg.server(durable=True) as server:
        with realpg.database(server) as url:
            ground = Ground(url, bookings=SMALL)
            rows.append(seeded(ground))
            ground.open_accounts()
            with bench(url, ground, seconds, rounds) as on:
                rows += booked(on)
                small, floor = free_day(on), on.floor_a()
                what = "free slots of a day across 1,000 resources, {:,} bookings"
                rows.append(row(what.format(SMALL), f"p95 {small.p95:.0f} ms", beside(small, floor), "< 60 ms"))
                rows += feeds(on)
                rows += pages(on)
                rows.append(memory(on))
        with realpg.database(server) as url:
            wide = Ground(url, bookings=SMALL // 2, lieux=MANY_LIEUX, resources=MANY_LIEUX)
            with bench(url, wide, seconds, rounds) as on:
                rows.append(search(on, f"search page, {MANY_LIEUX:,} bookable lieux"))
        if chosen.quick:
            rows.append(row("the same on 1,000,000 bookings", target="< 1.3 x as long"))
        else:
            with realpg.database(server) as url:
                rows += large(url, small, seconds, rounds)
    how = (
        f"PostgreSQL that keeps its commits (durable), {WORKERS} server workers; 10 lieux with 100 resources each and "
        "1,000 members unless said."
    )
    print("\n" + keep(rows, how))


def large(url: str, small: Measured, seconds: float, rounds: int) -> list[Row]:
    """The same question of ten times as many bookings."""
    ground = Ground(url, bookings=LARGE)
    rows = [seeded(ground)]
    with bench(url, ground, seconds, rounds) as on:
        found, floor = free_day(on), on.floor_a()
    what = f"free slots of a day across 1,000 resources, {LARGE:,} bookings"
    rows.append(row(what, f"p95 {found.p95:.0f} ms", beside(found, floor), "< 60 ms"))
    rows.append(row("  as long as with 100,000", f"x {found.p50 / small.p50:.2f}", "medians", "< 1.3"))
    return rows


if __name__ == "__main__":
    main()
