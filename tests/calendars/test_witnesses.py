"""Other implementations read our feeds over real HTTP, and list what the database holds.

The golden archipelago has what calendars get wrong: an accented title over 75 octets with `;`, `,` and an emoji, days
on which the clocks change, Paris beside Réunion, a cancelled booking, a closure of whole days.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking import clock
from booking.bookings.actions import book, cancel, move
from booking.bookings.models import Booking
from booking.bookings.schemas import BookingRequest
from booking.db import read, write
from booking.occupancy.actions import close_days
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.resources.rules import ResourceKind
from booking.values.interval import Interval
from tests.calendars.conftest import public, secret
from tests.ical.events import Seen, by_icalendar, by_vobject
from tests.support.chromium import NODE
from tests.support.programs import served
from tests.support.world import NOW, World, stretch

UTC = dt.UTC
NAME = "Salle « Belledonne » ; 1er étage, grande table, vidéoprojecteur et caméra 👩🏽\u200d🔧"
BUSY = "Occupé"
ROOM = "refuge-belledonne"


@dataclass(frozen=True, order=True)
class Listed:
    """An event as a witness lists it. Moments are UTC instants; whole days begin and end at their midnights in UTC."""

    uid: str
    title: str
    start: dt.datetime
    end: dt.datetime
    cancelled: bool = False


@dataclass
class Golden:
    """The archipelago, the address of its server, and what each feed must hold."""

    world: World
    address: str
    host: Asker
    ines: Asker
    codes: dict[str, str] = field(default_factory=dict)
    closure: str = ""

    def row(self, name: str) -> tuple[str, Interval]:
        """The uid and stretch of a booking, from the database."""
        found = read(lambda s: s.execute(sa.select(Booking.__table__).where(Booking.code == self.codes[name])).one())
        return f"{found.uid}@archipel", Interval(found.starts_at, found.ends_at)

    def listed(self, name: str, title: str, *, cancelled: bool = False) -> Listed:
        uid, when = self.row(name)
        return Listed(uid, title, when.start, when.end, cancelled)

    def closed(self, title: str) -> Listed:
        days = (dt.datetime(2026, 12, 24, tzinfo=UTC), dt.datetime(2026, 12, 26, tzinfo=UTC))
        return Listed(f"{self.closure}@archipel", title, *days)

    def room(self) -> set[Listed]:
        """What the public feed of the room holds."""
        names = ("plain", "autumn", "again", "spring")
        return {self.closed("Fermé"), *(self.listed(name, BUSY) for name in names)}

    def own(self) -> set[Listed]:
        """What Inès's own feed holds."""
        title = f"{NAME}, Refuge"
        return {
            *(self.listed(name, title) for name in ("plain", "autumn", "again", "spring")),
            self.listed("far", "Laser, La Cale"),
            self.listed("cancelled", f"Annulé : {title}", cancelled=True),
        }

    def staff(self) -> set[Listed]:
        """What the lieu's host reads with names."""
        names = ("plain", "autumn", "again", "spring")
        return {self.closed("Fermé, Noël"), *(self.listed(name, f"Inès Le Goff, {NAME}") for name in names)}


