"""The demo's mailbox: all mails for everybody, in a demo and nowhere else."""

from __future__ import annotations

import dataclasses
import html
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from booking import clock
from booking.app import create_app, make_worker
from booking.db import db, write
from booking.mail.actions import post
from booking.mail.schemas import Recipient
from tests.conftest import settings_for
from tests.mail.conftest import VALUES

ICS = "BEGIN:VCALENDAR\r\nSUMMARY:Écluse\r\nEND:VCALENDAR\r\n"

Write = Callable[..., None]


@pytest.fixture
def demo(database: str) -> Iterator[Flask]:
    """A demo on that database."""
    made = create_app(dataclasses.replace(settings_for(database), demo=True))
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def put(demo: Flask, office: str) -> Write:
    assert office != demo.extensions["archipel"].base_url

    def posted(address: str = "ines@example.org", calendar: str | None = None, **values: object) -> None:
        to = Recipient(None, address, "fr")
        write(post, to, "tests/hello", VALUES | values, now=clock.now(), calendar=calendar)

    return posted


@pytest.fixture
def reader(demo: Flask) -> FlaskClient:
    return demo.test_client()


def listed(page: TestResponse) -> list[str]:
    """The subjects on a page of the mailbox."""
    return [html.unescape(each) for each in re.findall(r'<h2[^>]*><a href="/mailbox/[^"]+">([^<]*)</a>', page.text)]


def first_link(reader: FlaskClient) -> str:
    found = re.search(r'href="(/mailbox/[0-9a-f-]{36})"', reader.get("/mailbox").text)
    assert found
    return found[1]


def test_outside_a_demo_there_is_no_mailbox(client: FlaskClient) -> None:
    for path in ("/mailbox", "/mailbox/x", "/mailbox/x/page", "/mailbox/x/archipel.ics"):
        assert client.get(path).status_code == 404


def test_an_empty_mailbox_says_what_will_come(reader: FlaskClient) -> None:
    page = reader.get("/mailbox")
    assert page.status_code == 200
    assert "Encore aucun message" in page.text
    assert "Rien pour cette adresse" in reader.get("/mailbox?to=omar@example.org").text


def test_mails_are_listed_newest_first_and_by_address(put: Write, demo: Flask, reader: FlaskClient) -> None:
    put(place="Un")
    put("omar@example.org", place="Deux")
    assert reader.get("/mailbox").text.count("En attente") == 2
    assert make_worker(demo).run_due_once() == 2
    page = reader.get("/mailbox")
    assert listed(page) == ["Réservation de Deux", "Réservation de Un"]
    assert "En attente" not in page.text
    assert listed(reader.get("/mailbox?to=+INES%40example.org")) == ["Réservation de Un"]


def test_a_long_list_comes_in_pages_that_meet(put: Write, reader: FlaskClient) -> None:
    for n in range(101):
        put(place=f"{n:03}")
    seen: list[str] = []
    path: str | None = "/mailbox?to=ines@example.org"
    pages = 0
    while path:
        page = reader.get(path)
        seen += listed(page)
        pages += 1
        onward = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = html.unescape(onward[1]) if onward else None
    assert pages == 3
    assert seen == [f"Réservation de {n:03}" for n in reversed(range(101))]
    assert reader.get("/mailbox?cursor=nonsense").status_code == 400


def test_a_mail_is_shown_as_text_as_page_and_with_its_calendar(put: Write, reader: FlaskClient) -> None:
    put(calendar=ICS)
    path = first_link(reader)
    shown = reader.get(path)
    assert '<a href="https://archipel.example/bookings/R-7K3Q9V"' in shown.text
    assert f'<iframe src="{path}/page"' in shown.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown.text
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    calendar = reader.get(f"{path}/archipel.ics")
    assert (calendar.mimetype, calendar.get_data(as_text=True)) == ("text/calendar", ICS)


def test_the_page_of_a_mail_can_do_nothing(put: Write, reader: FlaskClient) -> None:
    put(place="<script>alert(1)</script>")
    path = first_link(reader)
    page = reader.get(f"{path}/page")
    assert "<script" not in page.text
    assert "<script>alert" not in reader.get(path).text
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-same-origin" not in policy["sandbox"]


def test_what_is_not_there_is_not_found(put: Write, reader: FlaskClient) -> None:
    put()
    path = first_link(reader)
    for missing in (
        "/mailbox/none",
        f"{path[:-1]}g",
        f"{path}/archipel.ics",
        "/mailbox/%00",
        f"/mailbox/{uuid.uuid4()}",
    ):
        assert reader.get(missing).status_code == 404
