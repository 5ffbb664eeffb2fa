"""What a member owes, through the JSON API."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.archipelago import CALE, DESK, ECLUSE, LASER
from tests.support.programs import Program, reasons
from tests.support.statements import counted
from tests.support.world import World


def book(program: Program, hour: int, resource: str = DESK) -> str:
    start, end = f"2026-06-12T{hour:02d}:00:00+02:00", f"2026-06-12T{hour + 1:02d}:00:00+02:00"
    answer = program("POST", "/bookings", {"resource": resource, "start": start, "end": end})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["code"])


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "unit": "EUR"}


def test_a_statement_tells_where_one_stands_with_each_lieu_and_why(program: Program) -> None:
    desk, laser = book(program, 9), book(program, 10, LASER)
    told = program.get("/me/statement")
    assert set(told) == {"unit", "balances", "items", "next"}
    assert (told["unit"], told["next"]) == ("EUR", None)
    assert told["balances"] == [
        {"lieu": CALE, "lieu_name": "La Cale sèche", "balance": euros(-300), "ceiling": euros(20000)},
        {"lieu": ECLUSE, "lieu_name": "La Grande Écluse", "balance": euros(-300), "ceiling": euros(20000)},
    ]
    assert [(item["lieu"], item["subject"], item["amount"]) for item in told["items"]] == [
        (CALE, laser, euros(-300)),
        (ECLUSE, desk, euros(-300)),
    ]
    assert set(told["items"][0]) == {"at", "lieu", "lieu_name", "cause", "subject", "detail", "amount"}
    assert told["items"][0]["cause"] == "booking"


def test_a_cancellation_gives_back_what_was_owed(program: Program) -> None:
    program("DELETE", f"/bookings/{book(program, 15)}")
    told = program.get("/me/statement", unit="EUR")
    assert told["balances"][0]["balance"] == euros(0)
    assert [(item["cause"], item["amount"]["amount"]) for item in told["items"]] == [
        ("cancellation", 300),
        ("booking", -300),
    ]


def test_pages_hold_every_movement_once(program: Program) -> None:
    codes = [book(program, hour, resource) for hour in range(10, 16) for resource in (DESK, LASER) if hour % 2]
    found: list[str] = []
    page = program.get("/me/statement", limit=4)
    while True:
        found += [item["subject"] for item in page["items"]]
        if page["next"] is None:
            break
        assert len(page["items"]) == 4
        page = program.get("/me/statement", limit=4, cursor=page["next"])
    assert found == list(reversed(codes))


def test_nobody_else_s_movements_are_among_them(world: World, client: FlaskClient, program: Program) -> None:
    book(Program(client, world.member("Autre")), 9)
    assert program.get("/me/statement") == {"unit": "EUR", "balances": [], "items": [], "next": None}


@pytest.mark.parametrize("query", ["unit=USD", "unit=", "member=1", "lieu=la-cale-seche"])
def test_other_statements_are_refused(program: Program, query: str) -> None:
    assert reasons(program("GET", f"/me/statement?{query}"))


def test_a_statement_costs_the_same_however_long(program: Program) -> None:
    book(program, 9)
    with counted() as few:
        program.get("/me/statement")
    for hour in range(10, 18):
        book(program, hour)
    with counted() as many:
        program.get("/me/statement")
    assert len(few) == len(many) <= 6, many
