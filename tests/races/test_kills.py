"""Processes killed in the middle of a storm: what was acknowledged is there, once, and the server goes on."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking import clock
from booking.bookings.models import Booking
from booking.db import db, read
from booking.jobs.models import Job
from booking.mail.rules import DELIVER
from tests.races.conftest import SERVERS, Arena, booking_call, in_days
from tests.races.storm import Client, Said, Storm
from tests.support.serving import run

PROCESSES, CLIENTS = 4, 16
EVERY = 35
"""Answers between two kills."""
AGE = 6
"""Seconds that a worker lives before it is killed, the first ones apart: granian takes one that dies again within 5.5 s
for a fault of the application, and leaves the new start to who watches the whole server."""
PATIENCE = 240


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it comes true while one may wait."""
    end = time.monotonic() + PATIENCE
    while not (true := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return true


def wishes(arena: Arena, dice: random.Random, how_many: int) -> list[Client]:
    """Clients who want many stretches of few resources; each repeats itself under its key until it hears an answer."""
    slugs = [arena.resource(f"Établi {n}") for n in range(4)]
    clients = []
    for n in range(CLIENTS):
        calls = []
        for each in range(how_many):
            start = 480 + 30 * dice.randrange(22)
            wish = in_days(dice.randrange(min(80, how_many)), start, start + 60)
            calls.append(booking_call(dice.choice(slugs), wish, key=f"{arena.lieu}-{n}-{each}"))
        clients.append(Client(arena.member()[1], calls))
    return clients


def told(mails: Path) -> list[str]:
    """The code of every booking whose confirmation was delivered, as often as it was."""
    found = []
    for path in mails.glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        assert body is not None
        found += [word.strip(".,") for word in body.get_content().split() if word.startswith("R-")][:1]
    return found


@pytest.mark.parametrize("calls", [pytest.param(8, id="short"), pytest.param(400, id="long", marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost_when_processes_are_killed(mortal: Arena, tmp_path: Path, calls: int) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    dice = random.Random(seed)
    said: list[Said] = []
    born = dict.fromkeys(mortal.server.workers(), 0.0)
    killed_servers = killed_workers = 0
    with Storm(mortal.port, wishes(mortal, dice, calls), PROCESSES) as begun:
        for answer in begun.answers():
            said.append(answer)
            if len(said) % EVERY:
                continue
            now = time.monotonic()
            grown = [pid for pid in mortal.server.workers() if now - born.setdefault(pid, now) > AGE]
            if grown:
                os.kill(dice.choice(grown), signal.SIGKILL)
                killed_servers += 1
            worker = mortal.server.jobs_worker()
            if worker is not None:
                os.kill(worker, signal.SIGKILL)
                killed_workers += 1
    assert not mortal.server.ended(), mortal.server.log.read_text()[-4000:]
    assert killed_servers >= SERVERS
    assert killed_workers
    assert any(each.broken for each in said), "no client noticed: the kills came between all requests"
    assert {each.status for each in said} == {201, 409}, [each for each in said if each.status not in (201, 409)]
    assert all(each.reasons == {"slot_taken"} for each in said if each.status == 409)
    codes = {each.answer["code"] for each in said if each.status == 201}
    assert len(codes) == sum(each.status == 201 for each in said)
    assert set(read(lambda session: session.scalars(sa.select(Booking.code)).all())) == codes
    assert eventually(mortal.server.alive)
    assert eventually(lambda: len(mortal.server.workers()) == SERVERS)

    checked = run(mortal.url, "check", "--json")
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["broken"] == []
    everybody_is_told(codes, tmp_path / "mails")


def everybody_is_told(codes: set[str], mails: Path) -> None:
    """Each booking has its job, and each job its one effect: once the leases of the killed are over, all are done."""
    telling = Job.kind == "bookings.tell"
    assert read(lambda session: len(session.scalars(sa.select(Job.id).where(telling)).all())) == len(codes)
    db.session.rollback()
    with db.engine.begin() as connection:
        gone = clock.now() - dt.timedelta(seconds=1)
        connection.execute(sa.update(Job).where(Job.lease_until.is_not(None)).values(lease_until=gone))

    def all_done() -> bool:
        db.session.rollback()
        left = sa.select(Job.id).where(Job.done_at.is_(None), sa.or_(telling, Job.kind == DELIVER))
        return not read(lambda session: session.scalars(left).all())

    assert eventually(all_done)
    assert sorted(told(mails)) == sorted(codes)
