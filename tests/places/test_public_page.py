"""`/lieux/<lieu>` over HTTP: on Archipel, in project, and only in the census."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from booking.db import write
from booking.occupancy.actions import close_days
from booking.places.rules import LieuStatus
from booking.resources.rules import Audience, ResourceKind
from booking.tariffs.rules import Period
from tests.support.statements import counted
from tests.support.visits import Visit, words
from tests.support.world import NOW, World, at


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu(summary="Bureaux et fablab au bord du canal")
    made.resource("Quai", units=4, rates={Period.HOUR: 300, Period.DAY: 1800})
    made.resource("Salle Péniche", kind=ResourceKind.ROOM, capacity=14, rates={Period.HALF_DAY: 6000})
    made.resource("Cabine", kind=ResourceKind.ROOM, free=True)
    return made


def test_a_visitor_reads_what_is_free_from_which_price_and_when_it_opens(app: Flask, world: World) -> None:
    assert world
    page = Visit(app).get("/lieux/la-grande-ecluse")
    text = words(page)
    assert page.status_code == 200
    for expected in (
        "La Grande Écluse",
        "Bureaux et fablab au bord du canal",
        "Ouvert jusqu’à 20 h",
        "14, quai Saint-Cyr, Rennes",
        "3,00 € l’heure",
        "60,00 € la demi-journée",
        "gratuit",
        "4 au choix",
        "14 places",
        "maintenant–20:00",
        "Tous les jours",
        "8 h – 20 h",
        "Les prix comprennent la TVA",
    ):
        assert expected.replace(" ", "\u00a0") in text.replace(" ", "\u00a0"), expected
    assert 'href="/resources/la-grande-ecluse-quai"' in page.text
    assert "41 73" not in text, "the way in is for those who have a booking"
    assert "/manage/" not in page.text


def test_the_state_follows_the_clock(app: Flask, world: World, clock: time_machine.Traveller) -> None:
    visit = Visit(app)
    day = NOW.date().replace(day=12)
    write(close_days, world.staff("la-grande-ecluse"), world.lieux["la-grande-ecluse"], day, day, "Travaux", NOW)
    for moment, expected in (
        (at("2026-06-11 19:59"), "Ouvert jusqu’à 20 h"),
        (at("2026-06-11 20:00"), "Fermé, ouvre samedi à 8 h"),
        (at("2026-06-12 21:00"), "Fermé, ouvre demain à 8 h"),
        (at("2026-06-13 07:00"), "Fermé, ouvre à 8 h"),
    ):
        clock.move_to(moment)
        assert expected in words(visit.get("/lieux/la-grande-ecluse")).replace("\u00a0", " ")
    clock.move_to(NOW)
    assert "vendredi 12 juin : fermé Travaux" in words(visit.get("/lieux/la-grande-ecluse")).replace("\u00a0", " ")


def test_what_is_not_for_everybody_is_not_there(app: Flask, world: World) -> None:
    world.resource("Coulisses", seen_by=Audience.STAFF, booked_by=Audience.STAFF)
    assert "Coulisses" not in Visit(app).get("/lieux/la-grande-ecluse").text
    assert "Coulisses" not in Visit(app, world.member()).get("/lieux/la-grande-ecluse").text
    manager = Visit(app, world.staff("la-grande-ecluse")).get("/lieux/la-grande-ecluse")
    assert "Coulisses" in manager.text
    assert 'href="/manage/la-grande-ecluse"' in manager.text


def test_a_lieu_overseas_says_its_hour(app: Flask, world: World) -> None:
    world.lieu("Le Lagon", zone="Indian/Reunion", latitude=-20.88, longitude=55.45)
    text = words(Visit(app).get("/lieux/le-lagon")).replace("\u00a0", " ")
    assert "heure de La Réunion, 2 h de plus" in text
    assert "Rien à réserver pour l’instant" in text


def test_a_census_entry_carries_its_source_and_no_price(app: Flask, world: World) -> None:
    world.lieu(
        "La Fabrique",
        bookable=False,
        census_ref="cget-2019:12",
        website="https://fabrique.example/?a=1&b=2",
        latitude=48.2,
        longitude=-1.7,
    )
    page = Visit(app).get("/lieux/la-fabrique")
    text = words(page).replace("\u00a0", " ")
    assert "recensé, pas encore sur Archipel" in text
    assert "base Mission Coworking mise à jour le 27 avril 2019" in text
    assert "Sur Archipel, au plus près" in text
    assert "La Grande Écluse" in text
    assert "€" not in text
    assert 'href="https://fabrique.example/?a=1&amp;b=2"' in page.text


def test_a_project_is_told_as_one_and_its_team_prepares_it(app: Flask, world: World) -> None:
    world.lieu("Le Chantier", bookable=False, status=LieuStatus.PROJECT)
    world.resource("Établi", "le-chantier", kind=ResourceKind.MACHINE)
    text = words(Visit(app).get("/lieux/le-chantier"))
    assert "Ce lieu se prépare." in text
    assert "Établi" not in text
    team = Visit(app, world.staff("le-chantier"))
    page = team.get("/lieux/le-chantier")
    assert "Établi" in page.text
    assert 'href="/resources/' not in page.text, "nobody books in a lieu that is not open"
    assert team.get("/manage/le-chantier/resources/le-chantier-etabli").status_code == 200


def test_names_are_text_and_nothing_else(app: Flask, world: World) -> None:
    world.lieu("<script>alert(1)</script>", summary='"><img src=x onerror=alert(1)>', commune="'")
    page = Visit(app).get("/lieux/script-alert-1-script")
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize("path", ["nulle-part", "La-Grande-Ecluse", "%00", "a%0Ab", "é", "a" * 300, "..%2F"])
def test_what_is_not_there_is_not_found(app: Flask, world: World, path: str) -> None:
    assert world
    assert Visit(app).get(f"/lieux/{path}").status_code == 404


def test_the_page_is_english_for_who_reads_english(app: Flask, world: World) -> None:
    assert world
    page = Visit(app).get("/lieux/la-grande-ecluse?lang=en")
    assert '<html lang="en">' in page.text


def test_the_page_costs_the_same_however_much_the_lieu_offers(app: Flask, world: World) -> None:
    visit = Visit(app)
    visit.get("/lieux/la-grande-ecluse")
    with counted() as few:
        visit.get("/lieux/la-grande-ecluse")
    for number in range(8):
        world.resource(f"Poste {number}")
    visit.get("/lieux/la-grande-ecluse")
    with counted() as many:
        visit.get("/lieux/la-grande-ecluse")
    assert len(many) == len(few) <= 14
