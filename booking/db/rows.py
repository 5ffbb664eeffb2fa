"""Statements that are made once, so that only their values travel: those of every booking.

Building an INSERT anew costs five times what running it does. The statements here are of bare tables: the types and
defaults of their columns hold as ever, and the database judges every row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from booking.db.base import Base

Values = Mapping[str, Any]
"""By column; all rows that are added together name the same columns."""


def run(
    session: Session, statement: sa.Executable, values: Values | Sequence[Values] | None = None
) -> sa.CursorResult[*tuple[Any, ...]]:
    """Run a statement over columns (never whole entities) in the session's transaction.

    The session's own `execute` first looks for entities to load, which takes longer than such a statement does.
    """
    session.flush()
    return session.connection().execute(statement, values)


def add(session: Session, table: type[Base], *rows: Values) -> None:
    """Insert rows by one statement, in their order."""
    if len(rows) == 1:
        run(session, _insert(table), rows[0])
    elif rows:
        run(session, _together(table), rows)


def add_numbered(session: Session, table: type[Base], row: Values) -> int:
    """Insert a row and give the number that the database counted for it."""
    number: int = run(session, _numbered(table), row).scalar_one()
    return number


def add_unless(session: Session, table: type[Base], row: Values, *unique: str) -> int | None:
    """Insert a row and give its number, unless its columns `unique` stand in another row already (None)."""
    number: int | None = run(session, _unless(table, unique, dialect_of(session)), row).scalar()
    return number


def dialect_of(session: Session) -> str:
    """`postgresql` or `sqlite`."""
    return session.get_bind().dialect.name


def upsert(dialect: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what happens on a conflict, in that dialect."""
    return postgresql.insert(_bare(table)) if dialect == "postgresql" else sqlite.insert(_bare(table))


def _bare(table: type[Base]) -> sa.Table:
    return Base.metadata.tables[table.__tablename__]


@cache
def _insert(table: type[Base]) -> sa.Insert:
    return sa.insert(_bare(table))


@cache
def _together(table: type[Base]) -> sa.Insert:
    """Rows go by one statement when something comes back, else one by one."""
    return sa.insert(_bare(table)).returning(sa.literal_column("1"))


@cache
def _numbered(table: type[Base]) -> sa.Insert:
    return sa.insert(_bare(table)).returning(_bare(table).c.id)


@cache
def _unless(table: type[Base], unique: tuple[str, ...], dialect: str) -> sa.Insert:
    made = upsert(dialect, table).on_conflict_do_nothing(index_elements=unique)
    return made.returning(_bare(table).c.id)
