"""The worker: handlers of both kinds, what becomes of their failures, and what wakes it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from booking import clock
from booking.db import db, read, write
from booking.jobs import actions, queries
from booking.jobs.models import Job
from booking.jobs.rules import MOST_ATTEMPTS, GiveUp, Later, TryAgain
from booking.jobs.schemas import Errand, Handlers, Order, Payload, Task
from booking.jobs.worker import Worker

NOW = dt.datetime(2026, 6, 11, 8, 40, tzinfo=dt.UTC)
PATIENCE = 20
"""Seconds after which an event that was waited for is taken as lost."""

HOUR = 3600.0


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def effects(session: Session) -> Callable[[], list[int]]:
    """A table for what handlers do, and a way to read it."""

    def make(inside: Session) -> None:
        inside.execute(sa.text("CREATE TABLE effect (n INTEGER NOT NULL)"))

    write(make)

    def done() -> list[int]:
        session.rollback()
        return list(session.scalars(sa.text("SELECT n FROM effect ORDER BY n")))

    return done


def put(kind: str = "try.it", n: int = 1, **options: Any) -> None:
    write(actions.enqueue, kind, {"n": n}, now=clock.now(), **options)


def leave_effect(session: Session, payload: Payload, _now: dt.datetime) -> None:
    session.execute(sa.text("INSERT INTO effect VALUES (:n)"), {"n": payload["n"]})


def fail(error: Exception, session: Session, payload: Payload, now: dt.datetime) -> None:
    leave_effect(session, payload, now)
    raise error


def errand(reach: Callable[[int], None]) -> Errand[int, None]:
    """An errand that goes out by `reach` and leaves its effect afterwards."""

    def prepare(session: Session, payload: Payload, _now: dt.datetime) -> int:
        n: int = session.execute(sa.select(sa.literal(payload["n"]))).scalar_one()
        return n

    def record(session: Session, n: int, _result: None, now: dt.datetime) -> None:
        leave_effect(session, {"n": n}, now)

    return Errand(prepare, reach, record)


@contextmanager
def at_work(worker: Worker) -> Iterator[None]:
    """The worker in a thread of its own, ended with the block."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_until, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_task_leaves_its_effect_and_is_done(app: Flask, effects: Callable[[], list[int]]) -> None:
    worker = Worker(app, {"try.it": Task(leave_effect)})
    put(n=1)
    put(n=2)
    assert worker.run_due_once() == 2
    assert worker.run_due_once() == 0
    assert effects() == [1, 2]
    assert read(queries.counts, clock.now()).due == 0


def test_work_set_off_by_work_is_done_in_the_same_go(app: Flask, effects: Callable[[], list[int]]) -> None:
    def first(session: Session, payload: Payload, now: dt.datetime) -> None:
        actions.enqueue(session, "try.it", payload, now=now)

    put("try.first")
    assert Worker(app, {"try.first": Task(first), "try.it": Task(leave_effect)}).run_due_once() == 2
    assert effects() == [1]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(ValueError("no\nsuch day"), "ValueError: no such day"), (TryAgain("busy there"), "busy there")],
)
def test_a_failure_undoes_the_effect_and_is_tried_until_it_is_given_up(
    app: Flask,
    effects: Callable[[], list[int]],
    frozen: time_machine.Traveller,
    session: Session,
    error: Exception,
    reason: str,
) -> None:
    worker = Worker(app, {"try.it": Task(partial(fail, error))})
    put()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with structlog.testing.capture_logs() as logged:
            assert worker.run_due_once() == 0
        last = attempt == MOST_ATTEMPTS
        assert [line["event"] for line in logged] == ["job failed for the last time" if last else "job failed"]
        assert ("exc_info" in logged[0]) is isinstance(error, ValueError), "a trace for what nobody expected"
        attempts, due, failed, told = session.execute(
            sa.select(Job.attempts, Job.due_at, Job.failed_at, Job.last_error)
        ).one()
        assert (attempts, told) == (attempt, reason)
        assert (failed is not None) is last
        frozen.move_to(due)
    assert effects() == []
    assert write(actions.revive, now=clock.now()) == 1
    assert Worker(app, {"try.it": Task(leave_effect)}).run_due_once() == 1
    assert effects() == [1]


