"""Mails of the tests' own templates, in French and in an English of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask

from booking import clock
from booking.db import write
from booking.mail import render
from booking.mail.actions import post
from booking.mail.schemas import Recipient
from booking.settings import package_folder
from booking.values.ids import MessageId
from booking.values.money import Money

BASE_URL = "https://archipel.example"
STARTS = dt.datetime(2026, 6, 11, 12, 30, tzinfo=dt.UTC)
VALUES: dict[str, Any] = {"place": "La Grande Écluse", "price": Money(470), "starts": STARTS}
ENGLISH = {
    "Réservation de %(place)s": "Booking of %(place)s",
    "Prix": "Price",
    "Début": "Start",
    "Voir": "See",
    "%(name)s\u00a0:": "%(name)s:",
    "Message envoyé à %(address)s par": "Message sent to %(address)s by",
}

Post = Callable[..., MessageId]


@pytest.fixture
def translations(tmp_path: Path) -> Path:
    """A folder with an English catalogue."""
    catalogue = Catalog(locale="en")
    for french, english in ENGLISH.items():
        catalogue.add(french, english)
    folder = tmp_path / "translations"
    file = folder / "en" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)
    return folder


@pytest.fixture
def office(translations: Path) -> Iterator[str]:
    """Mails are made of the tests' templates inside the product's layout; under which address."""
    templates = (Path(__file__).parent / "templates", package_folder("templates"))
    render.configure(BASE_URL, templates, translations)
    yield BASE_URL
    render.configure(BASE_URL)


@pytest.fixture
def put(app: Flask, office: str) -> Post:
    """Post a mail now; `app` comes first, since making it configures mails anew."""
    assert office != app.extensions["archipel"].base_url

    def posted(email: str = "ines@example.org", language: str = "fr", **more: Any) -> MessageId:
        calendar = more.pop("calendar", None)
        to = Recipient(None, email, language)
        return write(post, to, "tests/hello", VALUES | more, now=clock.now(), calendar=calendar)

    return posted
