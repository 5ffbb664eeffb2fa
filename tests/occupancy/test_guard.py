"""The database itself refuses two overlapping rows of one unit; bare SQL tries, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from booking.db import db, violated, write
from booking.occupancy.models import OVERLAP, Claim, Occupancy
from booking.occupancy.rules import ClaimKind
from tests.support.world import NOW, World

H = dt.timedelta(hours=1)


@pytest.fixture
def world(session: Session) -> World:
    assert session
    made = World()
    made.lieu()
    made.resource("Quai 6")
    made.resource("Quai 7")
    made.lieu("La Cale sèche")
    made.resource("Établi", "la-cale-seche")
    return made


def claim(world: World, lieu: str = "la-grande-ecluse") -> int:
    def make(session: Session) -> int:
        return session.execute(
            sa.insert(Claim).values(lieu_id=world.lieux[lieu], kind=ClaimKind.BOOKING).returning(Claim.id)
        ).scalar_one()

    return write(make)


def take(world: World, start: int, end: int, resource: str = "la-grande-ecluse-quai-6", **changed: Any) -> None:
    values = {
        "unit_id": world.units[resource][0],
        "starts_at": NOW + start * H,
        "ends_at": NOW + end * H,
        "lieu_id": world.lieux["la-grande-ecluse"],
    } | changed
    values.setdefault("claim_id", claim(world))
    write(lambda session: session.execute(sa.insert(Occupancy).values(**values)))


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 2), (-1, 1), (1, 3), (0, 1), (1, 2), (-1, 3), (-5, 1)],
    ids=["same", "over its start", "over its end", "inside, start", "inside, end", "around", "from long before"],
)
def test_an_overlap_is_refused_by_name(world: World, start: int, end: int) -> None:
    take(world, 0, 2)
    with pytest.raises(DBAPIError) as refused:
        take(world, start, end)
    assert violated(refused.value) in {OVERLAP, "pk_occupancy", "uq_occupancy_unit_id_starts_at"}


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 3)])
def test_touching_stretches_do_not_overlap(world: World, start: int, end: int) -> None:
    take(world, 0, 2)
    take(world, start, end)


def test_another_unit_is_another_matter(world: World) -> None:
    take(world, 0, 2)
    take(world, 0, 2, resource="la-grande-ecluse-quai-7")


def test_two_rows_of_one_statement_are_judged_too(world: World) -> None:
    one = claim(world)
    rows = [
        {
            "unit_id": world.units["la-grande-ecluse-quai-6"][0],
            "starts_at": NOW + n * H,
            "ends_at": NOW + (n + 2) * H,
            "claim_id": one,
            "lieu_id": world.lieux["la-grande-ecluse"],
        }
        for n in (0, 1)
    ]
    with pytest.raises(DBAPIError) as refused:
        write(lambda session: session.execute(sa.insert(Occupancy).values(rows)))
    assert violated(refused.value) == OVERLAP


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_replacing_a_row_does_not_pass_the_guard(world: World) -> None:
    """INSERT OR REPLACE exists on SQLite only."""
    take(world, 0, 2)
    row = dict(write(lambda s: s.execute(sa.select(Occupancy.__table__)).mappings().one()))
    with pytest.raises(DBAPIError) as refused:
        write(lambda s: s.execute(sa.insert(Occupancy).prefix_with("OR REPLACE").values(row)))
    assert violated(refused.value) == OVERLAP


def test_rows_are_never_changed(world: World) -> None:
    take(world, 0, 2)
    with pytest.raises(DBAPIError) as refused:
        write(lambda s: s.execute(sa.update(Occupancy).values(ends_at=NOW + 3 * H)))
    assert violated(refused.value) == "tr_occupancy_no_update"


def test_an_empty_row_is_refused(world: World) -> None:
    with pytest.raises(DBAPIError) as refused:
        take(world, 2, 2)
    assert violated(refused.value) == "ck_occupancy_order"


@pytest.mark.parametrize("column", ["claim_id", "unit_id"])
def test_claim_unit_and_row_are_of_one_lieu(world: World, column: str) -> None:
    other: dict[str, Any] = {
        "claim_id": claim(world, "la-cale-seche"),
        "unit_id": world.units["la-cale-seche-etabli"][0],
    }
    with pytest.raises(DBAPIError):
        take(world, 0, 2, **{column: other[column]})


def test_a_claim_with_rows_cannot_go(world: World) -> None:
    take(world, 0, 2)
    with pytest.raises(DBAPIError):
        write(lambda s: s.execute(sa.delete(Claim)))


def test_without_the_guard_the_overlap_is_written(world: World) -> None:
    """The twin: what the tests above see refused is refused by the guard and by nothing else."""
    drop = {
        "sqlite": f"DROP TRIGGER {OVERLAP}",
        "postgresql": f"ALTER TABLE occupancy DROP CONSTRAINT {OVERLAP}",
    }[db.engine.dialect.name]
    write(lambda s: s.execute(sa.text(drop)))
    take(world, 0, 2)
    take(world, 1, 3)
    assert write(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Occupancy))) == 2
