"""What is answered when something fails: in one voice, and while the database does not answer too."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from booking import logs
from booking.app import create_app
from tests.conftest import settings_for
from tests.people.conftest import Client, Page


@pytest.fixture
def nowhere() -> Iterator[Flask]:
    """The application on a PostgreSQL that is not there."""
    logs.configure()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    app = create_app(settings_for(f"postgresql+psycopg://u:p@127.0.0.1:{port}/none"))
    yield app
    structlog.reset_defaults()


@pytest.fixture
def browser(nowhere: Flask) -> FlaskClient:
    return Client(nowhere, nowhere.response_class)


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_page_stands_without_the_database(browser: FlaskClient, *, signed_in: bool) -> None:
    if signed_in:
        with browser.session_transaction() as session:
            session["_user_id"] = "a-secret-that-nobody-can-check"
    answer = browser.get("/?where=Rennes")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert Page(answer.text).faults() == []
    assert "La base de données ne répond pas." in answer.text
    assert 'href="/?where=Rennes"' in answer.text
    assert "Traceback" not in answer.text


def test_programs_and_calendars_are_told_in_their_own_way(browser: FlaskClient) -> None:
    api = browser.get("/api/v1/lieux")
    assert (api.status_code, api.mimetype) == (503, "application/problem+json")
    assert api.get_json()["reasons"][0]["code"] == "unavailable"
    feed = browser.get("/calendars/resources/x.ics")
    assert (feed.status_code, feed.mimetype) == (503, "text/plain")


def test_what_is_not_there_is_a_page_with_a_way_out(browser: FlaskClient) -> None:
    answer = browser.get("/nulle-part")
    assert answer.status_code == 404
    assert Page(answer.text).faults() == []
    assert "Chercher une place" in answer.text
