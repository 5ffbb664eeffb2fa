"""What a site says of itself: publisher, data, terms, accessibility; in two languages, with or without settings."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.app import create_app
from booking.db import db
from booking.web.legal import address_of
from tests.conftest import settings_for
from tests.support.visits import Visit, words

PAGES = ("/legal", "/privacy", "/terms", "/accessibility")


@pytest.mark.parametrize("path", PAGES)
def test_anybody_reads_it_from_the_foot_of_every_page(app: Flask, path: str) -> None:
    visit = Visit(app)
    assert visit.get(path).status_code == 200
    assert f'href="{path}"' in visit.get("/").text


def test_the_data_are_attributed(app: Flask) -> None:
    text = words(Visit(app).get("/legal"))
    for attribution in ("CGET (aujourd’hui ANCT)", "2019-04-27", "Licence Ouverte 2.0", "GeoNames", "CC BY 4.0"):
        assert attribution in text
    assert "Natural Earth" in text


def test_who_has_not_said_who_publishes_is_told_to(app: Flask) -> None:
    text = words(Visit(app).get("/legal"))
    assert "ne s’est pas encore nommé" in text
    assert "L’hébergeur n’est pas encore nommé" in text
    assert "l’accueil de votre lieu" in text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("contact", "link"), [("a@exemple.fr", "mailto:a@exemple.fr"), ("https://exemple.fr", None)])
def test_the_settings_name_publisher_and_contact(database: str, contact: str, link: str | None) -> None:
    made = create_app(
        settings_for(
            database,
            PUBLISHER="Association <Archipel>",
            HOSTING="Les Serveurs du Coin, Rennes, 02 99 00 00 00",
            CONTACT=contact,
            TILE_URL="https://t.example/{z}/{x}/{y}.png",
        )
    )
    with made.app_context():
        visit = Visit(made)
        page = visit.get("/legal")
        assert "Association &lt;Archipel&gt;" in page.text
        assert "Les Serveurs du Coin, Rennes, 02 99 00 00 00" in page.text
        for path in PAGES:
            assert f'href="{link or contact}"' in visit.get(path).text
        assert "voit donc votre adresse IP" in words(visit.get("/privacy"))
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("bonjour@exemple.fr", "mailto:bonjour@exemple.fr"),
        ("https://exemple.fr/contact", "https://exemple.fr/contact"),
        ("javascript:alert(1)", ""),
        ("Téléphone : 02 99 00 00 00", ""),
        ("", ""),
    ],
)
def test_only_mails_and_pages_become_links(contact: str, expected: str) -> None:
    assert address_of(contact) == expected


def test_the_statement_promises_no_more_than_is_so(app: Flask) -> None:
    text = words(Visit(app).get("/accessibility"))
    assert "partiellement conforme" in text
    assert "aucun audit indépendant" in text
    assert "Défenseur des droits" in text
    assert "400 %" in text.replace("\u00a0", " ")


def test_browsers_find_an_icon_where_they_look_for_one(app: Flask) -> None:
    answer = Visit(app).get("/favicon.ico")
    assert answer.status_code == 302
    assert str(answer.location).endswith("favicon.svg")
