"""`archipel seed`: as many rows as were asked for, whole, the same for the same numbers."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa
from flask import Flask

from booking.bookings.models import Booking
from booking.commands.check import INVARIANTS
from booking.db import read, survey
from booking.db.invariants import broken
from booking.people.models import Member
from booking.places.models import Lieu
from booking.resources.models import Resource
from tests.support.serving import environment


def seeded(url: str, **numbers: int) -> tuple[int, str]:
    """The exit code of `archipel seed` and what it said."""
    words = [f"--{name}={number}" for name, number in numbers.items()]
    done = subprocess.run(
        [sys.executable, "-m", "booking", "seed", *words],
        env=environment(url),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr


def count(table: type) -> int:
    return read(lambda s: s.scalar(sa.select(sa.func.count()).select_from(table))) or 0


@pytest.mark.parametrize(("lieux", "members"), [(3, 8), (9, 2)])
def test_a_seed_writes_what_was_asked_for_and_breaks_no_invariant(
    app: Flask, database: str, lieux: int, members: int
) -> None:
    assert app
    code, said = seeded(database, lieux=lieux, resources=12, bookings=400, members=members)
    assert (code, [count(t) for t in (Lieu, Resource, Booking, Member)]) == (0, [lieux, 12, 400, members]), said
    assert survey(broken, INVARIANTS) == []


def test_what_cannot_be_seeded_is_refused(app: Flask, database: str) -> None:
    code, said = seeded(database, lieux=0, resources=0)
    assert code == 2
    assert "lieux" in said
    assert "resources" in said
    assert count(Lieu) == 0
    assert app
