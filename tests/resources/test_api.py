"""What can be booked, through the JSON API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.tariffs.rules import Period
from tests.support.archipelago import CALE, DESK, ECLUSE, LASER, MEMBERS_ONLY, POOL
from tests.support.programs import Program, reasons
from tests.support.statements import counted
from tests.support.world import World

LISTED = {
    "id", "name", "kind", "summary", "capacity", "quantity", "features", "lieu", "lieu_name", "commune", "timezone",
    "latitude", "longitude", "distance_km", "price_from", "price_period", "url",
}  # fmt: skip
RULES = {
    "take", "step", "shortest", "longest", "notice", "horizon_days", "buffer_before", "buffer_after", "booked_by",
    "free_cancel_hours", "kept_percent",
}  # fmt: skip


def test_a_resource_in_a_list_and_alone(visitor: Program) -> None:
    listed = {each["id"]: each for each in visitor.get("/resources")["items"]}
    assert set(listed) == {DESK, POOL, LASER}
    assert set(listed[DESK]) == LISTED
    assert (listed[POOL]["quantity"], listed[POOL]["capacity"]) == (3, 2)
    assert listed[DESK]["price_from"] == {"amount": 300, "unit": "EUR"}
    assert listed[DESK]["price_period"] == "hour"
    whole = visitor.get(f"/resources/{DESK}")
    assert (whole["id"], whole["lieu"], whole["timezone"]) == (DESK, ECLUSE, "Europe/Paris")
    assert whole["units"] == ["Quai 6 1"]
    assert set(whole["rules"]) == RULES
    assert (whole["rules"]["take"], whole["rules"]["step"]) == ("all", 30)
    assert len(whole["opening_hours"]) == 7
    assert whole["tariffs"] == [
        {"period": "hour", "price": {"amount": 300, "unit": "EUR"}},
        {"period": "day", "price": {"amount": 1800, "unit": "EUR"}},
    ]
    assert whole["feed"] == f"http://127.0.0.1:8000/calendars/resources/{DESK}.ics"
    assert whole["url"] == f"http://127.0.0.1:8000/resources/{DESK}"


def test_prices_are_those_of_who_asks(world: World, client: FlaskClient, program: Program, ines: Asker) -> None:
    assert program.get(f"/resources/{DESK}")["price_from"]["amount"] == 300
    insider = Program(client, world.joined(ines, ECLUSE))
    assert insider.get(f"/resources/{DESK}")["price_from"]["amount"] == 200
    prices = {each["id"]: each["price_from"] for each in insider.get("/resources")["items"]}
    assert prices[DESK] == {"amount": 200, "unit": "EUR"}
    free = insider.get(f"/resources/{MEMBERS_ONLY}")
    assert (free["free_of_charge"], free["tariffs"], free["price_from"]) == (True, [], None)
    assert free["feed"] is None, "what not everybody sees has no public calendar"


@pytest.mark.parametrize(
    ("who", "status"),
    [("nobody", 404), ("stranger", 404), ("other staff", 404), ("member", 200), ("host", 200), ("steward", 200)],
)
def test_what_is_for_members_is_not_there_for_others(world: World, client: FlaskClient, who: str, status: int) -> None:
    people: dict[str, Callable[[], Asker | None]] = {
        "nobody": lambda: None,
        "stranger": world.member,
        "other staff": lambda: world.staff(CALE),
        "member": lambda: world.staff(ECLUSE, Role.MEMBER),
        "host": lambda: world.staff(ECLUSE, Role.HOST),
        "steward": world.steward,
    }
    asker = people[who]()
    program = Program(client, asker)
    assert program("GET", f"/resources/{MEMBERS_ONLY}").status_code == status
    listed = {each["id"] for each in program.get("/resources")["items"]}
    assert (MEMBERS_ONLY in listed) == (status == 200)


def test_the_list_is_narrowed_and_ordered(world: World, visitor: Program) -> None:
    def found(**query: object) -> list[str]:
        return [each["id"] for each in visitor.get("/resources", **query)["items"]]

    assert found(lieu=CALE) == [LASER]
    assert found(lieu="nowhere") == found(lieu="' OR 1=1 --") == []
    assert found(kind="machine") == [LASER]
    assert found(q="quai") == [DESK]
    assert found(capacity=2) == [POOL]
    assert found(feature=["screen"]) == []
    assert found(near="-21,55.5")[0] == LASER
    assert found(near="48.11,-1.68", within_km=10) == [DESK, POOL]
    assert world


def test_pages_hold_every_resource_once(world: World, visitor: Program) -> None:
    for number in range(8):
        world.resource(f"Poste {number}", rates={Period.HOUR: 100 + number})
    found: list[str] = []
    page = visitor.get("/resources?limit=3")
    while True:
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        page = visitor.get("/resources", limit=3, cursor=page["next"])
    assert len(found) == len(set(found)) == 11


@pytest.mark.parametrize("slug", ["nowhere", "Quai-6", "%00", "1", "x" * 300, "' OR 1=1 --"])
def test_no_resource_stands_at_other_addresses(visitor: Program, slug: str) -> None:
    assert reasons(visitor("GET", f"/resources/{slug}"), 404) == {("not_found", None)}


def test_a_list_costs_the_same_however_long(world: World, program: Program) -> None:
    program.get("/resources?limit=1")
    with counted() as few:
        program.get("/resources?limit=1")
    for number in range(8):
        world.resource(f"Poste {number}")
    program.get("/resources?limit=200")
    with counted() as many:
        program.get("/resources?limit=200")
    assert len(few) == len(many) <= 8, many
