from __future__ import annotations

import re
import threading

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher
from flask import Flask

from booking.app import create_app
from booking.db import db, read, write
from booking.people.models import Login, Member, RateWindow
from booking.people.schemas import Asker
from tests.conftest import settings_for
from tests.people.conftest import OTHER_PASSWORD, PASSWORD, Browser, Mails, Town


def logins() -> list[Login]:
    return read(lambda session: list(session.scalars(sa.select(Login).order_by(Login.id))))


def test_comes_in_with_the_password_and_goes_out(visitor: Browser, ines: Asker) -> None:
    answer = visitor.sign_in("  INES@exemple.FR ")
    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.signed_in
    assert visitor.get("/sign-in").status_code == 303
    assert visitor.get("/sign-out").status_code == 200
    assert visitor.signed_in  # a link never signs out
    assert visitor.post("/sign-out").status_code == 303
    assert not visitor.signed_in
    assert [login.revoked_at is not None for login in logins()] == [True]
    assert ines.uid


def test_known_and_unknown_are_refused_in_the_same_words(visitor: Browser, app: Flask, ines: Asker) -> None:
    wrong = visitor.sign_in(str(ines.email), OTHER_PASSWORD)
    unknown = Browser(app).sign_in("personne@exemple.fr", OTHER_PASSWORD)
    assert wrong.status_code == unknown.status_code == 422
    assert "ne vont pas ensemble" in wrong.text

    def told(text: str) -> str:
        return re.sub(r'value="[^"]*"', "", text)

    assert told(wrong.text) == told(unknown.text)
    assert OTHER_PASSWORD not in wrong.text


@pytest.mark.parametrize("password", ["", "x" * 129, "x" * 100_000, "\x00\x00", PASSWORD + " ", PASSWORD.upper()])
def test_other_passwords_do_not_open(visitor: Browser, ines: Asker, password: str) -> None:
    assert visitor.sign_in(str(ines.email), password).status_code == 422
    assert not visitor.signed_in


@pytest.mark.parametrize(
    "email", ["", "ines", "' OR 1=1 --", "ines@exemple.fr\x00", "x" * 5000, "%", "ines@exemple.f_"]
)
def test_other_addresses_do_not_open(visitor: Browser, ines: Asker, email: str) -> None:
    assert ines.uid
    answer = visitor.sign_in(email)
    assert answer.status_code == (303 if email == "ines@exemple.fr\x00" else 422)


def test_without_the_token_nobody_comes_in(visitor: Browser, ines: Asker) -> None:
    answer = visitor.post("/sign-in", {"email": ines.email, "password": PASSWORD}, forged=True)
    assert answer.status_code == 403
    assert logins() == []


def test_a_token_of_another_browser_is_no_token(visitor: Browser, app: Flask, ines: Asker) -> None:
    stolen = Browser(app).token()
    data = {"email": ines.email, "password": PASSWORD, "csrf_token": stolen}
    assert visitor.client.post("/sign-in", data=data).status_code == 403


