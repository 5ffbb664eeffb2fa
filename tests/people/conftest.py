"""A browser without scripts that looks at every page it gets, and the mailbox of everybody."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking.app import make_worker
from booking.db import db, read, write
from booking.mail.models import Message
from booking.people import passwords
from booking.people.actions import members
from booking.people.queries import asker_of_member
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.values.ids import LieuId, MemberId
from tests.support.world import NOW, World

PASSWORD = "tracteur pomme nuage"
OTHER_PASSWORD = "lanterne violon marée"


class Page(HTMLParser):
    """What every page has: one h1, no id twice, a label for each field, a token in each form that changes something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.h1 = 0
        self.ids: Counter[str] = Counter()
        self.labelled: set[str] = set()
        self.fields: list[str] = []
        self.forms: list[dict[str, Any]] = []
        self._labels = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if "id" in told:
            self.ids[told["id"]] += 1
        if tag == "h1":
            self.h1 += 1
        if tag == "form":
            self.forms.append({"method": told.get("method", "get"), "names": set()})
        if tag == "label":
            self._labels += 1
            self.labelled.add(told.get("for", ""))
        if tag in ("input", "select", "textarea"):
            if self.forms and "name" in told:
                self.forms[-1]["names"].add(told["name"])
            if told.get("type") != "hidden" and not self._labels:
                self.fields.append(told.get("id", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self._labels -= 1

    def faults(self) -> list[str]:
        found = [] if self.h1 == 1 else [f"{self.h1} h1"]
        found += [f"id {name} {count} times" for name, count in self.ids.items() if count > 1]
        found += [f"no label for {name!r}" for name in self.fields if name not in self.labelled]
        found += [
            "a form without a token"
            for form in self.forms
            if form["method"] == "post" and not any(name.endswith("csrf_token") for name in form["names"])
        ]
        return found


class Client(FlaskClient):
    """Requests share nothing with each other but cookies, though the test's own context stands around them."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


class Browser:
    """Somebody at a browser of their own."""

    def __init__(self, app: Flask) -> None:
        self.client = Client(app, app.response_class)
        self._token = ("", "")

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(path, **options))

    def post(self, path: str, data: dict[str, Any] | None = None, *, forged: bool = False) -> TestResponse:
        """Send a form with the token that this browser's pages carry."""
        token = {} if forged else {"csrf_token": self.token()}
        return self._seen(self.client.post(path, data=token | (data or {})))

    def token(self) -> str:
        """The token of this browser's pages, read from one of them as long as its session is the same."""
        with self.client.session_transaction() as cookie:
            seed = cookie.get("csrf_token")
        if seed is None or seed != self._token[0]:
            found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', self.client.get("/sign-out").text)
            assert found
            with self.client.session_transaction() as cookie:
                self._token = (cookie["csrf_token"], found[1])
        return self._token[1]

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.post("/sign-in", {"email": email, "password": password} | more)

    @property
    def signed_in(self) -> bool:
        return self.client.get("/account").status_code == 200

    @staticmethod
    def _seen(response: TestResponse) -> TestResponse:
        assert response.status_code != 500, response.text
        db.session.rollback()
        if response.mimetype == "text/html" and response.status_code not in (302, 303):
            assert Page(response.text).faults() == []
            assert "Undefined" not in response.text
        return response


class Mails:
    """What the worker has written to whom."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def to(self, email: str) -> list[Message]:
        make_worker(self._app).run_due_once()
        return read(self._to, email)

    @staticmethod
    def _to(session: Any, email: str) -> list[Message]:
        return list(session.scalars(sa.select(Message).where(Message.recipient == email).order_by(Message.id)))

    def path(self, email: str, start: str) -> str:
        """The path of the last link of that kind in the mails to an address."""
        found = [m for mail in self.to(email) for m in re.findall(rf"https?://[^/\s]+(/{start}/[\w.-]+)", mail.text)]
        assert found, f"no link to /{start}/ for {email}"
        return str(found[-1])


@pytest.fixture
def visitor(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def mails(app: Flask) -> Mails:
    return Mails(app)


@pytest.fixture
def world(app: Flask) -> World:
    assert app.name == "booking"
    return World()


class Town:
    """A lieu with its people, who all have the same password."""

    def __init__(self, world: World) -> None:
        self.lieu_id = world.lieu("La Grande Écluse")
        self.other_id = world.lieu("L'Étamine")
        self.slug, self.other_slug = "la-grande-ecluse", "l-etamine"

    def person(
        self, name: str, *, role: Role | None = None, lieu: LieuId | None = None, steward: bool = False
    ) -> Asker:
        email = f"{name.split(maxsplit=1)[0].lower()}@exemple.fr"
        member_id = write(
            members.create_member,
            email=email,
            name=name,
            password_hash=hashed(),
            steward=steward,
            place=None if role is None else (lieu or self.lieu_id, role),
            now=NOW,
        )
        found = read(asker_of_member, MemberId(member_id))
        assert found is not None
        return found


_hashed: list[str] = []


def hashed() -> str:
    """The stored form of PASSWORD, made once."""
    if not _hashed:
        _hashed.append(passwords.made(PASSWORD, name="Personne", email="personne@exemple.fr"))
    return _hashed[0]


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


@pytest.fixture
def ines(town: Town) -> Asker:
    return town.person("Ines Le Goff")


@pytest.fixture
def signed_in(app: Flask, ines: Asker) -> Browser:
    """Inès at her browser."""
    browser = Browser(app)
    assert browser.sign_in(ines.email or "").status_code == 303
    return browser
