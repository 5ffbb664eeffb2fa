"""The backups of docs/operations.md, taken while bookings are made, restored elsewhere, and found whole."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from booking.app import create_app
from booking.bookings.actions import book
from booking.bookings.models import Booking
from booking.bookings.schemas import BookingRequest
from booking.commands.check import INVARIANTS
from booking.db import db, read, survey, write
from booking.db.invariants import broken
from booking.errors import Problem
from booking.people.schemas import Asker
from tests.conftest import settings_for
from tests.support import realpg
from tests.support.world import NOW, World, stretch


class Busy(threading.Thread):
    """Books one stretch after the other until it is told to stop; `begun` tells that it is on its way."""

    def __init__(self, app: Flask, members: list[Asker], slugs: list[str]) -> None:
        super().__init__()
        self.app, self.members, self.slugs = app, members, slugs
        self.begun, self.enough = threading.Event(), threading.Event()

    def run(self) -> None:
        with self.app.app_context():
            wishes = (
                (member, BookingRequest(slug, stretch(f"2026-06-{12 + day}", f"{hour:02}:00", f"{hour + 1:02}:00")))
                for day in range(18)
                for hour in range(8, 20)
                for slug, member in zip(self.slugs, self.members, strict=True)
            )
            for made, (member, wish) in enumerate(wishes):
                if self.enough.is_set():
                    break
                try:
                    write(book, member, wish, NOW)
                except Problem:
                    continue
                if made > 20:
                    self.begun.set()
            self.begun.set()
            db.session.remove()


def restored(url: str) -> int:
    """How many bookings the copy holds; every invariant holds in it."""
    app = create_app(settings_for(url))
    with app.app_context():
        assert survey(broken, INVARIANTS) == []
        count = read(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Booking))) or 0
        db.session.remove()
        db.engine.dispose()
    return count


@pytest.fixture
def busy(app: Flask) -> Busy:
    world = World()
    world.lieu(debt_ceiling=10_000_000)
    slugs = [world.resource(f"Quai {n}") for n in range(4)]
    return Busy(app, [world.member() for _ in slugs], slugs)


def test_a_backup_taken_under_load_restores_whole(
    app: Flask, busy: Busy, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    busy.start()
    assert busy.begun.wait(60)
    try:
        if url.startswith("sqlite"):
            copy = tmp_path / "backup.db"
            live = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
            live.execute("VACUUM INTO ?", (str(copy),))
            live.close()
            assert restored(f"sqlite:///{copy}") > 20
        else:
            server: str = request.getfixturevalue("pg_server")
            programs = realpg.installation() / "bin"
            if not (programs / "pg_dump").exists():
                pytest.skip("this PostgreSQL came without pg_dump; a system one by ARCHIPEL_POSTGRES has it")
            dump = tmp_path / "archipel.dump"
            plain = url.replace("+psycopg", "")
            subprocess.run([programs / "pg_dump", "--format=custom", f"--file={dump}", plain], check=True)
            with realpg.database(server) as other:
                into = other.replace("+psycopg", "")
                subprocess.run([programs / "pg_restore", "--no-owner", f"--dbname={into}", dump], check=True)
                assert restored(other) > 20
    finally:
        busy.enough.set()
        busy.join()
