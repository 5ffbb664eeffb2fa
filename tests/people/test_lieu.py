from __future__ import annotations

import re
import threading

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from booking import clock
from booking.db import db, read, write
from booking.people.actions import roles
from booking.people.models import Member, Membership, Proof
from booking.people.queries import people_of
from booking.people.queries.asking import asker_of_member
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.values.codes import uuid7
from tests.people.conftest import PASSWORD, Browser, Mails, Town


@pytest.fixture
def manager(town: Town) -> Asker:
    return town.person("Maud Manager", role=Role.MANAGER)


@pytest.fixture
def desk(app: Flask, manager: Asker) -> Browser:
    """The manager at her browser."""
    browser = Browser(app)
    browser.sign_in(str(manager.email))
    return browser


def at(app: Flask, who: Asker) -> Browser:
    browser = Browser(app)
    assert browser.sign_in(str(who.email)).status_code == 303
    return browser


def roles_of(email: str) -> set[tuple[int, str]]:
    rows = read(
        lambda session: session.execute(
            sa.select(Membership.lieu_id, Membership.role)
            .join(Member, Member.id == Membership.member_id)
            .where(Member.email == email)
        ).all()
    )
    return {(row.lieu_id, row.role.value) for row in rows}


def invite(browser: Browser, town: Town, email: str = "jeanne@exemple.fr", role: str = "host") -> int:
    return browser.post(f"/manage/{town.slug}/people/invite", {"email": email, "role": role}).status_code


class TestWhoSees:
    @pytest.mark.parametrize("role", [Role.MEMBER, Role.HOST, Role.TREASURER, None])
    def test_only_managers_and_stewards_know_the_page(self, app: Flask, town: Town, role: Role | None) -> None:
        somebody = town.person("Sam Somebody", role=role)
        browser = at(app, somebody)
        uid = somebody.uid
        base = f"/manage/{town.slug}"
        assert browser.get(f"{base}/people").status_code == 404
        for path in ("people/invite", f"people/{uid}/roles", f"people/{uid}/remove", "invitations/x/withdraw"):
            answer = browser.post(f"{base}/{path}", {"email": "x@exemple.fr", "role": "manager", "roles": "manager"})
            assert answer.status_code == 404
        assert (town.lieu_id, "manager") not in roles_of(str(somebody.email))

    def test_visitors_are_sent_to_sign_in(self, visitor: Browser, town: Town) -> None:
        assert visitor.get(f"/manage/{town.slug}/people").status_code == 303
        assert invite(visitor, town) == 401

    def test_another_lieus_manager_has_no_say(self, app: Flask, town: Town, manager: Asker) -> None:
        other = at(app, town.person("Otto Other", role=Role.MANAGER, lieu=town.other_id))
        assert other.get(f"/manage/{town.slug}/people").status_code == 404
        assert other.post(f"/manage/{town.slug}/people/{manager.uid}/remove").status_code == 404
        assert other.post(f"/manage/{town.other_slug}/people/{manager.uid}/remove").status_code == 404
        assert other.post(f"/manage/{town.other_slug}/people/{manager.uid}/roles", {"roles": "host"}).status_code == 404
        assert roles_of(str(manager.email)) == {(town.lieu_id, "manager")}

    def test_a_steward_sees_and_names_a_first_manager_only(self, app: Flask, town: Town, manager: Asker) -> None:
        steward = at(app, town.person("Soazig Stewart", steward=True))
        page = steward.get(f"/manage/{town.slug}/people").text
        assert "Maud Manager" in page
        assert "Retirer du lieu" not in page
        assert invite(steward, town, role="manager") == 303
        assert invite(steward, town, role="host") == 403
        assert steward.post(f"/manage/{town.slug}/people/{manager.uid}/remove").status_code == 403

    @pytest.mark.parametrize("slug", ["nulle-part", "..", "%00", "x" * 300])
    def test_a_lieu_that_is_not(self, desk: Browser, slug: str) -> None:
        assert desk.get(f"/manage/{slug}/people").status_code == 404


