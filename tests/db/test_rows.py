"""Rows written by statements that are made once: typed, defaulted and judged as any other."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking.db import read, write
from booking.db.rows import add, add_numbered, add_unless, run
from booking.jobs.models import Job
from booking.ledger.models import RuleVersion
from booking.people.models import Member
from booking.places.models import Opening
from tests.support.statements import counted
from tests.support.world import NOW, World


@pytest.fixture
def lieu(session: Session) -> int:
    assert session
    return World().lieu(hours=(600, 660))


def openings(lieu: int) -> list[tuple[int, int]]:
    mine = sa.select(Opening.weekday, Opening.opens).where(Opening.lieu_id == lieu).order_by(Opening.opens)
    return [(row.weekday, row.opens) for row in read(lambda session: session.execute(mine).all()) if row.opens > 600]


def test_many_rows_go_by_one_statement(lieu: int) -> None:
    rows = [{"lieu_id": lieu, "weekday": 0, "opens": opens, "closes": opens + 10} for opens in (700, 720, 740)]
    with counted() as sent:
        write(lambda session: add(session, Opening, *rows))
        write(lambda session: add(session, Opening))
    assert len(sent) == 1
    assert openings(lieu) == [(0, 700), (0, 720), (0, 740)]


def test_of_many_rows_one_that_is_refused_refuses_all(lieu: int) -> None:
    rows = [{"lieu_id": lieu, "weekday": 0, "opens": opens, "closes": 800} for opens in (700, 800)]
    with pytest.raises(IntegrityError):
        write(lambda session: add(session, Opening, *rows))
    assert openings(lieu) == []


def test_a_row_is_typed_defaulted_and_numbered(lieu: int) -> None:
    content = {"été": [1, None]}
    row = {"lieu_id": lieu, "subject": "tarif", "content": content, "created_at": NOW}
    numbers = [write(lambda session: add_numbered(session, RuleVersion, row)) for _ in range(2)]
    assert numbers[1] > numbers[0]
    stored = sa.select(RuleVersion.content, RuleVersion.created_at).where(RuleVersion.id == numbers[1])
    assert tuple(read(lambda session: session.execute(stored).one())) == (content, NOW)


def test_what_is_there_already_is_left_alone(lieu: int) -> None:
    assert lieu
    row = {"kind": "x", "key": "k", "payload": {"n": 1}, "due_at": NOW, "created_at": NOW}
    first = write(lambda session: add_unless(session, Job, row, "key"))
    again = write(lambda session: add_unless(session, Job, row | {"payload": {"n": 2}}, "key"))
    assert again is None
    stored = read(lambda session: session.execute(sa.select(Job.id, Job.payload, Job.attempts)).one())
    assert tuple(stored) == (first, {"n": 1}, 0)


def test_a_statement_sees_what_the_session_has_not_written_yet(session: Session) -> None:
    assert session
    member = World().member()
    name = sa.select(Member.name).where(Member.id == member.member_id)

    def renamed(session: Session) -> str:
        session.execute(sa.select(Member).where(Member.id == member.member_id)).scalar_one().name = "Autre nom"
        return str(run(session, name).scalar_one())

    assert write(renamed) == "Autre nom"
