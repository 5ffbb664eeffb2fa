"""Alembic's environment: one history for SQLite and PostgreSQL, run by `archipel init` and `archipel demo`."""

from __future__ import annotations

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """Run the migrations in one transaction; SQLite takes its write lock first, so two starters do not collide."""
    with database.engine.connect().execution_options(write=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(8256202611)")
            context.run_migrations()


run()
