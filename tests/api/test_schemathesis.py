"""The whole API against its own document: schemathesis plays every call, with sense and without, on a real server.

It fails on any 5xx, any answer that is not as described, any status, header or media type that the document does not
name, on nonsense that is taken, on calls that need a token and do without.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from booking.bookings.models import Booking
from booking.bookings.rules import Status
from booking.db import db, read
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.tariffs.models import Quote
from tests.support.archipelago import DESK, ECLUSE, LASER, POOL
from tests.support.programs import served, token_of
from tests.support.world import World

# Words of this world, so that more than refusals are tried.
SETTINGS = f"""
[dictionaries]
resources = {{ values = ["{DESK}", "{POOL}", "{LASER}", "nothing"] }}
lieux = {{ values = ["{ECLUSE}", "nowhere"] }}
starts = {{ values = ["2026-06-12T13:00:00+02:00", "2026-06-12T14:00:00.000Z", "2026-06-13T10:00:00+02:00"] }}
ends = {{ values = ["2026-06-12T17:30:00+02:00", "2026-06-12T16:00:00Z", "2026-06-13T11:00:00+02:00"] }}
positions = {{ values = ["48.11,-1.68", "-21,55.5", "90,180"] }}

[parameters]
"body.resource" = {{ dictionary = "resources", probability = 0.9 }}
"body.start" = {{ dictionary = "starts", probability = 0.9 }}
"body.end" = {{ dictionary = "ends", probability = 0.9 }}
"query.start" = {{ dictionary = "starts", probability = 0.8 }}
"query.end" = {{ dictionary = "ends", probability = 0.8 }}
"query.resource" = {{ dictionary = "resources", probability = 0.7 }}
"query.lieu" = {{ dictionary = "lieux", probability = 0.7 }}
"query.near" = {{ dictionary = "positions", probability = 0.7 }}
"path.id" = {{ dictionary = "resources", probability = 0.7 }}
"path.slug" = {{ dictionary = "lieux", probability = 0.7 }}
"""

# The first takes every 422 of a rule of the trade (closed then, off the step, too far ahead) for a mistake of the
# document, which cannot tell such rules; the second takes a booking that DELETE has cancelled for one that is gone.
UNFIT = "positive_data_acceptance,use_after_free"


def play(address: str, token: str, folder: Path, phases: str, examples: int) -> int:
    """Let schemathesis call everything, by a seed that is told; gives how many calls it made."""
    config = folder / "schemathesis.toml"
    config.write_text(SETTINGS)
    command: list[str | Path] = [
        Path(sys.executable).with_name("schemathesis"),
        "--config-file",
        config,
        "--no-color",
        "run",
    ]
    command += [f"{address}/api/v1/openapi.json", "--url", address, "--header", f"Authorization: Bearer {token}"]
    command += ["--phases", phases, "--max-examples", str(examples), "--seed", "20260611", "--continue-on-failure"]
    command += ["--checks", "all", "--exclude-checks", UNFIT, "--warnings", "off", "--request-timeout", "30"]
    played = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, timeout=3600)
    assert played.returncode == 0, played.stdout[-20_000:] + played.stderr[-2_000:]
    db.session.rollback()
    told = re.search(r"(\d+) generated", played.stdout)
    assert told, played.stdout[-2_000:]
    return int(told[1])


def rows(table: type, *conditions: sa.ColumnElement[bool]) -> int:
    return read(lambda session: session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))) or 0


@pytest.fixture
def host(world: World) -> Asker:
    """Who may do the most: books for others too."""
    return world.staff(ECLUSE, Role.HOST)


def test_every_call_keeps_what_the_document_promises(app: Flask, host: Asker, tmp_path: Path) -> None:
    """Each value at its bounds on one database, what chance finds on the other.

    What is judged are the answers alone; whether chance makes a booking in so short a time is the long form's to ask.
    """
    first = "coverage" if db.engine.dialect.name == "postgresql" else "fuzzing"
    with served(app) as address:
        assert play(address, token_of(host), tmp_path, f"{first},stateful", 10) > 150


@pytest.mark.long
def test_every_call_keeps_it_for_long(app: Flask, host: Asker, tmp_path: Path) -> None:
    with served(app) as address:
        play(address, token_of(host), tmp_path, "examples,coverage,fuzzing,stateful", 400)
    assert rows(Quote) > 0, "nothing but refusals was tried"
    assert rows(Booking, Booking.status == Status.CANCELLED) > 0
