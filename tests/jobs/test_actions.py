"""The outbox itself: what is put off, taken back, claimed, tried again and given up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.db import db, read, violated, write
from booking.jobs import actions, queries
from booking.jobs.models import Job
from booking.jobs.rules import KEEP_DONE, MOST_ATTEMPTS
from booking.jobs.schemas import Claimed, Counts

NOW = dt.datetime(2026, 6, 11, 8, 40, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
KINDS = {"try.one", "try.two"}


def put(kind: str = "try.one", now: dt.datetime = NOW, **options: Any) -> bool:
    return write(actions.enqueue, kind, {"n": 1}, now=now, **options)


def claim(now: dt.datetime = NOW, lease: dt.timedelta = MINUTE) -> Claimed | None:
    return write(actions.claim, KINDS, now=now, lease=lease)


def claimed(now: dt.datetime = NOW) -> Claimed:
    job = claim(now)
    assert job is not None
    return job


def nothing(_session: Session) -> None:
    pass


def test_a_job_of_a_transaction_that_fails_never_exists(session: Session) -> None:
    def cause(inside: Session) -> None:
        actions.enqueue(inside, "try.one", {}, now=NOW, key="k")
        raise LookupError

    with pytest.raises(LookupError):
        write(cause)
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0
    assert claim() is None


def test_a_key_makes_it_one(session: Session) -> None:
    def twice(inside: Session) -> tuple[bool, bool]:
        return (
            actions.enqueue(inside, "try.one", {"n": 1}, now=NOW, key="k"),
            actions.enqueue(inside, "try.one", {"n": 2}, now=NOW, key="k"),
        )

    assert write(twice) == (True, False)
    assert not put(key="k")
    assert put(key="other")
    assert session.scalars(sa.select(Job.payload).where(Job.key == "k")).all() == [{"n": 1}]
    write(actions.finish, claimed(), nothing, now=NOW)
    assert not put(key="k"), "the key is remembered after the job was done"


def test_without_a_key_there_are_as_many_as_were_asked_for(session: Session) -> None:
    assert put()
    assert put()
    assert read(queries.counts, NOW).due == 2
    assert session.scalars(sa.select(Job.key)).all() == [None, None]


@pytest.mark.usefixtures("app")
def test_what_waits_can_be_taken_back_and_asked_for_again() -> None:
    put(key="k", due=NOW + MINUTE)
    assert write(actions.withdraw, "k")
    assert claim(NOW + MINUTE) is None
    assert not write(actions.withdraw, "k")
    assert put(key="k")


@pytest.mark.usefixtures("app")
def test_what_is_begun_or_over_cannot_be_taken_back() -> None:
    put(key="k")
    job = claimed()
    assert not write(actions.withdraw, "k"), "a worker has it"
    write(actions.retry, job, "no answer", now=NOW)
    assert write(actions.withdraw, "k"), "it waits for its next attempt"
    put(key="k")
    write(actions.finish, claimed(), nothing, now=NOW)
    assert not write(actions.withdraw, "k"), "it is done"


@pytest.mark.usefixtures("app")
def test_the_longest_due_comes_first_and_only_of_the_kinds_asked_for() -> None:
    put("try.two", due=NOW - MINUTE)
    put("try.one", due=NOW - 2 * MINUTE)
    put("unknown.kind", due=NOW - 3 * MINUTE)
    put("try.one", due=NOW + MINUTE)
    assert [claimed().kind, claimed().kind] == ["try.one", "try.two"]
    assert claim() is None
    assert claimed(NOW + MINUTE).kind in KINDS


@pytest.mark.usefixtures("app")
def test_a_lease_keeps_others_away_until_it_is_over() -> None:
    put()
    first = claimed()
    assert claim(NOW + MINUTE - dt.timedelta(seconds=1)) is None
    second = claimed(NOW + MINUTE)
    assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)


@pytest.mark.parametrize(("marked", "expected"), [(True, ["first"]), (False, ["first", "second"])])
def test_an_effect_happens_once_however_many_hold_the_job(
    session: Session, *, marked: bool, expected: list[str]
) -> None:
    """The twin takes the mark away that the first leaves: then the second has its effect too."""
    put()
    seen: list[str] = []
    holders = {"first": claimed(), "second": claimed(NOW + MINUTE)}
    for name, holder in holders.items():
        done = write(actions.finish, holder, lambda _session, who=name: seen.append(who), now=NOW + MINUTE)  # type: ignore[misc]  # mypy cannot tell the lambda's default
        assert done is (name in expected)
        if not marked:
            session.execute(sa.update(Job).values(done_at=None))
            session.commit()
    assert seen == expected


def test_who_lost_the_job_cannot_put_it_off_or_give_it_up(session: Session) -> None:
    put()
    late, holder = claimed(), claimed(NOW + MINUTE)
    write(actions.retry, late, "too late", now=NOW + MINUTE)
    write(actions.give_up, late, "too late", now=NOW + MINUTE)
    write(actions.postpone, late, NOW + 9 * MINUTE, now=NOW + MINUTE)
    row = session.execute(sa.select(Job.attempts, Job.due_at, Job.failed_at, Job.last_error)).one()
    assert row == (holder.attempts, NOW, None, None)


def test_a_failed_attempt_is_tried_later_and_the_last_one_gives_up(session: Session) -> None:
    put()
    now = NOW
    for attempt in range(1, MOST_ATTEMPTS + 1):
        job = claimed(now)
        assert job.attempts == attempt
        due = write(actions.retry, job, f"no answer\n{attempt}", now=now)
        if due is not None:
            assert claim(due - dt.timedelta(seconds=1)) is None
            now = due
    assert claim(now + dt.timedelta(days=30)) is None
    row = session.execute(sa.select(Job.failed_at, Job.last_error, Job.lease_until)).one()
    assert row == (now, f"no answer {MOST_ATTEMPTS}", None)
    assert write(actions.revive, now=now + MINUTE) == 1
    assert claimed(now + MINUTE).attempts == 1


@pytest.mark.usefixtures("app")
def test_to_postpone_counts_no_attempt_and_never_means_now() -> None:
    put()
    write(actions.postpone, claimed(), NOW - MINUTE, now=NOW)
    assert claim() is None
    assert claimed(NOW + dt.timedelta(seconds=1)).attempts == 1


@pytest.mark.usefixtures("app")
def test_counts_tell_what_there_is() -> None:
    put(due=NOW - MINUTE)
    put(due=NOW + MINUTE)
    put(due=NOW - 3 * MINUTE)
    put(due=NOW - 2 * MINUTE)
    write(actions.give_up, claimed(), "no use", now=NOW)
    claimed()
    assert read(queries.counts, NOW) == Counts(due=1, later=1, running=1, failed=1, oldest=NOW - MINUTE)
    abandoned = read(queries.counts, NOW + 2 * MINUTE)
    assert (abandoned.due, abandoned.running) == (3, 0)


def test_done_jobs_are_forgotten_after_a_while_and_others_never(session: Session) -> None:
    for key in ("done", "given up", "waiting"):
        put(key=key)
    write(actions.finish, claimed(), nothing, now=NOW)
    write(actions.give_up, claimed(), "no use", now=NOW)
    assert write(actions.forget_done, now=NOW + KEEP_DONE) == 0
    assert write(actions.forget_done, now=NOW + KEEP_DONE + MINUTE) == 1
    assert set(session.scalars(sa.select(Job.key))) == {"given up", "waiting"}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("values", "name"),
    [("attempts = -1", "ck_job_attempts"), ("done_at = due_at, failed_at = due_at", "ck_job_one_end")],
)
def test_the_table_refuses_what_cannot_be(values: str, name: str) -> None:
    put()
    with pytest.raises(IntegrityError) as refused, db.engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE job SET {values}"))
    assert violated(refused.value) == name


@pytest.mark.usefixtures("app")
def test_listeners_are_told_of_work_that_is_due_when_it_is_committed(database: str) -> None:
    def fails(inside: Session) -> None:
        actions.enqueue(inside, "try.one", {}, now=NOW)
        raise LookupError

    if database.startswith("sqlite"):
        assert put(), "there is nobody to tell; workers look by themselves"
        return
    with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as listener:
        listener.execute(f"LISTEN {actions.CHANNEL}")

        def heard() -> int:
            listener.execute("SELECT 1")
            return len(list(listener.notifies(timeout=0)))

        put(key="k")
        assert heard() == 1
        put(due=NOW + MINUTE)
        put(key="k")
        with pytest.raises(LookupError):
            write(fails)
        assert heard() == 0
