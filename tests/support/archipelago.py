"""What tests of the JSON API stand on: two lieux with things to book, at the instant `NOW`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from booking.people.schemas import Asker
from booking.resources.rules import Audience, ResourceKind
from booking.tariffs.rules import Period
from tests.support.programs import Program
from tests.support.world import NOW, World

ECLUSE, CALE = "la-grande-ecluse", "la-cale-seche"
DESK = f"{ECLUSE}-quai-6"
POOL = f"{ECLUSE}-bureaux"
MEMBERS_ONLY = f"{ECLUSE}-atelier"
LASER = f"{CALE}-laser"


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """The clock stands at NOW until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(session: Session, frozen: time_machine.Traveller) -> World:
    """Rennes with a desk, three desks and a workshop of members; Saint-Denis of Réunion with a machine."""
    assert session
    assert frozen
    made = World()
    made.lieu()
    made.resource("Quai 6", rates={Period.HOUR: 300, Period.DAY: 1800}, member_rates={Period.HOUR: 200})
    made.resource("Bureaux", units=3, capacity=2)
    made.resource("Atelier", kind=ResourceKind.ROOM, seen_by=Audience.MEMBERS, booked_by=Audience.MEMBERS, free=True)
    made.lieu("La Cale sèche", zone="Indian/Reunion", latitude=-20.88, longitude=55.45, commune="Saint-Denis")
    made.resource("Laser", CALE, kind=ResourceKind.MACHINE, buffer_before=10, buffer_after=20)
    return made


@pytest.fixture
def ines(world: World) -> Asker:
    """A member of no lieu."""
    return world.member()


@pytest.fixture
def visitor(client: FlaskClient, world: World) -> Program:
    """A program without a token."""
    assert world
    return Program(client)


@pytest.fixture
def program(client: FlaskClient, ines: Asker) -> Program:
    """A program that acts for Inès."""
    return Program(client, ines)