@pytest.mark.usefixtures("frozen")
def test_a_handler_that_gives_up_is_not_asked_again(
    app: Flask, effects: Callable[[], list[int]], session: Session
) -> None:
    put()
    assert Worker(app, {"try.it": Task(partial(fail, GiveUp("no such address")))}).run_due_once() == 0
    assert session.execute(sa.select(Job.attempts, Job.failed_at, Job.last_error)).one() == (1, NOW, "no such address")
    assert effects() == []


def test_a_handler_whose_time_has_not_come_is_asked_then(
    app: Flask, effects: Callable[[], list[int]], frozen: time_machine.Traveller, session: Session
) -> None:
    noon = NOW.replace(hour=12, minute=0)

    def at_noon(inside: Session, payload: Payload, now: dt.datetime) -> None:
        leave_effect(inside, payload, now)
        if now < noon:
            raise Later(noon)

    worker = Worker(app, {"try.it": Task(at_noon)})
    put()
    assert worker.run_due_once() == 0
    assert session.execute(sa.select(Job.attempts, Job.due_at, Job.last_error)).one() == (0, noon, None)
    frozen.move_to(noon)
    assert worker.run_due_once() == 1
    assert effects() == [1]


def test_one_failure_does_not_stop_the_others(app: Flask, effects: Callable[[], list[int]]) -> None:
    put("try.bad", n=1)
    put("try.it", n=2)
    bad = Task(partial(fail, RuntimeError("broken")))
    assert Worker(app, {"try.bad": bad, "try.it": Task(leave_effect)}).run_due_once() == 1
    assert effects() == [2]


def test_a_kind_that_is_not_known_waits_for_a_worker_that_knows_it(
    app: Flask, effects: Callable[[], list[int]]
) -> None:
    put("try.new")
    assert Worker(app, {"try.it": Task(leave_effect)}).run_due_once() == 0
    assert Worker(app, {"try.new": Task(leave_effect)}).run_due_once() == 1
    assert effects() == [1]


def test_a_job_that_ends_its_workers_is_given_up(
    app: Flask, effects: Callable[[], list[int]], frozen: time_machine.Traveller, session: Session
) -> None:
    """A worker that is killed says nothing: only its claim was counted."""
    put()
    for _ in range(MOST_ATTEMPTS):
        assert write(actions.claim, {"try.it"}, now=clock.now(), lease=dt.timedelta(minutes=5)) is not None
        frozen.shift(300)
    assert Worker(app, {"try.it": Task(leave_effect)}).run_due_once() == 0
    assert session.scalar(sa.select(Job.last_error)) == "Each of its workers ended before it did."
    assert effects() == []


def test_an_errand_goes_out_while_no_transaction_is_open(app: Flask, effects: Callable[[], list[int]]) -> None:
    open_then: list[bool] = []
    worker = Worker(app, {"try.it": errand(lambda _n: open_then.append(db.session().in_transaction()))})
    put()
    assert worker.run_due_once() == 1
    assert (open_then, effects()) == ([False], [1])


def test_an_errand_with_nothing_left_to_do_stays_at_home(app: Flask, effects: Callable[[], list[int]]) -> None:
    out: list[int] = []
    plain = errand(out.append)
    put()
    idle = Errand(lambda _session, _payload, _now: None, plain.reach, plain.record)
    assert Worker(app, {"try.it": idle}).run_due_once() == 1
    assert (out, effects()) == ([], [])


@pytest.mark.parametrize(("lease", "went_out"), [(dt.timedelta(minutes=5), [1]), (dt.timedelta(0), [1, 1])])
def test_the_lease_keeps_a_second_worker_from_the_same_errand(
    app: Flask, effects: Callable[[], list[int]], lease: dt.timedelta, went_out: list[int]
) -> None:
    """The twin holds a lease of no length: both go out. Even then the effect is recorded once."""
    out: list[int] = []

    def reach(n: int) -> None:
        out.append(n)
        if len(out) == 1:
            with app.app_context():
                Worker(app, handlers, lease=lease).run_due_once()

    handlers: Handlers = {"try.it": errand(reach)}
    put()
    Worker(app, handlers, lease=lease).run_due_once()
    assert (out, effects()) == (went_out, [1])


