"""A job as its handler sees it, the two kinds of handler, and how much work there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy.orm import Session

from booking.values.ids import JobId

Payload: TypeAlias = Mapping[str, Any]
Work = TypeVar("Work")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Task:
    """Runs inside one write together with the mark that it is done: exactly once in effect.

    `run` takes the session, the payload and now. With `every`, the job needs no cause: it is due once a period.
    """

    run: Callable[[Session, Payload, dt.datetime], None]
    every: dt.timedelta | None = None


@dataclass(frozen=True)
class Errand(Generic[Work, Result]):
    """Goes out into the network, outside any transaction, then records what came of it together with the mark.

    `prepare` reads what is needed, None when nothing is left to do. `reach` goes out. `record` writes.
    A worker killed between the last two goes out again: what `reach` does must be harmless twice, or be told apart by
    the other side.
    """

    prepare: Callable[[Session, Payload, dt.datetime], Work | None]
    reach: Callable[[Work], Result]
    record: Callable[[Session, Work, Result, dt.datetime], None]


Handlers: TypeAlias = Mapping[str, Task | Errand[Any, Any]]
"""What does each kind of job."""


@dataclass(frozen=True)
class Order:
    """Work to be done at `due`, once for its key."""

    kind: str
    payload: Payload
    due: dt.datetime
    key: str


@dataclass(frozen=True)
class Claimed:
    """A job that a worker holds. `attempts` counts this one, and tells this claim from a later one."""

    id: JobId
    kind: str
    payload: Payload
    attempts: int


@dataclass(frozen=True)
class Counts:
    """How many jobs there are: due and not begun, due later, with a worker, given up; `oldest` is the longest due."""

    due: int
    later: int
    running: int
    failed: int
    oldest: dt.datetime | None
