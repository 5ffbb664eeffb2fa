"""Blocks over HTTP: who may, what is asked, who is in the way before and after, and giving the time back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking.bookings.actions import book, cancel
from booking.bookings.schemas import BookingRequest
from booking.db import read, write
from booking.occupancy.actions import close_days
from booking.occupancy.models import Block, Occupancy
from booking.occupancy.rules import BlockKind
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import SpecialDay
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, at, stretch

ECLUSE = "la-grande-ecluse"
BLOCKS = f"/manage/{ECLUSE}/blocks"
DESK = f"{ECLUSE}-quai-6"
RIGHT = {"resource": DESK, "day": "2026-06-12", "from": "10:00", "to": "16:00", "kind": "maintenance", "reason": "Vis"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:
    assert app
    made = World()
    made.lieu("La Grande Écluse")
    made.resource("Quai 6")
    made.resource("Quai 7")
    return made


@pytest.fixture
def manager(app: Flask, world: World) -> Visit:
    return Visit(app, world.staff(ECLUSE), at=NOW)


@pytest.fixture
def host(app: Flask, world: World) -> Visit:
    return Visit(app, world.staff(ECLUSE, Role.HOST), at=NOW)


def block(visit: Visit, **changes: str) -> Any:
    return visit.post(f"{BLOCKS}/new", RIGHT | changes)


def living() -> list[tuple[str, str | None]]:
    """Kind and reason of every block that stands."""
    rows = read(lambda s: s.execute(sa.select(Block.kind, Block.reason).where(Block.lifted_at.is_(None))).all())
    return [(str(row.kind), row.reason) for row in rows]


def held() -> int:
    return read(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Occupancy))) or 0


def booked(world: World, asker: Asker, start: str, end: str, resource: str = DESK) -> str:
    assert world
    return write(book, asker, BookingRequest(resource, stretch("2026-06-12", start, end)), NOW).code


def test_a_host_takes_a_machine_off_for_repair(host: Visit) -> None:
    answer = block(host, reason="Vis   \n perdue")
    assert answer.status_code == 303
    page = host.get(str(answer.location))
    text = words(page).replace("\u00a0", " ")
    assert "C’est bloqué." in text
    assert "vendredi 12 juin 2026, de 10 h à 16 h" in text
    assert "Aucune réservation n’est dans ce temps." in text
    assert living() == [("maintenance", "Vis perdue")]
    assert "Vis perdue" in words(host.get(BLOCKS))
    planning = words(host.get(f"/lieux/{ECLUSE}/planning?day=2026-06-12"))
    assert "10:00–16:00 Vis perdue" in planning


def test_who_is_in_the_way_is_shown_before_and_keeps_the_place(world: World, host: Visit) -> None:
    member = world.member("Yann Le Bihan")
    code = booked(world, member, "11:00", "12:00")
    first = block(host)
    assert first.status_code == 200
    assert "1 réservation est dans ce temps et garde sa place." in words(first)
    assert "Yann Le Bihan" in words(first)
    assert f'href="/bookings/{code}"' in first.text
    assert living() == []
    seen = re.search(r'name="seen" value="(\d+)"', first.text)
    assert seen
    done = block(host, seen=seen[1])
    assert done.status_code == 303
    assert "Yann Le Bihan" in words(host.get(str(done.location)))
    assert held() == 3  # the booking, and the block before and after it
    write(cancel, member, code, NOW)
    assert "Aucune réservation" in words(host.get(str(done.location)))
    assert held() == 3  # what was the booking's is the block's


def test_somebody_who_came_in_between_is_shown_too(world: World, host: Visit) -> None:
    booked(world, world.member(), "11:00", "12:00")
    booked(world, world.member(), "12:00", "13:00")
    again = block(host, seen="1")
    assert again.status_code == 200
    assert "2 réservations sont dans ce temps" in words(again)
    assert living() == []


def test_the_whole_lieu_holds_every_resource(world: World, manager: Visit) -> None:
    booked(world, world.member("Yann"), "11:00", "12:00")
    booked(world, world.member("Hélène"), "11:00", "12:00", f"{ECLUSE}-quai-7")
    shown = block(manager, resource="*", kind="closure", reason="Inventaire")
    assert "2 réservations" in words(shown)
    assert block(manager, resource="*", kind="closure", reason="Inventaire", seen="2").status_code == 303
    assert living() == [("closure", "Inventaire")]
    assert "Tout le lieu" in words(manager.get(BLOCKS))


def test_a_booking_of_a_shared_unit_is_in_the_way(world: World, host: Visit) -> None:
    whole = world.resource("Tout le plateau", over=(DESK, f"{ECLUSE}-quai-7"))
    code = booked(world, world.member("Collectif"), "11:00", "12:00", whole)
    assert f'href="/bookings/{code}"' in block(host).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"resource": ""}, "resource"), ({"resource": "l-etamine-salle"}, "resource"), ({"day": ""}, "day"),
        ({"day": "demain"}, "day"), ({"from": ""}, "from"), ({"from": "25:00"}, "from"), ({"to": "09:00"}, "to"),
        ({"until": "2026-06-11"}, "until"), ({"until": "2099-01-01"}, "until"), ({"day": "2026-06-10"}, "to"),
        ({"reason": ""}, "reason"), ({"reason": "  ...  "}, "reason"), ({"reason": "x" * 121}, "reason"),
        ({"kind": "closure"}, "kind"), ({"kind": "busy"}, "kind"), ({"kind": "x"}, "kind"),
        ({"day": "2027-03-28", "from": "02:30"}, "from"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_taken(
    world: World, host: Visit, changes: dict[str, str], field: str
) -> None:
    world.lieu("L'Étamine")
    world.resource("Salle", lieu="l-etamine")
    answer = block(host, **changes)
    assert answer.status_code == 422
    assert list(errors_at(answer)) == [field] or (field == "kind" and "Choisissez dans la liste" in words(answer))
    assert "Vis" in answer.text or "reason" in changes
    assert (living(), held()) == ([], 0)


def test_an_hour_that_comes_twice_is_asked_for(host: Visit) -> None:
    asked = block(host, day="2026-10-25", **{"from": "02:30", "to": "04:00"})
    assert asked.status_code == 422
    assert "Cette heure existe deux fois" in words(asked)
    assert block(host, day="2026-10-25", from_fold="1", **{"from": "02:30", "to": "04:00"}).status_code == 303
    starts = read(lambda s: s.scalar(sa.select(Block.starts_at)))
    assert starts == dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)


def test_the_planning_fills_the_form_in(host: Visit) -> None:
    page = host.get(f"{BLOCKS}/new?resource={DESK}&start=2026-06-12T12:00:00Z&end=2026-06-12T14:00:00Z").text
    assert re.search(rf'<option selected value="{DESK}"', page)
    assert 'value="14:00"' in page
    assert 'value="16:00"' in page
    assert host.get(f"{BLOCKS}/new?start=hier&end=demain&resource=rien").status_code == 200


class TestRights:
    def test_staff_read_and_the_rest_do_not_know(self, app: Flask, world: World, manager: Visit) -> None:
        world.lieu("L'Étamine")
        made = str(block(manager).location)
        for asker in (world.member(), world.joined(world.member(), ECLUSE), world.staff("l-etamine"), world.steward()):
            visit = Visit(app, asker, at=NOW)
            for path in (BLOCKS, f"{BLOCKS}/new", made):
                assert visit.get(path).status_code == 404
            assert block(visit).status_code == 404
            assert visit.post(f"{made}/lift").status_code == 404
        assert Visit(app).get(BLOCKS).status_code == 303
        treasurer = Visit(app, world.staff(ECLUSE, Role.TREASURER), at=NOW)
        assert treasurer.get(made).status_code == 200
        assert "Lever le blocage" not in treasurer.get(made).text
        assert treasurer.get(f"{BLOCKS}/new").status_code == 404
        assert treasurer.post(f"{made}/lift").status_code == 404
        assert len(living()) == 1

    def test_another_lieus_manager_lifts_nothing(self, app: Flask, world: World, manager: Visit) -> None:
        world.lieu("L'Étamine")
        uid = str(block(manager).location).rsplit("/", 1)[1]
        other = Visit(app, world.staff("l-etamine"), at=NOW)
        assert other.get(f"/manage/l-etamine/blocks/{uid}").status_code == 404
        assert other.post(f"/manage/l-etamine/blocks/{uid}/lift").status_code == 404
        assert len(living()) == 1

    def test_a_host_lifts_repairs_and_no_closure(self, host: Visit, manager: Visit) -> None:
        repair = str(block(host).location)
        closure = str(block(manager, kind="closure", reason="Fête").location)
        assert "Lever le blocage" not in host.get(closure).text
        assert host.post(f"{closure}/lift").status_code == 404
        assert host.post(f"{repair}/lift").status_code == 303
        assert living() == [("closure", "Fête")]


def test_giving_back_frees_the_time_and_opens_closed_days(world: World, manager: Visit) -> None:
    made = str(block(manager).location)
    assert manager.post(f"{made}/lift").status_code == 303
    assert (living(), held()) == ([], 0)
    assert manager.get(made).status_code == 404
    assert manager.post(f"{made}/lift").status_code == 404
    day = dt.date(2026, 7, 14)
    asker = world.staff(ECLUSE)
    closed = write(close_days, asker, world.lieux[ECLUSE], day, day, "Fête nationale", NOW)
    assert "Fête nationale" in words(manager.get(BLOCKS))
    assert manager.post(f"{BLOCKS}/{closed.uid}/lift").status_code == 303
    assert read(lambda s: s.scalars(sa.select(SpecialDay.day)).all()) == []


def test_the_list_is_paged_soonest_over_first(world: World, manager: Visit) -> None:
    asker = world.staff(ECLUSE)
    for n in range(55):
        day = dt.date(2026, 7, 1) + dt.timedelta(days=n)
        write(close_days, asker, world.lieux[ECLUSE], day, day, f"Jour {n:02d}", NOW)
    first = manager.get(BLOCKS)
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    second = manager.get(following[1].replace("&amp;", "&"))
    reasons = re.findall(r"Jour \d\d", first.text + second.text)
    assert reasons == sorted(set(reasons))
    assert len(reasons) == 55
    assert manager.get(f"{BLOCKS}?after=nonsense").status_code == 400


def test_what_is_over_is_left_out(manager: Visit, clock: time_machine.Traveller) -> None:
    block(manager)
    clock.move_to(at("2026-06-13 08:00"))
    assert "Rien n’est bloqué" in words(manager.get(BLOCKS))


def test_the_kinds_have_names(manager: Visit) -> None:
    page = words(manager.get(f"{BLOCKS}/new"))
    assert all(name in page for name in ("Maintenance", "Fermeture", "Occupé autrement"))
    assert len(BlockKind) == 3
