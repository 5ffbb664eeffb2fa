"""Floor C: the rows of a booking by the bare driver, `python -m benchmarks.bare`; each process is one client.

The rows are those of a real booking, read once, with other keys, people, units and hours: a transaction a booking, a
statement a table, nothing looked up and nothing decided.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from benchmarks.ground import Place

Rows = Mapping[str, list[dict[str, Any]]]
"""By table: the rows of one booking, without the ids that the database counts."""

OWN = {
    "claim": "id = %(claim_id)s",
    "occupancy": "claim_id = %(claim_id)s",
    "quote": "id = %(quote_id)s",
    "quote_line": "quote_id = %(quote_id)s",
    "quote_part": "quote_id = %(quote_id)s",
    "booking": "id = %(id)s",
    "booking_event": "booking_id = %(id)s",
    "transfer": "subject = %(code)s",
    "booking_text": "booking_id = %(id)s",
    "job": "payload->>'booking' = %(id)s::text",
}
COUNTED = ("claim", "quote", "booking", "booking_event", "transfer", "job")
BUMP = (
    "INSERT INTO feed_counter (feed, version, changed_at) VALUES (%s, 1, %s), (%s, 1, %s) "
    "ON CONFLICT (feed) DO UPDATE SET version = feed_counter.version + 1, changed_at = excluded.changed_at"
)


def measure(address: str, code: str, places: Sequence[Place], *, clients: int, seconds: float) -> float:
    """Bookings a second that so many processes write, each its share of the places, for so long."""
    processes = []
    for n in range(clients):
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bare"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        mine = [asdict(place) for place in places[n::clients]]
        orders = {"address": address, "code": code, "places": mine, "seconds": seconds}
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        process.stdin.write(json.dumps(orders, default=str) + "\n")
        process.stdin.flush()
        processes.append(process)
    for process in processes:
        assert process.stdout is not None  # noqa: S101 - as above
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None  # noqa: S101 - as above
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0] for process in processes]
    if any(process.returncode for process in processes):
        raise RuntimeError("a client of floor C failed")
    return sum(float(json.loads(each)["rate"]) for each in said)


def _read(connection: psycopg.Connection[dict[str, Any]], code: str) -> Rows:
    booking = connection.execute("SELECT * FROM booking WHERE code = %s", [code]).fetchone()
    rows = {}
    for table, condition in OWN.items():
        found = connection.execute(f"SELECT * FROM {table} WHERE {condition}", booking).fetchall()
        for row in found:
            if table in COUNTED:
                del row["id"]
            for name, value in row.items():
                row[name] = Jsonb(value) if isinstance(value, dict) else value
        rows[table] = found
    return rows


def _insert(cursor: psycopg.Cursor[Any], table: str, rows: list[dict[str, Any]], *, back: bool = False) -> int:
    columns = list(rows[0])
    marks = "(" + ", ".join(["%s"] * len(columns)) + ")"
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * len(rows))}"
    cursor.execute(
        statement + (" RETURNING id" if back else ""), [v for row in rows for v in row.values()], prepare=True
    )
    if not back:
        return 0
    made = cursor.fetchone()
    assert made is not None  # noqa: S101 - an insert gives its row
    return int(made[0])


def _write(cursor: psycopg.Cursor[Any], rows: Rows, place: Place) -> None:
    lieu: dict[str, Any] = {"lieu_id": place.lieu}
    hours: dict[str, Any] = {"starts_at": place.start, "ends_at": place.end}
    uid, code = str(uuid.uuid4()), "R-" + uuid.uuid4().hex[:10].upper()
    people: dict[str, Any] = {"member_id": place.member}

    def row(table: str, number: int = 0, **values: Any) -> dict[str, Any]:
        return {**rows[table][number], **values}

    claim = _insert(cursor, "claim", [row("claim", **lieu)], back=True)
    _insert(cursor, "occupancy", [row("occupancy", unit_id=place.unit, claim_id=claim, **hours, **lieu)])
    quote = _insert(
        cursor,
        "quote",
        [
            row(
                "quote",
                uid=uid,
                resource_id=place.resource,
                rule_version_id=place.version,
                **people,
                **hours,
                **lieu,
            )
        ],
        back=True,
    )
    _insert(cursor, "quote_line", [{**line, "quote_id": quote} for line in rows["quote_line"]])
    _insert(cursor, "quote_part", [row("quote_part", quote_id=quote)])
    booking = _insert(
        cursor,
        "booking",
        [
            row(
                "booking",
                uid=uid,
                code=code,
                resource_id=place.resource,
                claim_id=claim,
                quote_id=quote,
                made_by_id=place.member,
                **people,
                **hours,
                **lieu,
            )
        ],
        back=True,
    )
    _insert(cursor, "booking_event", [row("booking_event", booking_id=booking, by_id=place.member, **lieu)])
    group = str(uuid.uuid4())
    transfers = [
        {
            **transfer,
            "group_uid": group,
            "book_id": place.book,
            "debit_id": place.owed,
            "credit_id": credit,
            "subject": code,
            "rule_version_id": place.version,
            "key": f"booking:{uid}:0:{credit}",
            "by_id": place.member,
            **lieu,
        }
        for transfer, credit in zip(rows["transfer"], (place.revenue, place.vat), strict=True)
    ]
    _insert(cursor, "transfer", transfers)
    _insert(cursor, "booking_text", [row("booking_text", booking_id=booking)])
    jobs = [
        {**job, "key": f"booking:{uid}:{n}", "payload": Jsonb({**job["payload"].obj, "booking": booking})}
        for n, job in enumerate(rows["job"])
    ]
    _insert(cursor, "job", jobs)
    at = rows["booking"][0]["created_at"]
    cursor.execute(BUMP, [f"member:{place.member}", at, f"resource:{place.resource}", at], prepare=True)


def main() -> None:
    """One client."""
    orders = json.loads(sys.stdin.readline())
    with psycopg.connect(orders["address"], row_factory=dict_row) as reading:
        rows = _read(reading, orders["code"])
    places = [
        Place(
            **{
                **place,
                "start": dt.datetime.fromisoformat(place["start"]),
                "end": dt.datetime.fromisoformat(place["end"]),
            }
        )
        for place in orders["places"]
    ]
    with psycopg.connect(orders["address"]) as connection, connection.cursor() as cursor:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        began = time.perf_counter()
        done = 0
        for place in places:
            _write(cursor, rows, place)
            connection.commit()
            done += 1
            if time.perf_counter() - began > orders["seconds"]:
                break
        sys.stdout.write(json.dumps({"rate": done / (time.perf_counter() - began)}))


if __name__ == "__main__":
    main()
