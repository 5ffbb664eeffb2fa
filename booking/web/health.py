"""Whether the server lives and can work: `/healthz`, `/readyz`, and what is answered while the database does not."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, Response, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from booking.db import db
from booking.settings import package_folder
from booking.web.problems import answer
from booking.web.security import mark

log = structlog.get_logger()


def newest_revision() -> str | None:
    """The last migration that this version of the program carries."""
    config = Config()
    config.set_main_option("script_location", str(package_folder("migrations")))
    return ScriptDirectory.from_config(config).get_current_head()


def database_revision() -> str | None:
    """The last migration the database has had."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def on_outage(error: DBAPIError) -> Response:
    """The database does not answer: nothing was lost, and it comes back."""
    log.error("database", path=request.path, exc_info=error)
    text = _("La base de données ne répond pas. Rien n’a été enregistré ni perdu.")
    return answer(503, [{"code": "unavailable", "message": text}], {"Retry-After": "5"})


def register(app: Flask) -> None:
    """Add both addresses, and answer for the database."""
    app.register_error_handler(OperationalError, on_outage)
    app.register_error_handler(InterfaceError, on_outage)

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
