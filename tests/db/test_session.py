"""Connections: what a read leaves behind, and what becomes of those that the server has closed."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking.db import db, glance, read, survey, write
from booking.db.session import look_before_use
from booking.people.models import Member
from tests.support.world import World

ASK = sa.text("SELECT pg_backend_pid() + :n")
"""Any statement that the driver would have the server plan once."""
OFTEN = 8
"""Runs after which psycopg has it planned."""


pytestmark = pytest.mark.usefixtures("app")
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""SQLite has neither planned statements nor a server that closes connections."""


def planned() -> int:
    """How many statements of ours the server holds planned for the connection that is used next."""
    mine = sa.text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :ours")
    with db.engine.connect() as connection:
        return int(connection.execute(mine, {"ours": f"{ASK.text[:25]}%"}).scalar_one())


def ask(session: Any) -> int:
    return int(session.execute(ASK, {"n": 0}).scalar_one())


@on_postgresql
def test_statements_stay_planned_over_reads_glances_and_writes() -> None:
    for way in (read, glance, write):
        for _ in range(OFTEN):
            way(ask)
            db.session.remove()
        assert planned() == 1, way
    with db.engine.connect() as connection:
        connection.execute(ASK, {"n": 0})
    assert planned() == 0, "a transaction that is rolled back has the driver forget them: what reads must not do"


def closed(engine: sa.Engine) -> int:
    """Have the server close the engine's pooled connection; which one it was."""
    with engine.connect() as first:
        number = ask(first)
    with db.engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({number}, 5000)")
    return number


@on_postgresql
def test_a_connection_that_the_server_closed_is_not_used(database: str) -> None:
    engine = sa.create_engine(database, pool_size=1)
    look_before_use(engine, after=0)
    number = closed(engine)
    with engine.connect() as second:
        assert ask(second) != number
    engine.dispose()


@on_postgresql
def test_without_a_look_it_is_used_and_fails(database: str) -> None:
    engine = sa.create_engine(database, pool_size=1)
    look_before_use(engine, after=3600)
    closed(engine)
    with pytest.raises(sa.exc.OperationalError), engine.connect() as second:
        ask(second)
    engine.dispose()


@on_postgresql
@pytest.mark.parametrize("way", [read, write])
def test_a_connection_closed_a_moment_ago_fails_nobody(database: str, way: Any) -> None:
    number = way(ask)
    db.session.remove()
    admin = sa.create_engine(database, poolclass=sa.NullPool)
    with admin.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({number}, 5000)")
    assert way(ask) != number


@on_postgresql
def test_a_commit_that_broke_is_not_done_again(database: str) -> None:
    admin = sa.create_engine(database, poolclass=sa.NullPool)
    done: list[int] = []

    def noted(session: Session) -> None:
        done.append(ask(session))

    def cut(_session: Session) -> None:
        with admin.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({done[-1]}, 5000)")

    sa.event.listen(db.session, "before_commit", cut)
    try:
        with pytest.raises(sa.exc.OperationalError):
            write(noted)
    finally:
        sa.event.remove(db.session, "before_commit", cut)
    assert len(done) == 1


def test_a_survey_sees_one_state_whatever_is_written_meanwhile(app: Flask) -> None:
    world = World()
    world.member()

    def survey_while_people_come(session: Session) -> list[int]:
        found = [members(session)]
        with app.app_context():
            world.member()
        return [*found, members(session)]

    assert survey(survey_while_people_come) == [1, 1]
    assert read(members) == 2


def members(session: Session) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(Member)).scalar_one()
