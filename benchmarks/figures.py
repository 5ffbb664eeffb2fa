"""What is measured, figure by figure, each beside its floor."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import statistics
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import bare
from benchmarks.ground import ZONE, Ground
from benchmarks.load import Measured, Request, measure
from benchmarks.report import Row, row
from benchmarks.server import FLOOR_B
from booking import clock
from booking.values.wall import today
from tests.support.serving import Server, resident, serving

CLIENTS = 8
WORKERS = 2
EVENTS = 1_000


@dataclass(frozen=True)
class Bench:
    """A seeded database with a server on it, and how long each figure is taken."""

    ground: Ground
    server: Server
    seconds: float
    rounds: int

    @property
    def port(self) -> int:
        """Where the server listens."""
        return self.server.port

    def ask(self, *requests: Request, clients: int = 1, expect: str = "200") -> Measured:
        """The requests in turn, over and over; once before, so that what is kept is there."""
        measure(self.port, requests, clients=clients, seconds=0.5, expect=expect)
        return measure(self.port, requests, clients=clients, seconds=self.seconds, expect=expect)

    def floor_a(self, clients: int = 1) -> Measured:
        """The empty view."""
        return self.ask(Request("/healthz"), clients=clients)

    def floor_b(self, clients: int = 1) -> Measured:
        """The view with one indexed SELECT."""
        return self.ask(Request(f"{FLOOR_B}charge-1"), clients=clients)

    def built(self, path: str) -> bool:
        """Whether there is anything at that address yet."""
        try:
            with urllib.request.urlopen(self.server.address + path):  # noqa: S310 - our own server
                return True
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return False


@contextlib.contextmanager
def bench(url: str, ground: Ground, seconds: float, rounds: int) -> Iterator[Bench]:
    """A server on the ground for the block."""
    with tempfile.TemporaryDirectory() as folder:
        program = ("-m", "benchmarks.server")
        with serving(url, Path(folder) / "log", "--workers", str(WORKERS), program=program) as server:
            yield Bench(ground, server, seconds, rounds)


def ahead(days: int) -> dt.date:
    """A day on the lieux' clocks."""
    return today(clock.now(), ZONE) + dt.timedelta(days=days)


def beside(measured: Measured, floor: Measured) -> str:
    """How much slower than a floor the median is."""
    return f"A: {floor.p50:.1f} ms; x {measured.p50 / floor.p50:.0f}"


def booked(on: Bench) -> list[Row]:
    """Bookings over HTTP and the same rows by the bare driver, by turns, so that both meet the same machine."""
    first = on.ground.places(40)
    measure(on.port, [p.request() for p in first], clients=1, seconds=60, again=False, expect="201")
    code = on.ground.run("SELECT code FROM booking ORDER BY id DESC LIMIT 1")[0].code
    rates, floors, empty, slow = [], [], [], []
    for _ in range(on.rounds):
        floors.append(
            bare.measure(
                on.ground.address, code, on.ground.places(int(2_500 * on.seconds)), clients=CLIENTS, seconds=on.seconds
            )
        )
        wanted = [p.request() for p in on.ground.places(int(600 * on.seconds))]
        done = measure(on.port, wanted, clients=CLIENTS, seconds=on.seconds, again=False, expect="201")
        rates.append(done.rate)
        slow.append(done.p95)
        empty.append(on.floor_a(CLIENTS).rate)
    share = statistics.median(rate / floor for rate, floor in zip(rates, floors, strict=True))
    of_a = statistics.median(rate / floor for rate, floor in zip(rates, empty, strict=True))
    lines = [
        row(f"floor A: empty view, {CLIENTS} clients", f"{statistics.median(empty):,.0f}/s"),
        row(f"floor C: rows of a booking, bare driver, {CLIENTS} clients", f"{statistics.median(floors):,.0f}/s"),
    ]
    found = f"{statistics.median(rates):,.0f}/s, p95 {statistics.median(slow):.0f} ms"
    return [
        *lines,
        row(f"booking accepted over HTTP, {CLIENTS} clients", f"{share:.0%} of C", found, ">= 25 % of C (dream: 40 %)"),
        row("  its p95", f"{statistics.median(slow):.0f} ms", f"{of_a:.1%} of A", "< 100 ms on two free cores"),
    ]


def free_day(on: Bench) -> Measured:
    """The free slots of a day across all resources, one day after the other."""
    requests = []
    for days in range(3, 25):
        query = urlencode({"start": f"{ahead(days)}T00:00:00Z", "end": f"{ahead(days + 1)}T00:00:00Z", "minutes": 60})
        requests.append(Request(f"/api/v1/availability?{query}"))
    return on.ask(*requests)