class TestList:
    def test_by_name_page_by_page(self, desk: Browser, town: Town, manager: Asker) -> None:
        def make(session: Session) -> None:
            for number in range(120):
                member = Member(
                    uid=uuid7(clock.now()), email=f"m{number}@exemple.fr", name=f"Membre {number:03}",
                    language="fr", created_at=clock.now(), confirmed_at=clock.now(),
                )  # fmt: skip
                session.add(member)
                session.flush()
                session.add(
                    Membership(member_id=member.id, lieu_id=town.lieu_id, role=Role.MEMBER, granted_at=clock.now())
                )

        write(make)
        path: str | None = f"/manage/{town.slug}/people"
        names: list[str] = []
        while path:
            page = desk.get(path).text
            assert "121 personnes" in page
            names += re.findall(r'<h2 class="title">([^<]+?) <', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            path = following[1].replace("&amp;", "&") if following else None
        assert names == ["Maud Manager", *(f"Membre {number:03}" for number in range(120))]
        assert manager.name == names[0]

    def test_finds_by_part_of_name_or_address(self, desk: Browser, town: Town) -> None:
        town.person("Ines Le Goff", role=Role.MEMBER)
        town.person("Paul 100% Martin", role=Role.MEMBER)
        base = f"/manage/{town.slug}/people"

        def found(text: str) -> list[str]:
            page = desk.get(base, query_string={"q": text}).text
            return re.findall(r'<h2 class="title">([^<]+?) <', page)

        assert found("le g") == ["Ines Le Goff"]
        assert found("INES@") == ["Ines Le Goff"]
        assert found("100%") == ["Paul 100% Martin"]
        assert found("%") == ["Paul 100% Martin"]
        assert found("_") == []
        assert found("' OR 1=1 --\x00") == []
        assert found("x" * 5000) == []

    def test_a_forged_cursor_is_refused(self, desk: Browser, town: Town) -> None:
        for cursor in ("x", "%00", "W10", "a" * 5000):
            assert desk.get(f"/manage/{town.slug}/people?after={cursor}").status_code == 400

    def test_statements_do_not_grow_with_people(self, app: Flask, town: Town, manager: Asker) -> None:
        def statements() -> int:
            seen = []

            def note(*_args: object) -> None:
                seen.append(1)

            sa.event.listen(db.engine, "before_cursor_execute", note)
            with app.app_context():
                read(people_of, manager, town.lieu_id)
            sa.event.remove(db.engine, "before_cursor_execute", note)
            return len(seen)

        few = statements()
        for number in range(12):
            town.person(f"P{number} Person", role=Role.MEMBER)
        assert statements() == few


class TestRoles:
    def test_change_and_end_at_once(self, app: Flask, desk: Browser, town: Town, manager: Asker) -> None:
        host = town.person("Hugo Host", role=Role.HOST)
        browser = at(app, host)
        base = f"/manage/{town.slug}/people"
        assert browser.get(base).status_code == 404
        assert desk.post(f"{base}/{host.uid}/roles", {"roles": ["manager", "treasurer"]}).status_code == 303
        assert roles_of(str(host.email)) == {(town.lieu_id, "manager"), (town.lieu_id, "treasurer")}
        assert browser.get(base).status_code == 200
        assert browser.post(f"{base}/{manager.uid}/roles", {"roles": "member"}).status_code == 303
        assert desk.get(base).status_code == 404
        assert browser.post(f"{base}/{manager.uid}/remove").status_code == 303
        assert roles_of(str(manager.email)) == set()

    @pytest.mark.parametrize("wanted", [[], ["admin"], ["steward"], ["manager", "x"]])
    def test_words_that_are_no_roles_change_nothing(self, desk: Browser, town: Town, wanted: list[str]) -> None:
        host = town.person("Hugo Host", role=Role.HOST)
        data = {"roles": wanted, "steward": "1", "lieu_id": str(town.other_id), "member_id": "1"}
        assert desk.post(f"/manage/{town.slug}/people/{host.uid}/roles", data).status_code == 303
        assert roles_of(str(host.email)) == {(town.lieu_id, "host")}

    def test_the_last_manager_stays(self, desk: Browser, town: Town, manager: Asker) -> None:
        base = f"/manage/{town.slug}/people/{manager.uid}"
        desk.post(f"{base}/roles", {"roles": "host"})
        desk.post(f"{base}/remove")
        desk.post(f"/account/lieux/{town.slug}/leave")
        assert roles_of(str(manager.email)) == {(town.lieu_id, "manager")}
        assert "confiez d’abord ce rôle" in desk.get("/account").text.replace("&#39;", "'")

    def test_of_two_managers_who_leave_at_once_one_stays(self, app: Flask, town: Town, manager: Asker) -> None:
        second = town.person("Marc Manager", role=Role.MANAGER)
        start, outcomes = threading.Barrier(2), []

        def go(who: Asker) -> None:
            with app.app_context():
                start.wait()
                try:
                    write(roles.leave, who, town.lieu_id, now=clock.now())
                    outcomes.append("left")
                except roles.SoleManager:
                    outcomes.append("stays")

        threads = [threading.Thread(target=go, args=(who,)) for who in (manager, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["left", "stays"]

    def test_leaves_by_oneself(self, app: Flask, town: Town) -> None:
        host = town.person("Hugo Host", role=Role.HOST)
        browser = at(app, host)
        assert "La Grande Écluse" in browser.get("/account").text
        assert browser.post(f"/account/lieux/{town.slug}/leave", forged=True).status_code == 403
        assert browser.get(f"/account/lieux/{town.slug}/leave").status_code == 405
        assert browser.post(f"/account/lieux/{town.slug}/leave").status_code == 303
        assert roles_of(str(host.email)) == set()
        assert browser.post(f"/account/lieux/{town.slug}/leave").status_code == 404

    def test_strangers_and_odd_uids(self, desk: Browser, town: Town) -> None:
        stranger = town.person("Sam Somebody")
        for uid in (stranger.uid, "1", "x", "' OR 1=1 --", "%00", "x" * 300):
            assert desk.post(f"/manage/{town.slug}/people/{uid}/remove").status_code == 404
            assert desk.post(f"/manage/{town.slug}/people/{uid}/roles", {"roles": "host"}).status_code == 404


class TestInvitations:
    def test_somebody_new_makes_an_account(self, app: Flask, desk: Browser, town: Town, mails: Mails) -> None:
        assert invite(desk, town) == 303
        page = desk.get(f"/manage/{town.slug}/people").text
        assert "jeanne@exemple.fr" in page
        path, jeanne = mails.path("jeanne@exemple.fr", "invitations"), Browser(app)
        (mail,) = mails.to("jeanne@exemple.fr")
        assert "Maud Manager" in mail.subject
        assert "La Grande Écluse" in mail.text
        assert "Accueil" in jeanne.get(path).text
        data = {"name": "Jeanne Riou", "password": PASSWORD, "language": "fr"}
        assert jeanne.post(path, data | {"password": "court"}).status_code == 422
        assert jeanne.post(path, data | {"name": ""}).status_code == 422
        assert jeanne.post(path, {}).status_code == 422
        assert roles_of("jeanne@exemple.fr") == set()
        forged = {"email": "autre@exemple.fr", "role": "manager", "steward": "1", "lieu_id": str(town.other_id)}
        assert jeanne.post(path, data | forged).status_code == 303
        assert jeanne.signed_in
        assert roles_of("jeanne@exemple.fr") == {(town.lieu_id, "host")}
        assert roles_of("autre@exemple.fr") == set()
        assert jeanne.get(path).status_code == 410
        assert "jeanne@exemple.fr</p>" not in desk.get(f"/manage/{town.slug}/people?q=zzz").text

    def test_an_account_that_exists_is_not_touched(
        self, app: Flask, desk: Browser, town: Town, ines: Asker, mails: Mails
    ) -> None:
        assert invite(desk, town, str(ines.email)) == 303
        path, thief = mails.path(str(ines.email), "invitations"), Browser(app)
        assert "connectez-vous" in thief.get(path).text
        data = {"name": "Voleur", "password": "mot choisi par le voleur", "language": "fr"}
        assert "connectez-vous" in thief.post(path, data).text
        assert not thief.signed_in
        assert thief.sign_in(str(ines.email), "mot choisi par le voleur").status_code == 422
        assert roles_of(str(ines.email)) == set()
        paul = at(app, town.person("Paul Martin"))
        assert "autre adresse" in paul.get(path).text
        assert "autre adresse" in paul.post(path).text
        assert roles_of("paul@exemple.fr") == set()
        owner = at(app, ines)
        assert owner.post(path, forged=True).status_code == 403
        assert owner.post(path).status_code == 303
        assert roles_of(str(ines.email)) == {(town.lieu_id, "host")}
        assert (
            read(lambda session: session.scalar(sa.select(Member.name).where(Member.email == ines.email))) == ines.name
        )

    def test_known_and_unknown_read_alike_to_the_manager(self, desk: Browser, town: Town, ines: Asker) -> None:
        answers = [
            desk.post(f"/manage/{town.slug}/people/invite", {"email": email, "role": "host"})
            for email in (str(ines.email), "personne@exemple.fr")
        ]
        assert [answer.status_code for answer in answers] == [303, 303]
        page = desk.get(f"/manage/{town.slug}/people").text
        assert ines.name not in page

    def test_who_has_the_role_is_not_invited_to_it(self, desk: Browser, town: Town) -> None:
        town.person("Hugo Host", role=Role.HOST)
        answer = desk.post(f"/manage/{town.slug}/people/invite", {"email": "hugo@exemple.fr", "role": "host"})
        assert answer.status_code == 422
        assert "a déjà ce rôle" in answer.text
        assert invite(desk, town, "hugo@exemple.fr", "treasurer") == 303

    @pytest.mark.parametrize(
        ("email", "role"),
        [
            ("", "host"),
            ("x", "host"),
            ("x@exemple.fr", "steward"),
            ("x@exemple.fr", ""),
            ("a@b.fr\nCc: c@d.fr", "host"),
        ],
    )
    def test_wrong_ones_are_not_sent(self, desk: Browser, town: Town, email: str, role: str) -> None:
        assert invite(desk, town, email, role) == 422
        assert read(lambda session: session.scalar(sa.select(sa.func.count(Proof.id)))) == 0

    def test_ends_with_its_time_when_withdrawn_and_when_sent_anew(
        self, app: Flask, desk: Browser, town: Town, manager: Asker, mails: Mails
    ) -> None:
        invite(desk, town)
        first = mails.path("jeanne@exemple.fr", "invitations")
        invite(desk, town)
        second = mails.path("jeanne@exemple.fr", "invitations")
        jeanne = Browser(app)
        assert jeanne.get(first).status_code == 410
        assert jeanne.get(second).status_code == 200
        page = desk.get(f"/manage/{town.slug}/people").text
        (ref,) = re.findall(r"/invitations/([0-9a-f-]{36})/withdraw", page)
        other = at(app, town.person("Otto Other", role=Role.MANAGER, lieu=town.other_id))
        assert other.post(f"/manage/{town.other_slug}/invitations/{ref}/withdraw").status_code == 404
        assert desk.post(f"/manage/{town.slug}/invitations/{ref}/withdraw").status_code == 303
        assert jeanne.get(second).status_code == 410
        with time_machine.travel("2026-06-11T08:00:00Z", tick=False) as now:
            browser = at(app, manager)
            invite(browser, town)
            third = mails.path("jeanne@exemple.fr", "invitations")
            now.shift(14 * 86400)
            assert jeanne.get(third).status_code == 410

    def test_ends_with_the_right_of_who_sent_it(
        self, app: Flask, desk: Browser, town: Town, manager: Asker, mails: Mails
    ) -> None:
        invite(desk, town)
        path = mails.path("jeanne@exemple.fr", "invitations")
        second = town.person("Marc Manager", role=Role.MANAGER)
        write(roles.set_roles, second, town.lieu_id, str(manager.uid), frozenset(), now=clock.now())
        answer = Browser(app).post(path, {"name": "Jeanne Riou", "password": PASSWORD, "language": "fr"})
        assert answer.status_code == 409
        assert "ne gère plus ce lieu" in answer.text
        assert roles_of("jeanne@exemple.fr") == set()
        assert (
            read(lambda session: session.scalar(sa.select(Member).where(Member.email == "jeanne@exemple.fr"))) is None
        )

    def test_few_mails_to_one_address(self, desk: Browser, town: Town, mails: Mails) -> None:
        codes = [invite(desk, town) for _ in range(8)]
        assert codes == [303] * 5 + [429] * 3
        assert len(mails.to("jeanne@exemple.fr")) <= 5

    def test_a_name_with_html_stays_text_in_the_mail(self, app: Flask, town: Town, mails: Mails) -> None:
        evil = town.person("Maud <b>x</b>\u202e", role=Role.MANAGER)
        browser = Browser(app)
        browser.sign_in(str(evil.email))
        assert invite(browser, town) == 303
        (mail,) = mails.to("jeanne@exemple.fr")
        assert "<b>x" not in mail.html
        assert "&lt;b&gt;x" in mail.html


def test_a_member_without_roles_asks_as_one(app: Flask, town: Town) -> None:
    host = town.person("Hugo Host", role=Role.HOST)
    assert host.member_id is not None
    write(roles.leave, host, town.lieu_id, now=clock.now())
    with app.app_context():
        again = read(asker_of_member, host.member_id)
    assert again is not None
    assert again.roles == frozenset()
    assert not again.staffs(town.lieu_id)