@pytest.mark.parametrize(
    ("target", "to"),
    [
        ("/account/tokens?x=1", "/account/tokens?x=1"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https:evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/ok\r\nSet-Cookie: x=1", "/"),
        ("/\t/evil.example", "/"),
        ("account", "/"),
        ("", "/"),
    ],
)
def test_next_is_a_path_of_ours(visitor: Browser, ines: Asker, target: str, to: str) -> None:
    page = visitor.get("/sign-in", query_string={"next": target})
    assert f'name="next" type="hidden" value="{to}"' in page.text
    assert visitor.sign_in(str(ines.email), next=target).location == to


def test_a_page_for_members_sends_to_sign_in_and_back(visitor: Browser, ines: Asker) -> None:
    answer = visitor.get("/account/tokens")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account/tokens")
    assert visitor.post("/account/password", {}).status_code == 401
    assert ines.uid


def test_each_sign_in_has_a_secret_of_its_own_stored_hashed(visitor: Browser, app: Flask, ines: Asker) -> None:
    visitor.sign_in(str(ines.email))
    first = visitor.client.get_cookie("archipel")
    visitor.post("/sign-out")
    visitor.sign_in(str(ines.email))
    second = visitor.client.get_cookie("archipel")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert (second.http_only, second.same_site, second.path) == (True, "Lax", "/")
    with visitor.client.session_transaction() as cookie:
        secret = cookie["_user_id"]
    assert len({login.token_hash for login in logins()}) == 2
    assert secret not in {login.token_hash for login in logins()}
    again = Browser(app)
    again.client.set_cookie("archipel", first.value)
    assert not again.signed_in  # what was signed out stays out, even for who kept the cookie


def test_a_stronger_hash_is_made_at_sign_in(visitor: Browser, ines: Asker) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    write(lambda session: session.execute(sa.update(Member).values(password_hash=weak)))
    assert visitor.sign_in(str(ines.email)).status_code == 303
    stored = read(lambda session: session.scalar(sa.select(Member.password_hash)))
    assert stored != weak
    assert "m=19456" in str(stored)


def test_a_link_by_mail_signs_in_once(visitor: Browser, app: Flask, ines: Asker, mails: Mails) -> None:
    assert visitor.post("/link", {"email": ines.email, "password": "ignored"}).location == "/mailed/link"
    path, phone = mails.path(str(ines.email), "link"), Browser(app)
    assert phone.get(path).status_code == 200
    assert phone.client.head(path).status_code == 200
    assert logins() == []
    assert phone.post(path, forged=True).status_code == 403
    assert phone.post(path).status_code == 303
    assert phone.signed_in
    assert not visitor.signed_in
    assert phone.get(path).status_code == 410
    assert Browser(app).post(path).status_code == 410


def test_a_link_lasts_20_minutes_and_has_one_purpose(visitor: Browser, ines: Asker, mails: Mails) -> None:
    with time_machine.travel("2026-06-11T08:00:00Z", tick=False) as clock:
        visitor.post("/link", {"email": ines.email})
        path = mails.path(str(ines.email), "link")
        token = path.rpartition("/")[2]
        for other in ("reset", "confirm", "invitations"):
            assert visitor.get(f"/{other}/{token}").status_code == 410
            assert visitor.post(f"/{other}/{token}", {"password": OTHER_PASSWORD}).status_code == 410
        clock.shift(20 * 60)
        assert visitor.post(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "%00", "a" * 5000, "..%2f..", "'", "é"])
def test_links_that_never_were(visitor: Browser, token: str) -> None:
    for start in ("link", "reset", "confirm", "invitations"):
        assert visitor.get(f"/{start}/{token}").status_code in (404, 410)


def test_unknown_addresses_get_no_mail(visitor: Browser, mails: Mails) -> None:
    for path in ("/link", "/reset"):
        assert visitor.post(path, {"email": "personne@exemple.fr"}).status_code == 303
    assert mails.to("personne@exemple.fr") == []


def test_a_hundred_resets_are_few_mails(visitor: Browser, app: Flask, ines: Asker, mails: Mails) -> None:
    answers = []
    for number in range(100):
        browser = visitor if number % 2 else Browser(app)
        answers.append(browser.post("/reset" if number % 3 else "/link", {"email": ines.email}))
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {303, 429}
    assert codes.count(303) == 4
    assert len(mails.to(str(ines.email))) == 4
    last = answers[-1]
    assert 0 < int(last.headers["Retry-After"]) <= 3600


def test_a_reset_ends_every_sign_in_and_begins_one(visitor: Browser, app: Flask, ines: Asker, mails: Mails) -> None:
    elsewhere = Browser(app)
    elsewhere.sign_in(str(ines.email))
    visitor.post("/reset", {"email": ines.email})
    visitor.post("/link", {"email": ines.email})
    reset, link = mails.path(str(ines.email), "reset"), mails.path(str(ines.email), "link")
    assert visitor.get(reset).status_code == 200
    for bad, sentence in (("court", "au moins 12"), ("ines le goff 1999", "Évitez"), ("azertyuiop12", "répandu")):
        answer = visitor.post(reset, {"password": bad})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert visitor.post(reset, {"password": OTHER_PASSWORD}).status_code == 303
    assert visitor.signed_in
    assert not elsewhere.signed_in
    assert visitor.get(reset).status_code == 410
    assert visitor.get(link).status_code == 410  # links asked for before a change of password are void
    assert Browser(app).sign_in(str(ines.email)).status_code == 422
    assert Browser(app).sign_in(str(ines.email), OTHER_PASSWORD).status_code == 303
    assert "mot de passe a changé" in mails.to(str(ines.email))[-1].subject


