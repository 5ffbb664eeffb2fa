"""When work is tried again, when it is given up, and what a handler raises to say so."""

from __future__ import annotations

import datetime as dt

LEASE = dt.timedelta(minutes=5)
"""For how long a claimed job is left to its worker; no handler may need more. After a `kill -9` it is taken again."""

DELAYS = (
    dt.timedelta(seconds=10),
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(hours=1),
    dt.timedelta(hours=4),
    dt.timedelta(hours=12),
)
"""Waits between one attempt and the next."""

MOST_ATTEMPTS = len(DELAYS) + 1

KEEP_DONE = dt.timedelta(days=90)
"""Done jobs are kept that long, and with them the memory of their keys."""


class Later(Exception):
    """A handler says that its time has not come: the job is due again at `due`, and nothing is counted."""

    def __init__(self, due: dt.datetime) -> None:
        super().__init__(due.isoformat())
        self.due = due


class TryAgain(Exception):
    """A handler met a failure that it expects to pass; the sentence says which."""


class GiveUp(Exception):
    """A handler knows that another attempt would fail alike; the sentence says why."""


def next_due(attempts: int, now: dt.datetime) -> dt.datetime | None:
    """When a job that has failed `attempts` times is tried again; None when it is given up."""
    return now + DELAYS[attempts - 1] if attempts < MOST_ATTEMPTS else None


def period_key(kind: str, every: dt.timedelta, now: dt.datetime) -> str:
    """The key of a periodic job in the period that holds `now`: periods are counted from 1970, the same everywhere."""
    return f"{kind}:{int(now.timestamp() // every.total_seconds())}"


def one_line(text: str, limit: int = 500) -> str:
    """An error's text as it can be stored and listed: no line breaks or control characters, at most `limit` long."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:limit]