def test_a_periodic_task_is_done_once_a_period_by_however_many_workers(
    app: Flask, effects: Callable[[], list[int]], frozen: time_machine.Traveller
) -> None:
    def note(session: Session, _payload: Payload, now: dt.datetime) -> None:
        leave_effect(session, {"n": now.day}, now)

    workers = [Worker(app, {"try.daily": Task(note, every=dt.timedelta(days=1))}) for _ in range(2)]
    for hours in (1, 10, 20, 20):
        for worker in (*workers, *workers):
            worker.schedule()
            worker.run_due_once()
        frozen.shift(dt.timedelta(hours=hours))
    assert effects() == [11, 12]


def test_a_worker_at_work_does_what_comes_and_what_falls_due(app: Flask, effects: Callable[[], list[int]]) -> None:
    done = threading.Semaphore(0)

    def announce(session: Session, payload: Payload, now: dt.datetime) -> None:
        leave_effect(session, payload, now)
        sa.event.listen(session, "after_commit", lambda _session: done.release(), once=True)

    put(n=1)
    put(n=2, due=clock.now() + dt.timedelta(seconds=1))
    with at_work(Worker(app, {"try.it": Task(announce)}, poll=0.05)):
        assert done.acquire(timeout=PATIENCE)
        put(n=3)
        assert done.acquire(timeout=PATIENCE)
        assert done.acquire(timeout=PATIENCE)
    assert effects() == [1, 2, 3]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_wakes_a_worker_that_would_sleep_for_an_hour(app: Flask, effects: Callable[[], list[int]]) -> None:
    done = threading.Semaphore(0)

    def announce(session: Session, payload: Payload, now: dt.datetime) -> None:
        leave_effect(session, payload, now)
        done.release()

    with at_work(Worker(app, {"try.it": Task(announce)}, poll=HOUR)):
        for n in range(20):
            put(n=n)
            assert done.acquire(timeout=PATIENCE), f"asleep at job {n}"
    assert effects() == list(range(20))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_need_not_hurry_wakes_nobody_and_is_done_at_the_next_look(
    app: Flask, effects: Callable[[], list[int]]
) -> None:
    with db.engine.connect() as listening:
        listener = listening.execution_options(isolation_level="AUTOCOMMIT").connection.dbapi_connection
        assert listener is not None
        listener.execute(f"LISTEN {actions.CHANNEL}")
        orders = [Order("try.it", {"n": 1}, clock.now(), "quiet")]
        for _ in range(2):
            write(actions.enqueue_quietly, orders, now=clock.now())
        put(n=2)
        assert len(list(listener.notifies(timeout=PATIENCE, stop_after=1))) == 1
        assert list(listener.notifies(timeout=0)) == []
    done = threading.Semaphore(0)

    def announce(session: Session, payload: Payload, now: dt.datetime) -> None:
        leave_effect(session, payload, now)
        done.release()

    with at_work(Worker(app, {"try.it": Task(announce)}, poll=0.05)):
        assert done.acquire(timeout=PATIENCE)
        assert done.acquire(timeout=PATIENCE)
    assert effects() == [1, 2]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_worker_outlives_a_database_that_cuts_its_connections(
    app: Flask, database: str, effects: Callable[[], list[int]]
) -> None:
    done = threading.Semaphore(0)

    def announce(session: Session, payload: Payload, now: dt.datetime) -> None:
        leave_effect(session, payload, now)
        done.release()

    admin = sa.create_engine(database, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with at_work(Worker(app, {"try.it": Task(announce)}, poll=0.05)):
        put(n=1)
        assert done.acquire(timeout=PATIENCE)
        db.session.remove()
        with admin.connect() as connection:
            cut = connection.scalars(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            ).all()
        assert len(cut) >= 2, "the worker's listener and its session"
        put(n=2)
        assert done.acquire(timeout=PATIENCE)
    assert effects() == [1, 2]
