"""Lists of bookings through the JSON API: one's own, a lieu's, and others' as busy time."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from booking.people.rules import Role
from booking.people.schemas import Asker
from tests.support.archipelago import CALE, DESK, ECLUSE, LASER, POOL
from tests.support.programs import Program, reasons
from tests.support.statements import counted
from tests.support.world import NOW, World

BUSY = {"resource", "lieu", "start", "end", "timezone", "status"}


@pytest.fixture
def other(world: World, client: FlaskClient) -> Program:
    return Program(client, world.member("Autre"))


def book(program: Program, hour: int, resource: str = DESK, day: str = "2026-06-12") -> str:
    body = {"resource": resource, "start": f"{day}T{hour:02d}:00:00+02:00", "end": f"{day}T{hour + 1:02d}:00:00+02:00"}
    answer = program("POST", "/bookings", body)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["code"])


def shown(program: Program, **query: Any) -> list[str]:
    """Codes, and `busy` with its hour in universal time for what is not told."""
    items = program.get("/bookings", **query)["items"]
    for item in items:
        assert item["status"] != "busy" or set(item) == BUSY
    return [item.get("code") or f"busy {item['start'][11:13]}" for item in items]


def test_others_bookings_are_busy_time_and_nothing_more(program: Program, other: Program, ines: Asker) -> None:
    mine = book(program, 9)
    theirs = book(other, 11)
    assert shown(program, resource=DESK) == [mine, "busy 09"]
    assert shown(other, resource=DESK) == ["busy 07", theirs]
    assert shown(program, lieu=ECLUSE) == [mine, "busy 09"]
    answer = other("GET", "/bookings", query_string={"resource": DESK})
    for secret in (mine, ines.name, str(ines.uid)):
        assert secret not in answer.text


def test_without_a_place_only_what_is_seen_whole_is_listed(
    world: World, client: FlaskClient, program: Program, other: Program
) -> None:
    mine, theirs, elsewhere = book(program, 9), book(other, 11), book(other, 12, LASER)
    assert shown(program) == [mine]
    assert shown(other) == [theirs, elsewhere]
    assert shown(Program(client, world.staff(ECLUSE, Role.HOST))) == [mine, theirs]
    assert shown(Program(client, world.staff(CALE, Role.HOST))) == [elsewhere]
    assert shown(Program(client, world.steward())) == [mine, theirs, elsewhere]
    assert shown(Program(client, world.staff(CALE)), resource=DESK) == ["busy 07", "busy 09"]


def test_the_list_is_narrowed(program: Program, other: Program) -> None:
    morning, noon = book(program, 9), book(program, 12, POOL)
    book(other, 10)
    gone = book(program, 15)
    program("DELETE", f"/bookings/{gone}")
    assert shown(program, lieu=ECLUSE, mine="true") == [morning, noon, gone]
    assert shown(program, mine="1", resource=POOL) == [noon]
    assert shown(program, resource=DESK, from_="2026-06-12T10:00:00+02:00") == ["busy 08", gone]
    assert shown(program, resource=DESK, to="2026-06-12T10:00:00+02:00") == [morning]
    assert shown(program, resource=DESK, from_="2026-06-12T09:30:00+02:00", to="2026-06-12T09:45:00+02:00") == [morning]
    assert shown(program, status="cancelled") == [gone]
    assert shown(program, status=["cancelled", "confirmed"], resource=DESK) == [morning, gone]
    assert shown(program, lieu="nowhere") == shown(program, resource="nothing") == []


def test_a_status_is_no_way_to_learn_of_others(program: Program, other: Program) -> None:
    book(other, 10)
    gone = book(other, 12)
    other("DELETE", f"/bookings/{gone}")
    assert shown(program, resource=DESK) == ["busy 08"], "cancelled time is free"
    for status in ("confirmed", "cancelled", "held"):
        assert shown(program, resource=DESK, status=status) == []


def test_pages_hold_every_booking_once(program: Program, other: Program) -> None:
    for hour in range(8, 20):
        book(program if hour % 3 else other, hour)
    found: list[str] = []
    page = program.get("/bookings", resource=DESK, limit=5)
    while True:
        found += [item["start"] for item in page["items"]]
        if page["next"] is None:
            break
        assert len(page["items"]) == 5
        page = program.get("/bookings", resource=DESK, limit=5, cursor=page["next"])
    assert found == sorted(set(found))
    assert len(found) == 12


def test_a_list_costs_the_same_however_long(program: Program) -> None:
    book(program, 8)
    with counted() as few:
        shown(program, resource=DESK)
    for hour in range(9, 20):
        book(program, hour)
    with counted() as many:
        shown(program, resource=DESK)
    assert len(few) == len(many) <= 6, many


def test_one_s_own_bookings_come_soonest_first_and_the_past_newest_first(
    program: Program, other: Program, frozen: time_machine.Traveller
) -> None:
    later, sooner, gone = book(program, 15), book(program, 9), book(program, 12)
    book(other, 17)
    program("DELETE", f"/bookings/{gone}")

    def codes(**query: Any) -> list[str]:
        return [item["code"] for item in program.get("/me/bookings", **query)["items"]]

    assert codes() == [sooner, later]
    assert codes(past="true") == [gone]
    frozen.move_to(NOW.replace(day=12, hour=10))
    assert codes() == [later]
    assert codes(past="true") == [gone, sooner]
    first = program.get("/me/bookings", past="true", limit=1)
    assert [item["code"] for item in program.get("/me/bookings", past="true", cursor=first["next"])["items"]] == [
        sooner
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("from=2026-06-12", {("instant", "from")}),
        ("from=2026-06-12T00:00:00", {("no_offset", "from")}),
        ("to=x&mine=perhaps&status=busy", {("instant", "to"), ("type", "mine"), ("choice", "status.0")}),
        ("member=1", {("unknown_field", "member")}),
    ],
)
def test_a_list_that_cannot_be_is_told_why(program: Program, query: str, expected: set[tuple[str, str]]) -> None:
    assert reasons(program("GET", f"/bookings?{query}")) == expected


def test_a_plus_that_nobody_encoded_is_taken_for_one(program: Program) -> None:
    code = book(program, 9)
    assert [b["code"] for b in program.get("/bookings?from=2026-06-12T09:30:00+02:00")["items"]] == [code]
