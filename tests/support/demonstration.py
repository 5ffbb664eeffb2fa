"""The demonstration, made once a session and copied for whoever wants it: every room has something in it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
import sqlalchemy as sa

from booking.commands import demo
from booking.settings import Settings, load
from tests.support.once import made_once

LIEU = "les-traboules"


def settings_of(path: Path) -> Settings:
    """Settings of a demonstration on that file."""
    environ = {
        "DATABASE_URL": f"sqlite:///{path}",
        "SECRET_KEY": "tests-only-" + "0" * 40,
        "BASE_URL": "http://127.0.0.1",
    }
    return load(environ, demo=True)


def made(session_folder: Path) -> Path:
    """The file of a finished demonstration."""

    def make(path: Path) -> None:
        assert demo.run(argparse.Namespace(port=8000, no_serve=True), settings_of(path)) == 0
        engine = sa.create_engine(f"sqlite:///{path}")
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        engine.dispose()

    return made_once(session_folder / "demonstration.db", make)


@pytest.fixture(scope="session")
def demonstration(session_folder: Path) -> Path:
    """The file of the demonstration; copy it before you write."""
    return made(session_folder)
