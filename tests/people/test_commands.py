"""`archipel init --admin`, `member create` and `token create` as processes, and what people do with what they print."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from booking.commands import member
from booking.db import db, read
from booking.people import asking
from booking.people.models import Member, Membership
from booking.people.schemas import Asker
from tests.conftest import settings_for
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


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("pas une adresse", "--name", "Paul"), "is no e-mail address"),
        (("paul@exemple.fr", "--name", " \t"), "--name takes 1 to 120 characters"),
        (("paul@exemple.fr", "--name", "x" * 121), "--name takes 1 to 120 characters"),
        (("paul@exemple.fr", "--name", "Paul", "--role", "host"), "--role host needs --lieu"),
        (("paul@exemple.fr", "--name", "Paul", "--role", "steward", "--lieu", "x"), "A steward has no lieu"),
    ],
)
def test_wrong_use_is_told_before_anything_is_opened(
    words: tuple[str, ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    member.options(parser)
    settings = settings_for(f"sqlite:///{tmp_path}/not/there.db")
    assert member.run(parser.parse_args(["create", *words]), settings) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert sentence in said


def test_refuses_what_the_database_knows_better(keeper: Keeper, ines: Asker) -> None:
    for email, words, stdin, sentence in (
        ("paul@exemple.fr", ("--lieu", "nulle-part"), "", "There is no lieu"),
        ("paul@exemple.fr", ("--password-stdin",), "motdepasse2026\n", "guessed first"),
        (str(ines.email), ("--role", "steward", "--password-stdin"), OTHER_PASSWORD, "nothing was changed"),
    ):
        code, out, said = keeper("member", "create", email, "--name", "Paul", *words, stdin=stdin)
        assert (code, out) == (1, "")
        assert sentence in said
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
