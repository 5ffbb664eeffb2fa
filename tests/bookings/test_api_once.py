"""An Idempotency-Key: a request sent many times is done once, on both databases, over a real server too."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from booking.bookings.models import Booking
from booking.db import read, write
from booking.people.actions.cleaning import ANSWERS, clean
from booking.people.models import RememberedAnswer
from booking.people.schemas import Asker
from booking.tariffs.models import Quote
from tests.support.archipelago import DESK, POOL
from tests.support.programs import Program, reasons, served, token_of
from tests.support.world import NOW, World

SLOT: dict[str, Any] = {"resource": POOL, "start": "2026-06-12T14:00:00+02:00", "end": "2026-06-12T16:00:00+02:00"}
AT_ONCE = 20


def rows(table: type) -> int:
    return read(lambda session: session.scalar(sa.select(sa.func.count()).select_from(table))) or 0


def test_the_same_request_gets_the_same_answer_and_is_done_once(program: Program) -> None:
    first = program("POST", "/bookings", SLOT, key="a-word")
    again = program("POST", "/bookings", SLOT, key="a-word")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    assert first.headers["Location"] == again.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert rows(Booking) == 1


def test_the_order_of_members_and_spaces_do_not_make_another_request(program: Program) -> None:
    first = program("POST", "/bookings", SLOT, key="k")
    text = json.dumps(dict(reversed(SLOT.items())), indent=3)
    again = program("POST", "/bookings", data=text, content_type="application/json; charset=utf-8", key="k")
    assert again.data == first.data
    assert rows(Booking) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/bookings", SLOT | {"note": "Autre"}),
        ("POST", "/bookings", SLOT | {"quantity": 2}),
        ("POST", "/quotes", SLOT),
        ("PATCH", "/bookings/{code}", {"end": "2026-06-12T17:00:00+02:00"}),
        ("DELETE", "/bookings/{code}", None),
        ("POST", "/bookings/{code}/restore", None),
    ],
)
def test_another_request_under_the_key_is_refused(program: Program, method: str, path: str, body: Any) -> None:
    code = program("POST", "/bookings", SLOT, key="k").get_json()["code"]
    answer = program(method, path.format(code=code), body, key="k")
    assert reasons(answer) == {("idempotency_key_reused", None)}
    assert (rows(Booking), rows(Quote)) == (1, 1)
    assert program.get(f"/bookings/{code}")["sequence"] == 0


def test_every_write_keeps_its_answer(program: Program) -> None:
    code = program("POST", "/bookings", SLOT).get_json()["code"]
    calls: list[tuple[str, str, Any, str]] = [
        ("POST", "/quotes", SLOT | {"resource": DESK}, "quote"),
        ("PATCH", f"/bookings/{code}", {"end": "2026-06-12T17:00:00+02:00"}, "move"),
        ("DELETE", f"/bookings/{code}", None, "cancel"),
        ("POST", f"/bookings/{code}/restore", None, "restore"),
    ]
    first = [program(method, path, body, key=key) for method, path, body, key in calls]
    again = [program(method, path, body, key=key) for method, path, body, key in calls]
    assert [each.status_code for each in first] == [201, 200, 200, 200]
    assert [each.data for each in first] == [each.data for each in again]
    assert [each.headers["Idempotent-Replayed"] for each in again] == ["true"] * 4
    assert program.get(f"/bookings/{code}")["sequence"] == 3


def test_a_refusal_is_not_kept_so_that_mending_it_is_enough(
    world: World, client: FlaskClient, program: Program
) -> None:
    other = Program(client, world.member("Autre"))
    theirs = other("POST", "/bookings", SLOT | {"quantity": 3}).get_json()["code"]
    assert reasons(program("POST", "/bookings", SLOT, key="k"), 409)
    assert reasons(program("POST", "/bookings", SLOT | {"quantity": 0}, key="k"))
    assert rows(RememberedAnswer) == 0
    other("DELETE", f"/bookings/{theirs}")
    assert program("POST", "/bookings", SLOT, key="k").status_code == 201


def test_a_key_is_its_owner_s(world: World, client: FlaskClient, program: Program) -> None:
    mine = program("POST", "/bookings", SLOT, key="k").get_json()
    theirs = Program(client, world.member("Autre"))("POST", "/bookings", SLOT, key="k")
    assert theirs.status_code == 201
    assert theirs.get_json()["code"] != mine["code"]


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 201, "a\tb"])
def test_a_key_is_visible_and_short(program: Program, key: str) -> None:
    assert reasons(program("POST", "/bookings", SLOT, key=key)) == {("idempotency_key", "Idempotency-Key")}
    assert rows(Booking) == 0


@pytest.mark.parametrize("key", ["x", "x" * 200, "!~'\";--%00", "0190b1c2-0000-7000-8000-000000000000"])
def test_any_other_key_is_taken(program: Program, key: str) -> None:
    assert program("POST", "/bookings", SLOT, key=key).status_code == 201


def test_an_answer_is_kept_for_a_week(program: Program, frozen: time_machine.Traveller) -> None:
    program("POST", "/quotes", SLOT, key="k")
    frozen.shift(ANSWERS)
    write(clean, now=NOW + ANSWERS)
    assert rows(RememberedAnswer) == 1
    write(clean, now=NOW + ANSWERS + ANSWERS)
    assert rows(RememberedAnswer) == 0


def send(address: str, token: str, key: str | None, gate: threading.Barrier) -> tuple[int, str, bool]:
    """Status, body, and whether it was told to be a replay."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | (
        {} if key is None else {"Idempotency-Key": key}
    )
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{address}/api/v1/bookings", json.dumps(SLOT).encode(), headers, method="POST"
    )
    gate.wait()
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return answer.status, answer.read().decode(), answer.headers.get("Idempotent-Replayed") == "true"
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(), False


@pytest.mark.races
def test_twenty_at_once_under_one_key_are_one_booking(app: Flask, ines: Asker) -> None:
    token, gate = token_of(ines), threading.Barrier(AT_ONCE)
    with served(app) as address, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: send(address, token, "the-key", gate), range(AT_ONCE)))
    assert [status for status, _, _ in answers] == [201] * AT_ONCE, answers
    assert len({body for _, body, _ in answers}) == 1
    assert sorted(replayed for _, _, replayed in answers) == [False] + [True] * (AT_ONCE - 1)
    assert rows(Booking) == rows(RememberedAnswer) == 1


@pytest.mark.races
def test_without_a_key_the_same_twenty_are_as_many_as_there_is_room_for(app: Flask, ines: Asker) -> None:
    """The twin: what the key prevents does happen without it."""
    token, gate = token_of(ines), threading.Barrier(AT_ONCE)
    with served(app) as address, ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: send(address, token, None, gate), range(AT_ONCE)))
    assert sorted(status for status, _, _ in answers) == [201] * 3 + [409] * (AT_ONCE - 3), answers
    assert rows(Booking) == 3
