"""The session, and the only places where a transaction begins, commits or rolls back."""

from __future__ import annotations

import contextlib
import random
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import exc
from sqlalchemy.orm import Session

from booking.db.base import Base
from booking.errors import Busy

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 3
IDLE = 1.0
# On PostgreSQL each statement sees what is committed by then, in a transaction or out of it; out of it nothing need be
# rolled back, upon which the driver would forget the statements that the server has planned for it.
_READING: dict[str, dict[str, Any]] = {"postgresql": {"isolation_level": "AUTOCOMMIT"}, "sqlite": {}}
_SURVEYING: dict[str, dict[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "sqlite": {},
}
_RETRYABLE = {"40001", "40P01", "55P03"}
_SQLITE_NAMES = re.compile(r"(?:CHECK constraint failed: |UNIQUE constraint failed: )?([\w., ]+)$")


def engine_options(url: str) -> dict[str, Any]:
    """Pool and driver options for a database address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 20, "check_same_thread": False}}
    return {"pool_size": 8, "max_overflow": 8, "pool_recycle": 1800}


def tune(engine: sa.Engine) -> None:
    """Make SQLite durable, strict about foreign keys and explicit about who writes; keep dead connections from use."""
    if engine.dialect.name == "postgresql":
        look_before_use(engine, after=IDLE)
        return

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver.
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=20000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "recursive_triggers=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def look_before_use(engine: sa.Engine, *, after: float) -> None:
    """Ask a pooled connection whether it still lives before it is used, when it was idle for `after` seconds.

    A restarted server has closed what lay in the pool. Asking each time costs a twentieth of a booking.
    """

    @sa.event.listens_for(engine, "checkin")
    def _put_back(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _taken_out(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("idle_since")
        if since is None or time.monotonic() - since < after:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise exc.DisconnectionError from error  # The pool closes this connection and makes another.


def read(query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query in the request's session. Its answer holds plain values, never rows.

    Once more when the server had closed the connection, as it does when it is restarted.
    """
    session = db.session()
    try:
        return query(_reading(session), *args, **kwargs)
    except exc.DBAPIError as error:
        session.rollback()
        if not error.connection_invalidated:
            raise
    return query(_reading(session), *args, **kwargs)


def _reading(session: Session) -> Session:
    options = _READING[db.engine.dialect.name]
    if options and not session.in_transaction():
        session.connection(execution_options=options)
    return session


def survey(query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query of many statements over one state of the database, whatever is written meanwhile."""
    session = db.session()
    session.rollback()
    session.connection(execution_options=_SURVEYING[db.engine.dialect.name])
    try:
        return query(session, *args, **kwargs)
    finally:
        session.rollback()


def glance(query: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query on a connection with no session around it: for what programs ask again and again, mostly in vain."""
    with db.engine.connect() as connection:
        return query(connection.execution_options(**_READING[db.engine.dialect.name]), *args, **kwargs)


def write(action: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run an action in one transaction and commit it; run the whole action again when the database asks for it.

    At most three times, with jitter, on a serialization failure, a deadlock, a busy SQLite or a connection that broke
    before the commit; then `Busy`. Whatever the action raises rolls everything back.
    """
    session = db.session()
    for number in range(1, ATTEMPTS + 1):
        session.rollback()  # A page may have read before it writes; SQLite must not upgrade that transaction.
        committing = False
        try:
            session.connection(execution_options={"write": True})
            result = action(session, *args, **kwargs)
            committing = True  # Whether a commit that broke was one, nobody knows.
            session.commit()
        except exc.DBAPIError as error:
            session.rollback()
            broken = error.connection_invalidated and not committing
            if not (broken or retryable(error)):
                raise
            if number == ATTEMPTS:
                raise Busy from error
            time.sleep(random.uniform(0.005, 0.03) * number)  # noqa: S311 - jitter, not a secret
        except BaseException:
            session.rollback()
            raise
        else:
            return result
    raise Busy


def finish() -> None:
    """End a read before something slow (the network) begins, so that no transaction waits for it."""
    db.session().rollback()


@contextlib.contextmanager
def attempt(session: Session) -> Iterator[None]:
    """The only savepoint: what is inside may be refused by the database without ending the transaction."""
    with session.begin_nested():
        yield


def retryable(error: exc.DBAPIError) -> bool:
    """Whether the same transaction may succeed if run again."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _RETRYABLE
    return isinstance(error, exc.OperationalError) and any(w in str(error.orig) for w in ("locked", "busy"))


def violated(error: exc.DBAPIError) -> str | None:
    """The name of the constraint or trigger that refused.

    SQLite names CHECKs and triggers but tells a broken UNIQUE by its columns: `table.column, table.column` is answered
    as the conventional `uq_table_column_column`. None when the error is of another kind (a foreign key on SQLite).
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        name: str | None = diagnosis.constraint_name
        return name
    text = str(error.orig)
    match = _SQLITE_NAMES.search(text)
    if not match or "FOREIGN KEY" in text:
        return None
    if "UNIQUE" in text:
        columns = [c.strip().split(".") for c in match[1].split(",")]
        return "_".join(["uq", columns[0][0], *(c[-1] for c in columns)])
    return match[1].strip()
