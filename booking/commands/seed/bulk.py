"""Many rows at once: COPY on PostgreSQL, executemany on SQLite; constraints and triggers judge every row as ever."""
# ruff: noqa: S608 - statements made of our own tables' names

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from booking.db.base import Base

Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""By table, in the order in which they may be written: tuples in the order of `COLUMNS`."""

COLUMNS: Mapping[str, Sequence[str]] = {
    line.split()[0].rstrip(":"): line.split()[1:]
    for line in """
lieu: id slug name folded kind status bookable example summary address postcode commune insee department region \
    latitude longitude timezone alsace_moselle half_day_split public_feeds access legal_name vat_regime \
    vat_basis_points debt_ceiling created_at updated_at
opening: lieu_id weekday opens closes
book: id lieu_id
rule_version: id lieu_id subject content created_at
tariff: id uid lieu_id name free rule_version_id updated_at
rate: tariff_id audience period lieu_id amount unit
member: id uid email name language steward wants_reminder wants_host_mail confirmed_at created_at
account: id book_id lieu_id unit kind owner_id created_at
resource: id lieu_id slug kind name folded summary text capacity take step shortest longest notice horizon_days \
    buffer_before buffer_after seen_by booked_by free_cancel_hours kept_percent position created_at updated_at
unit: id lieu_id name
resource_unit: resource_id unit_id lieu_id
resource_tariff: resource_id tariff_id lieu_id
feed_counter: feed version changed_at
claim: id lieu_id kind
occupancy: unit_id starts_at ends_at claim_id lieu_id
quote: id uid lieu_id resource_id member_id starts_at ends_at quantity unit total vat vat_basis_points \
    rule_version_id created_at expires_at
quote_line: quote_id position code params amount
quote_part: quote_id position payer unit amount
booking: id uid code lieu_id resource_id claim_id claim_kind member_id made_by_id quantity status starts_at \
    ends_at local_start local_end timezone tzdata buffer_before buffer_after free_cancel_hours kept_percent note \
    quote_id kept sequence created_at updated_at
booking_event: id booking_id lieu_id kind by_id at detail
booking_text: booking_id public owner
transfer: id group_uid book_id lieu_id unit debit_id credit_id amount cause subject detail rule_version_id key \
    by_id at
""".strip().splitlines()
}

COUNTED = [table for table, columns in COLUMNS.items() if columns[0] == "id"]


class Bulk:
    """Writes batches of rows, a transaction each."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        postgresql = engine.dialect.name == "postgresql"
        self._write = self._copy if postgresql else self._insert
        self.writers = 2 if postgresql else 1
        """How many batches are worth writing at once."""

    def last_ids(self) -> dict[str, int]:
        """The highest id of each counted table, 0 when it is empty."""
        with self.engine.connect() as connection:
            return {
                table: connection.execute(sa.select(sa.func.max(Base.metadata.tables[table].c.id))).scalar() or 0
                for table in COUNTED
            }

    def write(self, rows: Rows) -> None:
        """Write a batch, tables in the order of COLUMNS."""
        with self.engine.connect().execution_options(write=True) as connection, connection.begin():
            cursor = connection.connection.cursor()
            for table, columns in COLUMNS.items():
                if rows.get(table):
                    self._write(cursor, table, columns, rows[table])
            cursor.close()

    def finish(self) -> None:
        """Let the next ordinary insert count on from here, and tell the planner what there is now."""
        with self.engine.begin() as connection:
            if self.engine.dialect.name == "postgresql":
                for table in COUNTED:
                    connection.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                    )
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")

    @staticmethod
    def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            copy.write("".join("\t".join([_TEXT[type(v)](v) for v in row]) + "\n" for row in rows))

    @staticmethod
    def _insert(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(columns))
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            [tuple(_sqlite(v) for v in row) for row in rows],
        )


def _sqlite(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return int(value.timestamp())
    return json.dumps(value) if isinstance(value, dict) else value


def _escaped(value: str) -> str:
    """Text for COPY: four searches that mostly find nothing cost less than looking at each character."""
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


_TEXT: Mapping[type, Callable[[Any], str]] = {
    str: _escaped,
    int: str,
    float: repr,
    bool: lambda v: "t" if v else "f",
    dict: lambda v: _escaped(json.dumps(v)),
    type(None): lambda _v: "\\N",
    dt.datetime: lru_cache(4096)(dt.datetime.isoformat),
}
