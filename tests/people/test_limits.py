from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from booking.db import db, read, write
from booking.people.actions import limits
from booking.people.models import RateWindow
from booking.people.rules.limits import Limit, network

NOW = dt.datetime(2026, 6, 11, 8, 42, 30, tzinfo=dt.UTC)
THREE = Limit("three", 3, 600)


def test_waiting_ends_with_the_window_and_never_grows(app: Flask) -> None:
    assert app.name == "booking"
    waits = [write(limits.count, ((THREE, "ines"),), now=NOW) for _ in range(6)]
    assert waits == [0, 0, 0, 450, 450, 450]
    assert write(limits.count, ((THREE, "paul"),), now=NOW) == 0
    assert write(limits.count, ((THREE, "ines"),), now=NOW + dt.timedelta(seconds=449)) == 1
    assert write(limits.count, ((THREE, "ines"),), now=NOW + dt.timedelta(seconds=450)) == 0


def test_several_limits_at_once_say_the_longest_wait(app: Flask) -> None:
    assert app.name == "booking"
    hour = Limit("hour", 1, 3600)
    both = ((THREE, "ines"), (hour, "ines"))
    assert [write(limits.count, both, now=NOW) for _ in range(2)] == [0, 1050]
    write(limits.forget, hour, "ines", now=NOW)
    assert write(limits.count, ((hour, "ines"),), now=NOW) == 0


def test_the_count_is_exact_among_many_at_once(app: Flask) -> None:
    start = threading.Barrier(8)
    waits: list[int] = []

    def tries() -> None:
        with app.app_context():
            start.wait()
            waits.extend(write(limits.count, ((Limit("many", 10, 3600), "ines"),), now=NOW) for _ in range(4))
            db.session.remove()

    threads = [threading.Thread(target=tries) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 32
    assert waits.count(0) == 10


def test_nobody_is_named_in_the_table(app: Flask) -> None:
    assert app.name == "booking"
    write(limits.count, ((THREE, "ines@exemple.fr 192.0.2.7"),), now=NOW)
    key = read(lambda session: session.scalar(sa.select(RateWindow.key)))
    assert key is not None
    assert key.startswith("three:")
    assert len(key) == len("three:") + 32


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_a_household_counts_as_one(address: str, counted: str) -> None:
    assert network(address) == counted