def test_two_who_open_one_link_at_once_are_one(app: Flask, ines: Asker, mails: Mails) -> None:
    Browser(app).post("/link", {"email": ines.email})
    path = mails.path(str(ines.email), "link")
    browsers = [Browser(app) for _ in range(4)]
    tokens = [browser.token() for browser in browsers]
    codes: list[int] = []
    start = threading.Barrier(len(browsers))

    def press(browser: Browser, token: str) -> None:
        start.wait()
        codes.append(browser.client.post(path, data={"csrf_token": token}).status_code)

    threads = [threading.Thread(target=press, args=pair) for pair in zip(browsers, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 410, 410, 410]
    db.session.rollback()
    assert len(logins()) == 1


def test_guessing_is_slowed_and_the_owner_is_in_again_soon(visitor: Browser, app: Flask, ines: Asker) -> None:
    with time_machine.travel("2026-06-11T08:00:00Z", tick=False) as clock:
        codes = [visitor.sign_in(str(ines.email), f"{OTHER_PASSWORD} {n}").status_code for n in range(12)]
        assert codes == [422] * 8 + [429] * 4
        blocked = visitor.sign_in(str(ines.email))
        assert blocked.status_code == 429
        assert int(blocked.headers["Retry-After"]) <= 300
        assert "Réessayez dans 5" in blocked.text
        assert Browser(app).client.get("/sign-in").status_code == 200
        clock.shift(int(blocked.headers["Retry-After"]))
        assert visitor.sign_in(str(ines.email)).status_code == 303


def test_a_success_forgets_the_failures_before_it(visitor: Browser, ines: Asker) -> None:
    for _ in range(3):
        for _ in range(6):
            assert visitor.sign_in(str(ines.email), OTHER_PASSWORD).status_code == 422
        assert visitor.sign_in(str(ines.email)).status_code == 303
        visitor.post("/sign-out")


def test_the_count_stays_though_the_attempt_fails_and_names_nobody(visitor: Browser, ines: Asker) -> None:
    visitor.sign_in(str(ines.email), OTHER_PASSWORD)
    rows = read(lambda session: list(session.scalars(sa.select(RateWindow))))
    assert sorted(row.count for row in rows) == [1, 1, 1]
    assert not any("exemple" in row.key or "127.0.0.1" in row.key for row in rows)


def test_sign_ins_are_listed_and_each_can_be_ended_at_once(
    signed_in: Browser, app: Flask, ines: Asker, town: Town
) -> None:
    phone, stranger = Browser(app), Browser(app)
    phone.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) Gecko/140.0 Firefox/140.0"
    phone.sign_in(str(ines.email))
    page = signed_in.get("/account/sign-ins").text
    assert "Firefox, Android" in page
    assert page.count("ici, maintenant") == 1
    (handle,) = re.findall(r"/account/sign-ins/([0-9a-f]{16})/end", page)
    stranger.sign_in(str(town.person("Paul Martin").email))
    assert stranger.post(f"/account/sign-ins/{handle}/end").status_code == 404
    assert phone.signed_in
    for odd in ("%25" * 16, "_" * 16, "%00" * 16, handle[:8], "x"):
        assert signed_in.post(f"/account/sign-ins/{odd}/end").status_code in (400, 404)
    assert signed_in.post(f"/account/sign-ins/{handle}/end").status_code == 303
    assert not phone.signed_in
    assert signed_in.signed_in


def test_signs_out_everywhere_else_and_everywhere(signed_in: Browser, app: Flask, ines: Asker) -> None:
    others = [Browser(app), Browser(app)]
    for browser in others:
        browser.sign_in(str(ines.email))
    assert signed_in.post("/account/sign-ins/end-others").status_code == 303
    assert [browser.signed_in for browser in (signed_in, *others)] == [True, False, False]
    others[0].sign_in(str(ines.email))
    assert signed_in.post("/sign-out", {"everywhere": "1"}).status_code == 303
    assert [browser.signed_in for browser in (signed_in, *others)] == [False, False, False]


def test_a_sign_in_lasts_30_days_and_its_use_is_noted_hourly(visitor: Browser, ines: Asker) -> None:
    with time_machine.travel("2026-06-11T08:00:00Z", tick=False) as clock:
        visitor.sign_in(str(ines.email))

        def seen() -> str:
            visitor.get("/account")
            return logins()[0].last_seen_at.strftime("%d %H:%M")

        clock.shift(59 * 60)
        assert seen() == "11 08:00"
        clock.shift(60)
        assert seen() == "11 09:00"
        clock.move_to("2026-07-11T07:59:59Z")
        assert visitor.signed_in
        clock.shift(1)
        assert not visitor.signed_in


def test_limits_may_be_turned_off_for_load_tests(database: str, app: Flask, ines: Asker) -> None:
    assert app.name == "booking"
    other = Browser(create_app(settings_for(database, RATE_LIMITS="off")))
    codes = [other.sign_in(str(ines.email), OTHER_PASSWORD).status_code for _ in range(9)]
    assert codes == [422] * 9
    with other.client.application.app_context():
        db.session.remove()
        db.engine.dispose()
