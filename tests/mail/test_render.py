"""What a mail says, in whose language, whatever the values are."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from booking.mail.render import address, render
from booking.mail.schemas import Rendered
from tests.mail.conftest import BASE_URL, VALUES

HOSTILE = [
    "Salle\r\nBcc: everybody@example.org",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\x00\x1b[2J\u202egnp.elif\u2028",
    '"><a href="https://evil.example">',
    "{{ 7 * 7 }}{% include 'x' %}",
    "%(price)s %s %",
]

pytestmark = pytest.mark.usefixtures("office")


def made(language: str = "fr", **values: Any) -> Rendered:
    return render("tests/hello", VALUES | values, email="ines@example.org", language=language)


def test_a_mail_speaks_the_language_of_who_receives_it() -> None:
    french, english = made("fr"), made("en")
    assert french.subject == "Réservation de La Grande Écluse"
    assert english.subject == "Booking of La Grande Écluse"
    assert french.text == (
        "Réservation de La Grande Écluse\n\n"
        "Prix\u00a0: 4,70\u00a0€\nDébut\u00a0: jeudi 11 juin 2026, 14\u00a0h\u00a030\n\n"
        "Voir\u00a0:\nhttps://archipel.example/bookings/R-7K3Q9V\n\n"
        "-- \nMessage envoyé à ines@example.org par Archipel, https://archipel.example/\n"
    )
    assert english.text == (
        "Booking of La Grande Écluse\n\n"
        "Price: €4.70\nStart: Thursday 11 June 2026, 14:30\n\n"
        "See:\nhttps://archipel.example/bookings/R-7K3Q9V\n\n"
        "-- \nMessage sent to ines@example.org by Archipel, https://archipel.example/\n"
    )
    assert '<html lang="fr">' in french.html
    assert '<html lang="en">' in english.html


@pytest.mark.parametrize("language", ["fr", "en"])
def test_text_and_html_say_the_same(language: str) -> None:
    mail = made(language)
    words = plain(mail.html)
    for line in mail.text.splitlines():
        for part in re.split(r"\u00a0?:(?= |$)", line.removesuffix(" Archipel, https://archipel.example/")):
            assert " ".join(part.split()) in words or part == "-- "


class Words(HTMLParser):
    """The words of a page, as they are read."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said += data.split()


def plain(html: str) -> str:
    parser = Words()
    parser.feed(html)
    return " ".join(parser.said)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_stays_a_value(value: str) -> None:
    mail = made(place=value)
    assert mail.subject.isprintable() or mail.subject.replace("\u00a0", "").isprintable()
    assert "<script" not in mail.html
    assert "<img" not in mail.html
    assert 'href="https://evil.example"' not in mail.html
    assert "49" not in mail.subject + mail.text
    assert not re.search("[\x00-\x08\x0b-\x1f\u2028-\u202e]", mail.subject + mail.text + mail.html)


def test_a_subject_is_one_line_of_bounded_length() -> None:
    mail = made(place="a\n  b " + "é" * 500)
    assert mail.subject.startswith("Réservation de a b éé")
    assert len(mail.subject) == 200


def test_a_missing_value_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(UndefinedError, match="price"):
        render("tests/hello", {"place": "Salle"}, email="ines@example.org", language="fr")


def test_a_mail_needs_all_three_texts_and_a_language() -> None:
    with pytest.raises(TemplateNotFound, match=r"mail/tests/none\.subject\.txt"):
        render("tests/none", {}, email="ines@example.org", language="fr")
    with pytest.raises(KeyError):
        made("de")


def test_addresses_are_absolute() -> None:
    assert address("/bookings") == f"{BASE_URL}/bookings"
    links = re.findall(r'href="([^"]+)"', made().html)
    assert links
    assert all(link.startswith(BASE_URL) for link in links)
