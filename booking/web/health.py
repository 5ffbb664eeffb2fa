"""Whether the server lives and can work: `/healthz`, `/readyz`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response
from sqlalchemy.exc import SQLAlchemyError

from booking.db import db
from booking.settings import package_folder
from booking.web.security import mark


def newest_revision() -> str | None:
    """The last migration that this version of the program carries."""
    config = Config()
    config.set_main_option("script_location", str(package_folder("migrations")))
    return ScriptDirectory.from_config(config).get_current_head()


def database_revision() -> str | None:
    """The last migration the database has had."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def register(app: Flask) -> None:
    """Add both addresses."""

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        try:
            with db.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
            current = database_revision()
        except SQLAlchemyError:
            return Response("database does not answer\n", 503, mimetype="text/plain")
        if current is None or current != newest_revision():
            return Response("migrations are not done\n", 503, mimetype="text/plain")
        return Response("ready\n", mimetype="text/plain")

    for view in (healthz, readyz):
        mark(view, "public")
