"""`archipel seed`: a synthetic load that keeps every invariant, the same for the same numbers and seed.

Density is constant: every unit has the same number of bookings each open day, from 30 days ahead backwards, so more
bookings only reach further back.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from booking import clock
from booking.app import create_app
from booking.commands.seed.bulk import Bulk
from booking.commands.seed.load import Batch, Load, plan
from booking.db import db
from booking.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel seed`."""
    for name, default in (("lieux", 20), ("resources", 100), ("bookings", 10_000), ("members", 200), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N", help="(%(default)s)")


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Write the load; 0 when all of it is there."""
    load = Load(chosen.lieux, chosen.resources, chosen.bookings, chosen.members, chosen.seed)
    mistakes = load.mistakes()
    if mistakes:
        print("\n".join(mistakes), file=sys.stderr)
        return 2
    began = time.monotonic()
    with create_app(settings).app_context():
        bulk = Bulk(db.engine)
        done = 0
        for written in _written(bulk, plan(load, bulk.last_ids(), clock.now())):
            done += written
            if sys.stderr.isatty():
                print(f"\r{done} of {load.bookings} bookings", end="", file=sys.stderr, flush=True)
        bulk.finish()
    print(f"\r{done} bookings in {time.monotonic() - began:.0f} s.", file=sys.stderr)
    return 0


def _written(bulk: Bulk, batches: Iterator[Batch]) -> Iterator[int]:
    """Write the batches while the next are drawn; how many bookings each had, once it is committed.

    The first holds what all others point at, so it goes alone.
    """
    first = next(batches)
    bulk.write(first.rows)
    yield first.bookings
    with ThreadPoolExecutor(bulk.writers) as writers:
        waiting: deque[Future[int]] = deque()
        for batch in batches:
            waiting.append(writers.submit(_write, bulk, batch))
            if len(waiting) > bulk.writers:
                yield waiting.popleft().result()
        for each in waiting:
            yield each.result()


def _write(bulk: Bulk, batch: Batch) -> int:
    bulk.write(batch.rows)
    return batch.bookings
