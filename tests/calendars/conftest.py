"""A calendar program that asks for feeds; two readers that are not ours open what it gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from booking import clock
from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.calendars.actions import create
from booking.calendars.rules import Form, Scope, public_path, secret_path
from booking.db import db, write
from booking.people.schemas import Asker
from booking.values.interval import Interval
from tests.ical.events import Seen, by_icalendar, by_vobject
from tests.people.conftest import Client
from tests.support.world import stretch


@dataclass(frozen=True)
class Reading:
    """One answer, and the events in it by uid."""

    response: TestResponse
    events: dict[str, Seen]

    @property
    def body(self) -> bytes:
        body: bytes = self.response.data
        return body

    @property
    def tag(self) -> str:
        return self.response.headers["ETag"]

    def titles(self) -> list[str]:
        return [event.summary for event in self.events.values()]


class Reader:
    """Somebody's calendar program."""

    def __init__(self, app: Flask) -> None:
        self.client = Client(app, app.response_class)

    def ask(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """The answer as it comes; a header's name has `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.client.open(path, method=method, headers=named)
        assert response.data is not None
        response.close()  # as servers do once all is sent
        db.session.rollback()
        assert response.status_code < 500, response.text
        assert "Set-Cookie" not in response.headers
        return response

    def read(self, path: str) -> Reading:
        """A feed that must be there: two readers find the same events in it, and no line is too long."""
        response = self.ask(path)
        assert response.status_code == 200, response.text
        assert response.content_type == "text/calendar; charset=utf-8"
        assert all(len(line) <= 75 for line in response.data.split(b"\r\n"))
        found = by_icalendar(response.data)
        assert found == by_vobject(response.data)
        events = {each.uid: each for each in found}
        assert len(events) == len(found)
        return Reading(response, events)


@pytest.fixture
def reader(app: Flask) -> Reader:
    return Reader(app)


Booker = Callable[..., str]


@pytest.fixture
def booked(session: object) -> Booker:
    """Books a stretch of Friday 12 June 2026 (or another) and gives the code."""
    assert session

    def make(who: Asker, resource: str, when: Interval | tuple[str, str] = ("14:00", "16:00"), **more: object) -> str:
        wanted = when if isinstance(when, Interval) else stretch("2026-06-12", *when)
        request = BookingRequest(resource, wanted, **more)  # type: ignore[arg-type]  # as the test says
        return write(book, who, request, clock.now()).code

    return make


def secret(asker: Asker, scope: str, form: Form = Form.EVENTS) -> str:
    """The path of a new secret address of somebody."""
    wanted = Scope.parse(scope)
    return secret_path(write(create, asker, wanted, clock.now()), wanted, form)


def public(resource: str, form: Form = Form.EVENTS) -> str:
    return public_path(resource, form)


DAY = dt.timedelta(days=1)
