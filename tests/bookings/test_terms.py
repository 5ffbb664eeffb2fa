"""The terms of one resource, and of many: two ways to read, one answer."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.queries.terms import load_terms, terms_of
from booking.db import read, write
from booking.errors import NotFound
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.places.models import Lieu
from booking.resources.models import Resource, UnitRow
from booking.resources.rules import Audience
from booking.tariffs.models import ResourceTariff
from booking.tariffs.rules import Period
from tests.support.world import NOW, World

HERE, ELSEWHERE = "la-grande-ecluse", "la-cale-seche"


@pytest.fixture
def world(session: Session) -> World:
    """A resource for each audience, a retired one, one of a lieu that is not bookable, a pool, one without a price."""
    assert session
    made = World()
    made.lieu()
    made.lieu("La Cale sèche", bookable=False)
    for audience in Audience:
        made.resource(audience.value, seen_by=audience, member_rates={Period.HOUR: 200})
    made.resource("Ancien", retired_at=NOW)
    made.resource("Ailleurs", ELSEWHERE)
    made.resource("Tables", units=3)
    bare = made.resource("Sans tarif")
    broken = made.units[f"{HERE}-tables"][1]

    def change(session: Session) -> None:
        session.execute(sa.delete(ResourceTariff).where(ResourceTariff.resource_id == made.resources[bare]))
        session.execute(sa.update(UnitRow).where(UnitRow.id == broken).values(retired_at=NOW))

    write(change)
    return made


def askers(world: World) -> dict[str, Asker]:
    roles = {role.value: world.joined(world.member(), HERE, role) for role in Role}
    neighbour = world.joined(world.member(), ELSEWHERE, Role.MANAGER)
    return {"visitor": VISITOR, "stranger": world.member(), "steward": world.steward(), "neighbour": neighbour, **roles}


@pytest.mark.parametrize("retired", [False, True])
def test_one_resource_is_seen_and_told_as_among_many(world: World, *, retired: bool) -> None:
    seen = 0
    for name, asker in askers(world).items():
        for slug in world.resources:
            among_many = read(load_terms, asker, asker, Resource.slug == slug, retired=retired)
            try:
                alone = [read(terms_of, asker, asker, slug, retired=retired)]
            except NotFound:
                alone = []
            assert alone == among_many, (name, slug)
            seen += len(alone)
    assert seen


def test_who_sees_what(world: World) -> None:
    def count(asker: Asker) -> int:
        return len(read(load_terms, asker, asker, Lieu.slug.in_([HERE, ELSEWHERE])))

    people = askers(world)
    assert {name: count(asker) for name, asker in people.items()} == {
        "visitor": 3, "stranger": 3, "neighbour": 3, "member": 4, "host": 5, "manager": 5, "treasurer": 5, "steward": 5,
    }  # fmt: skip
