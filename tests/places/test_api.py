"""Lieux through the JSON API."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from booking.db import write
from booking.people.rules import Role
from booking.places.models import SpecialDay, SpecialHours
from booking.places.rules import LieuKind, LieuStatus
from tests.support.archipelago import CALE, ECLUSE
from tests.support.programs import Program, reasons
from tests.support.statements import counted
from tests.support.world import World

LISTED = {
    "slug", "name", "kind", "status", "bookable", "example", "summary", "commune", "department", "latitude",
    "longitude", "timezone", "distance_km", "url",
}  # fmt: skip


@pytest.fixture
def census(world: World) -> World:
    """Some lieux known from the census only."""
    for number in range(5):
        world.lieu(f"Fabrique {number}", bookable=False, kind=LieuKind.FABLAB, latitude=45.0 + number, longitude=4.0)
    world.lieu("Projet", bookable=False, status=LieuStatus.PROJECT, latitude=43.3, longitude=5.4)
    return world


def test_a_lieu_in_a_list_and_alone(visitor: Program) -> None:
    listed = {each["slug"]: each for each in visitor.get("/lieux")["items"]}
    assert set(listed) == {ECLUSE, CALE}
    assert set(listed[ECLUSE]) == LISTED
    assert listed[ECLUSE]["url"] == f"http://127.0.0.1:8000/lieux/{ECLUSE}"
    assert (listed[ECLUSE]["kind"], listed[ECLUSE]["status"], listed[ECLUSE]["bookable"]) == ("coworking", "open", True)
    whole = visitor.get(f"/lieux/{ECLUSE}")
    assert whole["timezone"] == "Europe/Paris"
    assert whole["address"] == "14, quai Saint-Cyr"
    assert whole["opening_hours"] == [{"weekday": day, "opens": "08:00", "closes": "20:00"} for day in range(1, 8)]
    assert whole["special_days"] == []
    assert "access" not in whole, "how to enter is for who has booked"


def test_days_that_do_not_follow_the_week_are_told_while_they_come(world: World, visitor: Program) -> None:
    lieu = world.lieux[ECLUSE]

    def decide(session: object) -> None:
        assert isinstance(session, sa.orm.Session)
        for day, label in ((10, "Passé"), (14, "Braderie"), (20, "Nuit")):
            session.execute(sa.insert(SpecialDay).values(lieu_id=lieu, day=dt.date(2026, 6, day), label=label))
        session.execute(sa.insert(SpecialHours).values(lieu_id=lieu, day=dt.date(2026, 6, 20), opens=1200, closes=1560))

    write(decide)
    assert visitor.get(f"/lieux/{ECLUSE}")["special_days"] == [
        {"day": "2026-06-14", "label": "Braderie", "hours": []},
        {"day": "2026-06-20", "label": "Nuit", "hours": [{"opens": "20:00", "closes": "02:00"}]},
    ]


@pytest.mark.usefixtures("census")
def test_the_list_is_narrowed_and_ordered(visitor: Program) -> None:
    def slugs(**query: object) -> list[str]:
        return [each["slug"] for each in visitor.get("/lieux", **query)["items"]]

    assert slugs(kind="fablab") == [f"fabrique-{n}" for n in range(5)]
    assert slugs(status="project") == ["projet"]
    assert slugs(bookable="true") == [CALE, ECLUSE]
    assert slugs(q="GRANDE ecluse") == [ECLUSE]
    assert slugs(q="saint denis") == []
    assert slugs(near="48.1,-1.7", within_km="50") == [ECLUSE]
    assert slugs(near="48.1,-1.7")[0] == ECLUSE
    assert slugs(near="-21,55.5")[0] == CALE
    assert slugs(near="48.11,-1.68", within_km="0") == [ECLUSE]


@pytest.mark.usefixtures("census")
@pytest.mark.parametrize("near", ["", "&near=45,4"])
def test_pages_hold_every_lieu_once(visitor: Program, near: str) -> None:
    found: list[str] = []
    cursor = ""
    while True:
        page = visitor.get(f"/lieux?limit=3{near}{cursor}")
        assert len(page["items"]) <= 3
        found += [each["slug"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(found) == len(set(found)) == 8


@pytest.mark.usefixtures("census")
def test_the_map_holds_all_at_once_as_geojson_and_is_known_by_its_tag(visitor: Program) -> None:
    answer = visitor("GET", "/lieux.geojson")
    assert answer.mimetype == "application/geo+json"
    collection = answer.get_json()
    assert collection["type"] == "FeatureCollection"
    assert len(collection["features"]) == 8
    quay = next(each for each in collection["features"] if each["id"] == ECLUSE)
    assert quay["geometry"] == {"type": "Point", "coordinates": [-1.68, 48.11]}
    assert set(quay["properties"]) == LISTED - {"latitude", "longitude"}
    assert len(visitor.get("/lieux.geojson?kind=fablab")["features"]) == 5
    again = visitor("GET", "/lieux.geojson", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "slug", ["nowhere", "La-Grande-Ecluse", "%00", "..%2f", "x" * 300, "1", "' OR 1=1 --", "%F0%9F%9B%B6"]
)
def test_no_lieu_stands_at_other_addresses(visitor: Program, slug: str) -> None:
    assert reasons(visitor("GET", f"/lieux/{slug}"), 404) == {("not_found", None)}


def test_no_person_and_no_row_number_stands_in_what_is_public(world: World, visitor: Program) -> None:
    manager = world.staff(ECLUSE, Role.MANAGER)
    for path in ("/lieux", f"/lieux/{ECLUSE}", "/lieux.geojson"):
        text = visitor("GET", path).text
        assert manager.name not in text
        assert str(manager.email) not in text
        assert '"id": 1' not in text
        assert '"lieu_id"' not in text


def test_a_list_costs_the_same_however_long(census: World, program: Program) -> None:
    with counted() as few:
        program.get("/lieux?limit=1")
    with counted() as many:
        program.get("/lieux?limit=200")
    assert census
    assert len(few) == len(many) <= 2, many