@pytest.fixture
def golden(app: Flask, frozen: time_machine.Traveller, world: World) -> Iterator[Golden]:
    assert frozen
    night = (0, 1440)
    world.lieu("Refuge", hours=night)
    world.lieu("La Cale", zone="Indian/Reunion", hours=night)
    assert world.resource("Belledonne", "refuge", kind=ResourceKind.ROOM, horizon_days=700) == ROOM
    write(lambda s: s.execute(sa.update(Resource).where(Resource.slug == ROOM).values(name=NAME)))
    laser = world.resource("Laser", "la-cale", kind=ResourceKind.MACHINE, horizon_days=700)
    ines = world.member()
    with served(app) as address:
        made = Golden(world, address, world.staff("refuge", Role.MANAGER), ines)
        for name, resource, when in (
            ("plain", ROOM, stretch("2026-06-12", "14:00", "16:00")),
            ("autumn", ROOM, utc("2026-10-24T20:00", "2026-10-25T00:30")),  # ends at 02:30, the first time
            ("again", ROOM, utc("2026-10-25T01:30", "2026-10-25T05:00")),  # begins at 02:30, the second time
            ("spring", ROOM, utc("2027-03-28T00:30", "2027-03-28T01:30")),  # 01:30 to 03:30
            ("cancelled", ROOM, stretch("2026-06-13", "09:00", "10:00")),
            ("far", laser, stretch("2026-12-31", "23:00", "23:30", "Indian/Reunion")),
        ):
            made.codes[name] = write(book, ines, BookingRequest(resource, when), clock.now()).code
        write(cancel, ines, made.codes["cancelled"], clock.now())
        days = dt.date(2026, 12, 24), dt.date(2026, 12, 25)
        made.closure = write(close_days, made.host, world.lieux["refuge"], *days, "Noël", NOW).uid
        yield made


def utc(start: str, end: str) -> Interval:
    first, last = (dt.datetime.fromisoformat(f"{text}+00:00").astimezone(UTC) for text in (start, end))
    return Interval(first, last)


def fetched(golden: Golden, path: str) -> bytes:
    with urllib.request.urlopen(f"http://{golden.address.removeprefix('http://')}{path}") as answer:
        assert answer.status == 200
        body: bytes = answer.read()
        return body


# --- readers in this process, and Thunderbird's ---


def at_midnight(moment: dt.date) -> dt.datetime:
    return moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time(), UTC)


def listed(events: list[Seen]) -> set[Listed]:
    return {Listed(e.uid, e.summary, at_midnight(e.start), at_midnight(e.end), e.status == "CANCELLED") for e in events}


def by_icaljs(raw: bytes) -> set[Listed]:
    script = Path(__file__).with_name("icaljs.mjs")
    told = subprocess.run([NODE, script], input=raw, capture_output=True, check=True).stdout.decode()

    def moment(found: str | int) -> dt.datetime:
        if isinstance(found, str):
            return at_midnight(dt.date.fromisoformat(found))
        return dt.datetime.fromtimestamp(found, UTC)

    return {
        Listed(e["uid"], e["summary"], moment(e["start"]), moment(e["end"]), e["status"] == "CANCELLED")
        for e in map(json.loads, told.splitlines())
    }


WITNESSES: dict[str, Callable[[bytes], set[Listed]]] = {
    "icalendar": lambda raw: listed(by_icalendar(raw)),
    "vobject": lambda raw: listed(by_vobject(raw)),
    "ical.js": by_icaljs,
}


@pytest.mark.parametrize("witness", WITNESSES)
def test_a_witness_lists_what_the_database_holds(golden: Golden, witness: str) -> None:
    of = WITNESSES[witness]
    assert of(fetched(golden, public(ROOM))) == golden.room()
    assert of(fetched(golden, secret(golden.ines, "bookings"))) == golden.own()
    assert of(fetched(golden, secret(golden.host, "lieux/refuge+names"))) == golden.staff()


def test_each_event_happens_once(golden: Golden) -> None:
    raw = fetched(golden, secret(golden.ines, "bookings"))
    expanded = recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between(
        dt.date(2026, 1, 1), dt.date(2028, 1, 1)
    )
    assert len(expanded) == len(golden.own())


# --- vdirsyncer subscribes, khal lists ---


