"""The catalogue that is kept in memory: read anew whenever anything of it changed, and only then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking.bookings.actions import book, cancel, restore
from booking.bookings.actions.ahead import booked_resource
from booking.bookings.actions.book import locked_terms
from booking.bookings.models import Booking
from booking.bookings.queries.catalogue import EDITION
from booking.bookings.queries.terms import Found, load_terms, terms_of
from booking.bookings.rules import Status
from booking.bookings.rules.policy import TooLateToRestore
from booking.bookings.schemas import BookingRequest
from booking.db import db, read, write
from booking.errors import Busy, Invalid, NotFound
from booking.people.schemas import VISITOR
from booking.places.models import Lieu, Opening, SpecialDay, SpecialHours
from booking.resources.actions.resources import StillNeeded, retire_resource
from booking.resources.models import Resource, ResourceUnit, UnitRow
from booking.tariffs.models import RateRow, ResourceTariff, Tariff
from tests.support.statements import counted
from tests.support.world import NOW, World, stretch

LIEU, DESK = "la-grande-ecluse", "la-grande-ecluse-quai-6"
FRIDAY = stretch("2026-06-12", "14:00", "16:00")
TABLES = (Lieu, Opening, SpecialDay, SpecialHours, Resource, UnitRow, ResourceUnit, Tariff, RateRow, ResourceTariff)
PATIENCE = 30


@pytest.fixture
def world(session: Session) -> World:
    assert session
    made = World()
    made.lieu()
    made.resource()
    day = NOW.date()
    write(lambda s: s.execute(sa.insert(SpecialDay).values(lieu_id=made.lieux[LIEU], day=day, label="Fermé")))
    hours = {"lieu_id": made.lieux[LIEU], "day": day, "opens": 600, "closes": 700}
    write(lambda s: s.execute(sa.insert(SpecialHours).values(**hours)))
    return made


def edition() -> str:
    return read(lambda session: session.execute(EDITION).scalar_one())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__tablename__)
def test_every_change_of_what_bookings_are_judged_by_gives_an_edition_that_never_was(world: World, table: Any) -> None:
    assert world
    rows: sa.Table = table.__table__
    same = sa.update(rows).values({rows.c[0].name: rows.c[0]})
    first = edition()
    write(lambda session: session.execute(same))
    second = edition()
    with db.engine.connect() as connection:
        assert connection.execute(same).rowcount
        inside = connection.execute(EDITION).scalar_one()
        connection.rollback()
    assert len({first, second, inside}) == 3
    assert edition() == second


def test_what_is_kept_is_told_by_one_statement_until_something_changes(world: World) -> None:
    read(terms_of, VISITOR, VISITOR, DESK)
    with counted() as kept:
        read(terms_of, VISITOR, VISITOR, DESK)
    with counted() as many:
        read(load_terms, VISITOR, VISITOR, sa.true())
    assert (len(kept), len(many)) == (1, 1)
    write(lambda s: s.execute(sa.update(Resource).where(Resource.slug == DESK).values(name="Quai neuf")))
    with counted() as anew:
        assert read(terms_of, VISITOR, VISITOR, DESK).terms.name == "Quai neuf"
    assert len(anew) == 7, "its edition twice more: before it was read, and after"
    assert world


def test_without_its_trigger_a_change_would_not_be_seen(world: World) -> None:
    """The twin: nothing but the triggers tells that something changed."""
    assert world
    before = read(terms_of, VISITOR, VISITOR, DESK).terms.name

    def unseen(session: Session) -> None:
        if db.engine.dialect.name == "sqlite":
            session.execute(sa.text("DROP TRIGGER tr_resource_edition_update"))
        else:
            session.execute(sa.text("DROP TRIGGER tr_resource_edition ON resource"))
        session.execute(sa.update(Resource).where(Resource.slug == DESK).values(name="Quai neuf"))

    write(unseen)
    assert read(terms_of, VISITOR, VISITOR, DESK).terms.name == before


def test_what_was_read_inside_a_change_that_failed_is_not_kept(world: World) -> None:
    assert world

    def fails(session: Session) -> None:
        session.execute(sa.update(Resource).where(Resource.slug == DESK).values(name="Jamais"))
        assert terms_of(session, VISITOR, VISITOR, DESK).terms.name == "Jamais"
        raise NotFound

    before = read(terms_of, VISITOR, VISITOR, DESK).terms.name
    with pytest.raises(NotFound):
        write(fails)
    assert read(terms_of, VISITOR, VISITOR, DESK).terms.name == before


class Half:
    """A write in a thread of its own that stops before its commit until it may go on."""

    def __init__(self, app: Flask, action: Callable[[Session], Any]) -> None:
        self.done, self.go = threading.Event(), threading.Event()
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, args=(app, action))
        self.thread.start()

    def _run(self, app: Flask, action: Callable[[Session], Any]) -> None:
        def half(session: Session) -> None:
            action(session)
            self.done.set()
            assert self.go.wait(PATIENCE)

        with app.app_context():
            try:
                write(half)
            except Exception as error:  # noqa: BLE001 - told to the test
                self.error = error
            finally:
                db.session.remove()

    def end(self) -> None:
        self.go.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


def end_when_waited_for(first: Half) -> None:
    """Let the first write commit once another waits for it; on SQLite no other has begun, so nothing shows."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    if db.engine.dialect.name == "postgresql":
        seen = False
        while not seen:
            with db.engine.connect() as connection:
                seen = bool(connection.execute(sa.text(waiting)).scalar_one())
    first.end()


