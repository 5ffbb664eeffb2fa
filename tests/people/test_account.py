from __future__ import annotations

import datetime as dt
import json
import re

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from booking import clock
from booking.db import db, read, write
from booking.errors import Refusal, Unauthenticated
from booking.people import asking
from booking.people.actions import cleaning
from booking.people.models import ApiToken, Login, Member, Membership, Proof, RateWindow
from booking.people.rules import Role
from booking.people.schemas import Asker, Neighbours
from booking.people.views.frame import NEIGHBOURS
from booking.values.codes import token_hash
from booking.values.ids import MemberId
from tests.people.conftest import OTHER_PASSWORD, PASSWORD, Browser, Mails, Town

PROFILE = {"name": "Inès L.", "language": "en", "timezone": "Indian/Reunion", "wants_host_mail": "y"}


def row(asker: Asker) -> Member:
    return read(lambda session: session.get_one(Member, asker.member_id))


def test_changes_name_language_zone_and_mails(signed_in: Browser, ines: Asker) -> None:
    assert 'value="Ines Le Goff"' in signed_in.get("/account").text
    answer = signed_in.post("/account", PROFILE | {"email": "x@exemple.fr", "steward": "1", "uid": "x"})
    assert (answer.status_code, answer.location) == (303, "/account?lang=en")
    assert '<html lang="en">' in signed_in.get("/account?lang=en").text
    seen = row(ines)
    assert (seen.name, seen.language, seen.timezone) == ("Inès L.", "en", "Indian/Reunion")
    assert (seen.wants_reminder, seen.wants_host_mail, seen.steward) == (False, True, False)
    assert seen.email == ines.email


@pytest.mark.parametrize(
    "change", [{"name": " "}, {"name": "x" * 121}, {"language": "xx"}, {"timezone": "Europe/Nowhere"}, {"language": ""}]
)
def test_a_wrong_profile_changes_nothing(signed_in: Browser, ines: Asker, change: dict[str, str]) -> None:
    assert signed_in.post("/account", PROFILE | change).status_code == 422
    assert row(ines).name == "Ines Le Goff"


def test_nothing_of_the_account_is_for_visitors(visitor: Browser) -> None:
    for path in ("/account", "/account/sign-ins", "/account/tokens", "/account/export", "/account/delete"):
        assert visitor.get(path).status_code == 303
        if path not in ("/account/sign-ins", "/account/export"):
            assert visitor.post(path).status_code == 401


def test_nothing_changes_by_get_or_without_the_token(signed_in: Browser, ines: Asker) -> None:
    for path in ("/account/password", "/account/email", "/account/sign-ins/end-others"):
        assert signed_in.get(path).status_code == 405
    for path in ("/account", "/account/password", "/account/email", "/account/tokens", "/account/delete"):
        data = PROFILE | {"password": PASSWORD, "present": PASSWORD}
        assert signed_in.post(path, data, forged=True).status_code == 403
    assert row(ines).name == "Ines Le Goff"


def test_changes_the_password_by_the_present_one(signed_in: Browser, app: Flask, ines: Asker, mails: Mails) -> None:
    elsewhere = Browser(app)
    elsewhere.sign_in(str(ines.email))

    def ask(present: str, password: str) -> int:
        sent = {"password-present": present, "password-password": password}
        return signed_in.post("/account/password", sent).status_code

    assert ask(OTHER_PASSWORD, OTHER_PASSWORD) == 422
    assert ask(PASSWORD, "court") == 422
    refused = signed_in.post("/account/password", {"password-present": PASSWORD, "password-password": "court"})
    assert re.search(r'<input checked [^>]*name="wants_reminder"', refused.text)  # the other forms are as they were
    assert ask("", "") == 422
    assert elsewhere.signed_in
    assert ask(PASSWORD, OTHER_PASSWORD) == 303
    assert signed_in.signed_in
    assert not elsewhere.signed_in
    assert elsewhere.sign_in(str(ines.email)).status_code == 422
    assert elsewhere.sign_in(str(ines.email), OTHER_PASSWORD).status_code == 303
    assert "mot de passe a changé" in mails.to(str(ines.email))[-1].subject


def test_the_present_password_cannot_be_guessed_on_and_on(signed_in: Browser) -> None:
    sent = {"password-present": OTHER_PASSWORD, "password-password": OTHER_PASSWORD}
    codes = [signed_in.post("/account/password", sent).status_code for _ in range(12)]
    assert codes == [422] * 10 + [429] * 2


