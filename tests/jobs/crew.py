"""A worker in a process of its own, for tests that kill it: `python -m tests.jobs.crew FOLDER`, settings as usual.

It ends when no job is left. Its two kinds of job note every try in the folder, outside any transaction, and leave their
effect in the table `effect`. A job whose payload says `fatal` stops half-way in its first try and says so on stdout: a
task with its effect written and not committed, an errand back from the network and not recorded.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking import clock, logs
from booking.app import create_app
from booking.db import read
from booking.jobs import queries
from booking.jobs.schemas import Errand, Handlers, Payload, Task
from booking.jobs.worker import Worker
from booking.settings import load

LEASE = dt.timedelta(seconds=2)


def tries(folder: Path) -> list[int]:
    """The number of every job that was tried, as often as it was."""
    file = folder / "tries"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def note_try(folder: Path, payload: Payload) -> None:
    """One line in one write, which no other process can split."""
    tried = os.open(folder / "tries", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(tried, f"{payload['n']}\n".encode())
    os.close(tried)


def stop_half_way(folder: Path, payload: Payload) -> None:
    """Say so and wait to be killed, if the job is fatal and this is its first try."""
    if payload["fatal"] and tries(folder).count(payload["n"]) == 1:
        sys.stdout.write(f"{payload['n']}\n")
        sys.stdout.flush()
        threading.Event().wait()


def leave_effect(session: Session, n: int) -> None:
    session.execute(sa.text("INSERT INTO effect VALUES (:n)"), {"n": n})


def task(folder: Path, session: Session, payload: Payload, _now: dt.datetime) -> None:
    note_try(folder, payload)
    leave_effect(session, payload["n"])
    stop_half_way(folder, payload)


def reach(folder: Path, payload: Payload) -> None:
    note_try(folder, payload)
    stop_half_way(folder, payload)


def handlers(folder: Path) -> Handlers:
    return {
        "try.task": Task(partial(task, folder)),
        "try.errand": Errand(
            lambda _session, payload, _now: payload,
            partial(reach, folder),
            lambda session, payload, _result, _now: leave_effect(session, payload["n"]),
        ),
    }


def main(folder: Path) -> None:
    """Work as `archipel worker` does, with a short lease, until all is done."""
    logs.configure()
    app = create_app(load())
    stop = threading.Event()
    worker = Worker(app, handlers(folder), lease=LEASE, poll=0.05)
    thread = threading.Thread(target=worker.run_until, args=(stop,), daemon=True)
    thread.start()
    while left(app):
        thread.join(0.1)
    stop.set()
    thread.join()


def left(app: Flask) -> int:
    """How many jobs have not ended."""
    with app.app_context():
        counts = read(queries.counts, clock.now())
    return counts.due + counts.later + counts.running


if __name__ == "__main__":
    main(Path(sys.argv[1]))