def booked(world: World) -> Callable[[Session], Any]:
    member = world.member()
    return lambda session: book(session, member, BookingRequest(DESK, FRIDAY), NOW)


def retired(world: World) -> Callable[[Session], Any]:
    manager = world.staff(LIEU)
    number = world.resources[DESK]
    return lambda session: retire_resource(session, manager, number, NOW, reasons_to_stay=(booked_resource,))


def bookings() -> int:
    return read(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Booking))) or 0


def meet(app: Flask, former: Callable[[Session], Any], latter: Callable[[Session], Any]) -> Half:
    """Two writes, of which the latter begins before the former commits; the latter."""
    first = Half(app, former)
    assert first.done.wait(PATIENCE)
    second = Half(app, latter)
    end_when_waited_for(first)
    second.end()
    assert first.error is None
    return second


def test_nothing_is_booked_that_is_taken_out_of_use_in_the_same_moment(app: Flask, world: World) -> None:
    second = meet(app, retired(world), booked(world))
    assert isinstance(second.error, NotFound | Invalid)
    assert bookings() == 0


def test_nothing_is_taken_out_of_use_that_is_booked_in_the_same_moment(app: Flask, world: World) -> None:
    second = meet(app, booked(world), retired(world))
    assert isinstance(second.error, StillNeeded)
    assert bookings() == 1


def test_what_is_out_of_use_is_not_taken_back_into_it_by_restoring(world: World) -> None:
    member, manager = world.member(), world.staff(LIEU)
    made = write(book, member, BookingRequest(DESK, FRIDAY), NOW)
    write(cancel, member, made.code, NOW)
    write(retire_resource, manager, world.resources[DESK], NOW, reasons_to_stay=(booked_resource,))
    with pytest.raises(TooLateToRestore):
        write(restore, member, made.code, NOW)
    assert read(lambda s: s.execute(sa.select(Booking.status)).scalar_one()) == Status.CANCELLED


def test_a_booking_does_not_chase_changes_without_end(world: World) -> None:
    member = world.member()
    rounds: list[int] = []

    def judged() -> Found:
        found = read(terms_of, member, member, DESK)
        rounds.append(1)
        renamed = sa.update(Resource).where(Resource.slug == DESK).values(position=len(rounds))
        db.session().execute(renamed)
        return found

    with pytest.raises(Busy):
        write(lambda session: locked_terms(session, judged))
    assert len(rounds) == 3


def test_threads_that_find_the_catalogue_gone_read_it_once(app: Flask, world: World) -> None:
    assert world
    readings: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM rate" in statement:
            readings.append(statement)

    start = threading.Barrier(6)

    def ask() -> None:
        with app.app_context():
            start.wait(PATIENCE)
            read(terms_of, VISITOR, VISITOR, DESK)
            db.session.remove()

    read(terms_of, VISITOR, VISITOR, DESK)
    write(lambda s: s.execute(sa.update(Resource).where(Resource.slug == DESK).values(name="Quai neuf")))
    db.session.remove()
    sa.event.listen(db.engine, "before_cursor_execute", note)
    threads = [threading.Thread(target=ask) for _ in range(6)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert len(readings) == 1


def test_a_reading_that_saw_two_states_is_done_again(app: Flask, world: World) -> None:
    assert world
    manager = world.staff(LIEU)
    changed: list[int] = []

    def change(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "FROM rate" in statement and not changed:
            changed.append(1)
            edit = threading.Thread(target=_close_the_lieu, args=(app, world.lieux[LIEU]))
            edit.start()
            edit.join(PATIENCE)

    write(lambda s: s.execute(sa.update(Resource).where(Resource.slug == DESK).values(name="Quai neuf")))
    sa.event.listen(db.engine, "before_cursor_execute", change)
    try:
        if db.engine.dialect.name == "postgresql":
            with pytest.raises(NotFound):
                read(terms_of, manager, manager, DESK)
        else:
            assert read(terms_of, manager, manager, DESK), "one transaction sees one state"
            db.session.remove()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", change)
    assert changed
    with pytest.raises(NotFound):
        read(terms_of, manager, manager, DESK)


def _close_the_lieu(app: Flask, lieu_id: int) -> None:
    with app.app_context():
        write(lambda s: s.execute(sa.update(Lieu).where(Lieu.id == lieu_id).values(bookable=False)))
        db.session.remove()
