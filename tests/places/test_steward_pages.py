"""`/steward/lieux` over HTTP: creating lieux and bringing census entries to Archipel."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.db import read
from booking.people.schemas import VISITOR
from booking.places.queries.lieux import lieu_by_slug, search_lieux
from booking.places.rules import LieuStatus
from booking.places.schemas import LieuFilter
from tests.support.statements import counted
from tests.support.visits import Visit, errors_at, words
from tests.support.world import World

THIERS = {
    "name": "La Coutellerie",
    "kind": "fablab",
    "status": "open",
    "summary": "Un atelier partagé",
    "address": "3, rue des Grammonts",
    "postcode": "63300",
    "commune": "Thiers",
    "website": "",
    "latitude": "",
    "longitude": "",
    "timezone": "",
}


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    return World()


@pytest.fixture
def visit(app: Flask, world: World) -> Visit:
    return Visit(app, world.steward())


@pytest.mark.parametrize("path", ["/steward", "/steward/lieux", "/steward/lieux/new"])
def test_stewards_alone_come_here(app: Flask, world: World, visit: Visit, path: str) -> None:
    world.lieu()
    assert visit.get(path).status_code in (200, 303)
    for asker in (world.member(), world.staff("la-grande-ecluse")):
        assert Visit(app, asker).get(path).status_code in (403, 404)
    assert Visit(app).get(path).location.startswith("/sign-in")


@pytest.mark.parametrize("path", ["/steward/lieux/new", "/steward/lieux/la-grande-ecluse/adopt"])
def test_stewards_alone_change_anything(app: Flask, world: World, visit: Visit, path: str) -> None:
    world.lieu(bookable=False)
    for asker in (world.member(), world.staff("la-grande-ecluse")):
        assert Visit(app, asker).post(path, THIERS).status_code in (403, 404)
    assert Visit(app).post(path, THIERS).status_code == 401
    assert visit.post(path, THIERS, forged=True).status_code == 403
    assert [c.bookable for c in read(search_lieux, VISITOR, LieuFilter()).items] == [False]


def test_a_lieu_is_created_and_its_first_manager_invited(visit: Visit) -> None:
    answer = visit.post("/steward/lieux/new", THIERS)
    assert (answer.status_code, answer.location) == (303, "/manage/la-coutellerie/people")
    seen = read(lieu_by_slug, VISITOR, "la-coutellerie")
    assert (seen.bookable, seen.department, seen.timezone, round(seen.latitude, 1)) == (
        True,
        "63",
        "Europe/Paris",
        45.9,
    )
    assert "Invitez la personne qui le gérera." in words(visit.get(answer.location))
    assert visit.get("/lieux/la-coutellerie").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\0\r\n "}, "name"),
        ({"name": "x" * 200}, "name"),
        ({"commune": "Xyzzyville"}, "commune"),
        ({"postcode": "99999"}, "postcode"),
        ({"kind": ""}, "kind"),
        ({"status": "closed"}, "status"),
        ({"latitude": "1e400", "longitude": "2"}, "latitude"),
        ({"website": "http://"}, "website"),
    ],
)
def test_a_wrong_lieu_is_told_at_its_field(visit: Visit, change: dict[str, str], field: str) -> None:
    answer = visit.post("/steward/lieux/new", THIERS | change)
    assert answer.status_code == 422
    assert field in errors_at(answer)
    assert "3, rue des Grammonts" in answer.text
    assert read(search_lieux, VISITOR, LieuFilter()).items == ()


def test_a_census_entry_comes_to_archipel_once(visit: Visit, world: World) -> None:
    world.lieu("La Fabrique", bookable=False, census_ref="cget-2019:1")
    page = visit.get("/steward/lieux?which=census&q=fabrique")
    assert "/steward/lieux/la-fabrique/adopt" in page.text
    answer = visit.post("/steward/lieux/la-fabrique/adopt")
    assert (answer.status_code, answer.location) == (303, "/manage/la-fabrique/people")
    assert read(lieu_by_slug, VISITOR, "la-fabrique").bookable
    again = visit.post("/steward/lieux/la-fabrique/adopt")
    assert "Ce lieu est déjà sur Archipel." in words(visit.get(again.location))
    assert visit.post("/steward/lieux/nulle-part/adopt").status_code == 404


def test_the_list_is_narrowed_and_paged(visit: Visit, world: World) -> None:
    for number in range(60):
        world.lieu(f"Recensé {number:02d}", bookable=False)
    world.lieu("Ouvert")
    world.staff("ouvert")
    world.lieu("Projet", bookable=False, status=LieuStatus.PROJECT)
    first = visit.get("/steward/lieux?which=census")
    assert "Recensé 00" in first.text
    assert "Recensé 59" not in first.text
    [onward] = {p for p in first.text.split('"') if "after=" in p}
    second = visit.get(onward.replace("&amp;", "&"))
    assert "Recensé 59" in second.text
    assert "1 personne le gère" in words(visit.get("/steward/lieux"))
    assert "Projet" in words(visit.get("/steward/lieux?which=project"))
    assert "Recensé 07" in words(visit.get("/steward/lieux?which=&q=RECENSE+07"))
    assert "Aucun lieu de ce nom" in words(visit.get("/steward/lieux?q=xyzzy"))
    assert visit.get("/steward/lieux?which=<b>&q='%22<b>").status_code == 200
    for odd in ("%ff", "%00"):
        assert visit.get(f"/steward/lieux?q={odd}").status_code in (200, 400)
    assert visit.get("/steward/lieux?after=forged").status_code == 400


def test_the_list_costs_the_same_however_long_it_is(visit: Visit, world: World) -> None:
    world.lieu("Un")
    visit.get("/steward/lieux")
    with counted() as few:
        visit.get("/steward/lieux")
    for number in range(20):
        world.lieu(f"Lieu {number}")
    with counted() as many:
        visit.get("/steward/lieux")
    assert len(many) == len(few) <= 5
