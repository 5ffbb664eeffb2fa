"""What the front desk of a lieu uses over HTTP: the list of a day, and booking for somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.db import write
from booking.people.models import Member
from booking.people.rules import Role
from booking.people.schemas import Asker
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, at, stretch

ECLUSE = "la-grande-ecluse"
PLANNING = f"/lieux/{ECLUSE}/planning"
DAY = f"/manage/{ECLUSE}/day"
BOOK = f"/manage/{ECLUSE}/book"
TODAY = "2026-06-11"
EARLIER = at(f"{TODAY} 06:00")


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
    made.resource("Salle Vanne")
    return made


def booked(world: World, asker: Asker, resource: str, start: str, end: str, day: str = TODAY, **more: object) -> str:
    assert world
    return write(book, asker, BookingRequest(resource, stretch(day, start, end), **more), EARLIER).code  # type: ignore[arg-type]  # as told


def read(visit: Visit, path: str = PLANNING, status: int = 200) -> str:
    page = visit.get(path)
    assert page.status_code == status, words(page)
    return words(page).replace("\u00a0", " ")


@pytest.mark.parametrize("path", [DAY, BOOK, f"/manage/{ECLUSE}/planning"])
def test_it_is_there_for_the_lieus_staff_alone(app: Flask, world: World, path: str) -> None:
    world.lieu("L'Étamine")
    assert Visit(app).get(path).status_code == 303
    for asker in (world.member(), world.joined(world.member(), ECLUSE), world.staff("l-etamine"), world.steward()):
        assert Visit(app, asker, at=NOW).get(path).status_code == 404
    for role in (Role.HOST, Role.MANAGER, Role.TREASURER):
        assert Visit(app, world.staff(ECLUSE, role), at=NOW).get(path).status_code in (200, 302)


def test_the_day_lists_who_what_when_and_what_is_owed(app: Flask, world: World) -> None:
    host, treasurer = world.staff(ECLUSE, Role.HOST), world.staff(ECLUSE, Role.TREASURER)
    member = world.joined(world.member("Yann Le Bihan"), ECLUSE)
    code = booked(world, member, f"{ECLUSE}-quai-6", "10:00", "12:00", note="Avec <b>mon</b> chien")
    booked(world, host, f"{ECLUSE}-salle-vanne", "14:00", "15:00", guest_name="Madame Tanguy")
    booked(world, world.member("Rien Àdevoir"), world.resource("Gratuit", free=True), "16:00", "17:00")
    booked(world, member, f"{ECLUSE}-quai-6", "10:00", "12:00", "2026-06-12")
    text = read(Visit(app, host, at=NOW), DAY)
    assert "3 réservations, 1 en ce moment" in text
    assert f"10:00–12:00 {code} Yann Le Bihan en ce moment Quai 6" in text
    assert "Avec <b>mon</b> chien doit au lieu" in text
    assert "Madame Tanguy de passage Salle Vanne" in text
    assert "3,00 € à encaisser" in text
    assert "12,00 €" not in text
    page = Visit(app, treasurer, at=NOW).get(DAY)
    assert "doit 12,00 €" in words(page).replace("\u00a0", " ")
    assert f'href="/manage/{ECLUSE}/accounts/{member.uid}"' in page.text
    assert "Personne n’est attendu" in read(Visit(app, host, at=NOW), f"{DAY}?day=2026-06-20")


def test_a_day_that_is_none(app: Flask, world: World) -> None:
    page = Visit(app, world.staff(ECLUSE), at=NOW).get(f"{DAY}?day=demain")
    assert page.status_code == 422
    assert errors_at(page) == {"day": "Une date s’écrit comme 11/06/2026."}


def test_the_desk_books_for_somebody_found_by_name(app: Flask, world: World) -> None:
    host, member = world.staff(ECLUSE, Role.HOST), world.joined(world.member("Inès Le Goff"), ECLUSE)
    visit = Visit(app, host, at=NOW)
    hours = "start=2026-06-11T12:00:00Z&end=2026-06-11T14:00:00Z"
    page = visit.get(f"{BOOK}?resource={ECLUSE}-quai-6&{hours}&q=ines+goff")
    assert "Inès Le Goff" in words(page)
    sheet = re.search(rf'href="(/resources/{ECLUSE}-quai-6/book\?[^"]*member={member.uid}[^"]*)"', page.text)
    assert sheet
    shown = visit.get(sheet[1].replace("&amp;", "&"))
    assert "Pour Inès Le Goff" in words(shown)
    fields = dict(re.findall(r'name="(\w+)" (?:type="hidden" )?value="([^"]*)"', shown.text))
    sent = {"day": TODAY, "from": "14:00", "to": "16:00", "quantity": "1", "member": member.uid or ""}
    answer = visit.post(f"/resources/{ECLUSE}-quai-6/book", sent | {"shown": "600", "key": fields["key"]})
    assert answer.status_code == 303
    assert "14:00–16:00 à vous" in read(Visit(app, member, at=NOW))
    assert "Pour Inès Le Goff" in read(visit, str(answer.location))


def test_a_walk_in_is_booked_by_name(app: Flask, world: World) -> None:
    visit = Visit(app, world.staff(ECLUSE, Role.HOST), at=NOW)
    sheet = f"/resources/{ECLUSE}-quai-6/book"
    hours = "start=2026-06-11T12:00:00Z&end=2026-06-11T14:00:00Z"
    assert "Madame Tanguy" in visit.get(f"{sheet}?{hours}&whom=guest&guest=Madame+Tanguy").text
    sent = {"day": TODAY, "from": "14:00", "to": "16:00", "quantity": "1", "whom": "guest"}
    answer = visit.post(sheet, sent | {"guest": "Madame Tanguy", "shown": "600"})
    assert answer.status_code == 303
    assert "14:00–16:00 Madame Tanguy" in read(visit)


def test_only_people_whom_the_lieu_knows_are_found(app: Flask, world: World) -> None:
    visit = Visit(app, world.staff(ECLUSE, Role.HOST), at=NOW)
    stranger, guest = world.member("Soazig Inconnue"), world.member("Gaël Venu")
    booked(world, guest, f"{ECLUSE}-quai-6", "10:00", "12:00")
    path = f"{BOOK}?resource={ECLUSE}-quai-6&q="
    assert "Gaël Venu" in read(visit, f"{path}gael")
    for words_sent in ("soazig", str(stranger.email)):
        text = read(visit, f"{path}{words_sent}")
        assert "Soazig Inconnue" not in text
        assert "Personne de connu ici ne répond" in text
    sheet = f"/resources/{ECLUSE}-quai-6/book?start=2026-06-11T12:00:00Z&end=2026-06-11T14:00:00Z&member="
    assert visit.get(f"{sheet}{stranger.uid}").status_code == 404
    assert visit.get(f"{sheet}nobody").status_code == 404
    erased = sa.update(Member).where(Member.uid == guest.uid).values(email=None, name="", erased_at=NOW)
    write(lambda s: s.execute(erased))
    assert "Gaël" not in read(visit, f"{path}gael").replace("« gael »", "")


def test_a_member_cannot_book_for_another(app: Flask, world: World) -> None:
    member, other = world.joined(world.member(), ECLUSE), world.joined(world.member("Yann"), ECLUSE)
    sent = {"day": TODAY, "from": "14:00", "to": "16:00", "quantity": "1", "member": other.uid, "shown": "600"}
    assert Visit(app, member, at=NOW).post(f"/resources/{ECLUSE}-quai-6/book", sent).status_code == 303
    assert "à vous" in read(Visit(app, member, at=NOW))
    assert "à vous" not in read(Visit(app, other, at=NOW)).split("Légende")[0].split("Quai 6")[1].split("réservé")[0]


@pytest.mark.parametrize("resource", ["nulle-part", "x" * 300, "l-etamine-salle"])
def test_a_resource_of_nowhere_is_said_at_its_field(app: Flask, world: World, resource: str) -> None:
    world.lieu("L'Étamine")
    world.resource("Salle", lieu="l-etamine")
    page = Visit(app, world.staff(ECLUSE), at=NOW).get(BOOK, query_string={"resource": resource})
    assert page.status_code == 422
    assert errors_at(page) == {"resource": "Choisissez dans la liste."}