class Subscription:
    """A folder that vdirsyncer keeps equal to a feed, and khal reads."""

    def __init__(self, folder: Path, address: str) -> None:
        self.items = folder / "items"
        self.folder = folder
        (folder / "vdirsyncer").write_text(
            f'[general]\nstatus_path = "{folder}/status/"\n'
            '[pair feed]\na = "there"\nb = "here"\ncollections = null\n'
            f'[storage there]\ntype = "http"\nurl = "{address}"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.items}"\nfileext = ".ics"\n'
        )
        (folder / "khal").write_text(
            f"[calendars]\n[[feed]]\npath = {self.items}\n"
            f"[sqlite]\npath = {folder}/khal.db\n"
            "[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\n"
            "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        )
        self.items.mkdir()
        self._run("vdirsyncer", "-c", folder / "vdirsyncer", "discover")

    def sync(self) -> list[str]:
        """What vdirsyncer did to the folder, a line each."""
        told = self._run("vdirsyncer", "-c", self.folder / "vdirsyncer", "sync")
        return [line for line in told.splitlines() if line.startswith(("Copying", "Deleting"))]

    def listed(self) -> set[Listed]:
        """What khal lists from then on, each event once; vdirsyncer has put hashes in the place of the uids."""
        fields = ("title", "start-long-full", "end-long-full", "all-day", "cancelled")
        wanted = [word for name in fields for word in ("--json", name)]
        told = self._run("khal", "-c", self.folder / "khal", "list", "--once", *wanted, "2026-06-01", "2028-01-01")
        found = [each for line in told.splitlines() if line.startswith("[") for each in json.loads(line)]
        return {self._listed(each) for each in found}

    @staticmethod
    def _listed(event: dict[str, str]) -> Listed:
        if event["all-day"] == "True":
            first, last = (dt.date.fromisoformat(event[name][:10]) for name in ("start-long-full", "end-long-full"))
            start, end = at_midnight(first), at_midnight(last + dt.timedelta(days=1))
        else:
            start, end = (
                dt.datetime.fromisoformat(f"{event[name]}+00:00").astimezone(UTC)
                for name in ("start-long-full", "end-long-full")
            )
        return Listed("", event["title"], start, end, bool(event["cancelled"].strip()))

    def _run(self, program: str, *words: str | Path) -> str:
        home = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        done = subprocess.run(
            [Path(sys.executable).with_name(program), *words],
            capture_output=True, text=True, check=False, env=home, cwd=self.folder,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def contents(self) -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in self.items.iterdir()}


def without_uids(events: set[Listed]) -> set[Listed]:
    return {dataclasses.replace(each, uid="") for each in events}


SLOW_STARTERS = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""These programs take seconds to start, and read what the other witnesses have read from both databases."""


@SLOW_STARTERS
def test_vdirsyncer_subscribes_and_khal_lists_the_public_feed(golden: Golden, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    folder.mkdir()
    subscription = Subscription(folder, golden.address + public(ROOM))
    assert len(subscription.sync()) == len(golden.room())
    assert subscription.listed() == without_uids(golden.room())


@SLOW_STARTERS
def test_a_second_sync_changes_nothing_and_a_move_changes_one(golden: Golden, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    subscription = Subscription(folder, golden.address + secret(golden.ines, "bookings"))
    assert len(subscription.sync()) == len(golden.own())
    assert subscription.listed() == without_uids(golden.own())
    before = subscription.contents()
    assert subscription.sync() == []
    assert subscription.contents() == before
    write(move, golden.ines, golden.codes["plain"], stretch("2026-06-12", "17:00", "18:00"), clock.now())
    assert subscription.sync()
    after = subscription.contents()
    assert len(after) == len(before)
    assert len(set(after.values()) - set(before.values())) == 1
    assert subscription.listed() == without_uids(golden.own())
    write(cancel, golden.ines, golden.codes["plain"], clock.now())
    subscription.sync()
    cancelled = golden.listed("plain", f"Annulé : {NAME}, Refuge", cancelled=True)
    assert without_uids({cancelled}) < subscription.listed()


@SLOW_STARTERS
def test_a_feed_that_goes_leaves_the_calendar_as_it_was(golden: Golden, tmp_path: Path) -> None:
    """To vdirsyncer, as to others, a refusal is no empty calendar."""
    folder = tmp_path / "gone"
    folder.mkdir()
    subscription = Subscription(folder, golden.address + public(ROOM))
    subscription.sync()
    before = subscription.contents()
    write(lambda s: s.execute(sa.update(Lieu).where(Lieu.slug == "refuge").values(public_feeds=False)))
    with pytest.raises(AssertionError, match="NOT FOUND"):
        subscription.sync()
    assert subscription.contents() == before
