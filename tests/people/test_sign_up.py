from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking.db import db, read
from booking.people.models import Member, Proof
from booking.people.schemas import Asker
from tests.people.conftest import PASSWORD, Browser, Mails

JEANNE = {"name": "Jeanne Riou", "email": "jeanne@exemple.fr", "password": PASSWORD, "language": "fr"}


def member(email: str) -> Member | None:
    return read(lambda session: session.scalar(sa.select(Member).where(Member.email == email)))


def count(table: type) -> int:
    return read(lambda session: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def test_signs_up_confirms_and_is_in(visitor: Browser, mails: Mails) -> None:
    answer = visitor.post("/sign-up", JEANNE)
    assert (answer.status_code, answer.location) == (303, "/mailed/account")
    assert "jeanne@exemple.fr" in visitor.get("/mailed/account").text
    assert member("jeanne@exemple.fr") is None  # nothing exists before the address has answered

    path = mails.path("jeanne@exemple.fr", "confirm")
    page = visitor.get(path)
    assert page.status_code == 200
    assert member("jeanne@exemple.fr") is None  # the programs that look into mails follow links
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert 'type="password"' not in page.text

    assert visitor.post(path).status_code == 303
    assert visitor.signed_in
    made = member("jeanne@exemple.fr")
    assert made is not None
    assert (made.name, made.language, made.confirmed_at is not None) == ("Jeanne Riou", "fr", True)
    assert visitor.get(path).status_code == 410
    assert visitor.post(path).status_code == 410


def test_another_browser_confirms_with_the_password_only(visitor: Browser, app: Flask, mails: Mails) -> None:
    visitor.post("/sign-up", JEANNE)
    path, phone = mails.path("jeanne@exemple.fr", "confirm"), Browser(app)
    assert 'type="password"' in phone.get(path).text
    assert phone.post(path).status_code == 422
    assert phone.post(path, {"password": "pas celui du compte"}).status_code == 422
    assert member("jeanne@exemple.fr") is None
    assert phone.post(path, {"password": PASSWORD}).status_code == 303
    assert phone.signed_in


def test_nobody_leaves_a_password_on_the_account_of_another(visitor: Browser, app: Flask, mails: Mails) -> None:
    thief = Browser(app)
    thief.post("/sign-up", JEANNE | {"password": "mot choisi par le voleur"})
    stolen = mails.path("jeanne@exemple.fr", "confirm")
    visitor.post("/sign-up", JEANNE)
    assert visitor.post(stolen, {"password": PASSWORD}).status_code == 422
    assert visitor.post(mails.path("jeanne@exemple.fr", "confirm")).status_code == 303
    assert visitor.post(stolen, {"password": "mot choisi par le voleur"}).status_code == 410
    assert thief.sign_in("jeanne@exemple.fr", "mot choisi par le voleur").status_code == 422


def test_a_known_address_gets_the_same_answer_and_a_mail_that_says_so(
    visitor: Browser, app: Flask, ines: Asker, mails: Mails
) -> None:
    known, unknown = visitor, Browser(app)
    answers = [
        (known.post("/sign-up", JEANNE | {"email": ines.email}), known.get("/mailed/account")),
        (unknown.post("/sign-up", JEANNE), unknown.get("/mailed/account")),
    ]
    shapes = []
    for (posted, shown), email in zip(answers, (ines.email, "jeanne@exemple.fr"), strict=True):
        text = re.sub(r'value="[^"]*"', "", shown.text.replace(str(email), "X"))
        shapes.append((posted.status_code, posted.location, text))
    assert shapes[0] == shapes[1]
    before = member(str(ines.email))
    (mail,) = mails.to(str(ines.email))
    assert "déjà un compte" in mail.subject
    assert "/confirm/" not in mail.text
    after = member(str(ines.email))
    assert before is not None
    assert after is not None
    assert (after.name, after.password_hash) == (before.name, before.password_hash)


def test_what_a_request_does_is_the_same_for_known_and_unknown(app: Flask, ines: Asker) -> None:
    """The twin of the equal answer: time tells nothing either, since the statements are the same."""
    seen: list[list[str]] = []
    engine = db.engine

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen[-1].append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        for path, more in (("/sign-up", JEANNE), ("/reset", {}), ("/link", {})):
            for email in (str(ines.email), "personne@exemple.fr"):
                browser = Browser(app)
                token = browser.token()
                seen.append([])
                assert browser.client.post(path, data=more | {"email": email, "csrf_token": token}).status_code == 303
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    for known, unknown in zip(seen[::2], seen[1::2], strict=True):
        assert known == unknown
        assert len(known) > 2


def test_the_link_lasts_48_hours(visitor: Browser, mails: Mails) -> None:
    with time_machine.travel("2026-06-11T08:00:00Z", tick=False) as clock:
        visitor.post("/sign-up", JEANNE)
        path = mails.path("jeanne@exemple.fr", "confirm")
        clock.shift(48 * 3600 - 1)
        assert visitor.get(path).status_code == 200
        clock.shift(1)
        assert visitor.get(path).status_code == 410
        assert visitor.post(path).status_code == 410
    assert member("jeanne@exemple.fr") is None


def test_the_mail_comes_again_and_the_first_link_stops(visitor: Browser, mails: Mails) -> None:
    visitor.post("/sign-up", JEANNE)
    first = mails.path("jeanne@exemple.fr", "confirm")
    assert visitor.post("/sign-up/again", {"email": "jeanne@exemple.fr"}).status_code == 303
    second = mails.path("jeanne@exemple.fr", "confirm")
    assert second != first
    assert visitor.get(first).status_code == 410
    assert visitor.post(second).status_code == 303
    assert visitor.signed_in


def test_again_for_nobody_writes_to_nobody(visitor: Browser, mails: Mails) -> None:
    assert visitor.post("/sign-up/again", {"email": "jamais@exemple.fr"}).status_code == 303
    assert mails.to("jamais@exemple.fr") == []
    assert count(Proof) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Indiquez le nom"),
        ({"name": "\u200b\t\n"}, "avec des lettres"),
        ({"name": "***"}, "avec des lettres"),
        ({"name": "x" * 121}, "Au plus 120"),
        ({"email": ""}, "Indiquez une adresse"),
        ({"email": "jeanne"}, "ne peut pas exister"),
        ({"email": "jeanne@exemple.fr\r\nBcc: x@exemple.fr"}, "ne peut pas exister"),
        ({"email": "Jeanne <jeanne@exemple.fr>"}, "ne peut pas exister"),
        ({"email": "é" * 300}, "Au plus 254"),
        ({"password": ""}, "Indiquez le mot de passe"),
        ({"password": "court"}, "au moins 12"),
        ({"password": "x" * 129}, "Au plus 128"),
        ({"password": "motdepasse2026"}, "trop répandu"),
        ({"password": "jeanne riou 1987"}, "Évitez votre nom"),
        ({"language": "de"}, "une des deux langues"),
        ({"language": ""}, "une des deux langues"),
    ],
)
def test_says_what_is_wrong_at_the_field(visitor: Browser, change: dict[str, str], sentence: str) -> None:
    answer = visitor.post("/sign-up", JEANNE | change)
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#39;", "'")
    assert 'aria-invalid="true"' in answer.text or 'role="alert"' in answer.text
    assert PASSWORD not in answer.text
    assert count(Proof) == 0


