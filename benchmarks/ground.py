"""What is measured on: a durable PostgreSQL, filled by `archipel seed`, with people who may book."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.load import Request
from booking import clock
from booking.app import create_app
from booking.db import db, write
from booking.people.actions.tokens import create_token
from booking.people.rules import Scope
from booking.settings import load, package_folder
from booking.values.ids import MemberId
from booking.values.wall import at_minute, today
from tests.support.serving import environment

ZONE = "Europe/Paris"
LIEUX, RESOURCES, MEMBERS = 10, 1000, 1000
BOOKERS = 8
"""Members of each lieu who book in the measurements."""
CEILING = 100_000_000
HOURS = range(8 * 60, 20 * 60, 60)
FIRST_DAY, DAYS = 31, 54
"""From which day on, and for how many, nothing is booked yet: the seed ends before, the horizon lies behind."""


@dataclass(frozen=True)
class Place:
    """A unit free for an hour, and all that a booking of it by one member touches; ids are rows' numbers."""

    lieu: int
    resource: int
    slug: str
    unit: int
    member: int
    token: str
    owed: int
    revenue: int
    vat: int
    book: int
    version: int
    start: dt.datetime
    end: dt.datetime

    def request(self) -> Request:
        """The request that books it."""
        body = {"resource": self.slug, "start": self.start.isoformat(), "end": self.end.isoformat()}
        return Request("/api/v1/bookings", "POST", {"Authorization": f"Bearer {self.token}"}, json.dumps(body))


class Ground:
    """One seeded database."""

    def __init__(self, url: str, *, bookings: int, lieux: int = LIEUX, resources: int = RESOURCES) -> None:
        self.url = url
        self.bookings = bookings
        archipel(url, "init")
        began = time.perf_counter()
        numbers = {"lieux": lieux, "resources": resources, "bookings": bookings, "members": MEMBERS, "seed": 1}
        archipel(url, "seed", *[f"--{name}={number}" for name, number in numbers.items()])
        self.seed_seconds = time.perf_counter() - began
        self._used = count()

    @property
    def address(self) -> str:
        """For the bare driver."""
        return self.url.replace("+psycopg", "")

    def census(self) -> None:
        """Add the real census, as every archipelago has it."""
        archipel(self.url, "import", "lieux", str(package_folder("data") / "tierslieux_fr_2019.csv"))

    def open_accounts(self) -> None:
        """Give every member a ceiling of debt, as lieux do, and some of them tokens."""
        app = create_app(load(environment(self.url)))
        with app.app_context():
            with db.engine.begin() as connection:
                connection.execute(
                    sa.text("UPDATE account SET floor = :floor WHERE owner_id IS NOT NULL"), {"floor": -CEILING}
                )
                people = list(connection.execute(sa.text(_PEOPLE), {"most": BOOKERS}))
                self._things = list(connection.execute(sa.text(_THINGS)))
            members = sorted({row.member for row in people})
            self._tokens = {
                member: write(
                    create_token,
                    MemberId(member),
                    name="benchmark",
                    scope=Scope.WRITE,
                    expires_at=None,
                    now=clock.now(),
                )
                for member in members
            }
            db.engine.dispose()
        self._owing: dict[int, list[tuple[int, int]]] = {}
        for row in people:
            self._owing.setdefault(row.lieu, []).append((row.member, row.owed))

    def places(self, number: int) -> list[Place]:
        """So many places that nobody was given before, each of another resource than the one before."""
        found = []
        first = today(clock.now(), ZONE) + dt.timedelta(days=FIRST_DAY)
        for _ in range(number):
            turn, which = divmod(next(self._used), len(self._things))
            day, hour = divmod(turn, len(HOURS))
            if day >= DAYS:
                raise RuntimeError("there is no free place left; seed more resources")
            thing = self._things[which]
            owing = self._owing[thing.lieu]
            member, owed = owing[(which + turn) % len(owing)]
            when = first + dt.timedelta(days=day)
            start, end = (at_minute(when, HOURS[hour] + minutes, ZONE) for minutes in (0, 60))
            token = self._tokens[member]
            found.append(Place(**thing._asdict(), member=member, token=token, owed=owed, start=start, end=end))
        return found

    def places_of(self, slug: str, number: int) -> list[Place]:
        """So many places of one resource: each hour of all its units, from the last free day on backwards."""
        thing = next(each for each in self._things if each.slug == slug)
        units = self.run("SELECT unit_id FROM resource_unit WHERE resource_id = :id", id=thing.resource)
        member, owed = self._owing[thing.lieu][0]
        whom: dict[str, Any] = {"member": member, "token": self._tokens[member], "owed": owed}
        first = today(clock.now(), ZONE) + dt.timedelta(days=FIRST_DAY)
        found: list[Place] = []
        for days in reversed(range(DAYS)):
            day = first + dt.timedelta(days=days)
            for hour in HOURS:
                start, end = at_minute(day, hour, ZONE), at_minute(day, hour + 60, ZONE)
                found += [Place(**thing._asdict(), **whom, start=start, end=end) for _ in units]
        return found[:number]

    def run(self, statement: str, **values: object) -> Sequence[Any]:
        """What a statement of the measurement itself gives."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            result = connection.execute(sa.text(statement), values)
            return result.all() if result.returns_rows else []


def archipel(url: str, *words: str) -> None:
    """Run a command to its end. Raises RuntimeError with what it said when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "booking", *words],
        env=environment(url),
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    if done.returncode:
        raise RuntimeError(f"archipel {words[0]}: {done.stderr}")


_PEOPLE = """
SELECT lieu, member, owed FROM (
  SELECT lieu_id AS lieu, owner_id AS member, id AS owed, row_number() OVER (PARTITION BY lieu_id ORDER BY id) AS n
  FROM account WHERE owner_id IS NOT NULL) AS owing
WHERE n <= :most ORDER BY lieu, member"""

_THINGS = """
SELECT r.lieu_id AS lieu, r.id AS resource, r.slug, min(u.unit_id) AS unit, income.id AS revenue, vat.id AS vat,
       income.book_id AS book, t.rule_version_id AS version
FROM resource AS r
JOIN resource_unit AS u ON u.resource_id = r.id
JOIN resource_tariff AS rt ON rt.resource_id = r.id JOIN tariff AS t ON t.id = rt.tariff_id
JOIN account AS income ON income.lieu_id = r.lieu_id AND income.kind = 'revenue'
JOIN account AS vat ON vat.lieu_id = r.lieu_id AND vat.kind = 'vat'
GROUP BY r.id, income.id, vat.id, income.book_id, t.rule_version_id
ORDER BY r.id"""
