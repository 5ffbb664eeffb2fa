"""Where storms happen: a real server of several processes on a database of its own, with a lieu for each test."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from booking import clock
from booking.app import create_app
from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.commands.check import INVARIANTS
from booking.db import db, read, survey, write
from booking.db.invariants import broken
from booking.occupancy.models import OVERLAP, Claim, Occupancy
from booking.occupancy.rules import ClaimKind
from booking.people.schemas import Asker
from booking.values.ids import UnitId
from booking.values.interval import Interval
from booking.values.wall import at_minute, today
from tests.conftest import KINDS, settings_for
from tests.races.storm import Call
from tests.support import realpg
from tests.support.programs import token_of
from tests.support.serving import Server, serving
from tests.support.world import PARIS, World

SERVERS = 3
"""Processes that answer; each has several threads."""

DAYS_AHEAD = 5
"""Far enough for a member still to move a booking."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Size:
    """How many processes there are, and how many clients each of them has."""

    processes: int
    each: int

    @property
    def clients(self) -> int:
        """All of them."""
        return self.processes * self.each


SHORT, LONG = Size(4, 12), Size(8, 50)
sizes = pytest.mark.parametrize(
    "size", [pytest.param(SHORT, id="short"), pytest.param(LONG, id="long", marks=pytest.mark.long)]
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every storm on one worker, one after the other: a machine has only so many processors."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.races)
            item.add_marker(pytest.mark.xdist_group("races"))


@dataclass
class Arena:
    """A database, a server on it, the same application in the test's own process, and a lieu of the test's own."""

    url: str
    server: Server
    app: Flask
    world: World = field(default_factory=World)
    lieu: str = ""

    @property
    def port(self) -> int:
        """Where the server listens."""
        return self.server.port

    def member(self) -> tuple[Asker, str]:
        """A new member and a token of theirs."""
        asker = self.world.member()
        return asker, token_of(asker)

    def resource(self, name: str = "Établi", **values: Any) -> str:
        """Something to book in the test's lieu; its slug."""
        return self.world.resource(name, self.lieu, **values)

    def booked(self, asker: Asker, resource: str, stretch: Interval) -> str:
        """A booking that stands before the storm; its code."""
        return write(book, asker, BookingRequest(resource, stretch), clock.now()).code


def in_days(number: int, first: int, last: int) -> Interval:
    """Some days from now, between two minutes of the day on the lieu's clock."""
    day = today(clock.now(), PARIS) + dt.timedelta(days=DAYS_AHEAD + number)
    return Interval(at_minute(day, first, PARIS), at_minute(day, last, PARIS))


def booking_call(resource: str, stretch: Interval, quantity: int = 1, key: str | None = None) -> Call:
    """The request that books it."""
    body = {
        "resource": resource,
        "start": stretch.start.isoformat(),
        "end": stretch.end.isoformat(),
        "quantity": quantity,
    }
    return Call("POST", "/bookings", body, key)


def held(kind: ClaimKind, units: list[UnitId]) -> dict[UnitId, list[Interval]]:
    """What bookings, or blocks, hold of the units according to the table that decides, in order."""
    rows = read(
        lambda session: session.execute(
            sa.select(Occupancy.unit_id, Occupancy.starts_at, Occupancy.ends_at)
            .join(Claim, Claim.id == Occupancy.claim_id)
            .where(Claim.kind == kind, Occupancy.unit_id.in_(units))
            .order_by(Occupancy.unit_id, Occupancy.starts_at)
        ).all()
    )
    found: dict[UnitId, list[Interval]] = {unit: [] for unit in units}
    for row in rows:
        found[UnitId(row.unit_id)].append(Interval(row.starts_at, row.ends_at))
    return found


def overlapping(stretches: list[Interval]) -> list[tuple[Interval, Interval]]:
    """Every pair that shares an instant."""
    return [(one, other) for one, other in itertools.combinations(stretches, 2) if one.overlaps(other)]


@contextlib.contextmanager
def a_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of a migrated, empty database of that kind."""
    if kind == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = folder / "archipel.db"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
    else:
        name: str = request.getfixturevalue("pg_template")
        with realpg.database(request.getfixturevalue("pg_server"), name) as url:
            yield url


@contextlib.contextmanager
def an_arena(url: str, folder: Path, *options: str, **settings: str) -> Iterator[Arena]:
    """A server on the database, and the application beside it."""
    app = create_app(settings_for(url))
    with serving(url, folder / "log", "--workers", str(SERVERS), *options, settings=settings) as server:
        yield Arena(url, server, app)
    with app.app_context():
        db.engine.dispose()


@contextlib.contextmanager
def at_work(arena: Arena) -> Iterator[Arena]:
    """The arena with the application's context and a lieu of one's own."""
    with arena.app.app_context():
        number = next(_numbers)
        made = Arena(arena.url, arena.server, arena.app, World(), f"arene-{number}")
        made.world.lieu(f"Arène {number}", debt_ceiling=100_000_000)
        yield made
        db.session.remove()


def unguard(url: str) -> None:
    """Take the guard away, as no migration of ours ever would."""
    drop = f"DROP TRIGGER {OVERLAP}" if url.startswith("sqlite") else f"ALTER TABLE occupancy DROP CONSTRAINT {OVERLAP}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(drop)
    engine.dispose()


@pytest.fixture(scope="session", params=KINDS)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """One server on each kind of database for all storms that leave it whole."""
    folder = tmp_path_factory.mktemp("arena")
    with a_database(request.param, request, folder) as url, an_arena(url, folder, "--no-jobs") as made:
        yield made


@pytest.fixture
def arena(shared: Arena) -> Iterator[Arena]:
    """A lieu of the test's own in the shared arena; every invariant holds when the storm is over."""
    with at_work(shared) as made:
        yield made
        assert survey(broken, INVARIANTS) == []


@pytest.fixture(params=KINDS)
def unguarded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Arena]:
    """An arena whose database has lost the guard."""
    with a_database(request.param, request, tmp_path) as url:
        unguard(url)
        with an_arena(url, tmp_path, "--no-jobs") as made, at_work(made) as working:
            yield working


@pytest.fixture(params=KINDS)
def mortal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Arena]:
    """An arena of its own whose processes may be killed, with a worker for jobs that delivers mails into `mails`."""
    mails = tmp_path / "mails"
    mails.mkdir()
    with (
        a_database(request.param, request, tmp_path) as url,
        an_arena(url, tmp_path, MAIL_URL=f"file://{mails}") as made,
        at_work(made) as working,
    ):
        yield working