def test_missing_fields_and_a_file_instead_are_refused(visitor: Browser) -> None:
    assert visitor.post("/sign-up", {}).status_code == 422
    assert visitor.client.post("/sign-up", json=JEANNE).status_code in (403, 415, 422)
    assert count(Proof) == 0


def test_html_in_a_name_is_text(visitor: Browser, mails: Mails) -> None:
    visitor.post("/sign-up", JEANNE | {"name": "<img src=x onerror=alert(1)>Jeanne\u0000\r\nRiou"})
    path = mails.path("jeanne@exemple.fr", "confirm")
    (mail,) = mails.to("jeanne@exemple.fr")
    assert "<img" not in mail.html
    assert "&lt;img" in mail.html
    visitor.post(path)
    page = visitor.get("/account").text
    assert "<img" not in page
    made = member("jeanne@exemple.fr")
    assert made is not None
    assert made.name == "<img src=x onerror=alert(1)>Jeanne Riou"


def test_undeclared_fields_change_nothing(visitor: Browser, mails: Mails) -> None:
    visitor.post("/sign-up", JEANNE | {"steward": "1", "confirmed_at": "2026-01-01", "id": "1", "role": "manager"})
    visitor.post(mails.path("jeanne@exemple.fr", "confirm"), {"steward": "1", "email": "autre@exemple.fr"})
    made = member("jeanne@exemple.fr")
    assert made is not None
    assert made.steward is False


def test_without_the_token_nothing_happens(visitor: Browser) -> None:
    assert visitor.post("/sign-up", JEANNE, forged=True).status_code == 403
    assert count(Proof) == 0


def test_few_mails_whatever_is_asked(visitor: Browser, mails: Mails) -> None:
    answers = [visitor.post("/sign-up", JEANNE).status_code for _ in range(8)]
    assert answers.count(303) == 3
    assert set(answers) == {303, 429}
    assert len(mails.to("jeanne@exemple.fr")) == 3


def test_english(visitor: Browser) -> None:
    assert '<html lang="en">' in visitor.get("/sign-up?lang=en").text