def feeds(on: Bench) -> list[Row]:
    """A feed that has not changed, beside floor B; one of a thousand events that has, each time."""
    path = "/calendars/resources/charge-1.ics"
    if not on.built(path):
        return [row("unchanged feed", "not built"), row("changed feed", "not built")]
    with urllib.request.urlopen(on.server.address + path) as answer:  # noqa: S310 - our own server
        tag = answer.headers["ETag"]
    rates, floors = [], []
    for _ in range(on.rounds):
        floors.append(on.floor_b(CLIENTS).rate)
        rates.append(on.ask(Request(path, headers={"If-None-Match": tag}), clients=CLIENTS, expect="304").rate)
    share = statistics.median(rate / floor for rate, floor in zip(rates, floors, strict=True))
    found = [
        row(
            "unchanged feed (304)",
            f"{share:.0%} of B",
            f"{statistics.median(rates):,.0f}/s; B {statistics.median(floors):,.0f}/s",
            ">= 80 % of B",
        )
    ]
    slug, events = _long_feed(on)
    taken = []
    for _ in range(40):
        on.ground.run(
            "UPDATE feed_counter SET version = version + 1 WHERE feed = "
            "'resource:' || (SELECT id FROM resource WHERE slug = :slug)",
            slug=slug,
        )
        taken += measure(
            on.port, [Request(f"/calendars/resources/{slug}.ics")], clients=1, seconds=60, again=False
        ).latencies
    taken.sort()
    p95 = taken[int(0.95 * len(taken))]
    found.append(row(f"changed feed, {events:,} events", f"p95 {p95:.0f} ms", _a(on, taken[20]), "< 25 ms"))
    return found


def _a(on: Bench, median: float) -> str:
    floor = on.floor_a()
    return f"A: {floor.p50:.1f} ms; x {median / floor.p50:.0f}"


def _long_feed(on: Bench) -> tuple[str, int]:
    """The resource with the most bookings in a feed's window, brought to a thousand; and how many it has now."""
    window = "b.ends_at > now() - interval '60 days'"
    slug, number = on.ground.run(
        f"SELECT r.slug, count(*) FROM booking AS b JOIN resource AS r ON r.id = b.resource_id WHERE {window} "
        "GROUP BY r.id ORDER BY count(*) DESC, r.id LIMIT 1"
    )[0]
    missing = EVENTS - number
    if missing > 0:
        wanted = [p.request() for p in on.ground.places_of(slug, missing)]
        measure(on.port, wanted, clients=1, seconds=600, again=False, expect="201")
    return slug, max(EVENTS, number)


def pages(on: Bench) -> list[Row]:
    """The planning of a lieu of a hundred resources, and the search."""
    planning = [f"/lieux/charge-1/planning?day={ahead(days)}" for days in range(2, 9)]
    found = [_page(on, "planning of a lieu, 100 resources, one day", planning, "< 40 ms, < 60 kB compressed")]
    on.ground.census()
    return [*found, search(on, "search page, 1,512 lieux of the census and 10 bookable")]


def search(on: Bench, what: str) -> Row:
    """The search page, around towns and across the whole archipelago."""
    towns = ("Clermont-Ferrand", "Lyon", "Nantes", "Lille", "")
    asked = [
        "/?" + urlencode({"q": "bureau", "where": town, "day": ahead(9 + n), "from": "14:00", "to": "16:00"})
        for n, town in enumerate(towns)
    ]
    return _page(on, what, asked, "< 50 ms")


def _page(on: Bench, what: str, paths: list[str], target: str) -> Row:
    if not on.built(paths[0]):
        return row(what, "not built", target=target)
    floor = on.floor_a()
    done = on.ask(*[Request(path) for path in paths])
    with urllib.request.urlopen(on.server.address + paths[0]) as answer:  # noqa: S310 - our own server
        size = len(gzip.compress(answer.read()))
    return row(what, f"p95 {done.p95:.0f} ms, {size / 1000:.0f} kB compressed", beside(done, floor), target)


def memory(on: Bench) -> Row:
    """What a server worker holds after reading and writing of all sorts."""
    before = max(resident(pid) for pid in on.server.workers())
    reads = [Request(f"/lieux/charge-{n}/planning?day={ahead(n)}") for n in range(1, 11)]
    reads += [Request("/"), Request("/calendars/resources/charge-2.ics"), Request("/api/v1/resources")]
    reads += [Request(f"/resources/charge-{n}") for n in range(1, 200, 7)]
    reads = [each for each in reads if on.built(each.path)]
    for _ in range(on.rounds):
        measure(on.port, reads, clients=CLIENTS, seconds=4 * on.seconds)
        writes = [p.request() for p in on.ground.places(int(200 * on.seconds))]
        measure(on.port, writes, clients=CLIENTS, seconds=on.seconds, again=False, expect="201")
    after = max(resident(pid) for pid in on.server.workers())
    minutes = 5 * on.seconds * on.rounds / 60
    return row(
        f"memory of a worker after {minutes:.0f} min of mixed load",
        f"{after / 1e6:.0f} MB",
        f"before: {before / 1e6:.0f} MB",
        "< 200 MB, flat, after an hour",
    )


def seeded(ground: Ground) -> Row:
    """How long the seed took."""
    rate = ground.bookings / ground.seed_seconds
    return row(
        f"seed of {ground.bookings:,} bookings",
        f"{ground.seed_seconds:.0f} s",
        f"{rate:,.0f} bookings/s",
        "1 M in <= 600 s on two free cores",
    )
