"""Secret addresses: made, read, changed, taken back; rights as they are at each moment; and the page about them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from booking import clock
from booking.app import make_worker
from booking.bookings.actions import cancel
from booking.calendars import actions
from booking.calendars.invariants import INVARIANTS
from booking.calendars.models import FeedToken
from booking.calendars.queries import addresses_of, exported, offers
from booking.calendars.rules import Form, Scope, secret_path
from booking.db import read, write
from booking.db.invariants import broken
from booking.errors import Forbidden, Invalid, NotFound, Unauthenticated
from booking.occupancy.actions import block
from booking.occupancy.rules import BlockKind
from booking.people.models import Member, Membership
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.values.codes import new_token, token_hash
from tests.calendars.conftest import DAY, Booker, Reader, public, secret
from tests.ical.events import by_icalendar
from tests.support.archipelago import CALE, DESK, ECLUSE, LASER, MEMBERS_ONLY, POOL
from tests.support.visits import Visit, words
from tests.support.world import NOW, World, stretch


def tokens() -> list[FeedToken]:
    return read(lambda s: list(s.scalars(sa.select(FeedToken).order_by(FeedToken.id))))


def change(table: Any, which: sa.ColumnElement[bool], **values: Any) -> None:
    write(lambda s: s.execute(sa.update(table).where(which).values(**values)))


def leave(who: Asker, lieu: int | None = None) -> None:
    """Every role there, or everywhere, is gone."""
    there = sa.true() if lieu is None else Membership.lieu_id == lieu
    write(lambda s: s.execute(sa.delete(Membership).where(Membership.member_id == who.member_id, there)))


# --- a token's life ---


def test_only_the_hash_of_a_token_is_kept(ines: Asker) -> None:
    path = secret(ines, "bookings")
    token = path.split("/")[2]
    (kept,) = tokens()
    assert re.fullmatch(r"[\w-]{43}", token)
    assert kept.token_hash == token_hash(token)
    assert token not in str(read(lambda s: s.execute(sa.select(FeedToken.__table__)).all()))


def test_a_member_has_one_living_address_for_each_calendar(world: World, ines: Asker) -> None:
    manager = world.staff(ECLUSE)
    for scope in ("bookings", f"lieux/{ECLUSE}", f"lieux/{ECLUSE}+names", f"resources/{DESK}", "kinds/desk"):
        secret(manager, scope)
        with pytest.raises(actions.AlreadyMade):
            secret(manager, scope)
    secret(ines, "bookings")
    assert len(tokens()) == 6


def test_an_unknown_address_is_404_a_revoked_one_410_for_ever(ines: Asker, reader: Reader) -> None:
    path = secret(ines, "bookings")
    reader.read(path)
    (kept,) = tokens()
    write(actions.revoke, ines, kept.uid, NOW)
    for form in Form:
        gone = reader.ask(path.replace("ics", form))
        assert (gone.status_code, gone.mimetype) == (410, "text/plain")
    assert reader.ask(path, "HEAD").status_code == 410
    assert reader.ask(path, If_None_Match="*").status_code == 410
    assert reader.ask(secret_path(new_token(), Scope.parse("bookings"))).status_code == 404
    again = secret(ines, "bookings")
    assert again != path
    reader.read(again)
    assert reader.ask(path).status_code == 410


def test_a_changed_address_works_at_once_and_the_old_one_is_gone(ines: Asker, reader: Reader) -> None:
    path = secret(ines, "bookings")
    (kept,) = tokens()
    scope, token = write(actions.rotate, ines, kept.uid, NOW)
    reader.read(secret_path(token, scope))
    assert reader.ask(path).status_code == 410
    assert [t.revoked_at is None for t in tokens()] == [False, True]


def test_nobody_touches_the_addresses_of_others(world: World, ines: Asker) -> None:
    secret(ines, "bookings")
    (kept,) = tokens()
    for who in (world.member("Bob"), world.steward(), world.staff(ECLUSE)):
        for deed in (actions.revoke, actions.rotate):
            with pytest.raises(NotFound):
                write(deed, who, kept.uid, NOW)
    for deed in (actions.revoke, actions.rotate):
        with pytest.raises(NotFound):
            write(deed, ines, "nothing", NOW)
    assert [t.revoked_at for t in tokens()] == [None]


def test_only_who_is_signed_in_and_may_write_makes_one(ines: Asker) -> None:
    with pytest.raises(Unauthenticated):
        secret(VISITOR, "bookings")
    with pytest.raises(Forbidden):
        secret(Asker(member_id=ines.member_id, writes=False), "bookings")


def test_a_token_opens_its_own_calendar_only(world: World, reader: Reader) -> None:
    manager = world.joined(world.staff(ECLUSE), CALE)
    token = secret(manager, f"resources/{DESK}").split("/")[2]
    for path in (
        "bookings",
        f"resources/{POOL}",
        f"resources/{LASER}",
        f"lieux/{ECLUSE}",
        f"lieux/{CALE}",
        "kinds/desk",
    ):
        assert reader.ask(f"/calendars/{token}/{path}.ics").status_code == 404
    reader.read(f"/calendars/{token}/resources/{DESK}.ics")


def test_whether_names_are_told_is_the_token_s_not_the_address_s(
    world: World, ines: Asker, reader: Reader, booked: Booker
) -> None:
    manager = world.staff(ECLUSE)
    booked(ines, DESK)
    path = secret(manager, f"lieux/{ECLUSE}")
    assert "Inès" not in reader.read(path).body.decode()
    assert reader.ask(path.replace(".ics", "+names.ics")).status_code == 404
    assert "Inès" not in reader.read(f"{path}?names=1").body.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/calendars/{}/bookings.ics.ics", "/calendars/{}/bookings", "/calendars/{}/", "/calendars/{}/bookings.html",
        "/calendars/{}/kinds/boat.ics", "/calendars/{}/lieux/.ics", "/calendars/{}x/bookings.ics",
        "/calendars/{}/lieux/a/b.ics",
    ],
)  # fmt: skip
def test_an_address_that_is_nearly_right_is_404(ines: Asker, reader: Reader, path: str) -> None:
    token = secret(ines, "bookings").split("/")[2]
    assert reader.ask(path.format(token)).status_code == 404


# --- when it was read last ---


def test_the_last_use_is_noted_once_an_hour_after_the_answer(
    ines: Asker, reader: Reader, frozen: time_machine.Traveller
) -> None:
    path = secret(ines, "bookings")
    assert tokens()[0].last_used_at is None
    tag = reader.read(path).tag
    assert tokens()[0].last_used_at == NOW
    frozen.shift(59 * 60)
    reader.read(path)
    assert tokens()[0].last_used_at == NOW
    frozen.shift(60)
    assert reader.ask(path, If_None_Match=tag).status_code == 304
    assert tokens()[0].last_used_at == clock.now()


# --- rights are those of the moment ---


def test_who_leaves_a_lieu_reads_nothing_of_it_at_once(world: World, reader: Reader, booked: Booker) -> None:
    ana = world.joined(world.staff(ECLUSE, Role.HOST), CALE)
    mine = booked(ana, DESK)
    scopes = (f"lieux/{ECLUSE}+names", f"resources/{DESK}", f"resources/{MEMBERS_ONLY}")
    paths = [secret(ana, scope) for scope in scopes]
    own, kind = secret(ana, "bookings"), secret(ana, "kinds/desk+names")
    tags = {path: reader.read(path).tag for path in (*paths, own, kind)}
    leave(ana, world.lieux[ECLUSE])
    for path in paths:
        assert reader.ask(path, If_None_Match=tags[path]).status_code == 410
        assert reader.ask(path.replace("ics", "ifb")).status_code == 410
    assert reader.read(kind).events == {}
    assert len(reader.read(own).events) == 1
    assert mine
    leave(ana)
    assert reader.ask(kind).status_code == 410
    reader.read(own)


def test_who_is_staff_no_more_reads_no_more_names(world: World, ines: Asker, reader: Reader, booked: Booker) -> None:
    host = world.joined(world.staff(ECLUSE, Role.HOST), ECLUSE)
    booked(ines, DESK)
    path = secret(host, f"lieux/{ECLUSE}+names")
    before = reader.read(path)
    assert before.titles() == ["Inès Le Goff, Quai 6"]
    write(lambda s: s.execute(sa.delete(Membership).where(Membership.role == Role.HOST)))
    after = reader.ask(path, If_None_Match=before.tag)
    assert after.status_code == 200
    assert [e.summary for e in by_icalendar(after.data)] == ["Quai 6 : Occupé"]


def test_a_steward_no_more_reads_no_more(world: World, reader: Reader) -> None:
    steward = world.steward()
    path = secret(steward, f"lieux/{ECLUSE}")
    reader.read(path)
    change(Member, Member.id == steward.member_id, steward=False)
    assert reader.ask(path).status_code == 410


def test_the_addresses_of_who_has_left_are_taken_back_for_good(world: World, app: Flask, reader: Reader) -> None:
    ana, bob, steward = world.staff(ECLUSE), world.staff(CALE), world.steward()
    of_ana = [
        secret(ana, scope) for scope in (f"lieux/{ECLUSE}", f"lieux/{ECLUSE}+names", f"resources/{DESK}", "kinds/desk")
    ]
    own = secret(ana, "bookings")
    others = [secret(bob, f"lieux/{CALE}"), secret(bob, f"resources/{LASER}+names"), secret(steward, f"lieux/{ECLUSE}")]
    make_worker(app).schedule()
    make_worker(app).run_due_once()
    for path in (*of_ana, own, *others):
        reader.read(path)
    leave(ana)
    assert write(actions.revoke_departed, NOW) == 4
    back = world.joined(ana, ECLUSE, Role.MANAGER)
    for path in of_ana:
        assert reader.ask(path).status_code == 410
    for path in (own, *others):
        reader.read(path)
    reader.read(secret(back, f"lieux/{ECLUSE}"))
    assert write(actions.revoke_departed, NOW) == 0


def test_the_worker_looks_daily_for_who_has_left(world: World, app: Flask, frozen: time_machine.Traveller) -> None:
    ana = world.staff(ECLUSE)
    secret(ana, f"lieux/{ECLUSE}")
    leave(ana)
    frozen.shift(DAY)
    worker = make_worker(app)
    worker.schedule()
    worker.run_due_once()
    assert tokens()[0].revoked_at == clock.now()


def test_an_erased_account_leaves_no_address(ines: Asker, reader: Reader) -> None:
    path = secret(ines, "bookings")
    assert [each["scope"] for each in read(exported, _id(ines))] == ["bookings"]
    change(Member, Member.id == ines.member_id, erased_at=NOW, email=None)
    assert reader.ask(path).status_code == 404, "even before its address is deleted"
    assert [found.code for found in read(broken, INVARIANTS)] == ["calendars.erased"]
    write(actions.forget_member, _id(ines), NOW)
    assert read(broken, INVARIANTS) == []
    assert tokens() == []
    assert reader.ask(path).status_code == 404


def _id(who: Asker) -> Any:
    return who.member_id


@pytest.mark.parametrize(
    "scope",
    [f"lieux/{CALE}", f"resources/{LASER}", f"resources/{MEMBERS_ONLY}", "lieux/nothing", "resources/nothing"],
)
def test_nobody_makes_an_address_for_what_is_not_theirs(world: World, ines: Asker, scope: str) -> None:
    assert world.resources
    with pytest.raises(NotFound):
        secret(ines, scope)
    if CALE in scope or "laser" in scope:
        with pytest.raises(NotFound):
            secret(world.staff(ECLUSE), scope)


def test_names_are_for_staff(world: World) -> None:
    member = world.joined(world.member("Bob"), ECLUSE)
    for scope in (f"lieux/{ECLUSE}+names", f"resources/{DESK}+names", "kinds/desk+names"):
        with pytest.raises(Invalid) as refused:
            secret(member, scope)
        assert [(r.code, r.field) for r in refused.value.reasons] == [("not_staff", "names")]


def test_no_feed_of_another_lieu_whatever_is_asked(world: World, ines: Asker, reader: Reader, booked: Booker) -> None:
    """Every calendar of every person of one lieu, with the slugs and the tokens of the other."""
    booked(ines, LASER, stretch("2026-06-12", "09:00", "10:00", "Indian/Reunion"))
    people = [world.joined(world.member(), ECLUSE), *(world.staff(ECLUSE, role) for role in Role)]
    for who in people:
        for scope in (f"lieux/{ECLUSE}", f"resources/{DESK}", "kinds/machine"):
            path = secret(who, scope)
            assert "Inès" not in reader.read(path).body.decode()
            token = path.split("/")[2]
            for other in (f"lieux/{CALE}", f"resources/{LASER}"):
                assert reader.ask(f"/calendars/{token}/{other}.ics").status_code == 404
        for scope in (f"lieux/{CALE}", f"lieux/{CALE}+names", f"resources/{LASER}"):
            with pytest.raises(NotFound):
                secret(who, scope)


# --- what is offered ---


def test_what_can_be_chosen_is_what_one_belongs_to(world: World, ines: Asker) -> None:
    def texts(who: Asker) -> list[str]:
        return [str(offer.scope) for offer in read(offers, who)]

    assert texts(ines) == ["bookings"]
    assert texts(world.joined(world.member("Bob"), ECLUSE)) == [
        "bookings", f"lieux/{ECLUSE}", f"resources/{MEMBERS_ONLY}", f"resources/{POOL}", f"resources/{DESK}",
        "kinds/desk", "kinds/room",
    ]  # fmt: skip
    both = world.joined(world.staff(CALE), ECLUSE)
    assert {offer.scope.name: offer.staff for offer in read(offers, both) if offer.name} == {
        ECLUSE: False, CALE: True, MEMBERS_ONLY: False, POOL: False, DESK: False, LASER: True,
    }  # fmt: skip
    for offer in read(offers, both):
        secret(both, str(offer.scope))
    assert {str(seen.scope) for seen in read(addresses_of, both)} == set(texts(both))


# --- the page ---


def told(page: Any) -> str:
    found = re.search(r'<input id="made" type="text" readonly value="([^"]+)"', page.text)
    assert found, words(page)
    return unescape(found[1])


def test_an_address_is_made_and_told_once(
    app: Flask, world: World, ines: Asker, reader: Reader, booked: Booker
) -> None:
    assert world.resources
    code = booked(ines, DESK)
    visit = Visit(app, ines, at=NOW)
    empty = visit.get("/account/calendars")
    assert "Aucune adresse" in words(empty)
    page = visit.send("/account/calendars", {"what": "bookings"})
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, no-store"
    address = told(page)
    assert address.startswith("http://127.0.0.1:8000/calendars/")
    assert f'href="webcal{address.removeprefix("http")}"' in page.text
    assert "Google peut avoir un jour de retard" in words(page)
    assert code in reader.read(address.removeprefix("http://127.0.0.1:8000")).body.decode()
    after = visit.get("/account/calendars")
    assert address not in after.text
    assert "Mes réservations Créée le jeudi 11 juin 2026. Lue le jeudi 11 juin 2026." in words(after)


def test_what_is_refused_is_said_and_nothing_is_made(app: Flask, world: World, ines: Asker) -> None:
    visit = Visit(app, ines, at=NOW)
    for wrong in ("", "bookings+names", "lieux/" + ECLUSE, "kinds/desk", "x" * 300, "resources/\0"):
        page = visit.send("/account/calendars", {"what": wrong})
        assert page.status_code == 422
        assert "À revoir" in words(page)
    assert tokens() == []
    visit.send("/account/calendars", {"what": "bookings"})
    page = visit.send("/account/calendars", {"what": "bookings"})
    assert page.status_code == 422
    assert "Ce calendrier a déjà une adresse secrète." in words(page)
    assert len(tokens()) == 1
    both = world.joined(world.staff(ECLUSE), CALE)
    mixed = Visit(app, both, at=NOW)
    page = mixed.send("/account/calendars", {"what": f"lieux/{CALE}", "names": "y"})
    assert page.status_code == 422
    assert "Seule l’équipe d’un lieu y lit les noms." in words(page)


def test_staff_choose_whether_names_are_told(
    app: Flask, world: World, ines: Asker, reader: Reader, booked: Booker
) -> None:
    booked(ines, DESK)
    assert "noms" not in words(Visit(app, ines, at=NOW).get("/account/calendars"))
    visit = Visit(app, world.staff(ECLUSE), at=NOW)
    page = visit.get(f"/account/calendars?scope=resources/{DESK}")
    assert re.search(rf'<option selected value="resources/{DESK}">', page.text)
    address = told(visit.send("/account/calendars", {"what": f"resources/{DESK}", "names": "y"}))
    assert "Inès" in reader.read(address.removeprefix("http://127.0.0.1:8000")).body.decode()
    assert "Quai 6, La Grande Écluse avec les noms" in words(visit.get("/account/calendars"))
    own = told(visit.send("/account/calendars", {"what": "bookings", "names": "y"}))
    assert own.endswith("/bookings.ics")


def test_an_address_is_changed_and_taken_back_from_the_page(app: Flask, ines: Asker, reader: Reader) -> None:
    visit = Visit(app, ines, at=NOW)
    first = told(visit.send("/account/calendars", {"what": "bookings"})).removeprefix("http://127.0.0.1:8000")
    second = told(visit.send(f"/account/calendars/{tokens()[0].uid}/rotate")).removeprefix("http://127.0.0.1:8000")
    assert reader.ask(first).status_code == 410
    reader.read(second)
    answer = visit.send(f"/account/calendars/{tokens()[1].uid}/revoke")
    assert (answer.status_code, answer.location) == (303, "/account/calendars")
    assert "Cette adresse ne donne plus rien." in words(visit.get("/account/calendars"))
    assert reader.ask(second).status_code == 410
    assert visit.send(f"/account/calendars/{tokens()[1].uid}/revoke").status_code == 404
    assert visit.send("/account/calendars/nothing/rotate").status_code == 404


def test_the_page_is_one_s_own_and_needs_its_token(app: Flask, world: World, ines: Asker) -> None:
    secret(ines, "bookings")
    uid = tokens()[0].uid
    visitor = Visit(app)
    assert visitor.get("/account/calendars").status_code == 303
    other = Visit(app, world.member("Bob"), at=NOW)
    assert "Aucune adresse" in words(other.get("/account/calendars"))
    for deed in ("rotate", "revoke"):
        assert other.send(f"/account/calendars/{uid}/{deed}").status_code == 404
        assert other.get(f"/account/calendars/{uid}/{deed}").status_code == 405
        assert Visit(app, ines, at=NOW).post(f"/account/calendars/{uid}/{deed}", forged=True).status_code == 403
    assert Visit(app, ines, at=NOW).post("/account/calendars", {"what": "bookings"}, forged=True).status_code in (
        403,
        422,
    )
    assert [t.revoked_at for t in tokens()] == [None]


# --- the file of one booking ---


def test_a_booking_has_a_file_for_its_holder_and_staff(app: Flask, world: World, ines: Asker, booked: Booker) -> None:
    code = booked(ines, DESK, note="Près de la fenêtre")
    path = f"/bookings/{code}.ics"
    own = Visit(app, ines, at=NOW).get(path)
    assert (own.status_code, own.content_type) == (200, "text/calendar; charset=utf-8")
    assert own.headers["Content-Disposition"] == f"inline; filename={code}.ics"
    assert own.headers["Cache-Control"] == "private, no-cache"
    (event,) = by_icalendar(own.data)
    assert event.summary == "Quai 6, La Grande Écluse"
    assert "Inès" not in own.text
    staff = Visit(app, world.staff(ECLUSE, Role.HOST), at=NOW)
    (seen,) = by_icalendar(staff.get(path).data)
    assert (seen.summary, seen.uid) == ("Inès Le Goff, Quai 6", event.uid)
    assert seen.description == f"Réservation {code}\nPrès de la fenêtre"
    tag = own.headers["ETag"]
    assert Visit(app, ines, at=NOW).get(path, headers={"If-None-Match": tag}).status_code == 304
    assert Visit(app, ines, at=NOW).get(path.lower().replace(".ICS", ".ics")).status_code == 200


def test_nobody_else_has_it(app: Flask, world: World, ines: Asker, booked: Booker) -> None:
    path = f"/bookings/{booked(ines, DESK)}.ics"
    for who in (world.member("Bob"), world.staff(CALE), world.joined(world.member("Eve"), ECLUSE)):
        assert Visit(app, who, at=NOW).get(path).status_code == 404
    nobody = Visit(app).get(path)
    assert (nobody.status_code, nobody.mimetype) == (401, "text/plain")
    for wrong in ("/bookings/R-ABCDEF.ics", "/bookings/nothing.ics", "/bookings/R-1.ics"):
        refused = Visit(app, ines, at=NOW).get(wrong)
        assert (refused.status_code, refused.mimetype) == (404, "text/plain")


def test_the_file_of_a_cancelled_booking_says_so(app: Flask, world: World, ines: Asker, booked: Booker) -> None:
    code = booked(ines, DESK)
    write(cancel, ines, code, clock.now())
    for who in (ines, world.staff(ECLUSE)):
        (event,) = by_icalendar(Visit(app, who, at=NOW).get(f"/bookings/{code}.ics").data)
        assert (event.status, event.sequence) == ("CANCELLED", 1)


# --- nothing personal in what is public ---


def test_no_marker_of_a_person_is_in_any_public_feed(world: World, reader: Reader, booked: Booker) -> None:
    marks = {name: f"{name.upper()}-MARQUE-{n}" for n, name in enumerate(("member", "guest", "note", "reason"))}
    who = world.member(marks["member"])
    manager = world.staff(ECLUSE)
    codes = [
        booked(who, DESK, note=marks["note"]),
        booked(manager, POOL, guest_name=marks["guest"], note=marks["note"]),
    ]

    def blocked(session: Session) -> None:
        for kind in BlockKind:
            hours = {"closure": ("17:00", "18:00"), "maintenance": ("18:00", "19:00"), "busy": ("19:00", "20:00")}[kind]
            block(
                session, manager, world.lieux[ECLUSE], None, kind, stretch("2026-06-12", *hours), marks["reason"], NOW
            )

    write(blocked)
    for slug in (DESK, POOL, LASER):
        for form in Form:
            text = reader.ask(public(slug, form)).text
            for mark in (*marks.values(), *codes, str(who.email), who.uid, manager.uid):
                assert str(mark) not in text