class TestEmail:
    @staticmethod
    def ask(browser: Browser, email: str, password: str = PASSWORD) -> int:
        return browser.post("/account/email", {"email-email": email, "email-password": password}).status_code

    @pytest.mark.parametrize("first", ["old", "new"])
    def test_both_addresses_say_yes(
        self, signed_in: Browser, app: Flask, ines: Asker, mails: Mails, first: str
    ) -> None:
        assert self.ask(signed_in, "Ines@Nouvelle.exemple.fr") == 303
        paths = {
            "old": mails.path(str(ines.email), "confirm"),
            "new": mails.path("ines@nouvelle.exemple.fr", "confirm"),
        }
        anybody = Browser(app)
        for path in paths.values():
            assert anybody.get(path).status_code == 200
        assert row(ines).email == ines.email
        second = "new" if first == "old" else "old"
        assert "Une adresse a dit oui" in anybody.post(paths[first]).text
        assert row(ines).email == ines.email
        assert anybody.post(paths[first]).status_code == 410  # the same twice is not both
        assert "Votre adresse est changée" in anybody.post(paths[second]).text
        assert row(ines).email == "ines@nouvelle.exemple.fr"
        assert signed_in.signed_in
        assert "l’adresse ines@nouvelle.exemple.fr" in mails.to(str(ines.email))[-1].text
        assert Browser(app).sign_in("ines@nouvelle.exemple.fr").status_code == 303
        assert Browser(app).sign_in(str(ines.email)).status_code == 422

    def test_the_password_and_another_address_are_needed(self, signed_in: Browser, ines: Asker, mails: Mails) -> None:
        assert self.ask(signed_in, "ines@nouvelle.exemple.fr", OTHER_PASSWORD) == 422
        assert self.ask(signed_in, "ines@nouvelle.exemple.fr", "") == 422
        assert self.ask(signed_in, str(ines.email)) == 422
        assert self.ask(signed_in, "pas une adresse") == 422
        assert mails.to(str(ines.email)) == mails.to("ines@nouvelle.exemple.fr") == []

    def test_links_of_two_changes_do_not_make_one(self, signed_in: Browser, ines: Asker, mails: Mails) -> None:
        self.ask(signed_in, "un@exemple.fr")
        old = mails.path(str(ines.email), "confirm")
        one = mails.path("un@exemple.fr", "confirm")
        signed_in.post(old)
        self.ask(signed_in, "deux@exemple.fr")
        two = mails.path("deux@exemple.fr", "confirm")
        assert signed_in.post(one).status_code == 410
        assert "Une adresse a dit oui" in signed_in.post(two).text
        assert row(ines).email == ines.email

    def test_an_address_that_has_an_account_looks_the_same_and_stays_its_own(
        self, signed_in: Browser, town: Town, ines: Asker, mails: Mails
    ) -> None:
        paul = town.person("Paul Martin")
        assert self.ask(signed_in, str(paul.email)) == 303
        assert "déjà un compte" in mails.to(str(paul.email))[-1].subject
        with pytest.raises(AssertionError):
            mails.path(str(paul.email), "confirm")
        assert "Une adresse a dit oui" in signed_in.post(mails.path(str(ines.email), "confirm")).text
        assert row(ines).email == ines.email

    def test_an_address_taken_in_the_meantime_changes_nothing(
        self, signed_in: Browser, town: Town, ines: Asker, mails: Mails
    ) -> None:
        self.ask(signed_in, "paul@exemple.fr")
        old, new = mails.path(str(ines.email), "confirm"), mails.path("paul@exemple.fr", "confirm")
        signed_in.post(old)
        town.person("Paul Martin")
        assert signed_in.post(new).status_code == 410
        assert row(ines).email == ines.email

    def test_the_old_links_die_with_the_old_address(
        self, signed_in: Browser, app: Flask, ines: Asker, mails: Mails
    ) -> None:
        Browser(app).post("/reset", {"email": ines.email})
        reset = mails.path(str(ines.email), "reset")
        self.ask(signed_in, "ines@nouvelle.exemple.fr")
        for email in (str(ines.email), "ines@nouvelle.exemple.fr"):
            signed_in.post(mails.path(email, "confirm"))
        assert row(ines).email == "ines@nouvelle.exemple.fr"
        assert signed_in.get(reset).status_code == 410


