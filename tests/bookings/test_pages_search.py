"""`/` over HTTP: what, where and when across the archipelago."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.db import write
from booking.places.models import Lieu
from booking.places.rules import LieuKind
from booking.resources.models import ResourceFeature
from booking.resources.rules import Audience, Feature, ResourceKind
from booking.tariffs.rules import Period
from tests.support.statements import counted
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, at, stretch

ASKED = "day=2026-06-12&from=14:00&to=18:00"
REUNION = "Indian/Reunion"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu("La Grande Écluse")
    made.resource("Quai 6", "la-grande-ecluse", rates={Period.HOUR: 300, Period.DAY: 1800})
    made.resource("Salle Péniche", "la-grande-ecluse", kind=ResourceKind.ROOM, capacity=14, rates={Period.HOUR: 1200})
    made.lieu("La Ravine Bleue", zone=REUNION, latitude=-21.16, longitude=55.29, commune="Saint-Leu")
    made.resource("Varangue", "la-ravine-bleue", rates={Period.HOUR: 200})
    return made


def census(name: str, latitude: float, longitude: float, kind: LieuKind = LieuKind.COWORKING) -> None:
    """An entry of the census, on the water or near a town."""

    def make(session: sa.orm.Session) -> None:
        session.execute(
            sa.insert(Lieu).values(
                slug=name.lower().replace(" ", "-"),
                name=name,
                folded=name.lower(),
                kind=kind,
                status="open",
                bookable=False,
                census_ref=name,
                commune="Rennes",
                latitude=latitude,
                longitude=longitude,
                timezone="Europe/Paris",
                created_at=NOW,
                updated_at=NOW,
            )
        )

    write(make)


def test_a_visitor_finds_the_nearest_lieux_with_what_is_free_at_those_hours_and_its_price(
    app: Flask, world: World
) -> None:
    assert world
    page = Visit(app).get(f"/?where=Rennes&{ASKED}")
    text = words(page)
    assert page.status_code == 200
    assert text.index("La Grande Écluse") < text.index("Plus loin dans l’archipel") < text.index("La Ravine Bleue")
    for expected in (
        "2 lieux ont de la place vendredi 12 juin de 14 h à 18 h",
        "Rennes et alentours",
        "Quai 6 12,00 €",
        "Salle Péniche 48,00 €",
        "14:00–18:00 2 sur 2",
        "3,00 € l’heure",
    ):
        assert expected.replace(" ", "\u00a0") in text.replace(" ", "\u00a0"), expected
    assert (
        "/resources/la-grande-ecluse-quai-6/book?start=2026-06-12T12:00:00Z&amp;end=2026-06-12T16:00:00Z" in page.text
    )


def test_hours_are_those_of_each_lieu(app: Flask, world: World) -> None:
    assert world
    page = Visit(app).get(f"/?{ASKED}")
    assert (
        "/resources/la-ravine-bleue-varangue/book?start=2026-06-12T10:00:00Z&amp;end=2026-06-12T14:00:00Z" in page.text
    )
    assert "2 h de plus qu’à Paris" in words(page).replace("\u00a0", " ")


def test_what_is_taken_is_not_offered_and_the_next_free_stretch_is(app: Flask, world: World) -> None:
    member = world.member()
    write(book, member, BookingRequest("la-grande-ecluse-quai-6", stretch("2026-06-12", "13:00", "20:00")), NOW)
    page = Visit(app).get(f"/?where=Rennes&q=quai&{ASKED}")
    text = words(page)
    assert "Rien de libre vendredi 12 juin" in text.replace("\u00a0", " ")
    assert "8:00–13:00" in text
    assert "/book?start=2026-06-12T06:00:00Z&amp;end=2026-06-12T10:00:00Z" in page.text


def test_only_what_the_asker_could_really_book_is_offered(app: Flask, world: World) -> None:
    world.resource("Réservé", "la-grande-ecluse", booked_by=Audience.MEMBERS, seen_by=Audience.MEMBERS)
    world.resource("Court", "la-grande-ecluse", longest=60)
    world.resource("À l'heure", "la-grande-ecluse", step=60, shortest=60)
    text = words(Visit(app).get("/?where=Rennes&day=2026-06-12&from=14:30&to=16:30"))
    assert "Quai 6" in text
    assert "Réservé" not in text
    assert "Court" not in text
    assert "À l'heure 6" not in text


def test_words_kinds_features_capacity_and_quantity_narrow_the_answer(app: Flask, world: World) -> None:
    slug = world.resource("Atelier", "la-grande-ecluse", kind=ResourceKind.MACHINE, units=3)
    write(
        lambda s: s.execute(
            sa.insert(ResourceFeature).values(resource_id=world.resources[slug], feature=Feature.VENTILATION)
        )
    )
    for query, found, left_out in (
        ("q=Bureau", "Quai 6", "Salle Péniche"),
        ("q=salle de réunion", "Salle Péniche", "Quai 6"),
        ("q=peniche", "Salle Péniche", "Quai 6"),
        ("q=machine ventilée".replace("ventilée", "aspiration"), "Atelier", "Quai 6"),
        ("feature=ventilation", "Atelier", "Salle Péniche"),
        ("capacity=10", "Salle Péniche", "Quai 6"),
        ("quantity=2", "Atelier", "Salle Péniche"),
    ):
        text = words(Visit(app).get(f"/?where=Rennes&{query}&{ASKED}"))
        assert found in text, query
        assert left_out not in text.replace("Salle de réunion", ""), query


def test_a_name_that_several_towns_share_shows_the_others(app: Flask, world: World) -> None:
    assert world
    page = Visit(app).get(f"/?where=Saint-Denis&{ASKED}")
    text = words(page)
    assert "Vous vouliez dire" in text
    assert "Saint-Denis (Seine-Saint-Denis)" in text
    told = words(Visit(app).get(f"/?where=Saint-Denis (Seine-Saint-Denis)&{ASKED}"))
    assert "Vous vouliez dire" not in told


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("where=Atlantide-les-Flots", "where"),
        ("day=hier", "day"),
        ("day=2026-02-30", "day"),
        ("day=10000-01-01", "day"),
        ("from=25:00", "from"),
        ("from=18:00&to=14:00", "to"),
        ("from=14:00&to=14:00", "to"),
        ("capacity=-1", "capacity"),
        ("capacity=99999999999999999999", "capacity"),
        ("quantity=deux", "quantity"),
        ("page=0", "page"),
        ("q=" + "x" * 200, "q"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(app: Flask, world: World, query: str, field: str) -> None:
    assert world
    page = Visit(app).get(f"/?{query}")
    assert page.status_code == 422
    assert "À revoir" in words(page)
    if field != "page":
        assert errors_at(page)[field]


@pytest.mark.parametrize(
    "query",
    ["", "q=%01%0d%0a", "q=<img src=x onerror=alert(1)>", "where=48.11,-1.68", "feature=nope", "from=0:00&to=0:00",
     "day=2199-12-31", "day=1970-01-01", "page=1000", "from=0:00&to=24:00", "q=%25%5f%5c"],
)  # fmt: skip
def test_what_can_be_asked_is_answered_whatever_it_is(app: Flask, world: World, query: str) -> None:
    assert world
    page = Visit(app).get(f"/?{query}")
    assert page.status_code == 200
    assert "<img src=x" not in page.text


def test_the_census_stands_near_without_prices(app: Flask, world: World) -> None:
    assert world
    for number in range(7):
        census(f"Tiers Lieu {number}", 48.1 + number / 100, -1.68)
    page = Visit(app).get(f"/?where=Rennes&{ASKED}")
    text = words(page)
    assert "Tiers Lieu 0" in text
    assert "recensé" in text
    assert "Tiers Lieu 6" not in text
    onward = page.text.split("census=")[1].split('"')[0]
    assert "Tiers Lieu 6" in words(Visit(app).get(f"/?where=Rennes&{ASKED}&census={onward}"))


def test_lieux_come_in_pages(app: Flask, world: World) -> None:
    for number in range(11):
        name = f"Lieu {number:02d}"
        world.lieu(name, latitude=48.2 + number / 100)
        world.resource("Quai", name.lower().replace(" ", "-"))
    first = words(Visit(app).get(f"/?where=Rennes&q=quai&{ASKED}"))
    second = words(Visit(app).get(f"/?where=Rennes&q=quai&{ASKED}&page=2"))
    assert "Page 1 sur 2" in first
    assert "La Grande Écluse" in first
    assert "Lieu 10" not in first
    assert "Lieu 10" in second
    assert "La Grande Écluse" not in second


def test_the_statements_are_few_however_many_resources_there_are(app: Flask, world: World) -> None:
    def statements() -> int:
        visit = Visit(app)
        visit.get(f"/?where=Rennes&{ASKED}")  # Whoever asks first after a change reads the catalogue for all.
        with counted() as sent:
            assert visit.get(f"/?where=Rennes&{ASKED}").status_code == 200
        return len(sent)

    few = statements()
    for number in range(12):
        world.lieu(f"Lieu {number}", latitude=48.0 + number / 100)
        for each in range(4):
            world.resource(f"Place {each}", f"lieu-{number}", units=1 + each)
    assert statements() == few
    assert few <= 10


def test_the_search_begins_with_the_next_hours_in_paris(
    app: Flask, world: World, clock: time_machine.Traveller
) -> None:
    assert world
    page = Visit(app).get("/")
    assert 'value="2026-06-11"' in page.text
    assert 'value="11:00"' in page.text
    clock.move_to(at("2026-06-11 22:15"))
    page = Visit(app).get("/")
    assert 'value="2026-06-12"' in page.text
    assert 'value="09:00"' in page.text


def test_the_page_speaks_english_too(app: Flask, world: World) -> None:
    assert world
    page = Visit(app).get("/?lang=en")
    assert '<html lang="en">' in page.text
