"""Base of all tables, and the column types as words. No Flask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from booking.values.wall import Wall


class Base(DeclarativeBase):
    """Every table's parent; constraints are named by one convention so that a refusal can be told by its name."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )


def _from_seconds(value: int | None) -> dt.datetime | None:
    return None if value is None else dt.datetime.fromtimestamp(value, dt.UTC)


def _from_zoned(value: dt.datetime | None) -> dt.datetime | None:
    return None if value is None else value.astimezone(dt.UTC)


class Instant(sa.TypeDecorator[dt.datetime]):
    """An aware UTC instant in whole seconds: timestamptz on PostgreSQL, seconds since the epoch on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """INTEGER on SQLite, where text would neither index nor compare alike."""
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.DateTime(timezone=True))

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> Any:
        """Refuse naive and finer instants before they reach the driver."""
        if value is None:
            return None
        if value.tzinfo is None or value.microsecond:
            msg = f"not an aware instant in whole seconds: {value!r}"
            raise ValueError(msg)
        return int(value.timestamp()) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], dt.datetime | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware UTC, whatever the session's zone is; given whole, since a search reads thousands."""
        return _from_seconds if dialect.name == "sqlite" else _from_zoned


class WallText(sa.TypeDecorator[Wall]):
    """A wall time as text, `2026-10-25T02:30` (`/1` for the second of a repeated hour): text order is wall order."""

    impl = sa.String(18)
    cache_ok = True

    def process_bind_param(self, value: Wall | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Its text."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Wall | None:  # noqa: ARG002 - as above
        """The wall time."""
        return None if value is None else Wall.parse(value)


BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Row numbers; SQLite counts rows only in a column declared INTEGER."""

Amount = sa.BigInteger()
"""Whole minor units."""

Json = sa.JSON().with_variant(JSONB(), "postgresql")
Uid = sa.String(36)
Slug = sa.String(80)
Name = sa.String(120)
Line = sa.String(200)
Hash = sa.String(64)
Email = sa.String(254)
Zone = sa.String(64)


def word(kind: type[StrEnum], name: str, length: int = 20) -> sa.Enum:
    """A column that holds one of the words of `kind`, kept by a CHECK named after `name` on both databases."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        length=length,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda words: [w.value for w in words],
    )
