"""Booking, moving, cancelling and restoring through the JSON API, judged by what is then told and stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask.testing import FlaskClient

from booking.bookings.models import Booking
from booking.db import read, write
from booking.ledger.models import Transfer
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.tariffs.models import RateRow
from tests.support.archipelago import CALE, DESK, ECLUSE, LASER, MEMBERS_ONLY, POOL
from tests.support.programs import Program, reasons
from tests.support.world import NOW, World

SLOT: dict[str, Any] = {"resource": DESK, "start": "2026-06-12T14:00:00+02:00", "end": "2026-06-12T16:00:00+02:00"}
LATER: dict[str, Any] = {"start": "2026-06-12T16:00:00+02:00", "end": "2026-06-12T18:00:00+02:00"}
BOOKED = {
    "code", "uid", "resource", "resource_name", "lieu", "lieu_name", "units", "quantity", "start", "end", "timezone",
    "status", "member", "holder", "note", "price", "vat", "lines", "parts", "kept", "free_until", "changeable",
    "movable", "restorable_until", "access", "created_at", "updated_at", "sequence", "url",
}  # fmt: skip


def booked(program: Program, **more: Any) -> dict[str, Any]:
    answer = program("POST", "/bookings", SLOT | more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    return made


def rows(table: type) -> int:
    return read(lambda session: session.scalar(sa.select(sa.func.count()).select_from(table))) or 0


def test_a_booking_is_made_and_told_whole(program: Program, ines: Asker) -> None:
    answer = program("POST", "/bookings", SLOT | {"note": "Un écran, merci\n🛶"})
    assert answer.status_code == 201
    made = answer.get_json()
    assert answer.headers["Location"] == f"/api/v1/bookings/{made['code']}"
    assert set(made) == BOOKED
    assert made | {"code": "", "uid": "", "url": ""} == {
        "code": "",
        "uid": "",
        "resource": DESK,
        "resource_name": "Quai 6",
        "lieu": ECLUSE,
        "lieu_name": "La Grande Écluse",
        "units": ["Quai 6 1"],
        "quantity": 1,
        "start": "2026-06-12T12:00:00Z",
        "end": "2026-06-12T14:00:00Z",
        "timezone": "Europe/Paris",
        "status": "confirmed",
        "member": ines.uid,
        "holder": ines.name,
        "note": "Un écran, merci\n🛶",
        "price": {"amount": 600, "unit": "EUR"},
        "vat": {"amount": 100, "unit": "EUR"},
        "lines": [{"label": "2 × heure", "amount": 600, "unit": "EUR"}],
        "parts": [{"payer": "member", "unit": "EUR", "amount": 600}],
        "kept": {"amount": 0, "unit": "EUR"},
        "free_until": "2026-06-11T12:00:00Z",
        "changeable": True,
        "movable": True,
        "restorable_until": None,
        "access": "Porte 41 73",
        "created_at": "2026-06-11T08:40:00Z",
        "updated_at": "2026-06-11T08:40:00Z",
        "sequence": 0,
        "url": "",
    }
    assert program.get(f"/bookings/{made['code']}") == made


def test_an_instant_of_any_offset_is_the_same(program: Program) -> None:
    made = booked(program, start="2026-06-12T08:00:00-04:00", end="2026-06-12T14:00:00.000Z")
    assert (made["start"], made["end"]) == ("2026-06-12T12:00:00Z", "2026-06-12T14:00:00Z")


@pytest.mark.parametrize("spoken", ["{code}", "{lower}", "{bare}", " {lower} ", "{lower_bare}"])
def test_a_code_is_read_as_people_write_it(program: Program, spoken: str) -> None:
    code = booked(program)["code"]
    bare = code.replace("-", "")
    text = spoken.format(code=code, lower=code.lower(), bare=bare, lower_bare=bare.lower())
    assert program.get(f"/bookings/{text}")["code"] == code


@pytest.mark.parametrize("code", ["R-222222", "x", "R-", "%00", "R-0O1I1L", "é", "1", "' OR 1=1 --", "x" * 500])
@pytest.mark.parametrize("call", ["GET {}", "PATCH {}", "DELETE {}", "POST {}/restore"])
def test_no_booking_stands_at_other_addresses(program: Program, code: str, call: str) -> None:
    method, _, path = call.partition(" ")
    body = LATER if method == "PATCH" else None
    assert reasons(program(method, f"/bookings/{path.format(code)}", body), 404) == {("not_found", None)}


def test_a_slot_is_taken_once_and_what_is_near_is_told(world: World, client: FlaskClient, program: Program) -> None:
    world.resource("Quai 7")
    booked(program)
    answer = Program(client, world.member("Autre"))("POST", "/bookings", SLOT)
    assert reasons(answer, 409) == {("slot_taken", None)}
    near = answer.get_json()["alternatives"]
    assert {"resource", "resource_name", "lieu", "lieu_name", "start", "end", "timezone", "distance_km"} == set(near[0])
    assert {each["resource"] for each in near} >= {DESK, f"{ECLUSE}-quai-7"}
    hours = {(each["start"], each["end"]) for each in near if each["resource"] == DESK}
    assert ("2026-06-12T10:00:00Z", "2026-06-12T12:00:00Z") in hours
    assert rows(Booking) == 1
    for each in near:
        body = {name: each[name] for name in ("resource", "start", "end")}
        assert Program(client, world.member())("POST", "/bookings", body).status_code == 201


def test_a_pool_is_taken_unit_by_unit(program: Program) -> None:
    assert booked(program, resource=POOL, quantity=2)["units"] == ["Bureaux 1", "Bureaux 2"]
    assert booked(program, resource=POOL)["units"] == ["Bureaux 3"]
    assert reasons(program("POST", "/bookings", SLOT | {"resource": POOL}), 409) == {("slot_taken", None)}


def test_what_was_shown_is_what_is_charged(world: World, program: Program) -> None:
    quote = program("POST", "/quotes", SLOT).get_json()
    write(lambda session: session.execute(sa.update(RateRow).values(amount=900)))
    assert world
    assert booked(program, quote=quote["id"])["price"]["amount"] == quote["total"]["amount"] == 600


def test_a_price_that_changed_is_told_with_the_new_quote_and_nothing_is_booked(
    program: Program, frozen: time_machine.Traveller
) -> None:
    quote = program("POST", "/quotes", SLOT).get_json()
    write(lambda session: session.execute(sa.update(RateRow).values(amount=900)))
    frozen.move_to(NOW + dt.timedelta(minutes=31))
    answer = program("POST", "/bookings", SLOT | {"quote": quote["id"]})
    assert reasons(answer, 409) == {("quote_changed", None)}
    new = answer.get_json()["quote"]
    assert (new["total"], rows(Booking)) == ({"amount": 900, "unit": "EUR"}, 0)
    assert booked(program, quote=new["id"])["price"] == new["total"]


BAD: list[tuple[dict[str, Any], int, set[tuple[str, str | None]]]] = [
    ({"resource": None}, 422, {("missing", "resource")}),
    ({"resource": ""}, 422, {("too_short", "resource")}),
    ({"resource": 3}, 422, {("type", "resource")}),
    ({"resource": "x" * 81}, 422, {("too_long", "resource")}),
    ({"resource": "quai\x006"}, 422, {("control_characters", "resource")}),
    ({"resource": "nothing"}, 404, {("not_found", "resource")}),
    ({"resource": MEMBERS_ONLY}, 404, {("not_found", "resource")}),
    ({"resource": "' OR 1=1 --"}, 404, {("not_found", "resource")}),
    ({"resource": "<img onerror=alert(1)>"}, 404, {("not_found", "resource")}),
    ({"start": "2026-06-12T14:00:00"}, 422, {("no_offset", "start")}),
    ({"start": "2026-06-12T14:00:00.5Z"}, 422, {("too_fine", "start")}),
    ({"start": "demain"}, 422, {("instant", "start")}),
    ({"start": 1781266800}, 422, {("instant", "start")}),
    ({"start": None}, 422, {("missing", "start")}),
    ({"start": SLOT["end"], "end": SLOT["start"]}, 422, {("order", "end")}),
    ({"end": SLOT["start"]}, 422, {("order", "end")}),
    ({"start": "2026-06-10T14:00:00+02:00", "end": "2026-06-10T16:00:00+02:00"}, 422, {("past", "start")}),
    ({"start": "2001-01-01T14:00:00Z", "end": "2001-01-01T16:00:00Z"}, 422, {("past", "start")}),
    ({"start": "2190-01-01T14:00:00Z", "end": "2190-01-01T16:00:00Z"}, 422, {("horizon", "start")}),
    ({"start": "12026-06-12T14:00:00Z"}, 422, {("instant", "start")}),
    ({"end": "9999-12-31T23:59:59Z"}, 422, {("far", "end")}),
    ({"end": "2199-12-31T00:00:00Z"}, 422, {("too_long", "end"), ("horizon", "start"), ("closed", "start")}),
    ({"start": "2026-06-12T14:07:00+02:00"}, 422, {("off_step", "start"), ("off_step", "end")}),
    ({"start": "2026-06-12T14:00:30+02:00"}, 422, {("off_step", "start"), ("off_step", "end")}),
    ({"start": "2026-06-12T22:00:00+02:00", "end": "2026-06-12T23:00:00+02:00"}, 422, {("closed", "start")}),
    ({"quantity": 0}, 422, {("range", "quantity")}),
    ({"quantity": -1}, 422, {("range", "quantity")}),
    ({"quantity": 2}, 422, {("quantity", "quantity")}),
    ({"quantity": 10**20}, 422, {("range", "quantity")}),
    ({"quantity": 1.5}, 422, {("type", "quantity")}),
    ({"quantity": "1"}, 422, {("type", "quantity")}),
    ({"quantity": True}, 422, {("type", "quantity")}),
    ({"note": "x" * 501}, 422, {("too_long", "note")}),
    ({"note": "a\x00b"}, 422, {("control_characters", "note")}),
    ({"note": ["a"]}, 422, {("type", "note")}),
    ({"quote": "nothing"}, 422, {("unknown_quote", "quote")}),
    ({"quote": "0190b1c2-0000-7000-8000-000000000000"}, 422, {("unknown_quote", "quote")}),
    ({"price": 1}, 422, {("unknown_field", "price")}),
    ({"status": "confirmed", "lieu_id": 2, "is_admin": True}, 422, {
        ("unknown_field", "status"), ("unknown_field", "lieu_id"), ("unknown_field", "is_admin"),
    }),
    ({"member": "0190b1c2-0000-7000-8000-000000000000"}, 403, {("forbidden", None)}),
    ({"guest_name": "Monsieur Kerjean"}, 403, {("forbidden", None)}),
    ({"guest_name": "A\nB"}, 422, {("control_characters", "guest_name")}),
    ({"member": "x", "guest_name": "y"}, 422, {("one_holder", "member")}),
    ({"repeat": "FREQ=WEEKLY;COUNT=3"}, 422, {("not_available", "repeat")}),
    ({"items": []}, 422, {("not_available", "items")}),
    ({"guests": ["a@exemple.fr"]}, 422, {("not_available", "guests")}),
    ({"chosen_price": 100, "plan": "x", "pay": {}}, 422, {
        ("not_available", "chosen_price"), ("not_available", "plan"), ("not_available", "pay"),
    }),
    ({"on_conflict": "skip"}, 422, {("not_available", "on_conflict")}),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "status", "expected"), BAD)
def test_bad_input_is_told_at_its_field_and_changes_nothing(
    program: Program, sent: dict[str, Any], status: int, expected: set[tuple[str, str | None]]
) -> None:
    assert reasons(program("POST", "/bookings", SLOT | sent), status) == expected
    assert rows(Booking) == rows(Transfer) == 0


def test_half_a_character_is_none(program: Program) -> None:
    text = '{"resource": "quai\\ud800", "start": "2026-06-12T14:00:00Z", "end": "2026-06-12T16:00:00Z"}'
    answer = program("POST", "/bookings", data=text, content_type="application/json")
    assert reasons(answer) == {("control_characters", "resource")}


def test_what_says_no_more_than_its_absence_is_taken(program: Program) -> None:
    made = booked(program, repeat=None, items=None, pay=None, on_conflict="refuse", quote=None, member=None)
    assert made["status"] == "confirmed"


def test_a_wall_time_that_the_clocks_skip_or_repeat_is_no_question_for_instants(world: World, program: Program) -> None:
    """Instants carry their offset: in the night of the change two of them show the same hour, and are two bookings."""
    world.lieu("Nuit blanche", hours=(0, 1440))
    night = world.resource("Banc", "nuit-blanche", horizon_days=800)
    for offset in ("+02:00", "+01:00"):
        start, end = f"2026-10-25T02:00:00{offset}", f"2026-10-25T02:30:00{offset}"
        assert booked(program, resource=night, start=start, end=end)["timezone"] == "Europe/Paris"


def test_who_is_not_confirmed_does_not_book(world: World, client: FlaskClient) -> None:
    newcomer = Program(client, world.member("Nouvelle", confirmed=False))
    assert reasons(newcomer("POST", "/bookings", SLOT)) == {("unconfirmed", None)}
    assert newcomer.get("/me")["confirmed"] is False


def test_staff_book_for_their_people_and_for_walk_ins(world: World, client: FlaskClient) -> None:
    host, member = Program(client, world.staff(ECLUSE, Role.HOST)), world.staff(ECLUSE, Role.MEMBER)
    made = booked(host, member=member.uid)
    assert (made["member"], made["holder"]) == (member.uid, member.name)
    walk_in = booked(host, guest_name="Monsieur Kerjean", **LATER)
    assert (walk_in["member"], walk_in["holder"]) == (None, "Monsieur Kerjean")
    stranger = host("POST", "/bookings", SLOT | LATER | {"resource": POOL, "member": world.member().uid})
    assert reasons(stranger) == {("unknown_member", "member")}
    elsewhere = SLOT | {"resource": LASER, "guest_name": "Monsieur Kerjean"}
    assert reasons(host("POST", "/bookings", elsewhere), 403) == {("forbidden", None)}


def test_a_booking_moves_and_keeps_its_name(program: Program) -> None:
    made = booked(program)
    answer = program("PATCH", f"/bookings/{made['code']}", {"end": "2026-06-12T17:00:00+02:00"})
    assert answer.status_code == 200
    moved = answer.get_json()
    assert {name for name in BOOKED if moved[name] != made[name]} == {
        "end",
        "price",
        "vat",
        "lines",
        "parts",
        "sequence",
    }
    assert (moved["sequence"], moved["price"]["amount"]) == (1, 900)
    again = program("PATCH", f"/bookings/{made['code']}", LATER | {"apply_to": "this"}).get_json()
    assert (again["start"], again["end"]) == ("2026-06-12T14:00:00Z", "2026-06-12T16:00:00Z")
    assert program("PATCH", f"/bookings/{made['code']}", {}).get_json() == again, "nothing asked, nothing changed"


def test_a_move_that_is_refused_leaves_the_old_place(world: World, client: FlaskClient, program: Program) -> None:
    made = booked(program)
    booked(Program(client, world.member("Autre")), **LATER)
    answer = program("PATCH", f"/bookings/{made['code']}", LATER)
    assert reasons(answer, 409) == {("slot_taken", None)}
    assert answer.get_json()["alternatives"]
    for sent, expected in (
        ({"start": LATER["end"]}, {("order", "end")}),
        ({"end": "2026-06-12T23:00:00+02:00"}, {("closed", "start")}),
        ({"start": "2026-06-12T14:00:00"}, {("no_offset", "start")}),
        ({"quantity": 3}, {("quantity", "quantity")}),
        ({"apply_to": "following"}, {("not_available", "apply_to")}),
        ({"status": "cancelled"}, {("unknown_field", "status")}),
        ({"resource": POOL}, {("unknown_field", "resource")}),
        ({"note": "x"}, {("unknown_field", "note")}),
    ):
        assert reasons(program("PATCH", f"/bookings/{made['code']}", sent)) == expected
    assert program.get(f"/bookings/{made['code']}") == made


def test_cancelling_answers_with_the_booking_and_what_is_kept(program: Program, frozen: time_machine.Traveller) -> None:
    free = program("DELETE", f"/bookings/{booked(program)['code']}")
    assert free.status_code == 200
    assert set(free.get_json()) == BOOKED
    assert (free.get_json()["status"], free.get_json()["kept"]["amount"]) == ("cancelled", 0)
    made = booked(program)
    frozen.move_to(dt.datetime(2026, 6, 12, 8, tzinfo=dt.UTC))
    late = program("DELETE", f"/bookings/{made['code']}?apply_to=this").get_json()
    assert (late["status"], late["kept"], late["sequence"]) == ("cancelled", {"amount": 300, "unit": "EUR"}, 1)
    assert late["restorable_until"] == "2026-06-12T08:00:30Z"
    assert (late["units"], late["access"], late["changeable"], late["movable"]) == ([], "", False, False)
    again = program("DELETE", f"/bookings/{made['code']}")
    assert reasons(again) == {("too_late", None)}
    for apply_to in ("following", "all", "x"):
        assert reasons(program("DELETE", f"/bookings/{made['code']}?apply_to={apply_to}")) == {
            ("not_available", "apply_to")
        }


def test_a_cancellation_is_taken_back_for_half_a_minute(
    world: World, client: FlaskClient, program: Program, frozen: time_machine.Traveller
) -> None:
    code = booked(program)["code"]
    program("DELETE", f"/bookings/{code}")
    frozen.shift(20)
    restored = program("POST", f"/bookings/{code}/restore")
    assert restored.status_code == 200
    assert (restored.get_json()["status"], restored.get_json()["units"]) == ("confirmed", ["Quai 6 1"])
    program("DELETE", f"/bookings/{code}")
    booked(Program(client, world.member("Autre")))
    taken = program("POST", f"/bookings/{code}/restore")
    assert reasons(taken, 409) == {("slot_taken", None)}
    assert taken.get_json()["alternatives"]
    frozen.shift(31)
    assert reasons(program("POST", f"/bookings/{code}/restore"), 409) == {("too_late_to_restore", None)}


PEOPLE: dict[str, Callable[[World], Asker]] = {
    "stranger": lambda world: world.member("Autre"),
    "member there": lambda world: world.staff(ECLUSE, Role.MEMBER),
    "manager elsewhere": lambda world: world.staff(CALE, Role.MANAGER),
    "host": lambda world: world.staff(ECLUSE, Role.HOST),
    "treasurer": lambda world: world.staff(ECLUSE, Role.TREASURER),
    "steward": lambda world: world.steward(),
}


@pytest.mark.parametrize(
    ("who", "reading", "changing"),
    [
        ("stranger", 404, 404),
        ("member there", 404, 404),
        ("manager elsewhere", 404, 404),
        ("host", 200, 200),
        ("treasurer", 200, 200),
        ("steward", 200, 403),
    ],
)
def test_who_sees_and_changes_a_booking(
    world: World, client: FlaskClient, program: Program, who: str, reading: int, changing: int
) -> None:
    code = booked(program)["code"]
    other = Program(client, PEOPLE[who](world))
    assert other("GET", f"/bookings/{code}").status_code == reading
    for method, path, body in (("PATCH", "", LATER), ("DELETE", "", None), ("POST", "/restore", None)):
        answer = other(method, f"/bookings/{code}{path}", body)
        assert answer.status_code == changing, answer.text
        assert changing == 200 or reasons(answer, changing)
    assert program.get(f"/bookings/{code}")["sequence"] == (3 if changing == 200 else 0)
