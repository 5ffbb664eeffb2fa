"""The worker: takes one due job after the other, has its handler do it, and sleeps until there is more.

`kill -9` at any point loses nothing: what was not committed is taken again when its lease is over. A task is done
exactly once in effect, since its effect and the mark that it is done are one transaction. An errand may go out again
when its worker is killed after the network and before the mark; see `Errand`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import psycopg
import structlog
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from booking import clock
from booking.db import db, read, write
from booking.db.session import finish
from booking.errors import Busy
from booking.jobs import actions, queries
from booking.jobs.rules import LEASE, MOST_ATTEMPTS, GiveUp, Later, TryAgain, period_key
from booking.jobs.schemas import Claimed, Errand, Handlers, Task

log = structlog.get_logger()

POLL = 1.0
"""Seconds between two looks at the table; on PostgreSQL work that is due at once does not wait for them."""

STOP_CHECK = 0.5
"""Seconds after which a worker that listens looks whether it shall stop."""

Bell: TypeAlias = Callable[[threading.Event, float], None]
"""Sleeps until work is announced, at most that many seconds, or until the event is set."""


class Worker:
    """Does the jobs of an application. Any number of them may run, on any number of machines.

    `handlers` says what does each kind; jobs of other kinds are left to workers that know them. `lease` is how long a
    claimed job is ours alone, `poll` the seconds between two looks.
    """

    def __init__(self, app: Flask, handlers: Handlers, *, lease: dt.timedelta = LEASE, poll: float = POLL) -> None:
        self._app = app
        self._handlers = handlers
        self._lease = lease
        self._poll = poll
        self._scheduled: dict[str, str] = {}

    def run_until(self, stop: threading.Event) -> None:
        """Work until the event is set; the job at hand is finished first. Outlives a database that goes away."""
        log.info("worker started", kinds=len(self._handlers))
        while not stop.is_set():
            try:
                with self._app.app_context(), bell(db.engine) as sleep:
                    while not stop.is_set():
                        self._round(stop)
                        sleep(stop, self._poll)
            except (SQLAlchemyError, psycopg.Error, Busy) as error:
                log.warning("the database does not answer; the worker tries again", error=str(error))
                stop.wait(self._poll)
        log.info("worker ended")

    def run_due_once(self) -> int:
        """Do everything that is due, and what it sets off, in the present application context; how many were done."""
        return self._run_due(threading.Event())

    def schedule(self) -> None:
        """Enqueue each periodic job for the present period; its key makes it one among all workers."""
        now = clock.now()
        for kind, handler in self._handlers.items():
            if isinstance(handler, Task) and handler.every is not None:
                key = period_key(kind, handler.every, now)
                if self._scheduled.get(kind) != key:
                    write(actions.enqueue, kind, {}, now=now, key=key)
                    self._scheduled[kind] = key

    def _round(self, stop: threading.Event) -> None:
        """One look at the table, in a context of its own so that its session ends with it."""
        with self._app.app_context():
            self.schedule()
            # A plain read first: claiming takes SQLite's write lock, which an idle worker leaves to others.
            if read(queries.is_due, self._handlers, clock.now()):
                self._run_due(stop)

    def _run_due(self, stop: threading.Event) -> int:
        done = 0
        while not stop.is_set():
            job = write(actions.claim, self._handlers, now=clock.now(), lease=self._lease)
            if job is None:
                break
            done += self._do(job)
        return done

    def _do(self, job: Claimed) -> bool:
        """One attempt. Whatever the handler raises ends up in the job's row, and no job stops the next."""
        note = log.bind(job=job.id, kind=job.kind, attempt=job.attempts)
        try:
            effect = self._effect(job)
            done = write(actions.finish, job, effect, now=clock.now())
        except Later as later:
            write(actions.postpone, job, later.due, now=clock.now())
            return False
        except GiveUp as error:
            write(actions.give_up, job, str(error), now=clock.now())
            note.warning("job given up", reason=str(error))
            return False
        except (TryAgain, Busy) as error:
            self._retry(job, note, str(error))
            return False
        except Exception as error:  # noqa: BLE001 - a fault of one handler must not end the worker
            self._retry(job, note.bind(exc_info=True), f"{type(error).__name__}: {error}")
            return False
        note.debug("job done" if done else "job was done by another worker")
        return done

    def _effect(self, job: Claimed) -> Callable[[Session], None]:
        """What remains to be done inside the write; an errand has been to the network by then.

        Raises GiveUp for a job that has been taken too often: it must be what ends its workers.
        """
        if job.attempts > MOST_ATTEMPTS:
            raise GiveUp("Each of its workers ended before it did.")
        handler = self._handlers[job.kind]
        if isinstance(handler, Task):
            return partial(_run, handler, job)
        work = read(handler.prepare, job.payload, clock.now())
        finish()
        if work is None:
            return _nothing
        result = handler.reach(work)
        return partial(_record, handler, work, result)

    def _retry(self, job: Claimed, note: Any, reason: str) -> None:
        due = write(actions.retry, job, reason, now=clock.now())
        note.warning(
            "job failed" if due else "job failed for the last time", reason=reason, due=due and due.isoformat()
        )


def _run(task: Task, job: Claimed, session: Session) -> None:
    task.run(session, job.payload, clock.now())


def _record(errand: Errand[Any, Any], work: Any, result: Any, session: Session) -> None:
    errand.record(session, work, result, clock.now())


def _nothing(_session: Session) -> None:
    """The effect of an errand that has nothing left to do."""


@contextlib.contextmanager
def bell(engine: Engine) -> Iterator[Bell]:
    """How a worker sleeps on that database: listening on PostgreSQL, by time alone on SQLite."""
    if engine.dialect.name == "sqlite":
        yield _sleep
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # It listens, so it must not go back among those that answer pages.
        connection.exec_driver_sql(f"LISTEN {actions.CHANNEL}")
        listener = connection.connection.dbapi_connection
        assert isinstance(listener, psycopg.Connection)  # noqa: S101 - the only driver that an address of ours can name
        yield partial(_listen, listener)


def _sleep(stop: threading.Event, seconds: float) -> None:
    stop.wait(seconds)


def _listen(listener: psycopg.Connection[Any], stop: threading.Event, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not stop.is_set() and (left := end - time.monotonic()) > 0:
        if list(listener.notifies(timeout=min(left, STOP_CHECK), stop_after=1)):
            return