class TestTokens:
    @staticmethod
    def make(browser: Browser, **data: str) -> str:
        answer = browser.post("/account/tokens", {"name": "Mon tableau", "scope": "read", "days": "30"} | data)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        found = re.search(r'value="(arc_[\w-]{43})"', answer.text)
        assert found
        return found[1]

    @staticmethod
    def owner(app: Flask, token: str) -> tuple[str | None, bool] | None:
        """Whom the API takes the token for, and whether it may write."""
        headers = {"Authorization": f"Bearer {token}"}
        with app.app_context(), app.test_request_context("/api/v1/me", headers=headers):
            try:
                found = asking.asker()
            except Unauthenticated:
                return None
            return found.uid, found.writes

    def test_is_told_once_listed_used_and_revoked(self, signed_in: Browser, app: Flask, ines: Asker) -> None:
        token = self.make(signed_in)
        page = signed_in.get("/account/tokens").text
        assert token not in page
        assert "Mon tableau" in page
        assert "jamais servi" in page.replace("&#39;", "'")
        stored = read(lambda session: session.scalars(sa.select(ApiToken)).one())
        assert stored.token_hash == token_hash(token)
        assert token not in repr(stored.__dict__)
        assert self.owner(app, token) == (ines.uid, False)
        assert "Servi le" in signed_in.get("/account/tokens").text
        assert signed_in.post(f"/account/tokens/{stored.uid}/revoke").status_code == 303
        assert self.owner(app, token) is None
        assert "Mon tableau" not in signed_in.get("/account/tokens").text
        assert signed_in.post(f"/account/tokens/{stored.uid}/revoke").status_code == 404

    def test_scope_and_end(self, signed_in: Browser, app: Flask, ines: Asker) -> None:
        with time_machine.travel("2026-06-11T08:00:00Z", tick=False) as clock_:
            signed_in.sign_in(str(ines.email))
            for_ever, short = self.make(signed_in, scope="write", days=""), self.make(signed_in)
            assert self.owner(app, for_ever) == (ines.uid, True)
            clock_.shift(30 * 86400 - 1)
            assert self.owner(app, short) == (ines.uid, False)
            clock_.shift(1)
            assert self.owner(app, short) is None
            assert self.owner(app, for_ever) == (ines.uid, True)

    @pytest.mark.parametrize(
        "change",
        [{"name": ""}, {"name": "x" * 121}, {"scope": "admin"}, {"days": "-1"}, {"days": "36500"}, {"days": "NaN"}],
    )
    def test_a_wrong_one_is_not_made(self, signed_in: Browser, change: dict[str, str]) -> None:
        data = {"name": "Mon tableau", "scope": "read", "days": "30"} | change
        assert signed_in.post("/account/tokens", data).status_code == 422
        assert read(lambda session: session.scalar(sa.select(sa.func.count(ApiToken.id)))) == 0

    def test_nobody_revokes_anothers(self, signed_in: Browser, app: Flask, town: Town) -> None:
        token = self.make(signed_in)
        uid = read(lambda session: session.scalar(sa.select(ApiToken.uid)))
        paul = Browser(app)
        paul.sign_in(str(town.person("Paul Martin").email))
        assert paul.post(f"/account/tokens/{uid}/revoke").status_code == 404
        assert self.owner(app, token) is not None

    def test_twenty_are_enough(self, signed_in: Browser) -> None:
        for _ in range(20):
            self.make(signed_in)
        answer = signed_in.post("/account/tokens", {"name": "De trop", "scope": "read", "days": "30"})
        assert answer.status_code == 422
        assert "déjà 20 jetons" in answer.text

    def test_a_token_opens_no_page(self, signed_in: Browser, visitor: Browser) -> None:
        token = self.make(signed_in, scope="write")
        assert visitor.get("/account", headers={"Authorization": f"Bearer {token}"}).status_code == 303


def test_exports_everything_and_no_secret(signed_in: Browser, app: Flask, town: Town, ines: Asker) -> None:
    TestTokens.make(signed_in)
    write(
        lambda session: session.add(
            Membership(member_id=ines.member_id, lieu_id=town.lieu_id, role=Role.HOST, granted_at=clock.now())
        )
    )
    own = Neighbours(exporters=(("bookings", lambda _session, member_id: [{"of": int(member_id), "at": clock.now()}]),))
    app.extensions[NEIGHBOURS] = own
    answer = signed_in.get("/account/export")
    assert answer.headers["Content-Disposition"] == "attachment; filename=archipel-ines-le-goff.json"
    told = json.loads(answer.text)
    assert told["account"]["email"] == ines.email
    assert [(each["lieu"], each["role"]) for each in told["roles"]] == [(town.slug, "host")]
    assert told["bookings"][0]["at"].endswith("Z")
    assert (len(told["sign_ins"]), len(told["api_tokens"])) == (1, 1)
    assert "hash" not in answer.text
    assert "lieu_id" not in answer.text


