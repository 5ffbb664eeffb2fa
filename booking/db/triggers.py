"""Triggers as part of the models, in both dialects, so that a test can compare them with what the migrations made."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import event

REFUSE = """
CREATE FUNCTION archipel_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_NAME, CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
END $$
"""
"""PostgreSQL's half of every refusing trigger: the error carries the trigger's name as its constraint's name."""

RENEW = """
CREATE FUNCTION archipel_renew_edition() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO edition (id, version) VALUES (1, gen_random_uuid())
  ON CONFLICT (id) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END $$
"""
"""PostgreSQL's half of every trigger that renews the edition."""

_RENEWS = "FOR EACH STATEMENT EXECUTE FUNCTION archipel_renew_edition()"
_RENEW_ON_SQLITE = (
    "INSERT INTO edition (id, version) VALUES (1, lower(hex(randomblob(16)))) "
    "ON CONFLICT (id) DO UPDATE SET version = excluded.version"
)


def _ddl(statement: str) -> sa.DDL:
    return sa.DDL(statement.replace("%", "%%"))


for function in (REFUSE, RENEW):
    event.listen(
        sa.MetaData,
        "before_create",
        _ddl(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")).execute_if(dialect="postgresql"),
    )


def sqlite_refusal(name: str, when: str, table: str, condition: str = "1") -> str:
    """SQL of a SQLite trigger that refuses `when` (`BEFORE UPDATE`...) under a condition, naming itself."""
    return f"CREATE TRIGGER {name} {when} ON {table} BEGIN SELECT RAISE(ABORT, '{name}') WHERE {condition}; END"


def postgresql_refusal(name: str, when: str, table: str) -> str:
    """SQL of a PostgreSQL trigger that always refuses `when`, naming itself."""
    return f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION archipel_refuse()"


def refuse(table: sa.FromClause, *operations: str) -> None:
    """Forbid UPDATE and/or DELETE on a table by triggers named `tr_<table>_no_<operation>` on both databases."""
    assert isinstance(table, sa.Table)  # noqa: S101 - narrows SQLAlchemy's wide type of __table__
    for operation in operations:
        name = f"tr_{table.name}_no_{operation.lower()}"
        when = f"BEFORE {operation}"
        add(
            table,
            sqlite=[sqlite_refusal(name, when, table.name)],
            postgresql=[postgresql_refusal(name, when, table.name)],
        )


def renew_edition(*tables: sa.FromClause) -> None:
    """Have every change of these tables give `edition` a version that it never had, even if it is rolled back."""
    for table in tables:
        assert isinstance(table, sa.Table)  # noqa: S101 - as above
        name, rows = f"tr_{table.name}_edition", table.name
        add(
            table,
            sqlite=[
                f"CREATE TRIGGER {name}_{what.lower()} AFTER {what} ON {rows} BEGIN {_RENEW_ON_SQLITE}; END"
                for what in ("INSERT", "UPDATE", "DELETE")
            ],
            postgresql=[f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {rows} {_RENEWS}"],
        )


def add(table: sa.FromClause, *, sqlite: list[str], postgresql: list[str]) -> None:
    """Attach statements that run after the table is made, per dialect."""
    for dialect, statements in (("sqlite", sqlite), ("postgresql", postgresql)):
        for statement in statements:
            event.listen(table, "after_create", _ddl(statement).execute_if(dialect=dialect))
