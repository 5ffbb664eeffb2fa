"""What is free and what it costs, through the JSON API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.people.rules import Role
from booking.people.schemas import Asker
from tests.support.archipelago import CALE, DESK, ECLUSE, LASER, MEMBERS_ONLY, POOL
from tests.support.programs import Program, reasons
from tests.support.statements import counted
from tests.support.world import NOW, World

FRIDAY: dict[str, Any] = {"start": "2026-06-12T00:00:00+02:00", "end": "2026-06-13T00:00:00+02:00"}
OFFERED = {
    "id", "name", "kind", "summary", "capacity", "quantity", "step", "lieu", "lieu_name", "commune", "timezone",
    "latitude", "longitude", "distance_km", "url",
}  # fmt: skip
SLOT = {"resource": DESK, "start": "2026-06-12T14:00:00+02:00", "end": "2026-06-12T16:00:00+02:00"}


def free(program: Program, **query: Any) -> dict[str, Any]:
    return {each["resource"]["id"]: each for each in program.get("/availability", **FRIDAY | query)["items"]}


def test_what_is_free_is_told_with_its_price(visitor: Program) -> None:
    found = free(visitor)
    assert set(found) == {DESK, POOL, LASER}
    desk = found[DESK]
    assert set(desk) == {"resource", "free", "price_from", "price_period", "free_of_charge"}
    assert set(desk["resource"]) == OFFERED
    assert desk["free"] == [{"start": "2026-06-12T06:00:00Z", "end": "2026-06-12T18:00:00Z", "quantity": 1}]
    assert desk["price_from"] == {"amount": 300, "unit": "EUR"}
    assert found[POOL]["free"][0]["quantity"] == 3
    assert found[LASER]["free"][0]["start"] == "2026-06-12T04:00:00Z", "eight in the morning of Réunion"


def test_a_booking_takes_its_time_and_a_pool_one_of_its_units(program: Program, visitor: Program) -> None:
    program("POST", "/bookings", SLOT)
    program("POST", "/bookings", SLOT | {"resource": POOL})
    found = free(visitor)
    assert [(f["start"][11:16], f["end"][11:16]) for f in found[DESK]["free"]] == [
        ("06:00", "12:00"),
        ("14:00", "18:00"),
    ]
    assert {(f["start"][11:16], f["end"][11:16], f["quantity"]) for f in found[POOL]["free"]} >= {
        ("06:00", "18:00", 2),
        ("06:00", "12:00", 3),
    }
    assert DESK not in free(visitor, minutes=420)
    assert DESK in free(visitor, minutes=360)
    assert free(visitor, quantity=3, minutes=420) == {}


def test_a_booking_from_each_start_is_accepted(world: World, program: Program) -> None:
    world.resource("Labo", step=15, shortest=45, notice=90, buffer_before=10, buffer_after=20)
    labo = f"{ECLUSE}-labo"
    program("POST", "/bookings", {"resource": labo, "start": "2026-06-12T10:00:00Z", "end": "2026-06-12T11:00:00Z"})
    offered = free(program, resource=labo, minutes=45)[labo]
    assert len(offered["free"]) == 2
    for stretch in offered["free"]:
        start = dt.datetime.fromisoformat(stretch["start"])
        end = (start + dt.timedelta(minutes=45)).isoformat()
        answer = program("POST", "/bookings", {"resource": labo, "start": start.isoformat(), "end": end})
        assert answer.status_code == 201, answer.text


def test_the_search_is_narrowed_and_ordered(visitor: Program) -> None:
    assert set(free(visitor, lieu=CALE)) == {LASER}
    assert set(free(visitor, kind="machine")) == {LASER}
    assert set(free(visitor, capacity=2)) == {POOL}
    assert set(free(visitor, q="quai")) == {DESK}
    assert free(visitor, feature="screen") == free(visitor, lieu="nowhere") == {}
    assert next(iter(free(visitor, near="-21,55.5"))) == LASER
    assert set(free(visitor, near="48.11,-1.68", within_km=5)) == {DESK, POOL}
    assert free(visitor, near="48.11,-1.68")[DESK]["resource"]["distance_km"] < 1


def test_one_resource_is_always_told_even_when_nothing_is_free(visitor: Program) -> None:
    night = {"start": "2026-06-12T21:00:00+02:00", "end": "2026-06-13T06:00:00+02:00"}
    (only,) = visitor.get("/availability", resource=DESK, **night)["items"]
    assert (only["resource"]["id"], only["free"]) == (DESK, [])
    assert visitor.get("/availability", lieu=ECLUSE, **night)["items"] == []
    assert visitor.get("/availability", resource="nothing", **night)["items"] == []


def test_pages_hold_every_offer_once(visitor: Program) -> None:
    first = visitor.get("/availability", limit=2, **FRIDAY)
    second = visitor.get("/availability", limit=2, cursor=first["next"], **FRIDAY)
    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    assert second["next"] is None
    assert {o["resource"]["id"] for page in (first, second) for o in page["items"]} == {DESK, POOL, LASER}


def test_only_members_are_offered_what_is_theirs(
    world: World, client: FlaskClient, ines: Asker, visitor: Program
) -> None:
    assert free(visitor, resource=MEMBERS_ONLY) == {}
    insider = Program(client, world.joined(ines, ECLUSE))
    assert free(insider)[MEMBERS_ONLY]["free_of_charge"] is True


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"end": FRIDAY["start"]}, {("order", "end")}),
        ({"start": "2026-06-12T00:00:00"}, {("no_offset", "start")}),
        ({"start": "2000-01-01T00:00:00Z", "end": "2199-01-01T00:00:00Z"}, {("span", "end")}),
        ({"end": "2026-07-14T00:00:00+02:00"}, {("span", "end")}),
        ({"end": "9999-01-01T00:00:00Z"}, {("far", "end")}),
        ({"minutes": "0"}, {("range", "minutes")}),
        ({"minutes": "-30", "quantity": "0"}, {("range", "minutes"), ("range", "quantity")}),
        ({"capacity": "1e3"}, {("type", "capacity")}),
        ({"feature": "jacuzzi"}, {("choice", "feature.0")}),
    ],
)
def test_a_search_that_cannot_be_is_told_why(
    visitor: Program, query: dict[str, str], expected: set[tuple[str, str]]
) -> None:
    assert reasons(visitor("GET", "/availability", query_string=FRIDAY | query)) == expected


def test_start_and_end_are_needed(visitor: Program) -> None:
    assert reasons(visitor("GET", "/availability")) == {("missing", "start"), ("missing", "end")}


def test_a_month_of_the_whole_archipelago_counts_as_many_days(visitor: Program, program: Program) -> None:
    month = {"start": "2026-06-12T00:00:00Z", "end": "2026-07-12T00:00:00Z"}
    codes = [visitor("GET", "/availability", query_string=month).status_code for _ in range(5)]
    assert codes[:3] == [200] * 3
    assert 429 in codes
    assert program("GET", "/availability", query_string=month).status_code == 200


def test_one_resource_may_be_looked_at_for_a_season(visitor: Program) -> None:
    season = {"start": "2026-06-12T00:00:00Z", "end": "2026-09-20T00:00:00Z"}
    (only,) = visitor.get("/availability", resource=DESK, **season)["items"]
    assert len(only["free"]) == 90, "as far as it can be booked ahead"


def test_a_search_costs_the_same_however_many_resources(world: World, program: Program) -> None:
    free(program)
    with counted() as few:
        free(program)
    for number in range(8):
        world.resource(f"Poste {number}")
    free(program)
    with counted() as many:
        free(program)
    assert len(few) == len(many) <= 7, many


def test_a_quote_is_fixed_and_read_again(program: Program, visitor: Program) -> None:
    answer = program("POST", "/quotes", SLOT | {"quantity": 1})
    assert answer.status_code == 201
    quote = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/quotes/{quote['id']}"
    assert quote == {
        "id": quote["id"],
        "resource": DESK,
        "start": "2026-06-12T12:00:00Z",
        "end": "2026-06-12T14:00:00Z",
        "quantity": 1,
        "expires_at": "2026-06-11T09:10:00Z",
        "lines": [{"label": "2 × heure", "amount": 600, "unit": "EUR"}],
        "parts": [{"payer": "member", "unit": "EUR", "amount": 600}],
        "total": {"amount": 600, "unit": "EUR"},
        "vat": {"amount": 100, "unit": "EUR"},
    }
    assert program.get(f"/quotes/{quote['id']}") == quote
    assert reasons(visitor("GET", f"/quotes/{quote['id']}"), 401)
    assert free(program)[DESK]["free"][0]["end"] == "2026-06-12T18:00:00Z", "a quote books nothing"


@pytest.mark.parametrize("who", ["stranger", "other staff", "steward"])
def test_a_quote_is_for_who_asked_and_the_lieu_s_staff(
    world: World, client: FlaskClient, program: Program, who: str
) -> None:
    quote = program("POST", "/quotes", SLOT).get_json()["id"]
    other = {"stranger": world.member, "other staff": lambda: world.staff(CALE), "steward": world.steward}[who]()
    assert reasons(Program(client, other)("GET", f"/quotes/{quote}"), 404)
    assert Program(client, world.staff(ECLUSE, Role.HOST)).get(f"/quotes/{quote}")["id"] == quote


@pytest.mark.parametrize("uid", ["x", "1", "%00", "0190b1c2-0000-7000-8000-000000000000", "' OR 1=1 --", "x" * 400])
def test_no_quote_stands_at_other_addresses(program: Program, uid: str) -> None:
    assert reasons(program("GET", f"/quotes/{uid}"), 404)


@pytest.mark.parametrize(
    ("sent", "status", "expected"),
    [
        ({"resource": "nothing"}, 404, {("not_found", "resource")}),
        ({"resource": MEMBERS_ONLY}, 404, {("not_found", "resource")}),
        ({"quantity": 2}, 422, {("quantity", "quantity")}),
        ({"end": "2026-06-12T14:10:00+02:00"}, 422, {("off_step", "end"), ("too_short", "end")}),
        ({"plan": "monthly"}, 422, {("not_available", "plan")}),
        ({"chosen_price": 1}, 422, {("not_available", "chosen_price")}),
        ({"pay": {"fund": 1}}, 422, {("not_available", "pay")}),
        ({"price": 1}, 422, {("unknown_field", "price")}),
    ],
)
def test_a_quote_that_cannot_be_is_told_why(
    program: Program, sent: dict[str, Any], status: int, expected: set[tuple[str, str]]
) -> None:
    assert reasons(program("POST", "/quotes", SLOT | sent), status) == expected


def test_the_clock_of_the_answer_is_the_lieu_s(program: Program, frozen: time_machine.Traveller) -> None:
    """At ten in the evening of Paris, what is free today has its start in the past left out."""
    frozen.move_to(NOW.replace(hour=15, minute=10))
    today = {"start": "2026-06-11T00:00:00+02:00", "end": "2026-06-12T00:00:00+02:00"}
    (only,) = program.get("/availability", resource=DESK, **today)["items"]
    assert only["free"] == [{"start": "2026-06-11T15:00:00Z", "end": "2026-06-11T18:00:00Z", "quantity": 1}]
