"""What the migrations make is what the models say, triggers and exclusion included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade

from booking.db import db
from booking.db.base import Base
from tests.support import realpg

CATALOGUES = {
    "sqlite": """
        SELECT type, name, tbl_name, sql FROM sqlite_master
         WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'alembic_version'""",
    "postgresql": """
        SELECT 'constraint', conname, conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
        UNION ALL SELECT 'trigger', tgname, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger
         WHERE NOT tgisinternal
        UNION ALL SELECT 'index', indexname, tablename, indexdef FROM pg_indexes
         WHERE schemaname = 'public' AND tablename <> 'alembic_version'
        UNION ALL SELECT 'function', proname, '', pg_get_functiondef(oid) FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'archipel%'""",
}


@pytest.fixture
def by_models(app: Flask, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """A second database, made by the models alone."""
    assert app
    if db.engine.dialect.name == "sqlite":
        engine = sa.create_engine(f"sqlite:///{tmp_path / 'models.db'}")
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
    else:
        with realpg.database(request.getfixturevalue("pg_server")) as url:
            engine = sa.create_engine(url)
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE EXTENSION btree_gist")
            Base.metadata.create_all(engine)
            yield engine
            engine.dispose()


def catalogue(engine: sa.Engine) -> set[tuple[str, ...]]:
    with engine.connect() as connection:
        rows = connection.execute(sa.text(CATALOGUES[engine.dialect.name])).all()
    return {(r[0], r[1], r[2], _tokens(r[3])) for r in rows if r[0] != "table"} | {
        (r[0], r[1], r[2], "".join(sorted(_tokens(r[3]).replace(",", " ").split()))) for r in rows if r[0] == "table"
    }


def _tokens(sql: str | None) -> str:
    return " ".join((sql or "").replace('"', "").replace("(", " ( ").replace(")", " ) ").split())


def test_migrations_make_what_the_models_say(by_models: sa.Engine) -> None:
    assert catalogue(db.engine) == catalogue(by_models)


def test_alembic_sees_no_difference(app: Flask) -> None:
    assert app
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_way_back_leaves_nothing(app: Flask) -> None:
    assert app
    downgrade(revision="base")
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
