"""A new name of a lieu or of a resource reaches the calendars of who has booked there, and no mail is lost for it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking import clock
from booking.app import make_worker
from booking.bookings.actions import book, cancel, move
from booking.bookings.actions.rename import Renamed, tell_new_name
from booking.bookings.models import Booking, BookingEvent, BookingText, FeedCounter
from booking.bookings.rules import EventKind
from booking.bookings.schemas import BookingRequest
from booking.db import read, write
from booking.jobs.actions import enqueue
from booking.jobs.models import Job
from booking.mail.models import Message
from booking.mail.render import configure
from booking.people.schemas import Asker
from booking.places.actions.lieux import RENAMED, edit_identity
from booking.places.queries.lieux import lieu_to_manage
from booking.resources.actions.resources import edit_resource
from booking.resources.queries.managed import resource_to_manage
from tests.support.archipelago import DESK, ECLUSE, LASER, POOL
from tests.support.world import NOW, World, at, stretch


def take(who: Asker, resource: str, day: str, hour: int = 10, zone: str = "Europe/Paris") -> str:
    wanted = stretch(day, f"{hour:02d}:00", f"{hour + 1:02d}:00", zone)
    return write(book, who, BookingRequest(resource, wanted), clock.now()).code


def revisions() -> dict[str, tuple[int, str, str]]:
    """By code: the sequence, and both texts."""
    statement = sa.select(Booking.code, Booking.sequence, BookingText.public, BookingText.owner).join(
        BookingText, BookingText.booking_id == Booking.id
    )
    return {r.code: (r.sequence, r.public, r.owner) for r in read(lambda s: s.execute(statement).all())}


def call_desk(world: World, name: str) -> None:
    """The manager's own deed."""
    manager = world.staff(ECLUSE)
    seen = read(resource_to_manage, manager, DESK)
    draft = dataclasses.replace(seen.draft, name=name)
    write(edit_resource, manager, seen.id, draft, clock.now(), inherit=_nothing, reasons_to_stay=())


def _nothing(*_units: Any) -> None:
    """No new unit comes, so none is put under blocks."""


def call_lieu(world: World, name: str) -> None:
    manager = world.staff(ECLUSE)
    identity = dataclasses.replace(read(lieu_to_manage, manager, ECLUSE).identity, name=name)
    write(edit_identity, manager, world.lieux[ECLUSE], identity, clock.now(), reasons_to_stay=())


@pytest.fixture
def mails(app: Flask, tmp_path: Path) -> Callable[[], list[str]]:
    """The mails written until now, by what they are about: their texts are a word each."""
    assert app
    folder = tmp_path / "mail" / "bookings"
    folder.mkdir(parents=True)
    for name in ("booked", "moved", "reminder"):
        for end in ("subject.txt", "txt", "html"):
            (folder / f"{name}.{end}").write_text(name)
    configure("http://127.0.0.1", templates=(tmp_path,))
    return lambda: list(read(lambda s: s.scalars(sa.select(Message.subject).order_by(Message.id)).all()))


def test_a_resource_with_a_new_name_raises_the_bookings_ahead_once_each(
    app: Flask, world: World, ines: Asker, frozen: time_machine.Traveller
) -> None:
    ahead, other = take(ines, DESK, "2026-06-13"), take(ines, POOL, "2026-06-13")
    running = take(ines, DESK, "2026-06-11", 11)
    gone = take(ines, DESK, "2026-06-14")
    write(cancel, ines, gone, clock.now())
    frozen.move_to(at("2026-06-11 11:30"))
    before = revisions()
    call_desk(world, "Quai du bout, 6")
    make_worker(app).run_due_once()
    after = revisions()
    for code in (ahead, running):
        assert after[code][0] == before[code][0] + 1
        assert "SUMMARY:Quai du bout\\, 6\\, La Grande Écluse\r\n" in after[code][2]
        assert f"SEQUENCE:{after[code][0]}\r\n" in after[code][1]
        assert "LAST-MODIFIED:20260611T093000Z\r\n" in after[code][1]
    assert after[other] == before[other]
    assert after[gone] == before[gone]
    make_worker(app).run_due_once()
    assert revisions() == after
    told = read(lambda s: s.scalars(sa.select(BookingEvent.kind).where(BookingEvent.kind == EventKind.RENAMED)).all())
    assert len(told) == 2


def test_a_lieu_with_a_new_name_raises_all_its_resources_and_no_other_lieu(
    app: Flask, world: World, ines: Asker
) -> None:
    here = [take(ines, DESK, "2026-06-13"), take(ines, POOL, "2026-06-13")]
    far = take(ines, LASER, "2026-06-13", zone="Indian/Reunion")
    before = revisions()
    counters = read(_counters)
    call_lieu(world, "L'Écluse neuve")
    make_worker(app).run_due_once()
    after = revisions()
    assert {code: after[code][0] - before[code][0] for code in (*here, far)} == {here[0]: 1, here[1]: 1, far: 0}
    raised = {feed for feed, version in read(_counters).items() if version != counters[feed]}
    resources = world.resources
    assert raised == {f"member:{ines.member_id}", f"resource:{resources[DESK]}", f"resource:{resources[POOL]}"}


def _counters(session: Any) -> dict[str, int]:
    return {row.feed: row.version for row in session.execute(sa.select(FeedCounter.feed, FeedCounter.version))}


def test_many_bookings_are_done_some_at_a_time(app: Flask, world: World, ines: Asker) -> None:
    codes = [take(ines, DESK, "2026-06-13", hour) for hour in range(9, 14)]
    about = {"resource_id": world.resources[DESK], "most": 2}
    last = write(tell_new_name, Renamed(**about), NOW)
    assert [revisions()[code][0] for code in codes] == [1, 1, 0, 0, 0]
    assert last is not None
    assert write(tell_new_name, Renamed(**about, after=last + 3), NOW) is None
    write(enqueue, RENAMED, about, now=NOW)
    make_worker(app).run_due_once()
    assert [revisions()[code][0] for code in codes] == [2, 2, 1, 1, 1]
    assert read(lambda s: s.scalar(sa.select(sa.func.count()).where(Job.kind == RENAMED))) == 3


def test_a_mail_that_waits_and_a_reminder_survive_a_new_name(
    app: Flask, world: World, ines: Asker, frozen: time_machine.Traveller, mails: Callable[[], list[str]]
) -> None:
    take(ines, DESK, "2026-06-13")
    call_desk(world, "Quai 7")
    write(lambda s: s.execute(sa.update(Job).where(Job.kind == "bookings.tell").values(due_at=NOW + MINUTE)))
    make_worker(app).run_due_once()
    assert mails() == []
    frozen.shift(MINUTE)
    make_worker(app).run_due_once()
    assert mails() == ["booked"]
    frozen.move_to(at("2026-06-12 10:00"))
    make_worker(app).run_due_once()
    assert mails() == ["booked", "reminder"]


MINUTE = dt.timedelta(minutes=1)


def test_after_a_move_only_the_present_reminder_counts(
    app: Flask, world: World, ines: Asker, frozen: time_machine.Traveller, mails: Callable[[], list[str]]
) -> None:
    code = take(ines, DESK, "2026-06-13")
    make_worker(app).run_due_once()
    call_desk(world, "Quai 7")
    make_worker(app).run_due_once()
    write(move, ines, code, stretch("2026-06-13", "15:00", "16:00"), clock.now())
    frozen.move_to(at("2026-06-12 16:00"))
    make_worker(app).run_due_once()
    assert mails() == ["booked", "moved", "reminder"]
