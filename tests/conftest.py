"""Fixtures of every test: a migrated database of each kind, the application on it, a client, people and places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from booking.app import create_app
from booking.db import db
from booking.settings import Settings, load
from tests.support import realpg
from tests.support.once import made_once

KINDS = ("sqlite", "postgresql")

hypothesis_settings.register_profile(
    "suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("suite")


def settings_for(database_url: str, **environ: str) -> Settings:
    """Settings of a test server on that database."""
    return load({"SECRET_KEY": "tests-only-" + "0" * 40, "DATABASE_URL": database_url, **environ})


def migrate(url: str) -> None:
    """Bring the database to the newest revision."""
    app = create_app(settings_for(url))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(session_folder: Path) -> Path:
    """A migrated, empty SQLite file."""

    def make(path: Path) -> None:
        migrate(f"sqlite:///{path}")
        with sa.create_engine(f"sqlite:///{path}").connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")

    return made_once(session_folder / "template.db", make)


@pytest.fixture(scope="session")
def pg_template(pg_server: str) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    return realpg.template(pg_server, "archipel_template", migrate)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database; the test runs once on each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "archipel.db"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
    else:
        name: str = request.getfixturevalue("pg_template")
        with realpg.database(request.getfixturevalue("pg_server"), name) as url:
            yield url


@pytest.fixture(scope="session")
def compiled_templates(session_folder: Path) -> FileSystemBytecodeCache:
    """Templates are compiled once a session, not once for each application that a test makes."""
    folder = session_folder / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture
def app(database: str, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on that database, its context pushed."""
    made = create_app(settings_for(database))
    made.jinja_env.bytecode_cache = compiled_templates
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """The session that actions and queries take; write through `booking.db.write`."""
    assert app
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()
