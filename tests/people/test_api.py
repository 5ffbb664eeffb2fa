"""Who a program acts for, through the JSON API."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from booking.db import write
from booking.people.models import Membership
from booking.people.rules import Role, Scope
from booking.people.schemas import Asker
from tests.people.conftest import Browser
from tests.support.programs import Program, reasons
from tests.support.world import World


def test_one_s_own_account(program: Program, ines: Asker) -> None:
    assert program.get("/me") == {
        "uid": ines.uid,
        "name": ines.name,
        "email": ines.email,
        "language": "fr",
        "timezone": None,
        "confirmed": True,
        "steward": False,
        "scope": "write",
        "lieux": [],
    }


def test_roles_are_told_by_lieu_and_end_at_once(world: World, client: FlaskClient, ines: Asker) -> None:
    world.lieu("Le Phare")
    world.lieu("La Jetée")
    world.joined(ines, "le-phare", Role.TREASURER)
    world.joined(ines, "le-phare", Role.MEMBER)
    world.joined(ines, "la-jetee", Role.HOST)
    program = Program(client, ines, Scope.READ)
    mine = program.get("/me")
    assert mine["scope"] == "read"
    assert mine["lieux"] == [
        {"lieu": "la-jetee", "lieu_name": "La Jetée", "roles": ["host"]},
        {"lieu": "le-phare", "lieu_name": "Le Phare", "roles": ["member", "treasurer"]},
    ]
    write(lambda session: session.execute(sa.delete(Membership)))
    assert program.get("/me")["lieux"] == []


def test_a_steward_is_told_so(world: World, client: FlaskClient) -> None:
    assert Program(client, world.steward()).get("/me")["steward"] is True


def test_a_signed_in_browser_reads_and_writes_with_its_page_s_token_only(visitor: Browser, ines: Asker) -> None:
    assert reasons(visitor.client.get("/api/v1/me"), 401) == {("unauthenticated", None)}
    visitor.sign_in(str(ines.email))
    assert visitor.client.get("/api/v1/me").get_json()["uid"] == ines.uid
    for path in ("/api/v1/quotes", "/api/v1/bookings"):
        assert reasons(visitor.client.post(path, json={}), 403) == {("csrf", None)}
        assert reasons(visitor.client.post(path, json={}, headers={"X-CSRFToken": "x"}), 403) == {("csrf", None)}
        token = {"X-CSRFToken": visitor.token()}
        assert ("missing", "resource") in reasons(visitor.client.post(path, json={}, headers=token))
        assert reasons(visitor.client.post(path, json={}, headers=token | {"Authorization": "Bearer x"}), 401)