class TestDeletion:
    def test_is_for_good(self, signed_in: Browser, app: Flask, town: Town, ines: Asker, mails: Mails) -> None:
        phone = Browser(app)
        phone.sign_in(str(ines.email))
        token = TestTokens.make(signed_in)
        phone.post("/link", {"email": ines.email})
        path = mails.path(str(ines.email), "link")
        erased: list[MemberId] = []
        app.extensions[NEIGHBOURS] = Neighbours(erasers=(lambda _session, who, _now: erased.append(who),))
        assert signed_in.post("/account/delete", {"password": OTHER_PASSWORD}).status_code == 422
        assert signed_in.post("/account/delete").status_code == 422
        assert signed_in.get("/account/delete").status_code == 200
        answer = signed_in.post("/account/delete", {"password": PASSWORD})
        assert "Votre compte est supprimé" in answer.text
        assert [browser.signed_in for browser in (signed_in, phone)] == [False, False]
        assert TestTokens.owner(app, token) is None
        assert phone.post(path).status_code == 410
        assert phone.sign_in(str(ines.email)).status_code == 422
        gone = row(ines)
        assert (gone.name, gone.email, gone.password_hash) == ("Membre parti", None, None)
        assert erased == [ines.member_id]
        assert town.lieu_id

    def test_leaves_no_trace_of_name_or_address(self, signed_in: Browser, app: Flask, ines: Asker) -> None:
        Browser(app).post("/reset", {"email": ines.email})
        TestEmail.ask(signed_in, "ines@nouvelle.exemple.fr")
        assert signed_in.post("/account/delete", {"password": PASSWORD}).status_code == 200

        def traces(session: Session) -> list[str]:
            found = []
            for table in db.metadata.sorted_tables:
                for each in session.execute(sa.select(table)):
                    text = repr(tuple(each)).lower()
                    found += [f"{table.name}: {text}" for word in ("ines@", "le goff") if word in text]
            return found

        assert read(traces) == []

    def test_is_refused_with_every_reason(self, signed_in: Browser, app: Flask, town: Town, ines: Asker) -> None:
        write(
            lambda session: session.add(
                Membership(member_id=ines.member_id, lieu_id=town.lieu_id, role=Role.MANAGER, granted_at=clock.now())
            )
        )
        app.extensions[NEIGHBOURS] = Neighbours(
            reasons_to_stay=(
                lambda _session, _who, _now: [Refusal("debts", "Vous devez encore %(sum)s.", {"sum": "12 €"})],
                lambda _session, _who, _now: [],
            )
        )
        answer = signed_in.post("/account/delete", {"password": PASSWORD})
        assert answer.status_code == 422
        assert "Vous devez encore 12 €." in answer.text
        assert "Vous gérez un lieu" in answer.text
        assert row(ines).email == ines.email
        assert signed_in.signed_in

    def test_needs_a_password_that_there_is(self, visitor: Browser, ines: Asker, mails: Mails) -> None:
        write(lambda session: session.execute(sa.update(Member).values(password_hash=None)))
        visitor.post("/link", {"email": ines.email})
        visitor.post(mails.path(str(ines.email), "link"))
        assert "Recevoir un lien pour en choisir un" in visitor.get("/account/delete").text
        assert visitor.get("/account").status_code == 200
        for password in ("", "x", PASSWORD):
            assert visitor.post("/account/delete", {"password": password}).status_code == 422
        assert row(ines).email == ines.email


def test_what_is_over_is_forgotten(signed_in: Browser, app: Flask, ines: Asker, mails: Mails) -> None:
    phone = Browser(app)
    phone.sign_in(str(ines.email))
    phone.post("/link", {"email": ines.email})
    mails.to(str(ines.email))
    TestTokens.make(signed_in)

    def counted(session: Session) -> list[int]:
        tables = (Login, Proof, ApiToken, RateWindow)
        return [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]

    def counts() -> list[int]:
        return read(counted)

    before = counts()
    for days, expected in ((0, before), (20, [2, 0, 1, 0]), (61, [0, 0, 1, 0]), (400, [0, 0, 0, 0])):
        later = clock.now() + dt.timedelta(days=days)
        for _ in range(2):
            write(cleaning.clean, now=later)
            assert counts() == expected
