"""Workers that are killed half-way: nothing is lost, nothing has its effect twice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking import clock
from booking.db import read, write
from booking.jobs import actions, queries
from booking.jobs.schemas import Counts
from tests.jobs import crew

JOBS = 200
FATAL = range(5, JOBS, 25)
LANES = 2
ROOT = Path(__file__).resolve().parents[2]


def fill(session: Session) -> None:
    session.execute(sa.text("CREATE TABLE effect (n INTEGER NOT NULL)"))
    for n in range(JOBS):
        kind = ("try.task", "try.errand")[n % 2]
        actions.enqueue(session, kind, {"n": n, "fatal": n in FATAL}, now=clock.now())


def lane(database: str, folder: Path) -> list[int]:
    """One worker after the other, each killed as soon as it says that it is half-way, until one finds no work left."""
    killed: list[int] = []
    environment = {**os.environ, "DATABASE_URL": database, "SECRET_KEY": "tests-only-" + "0" * 40}
    while True:
        with subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.crew", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        ) as process:
            assert process.stdout is not None
            half_way = process.stdout.readline()
            if half_way:
                process.kill()
        if not half_way:
            assert process.returncode == 0
            return killed
        killed.append(int(half_way))


@pytest.mark.races
def test_each_job_has_its_effect_once_though_workers_are_killed_half_way(
    database: str, session: Session, tmp_path: Path
) -> None:
    """What is noted outside the transaction is the twin: it stands there twice for every job that was cut."""
    write(fill)
    with ThreadPoolExecutor(LANES) as lanes:
        killed = [n for each in lanes.map(lambda _: lane(database, tmp_path), range(LANES)) for n in each]
    assert sorted(killed) == list(FATAL)
    tries = Counter(crew.tries(tmp_path))
    assert all(tries[n] >= (2 if n in FATAL else 1) for n in range(JOBS))
    assert session.scalars(sa.text("SELECT n FROM effect ORDER BY n")).all() == list(range(JOBS))
    assert read(queries.counts, clock.now()) == Counts(due=0, later=0, running=0, failed=0, oldest=None)
