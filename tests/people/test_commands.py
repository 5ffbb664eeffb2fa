"""`archipel init --admin`, `member create` and `token create` as processes, and what people do with what they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
import sqlalchemy as sa
from flask import Flask

from booking.db import db, read
from booking.people import asking
from booking.people.models import Member, Membership
from booking.people.schemas import Asker
from tests.people.conftest import OTHER_PASSWORD, PASSWORD, Browser, Town


class Keeper:
    """Whoever keeps the server, at its command line."""

    def __init__(self, database: str) -> None:
        known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = known | {"SECRET_KEY": "tests-only-" + "0" * 40, "DATABASE_URL": database}

    def __call__(self, *words: str, stdin: str = "") -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "booking", *words],
            input=stdin, capture_output=True, text=True, env=self.environment, timeout=60, check=False,
        )  # fmt: skip
        db.session.rollback()
        return done.returncode, done.stdout.strip(), done.stderr


@pytest.fixture
def keeper(database: str, app: Flask) -> Keeper:
    assert app.name == "booking"
    return Keeper(database)


def test_names_the_first_steward_who_chooses_a_password(keeper: Keeper, app: Flask, visitor: Browser) -> None:
    code, link, said = keeper("init", "--admin", "Soazig@exemple.fr")
    assert code == 0
    assert "soazig@exemple.fr is a steward" in said
    path = link.removeprefix("http://127.0.0.1:8000")
    assert re.fullmatch(r"/reset/[\w-]{43}", path)
    assert visitor.get(path).status_code == 200
    assert visitor.post(path, {"password": OTHER_PASSWORD}).status_code == 303
    assert visitor.signed_in
    assert visitor.get(path).status_code == 410
    code, again, _said = keeper("init", "--admin", "soazig@exemple.fr")
    assert code == 0
    assert again != link
    assert Browser(app).sign_in("soazig@exemple.fr", OTHER_PASSWORD).status_code == 303
    assert read(lambda session: session.execute(sa.select(Member.steward)).scalars().all()) == [True]


def test_makes_members_with_roles(keeper: Keeper, app: Flask, town: Town) -> None:
    create = ("member", "create")
    words = (*create, "hugo@exemple.fr", "--name", "Hugo Host", "--lieu", town.slug, "--role", "host")
    code, out, _said = keeper(*words, "--password-stdin", stdin=PASSWORD + "\n")
    assert (code, out) == (0, "")
    assert Browser(app).sign_in("hugo@exemple.fr").status_code == 303
    code, out, said = keeper(*create, "hugo@exemple.fr", "--name", "x1", "--lieu", town.other_slug)
    assert (code, out) == (0, "")
    assert "nothing else was changed" in said
    with app.app_context():
        rows = read(lambda s: s.execute(sa.select(Membership.lieu_id, Membership.role, Member.name).join(
            Member, Member.id == Membership.member_id)).all())  # fmt: skip
    assert {tuple(row) for row in rows} == {
        (town.lieu_id, "host", "Hugo Host"),
        (town.other_id, "member", "Hugo Host"),
    }


def test_refuses_what_cannot_be(keeper: Keeper, town: Town, ines: Asker) -> None:
    create = ("member", "create")
    for code, words, stdin in (
        (2, ("pas une adresse", "--name", "Paul"), ""),
        (2, ("paul@exemple.fr", "--name", " \t"), ""),
        (2, ("paul@exemple.fr", "--name", "Paul", "--role", "host"), ""),
        (2, ("paul@exemple.fr", "--name", "Paul", "--role", "steward", "--lieu", town.slug), ""),
        (2, ("paul@exemple.fr", "--name", "Paul", "--role", "king"), ""),
        (1, ("paul@exemple.fr", "--name", "Paul", "--lieu", "nulle-part"), ""),
        (1, ("paul@exemple.fr", "--name", "Paul", "--password-stdin"), "motdepasse2026\n"),
        (1, (str(ines.email), "--name", "Paul"), ""),
        (1, (str(ines.email), "--name", "Paul", "--role", "steward", "--password-stdin"), OTHER_PASSWORD),
    ):
        done, out, said = keeper(*create, *words, stdin=stdin)
        assert (done, out) == (code, ""), words
        assert said
    assert read(lambda session: session.execute(sa.select(Member.name, Member.steward)).all()) == [(ines.name, False)]


def test_prints_a_token_once(keeper: Keeper, app: Flask, ines: Asker) -> None:
    code, token, said = keeper("token", "create", "INES@exemple.fr", "--scope", "write", "--name", "Tableau")
    assert code == 0
    assert token not in said
    headers = {"Authorization": f"Bearer {token}"}
    with app.app_context(), app.test_request_context("/api/v1/me", headers=headers):
        who = asking.asker()
    assert (who.uid, who.writes) == (ines.uid, True)
    code, out, said = keeper("token", "create", "personne@exemple.fr")
    assert (code, out) == (1, "")
    assert "has no account" in said
    assert keeper("token", "create", "ines@exemple.fr", "--days", "-1")[0] == 2
