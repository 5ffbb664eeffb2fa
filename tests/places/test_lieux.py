"""Lieux on both databases: who may create, adopt and edit them, and what anybody finds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking.db import read, write
from booking.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Refusal
from booking.jobs.models import Job
from booking.people.rules import Role
from booking.people.schemas import VISITOR
from booking.places.actions import lieux as actions
from booking.places.models import Lieu
from booking.places.queries import hours, lieux
from booking.places.rules import LieuIdentity, LieuKind, LieuLegal, LieuPractice, LieuStatus, Position, VatRegime
from booking.places.schemas import LieuFilter
from booking.values.ids import LieuId
from booking.values.money import Money
from tests.support.statements import counted
from tests.support.world import NOW, World

THIERS = LieuIdentity(
    name="La Coutellerie",
    kind=LieuKind.FABLAB,
    status=LieuStatus.OPEN,
    summary="Un atelier partagé au bord de la Durolle.",
    address="3, rue des Grammonts",
    postcode="63300",
    commune="Thiers",
    website="https://coutellerie.example",
    latitude=45.8566,
    longitude=3.5472,
    timezone="Europe/Paris",
)


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    return World()


def test_a_steward_puts_a_lieu_on_archipel(world: World) -> None:
    slug = write(actions.create_lieu, world.steward(), THIERS, NOW)
    assert slug == "la-coutellerie"
    seen = read(lieux.lieu_by_slug, VISITOR, slug)
    assert (seen.name, seen.bookable, seen.department, seen.region) == (
        "La Coutellerie",
        True,
        "63",
        "Auvergne-Rhône-Alpes",
    )
    opening = read(hours.hours_of, seen.id, NOW.date(), NOW.date())
    assert sorted(opening.week) == [0, 1, 2, 3, 4], "open by default, never silently closed"


def test_a_project_is_shown_and_cannot_be_booked(world: World) -> None:
    slug = write(actions.create_lieu, world.steward(), replace(THIERS, status=LieuStatus.PROJECT), NOW)
    seen = read(lieux.lieu_by_slug, VISITOR, slug)
    assert (seen.status, seen.bookable) == (LieuStatus.PROJECT, False)


def test_namesakes_get_addresses_of_their_own(world: World) -> None:
    steward = world.steward()
    slugs = [write(actions.create_lieu, steward, replace(THIERS, commune=c), NOW) for c in ("Thiers", "Lyon", "Lyon")]
    assert slugs == ["la-coutellerie", "la-coutellerie-lyon", "la-coutellerie-lyon-2"]


def test_only_stewards_create_and_adopt(world: World) -> None:
    world.lieu(bookable=False)
    for asker in (world.member(), world.staff("la-grande-ecluse"), VISITOR):
        with pytest.raises(Forbidden):
            write(actions.create_lieu, asker, THIERS, NOW)
        with pytest.raises(Forbidden):
            write(actions.adopt_lieu, asker, "la-grande-ecluse", NOW)


def test_adopting_opens_a_census_entry_once(world: World) -> None:
    steward = world.steward()
    world.lieu(bookable=False, census_ref="cget-2019:7")
    write(actions.adopt_lieu, steward, "la-grande-ecluse", NOW)
    assert read(lieux.lieu_by_slug, VISITOR, "la-grande-ecluse").bookable
    with pytest.raises(actions.AlreadyHere):
        write(actions.adopt_lieu, steward, "la-grande-ecluse", NOW)
    for nowhere in ("nulle-part", "Nulle Part\0"):
        with pytest.raises(NotFound):
            write(actions.adopt_lieu, steward, nowhere, NOW)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 121}, "name", "too_long"),
        ({"name": "a\nb"}, "name", "unprintable"),
        ({"name": "a\u202eb"}, "name", "unprintable"),
        ({"commune": ""}, "commune", "required"),
        ({"address": "x" * 201}, "address", "too_long"),
        ({"summary": "x" * 301}, "summary", "too_long"),
        ({"postcode": "6330"}, "postcode", "postcode"),
        ({"postcode": "00000"}, "postcode", "postcode"),
        ({"postcode": "ABCDE"}, "postcode", "postcode"),
        ({"website": "javascript:alert(1)"}, "website", "website"),
        ({"website": "coutellerie.example"}, "website", "website"),
        ({"latitude": 91.0}, "latitude", "latitude"),
        ({"latitude": float("nan")}, "latitude", "latitude"),
        ({"longitude": float("inf")}, "longitude", "longitude"),
        ({"timezone": "Europe/London"}, "timezone", "timezone"),
        ({"timezone": "Indian/Reunion"}, "timezone", "timezone_elsewhere"),
    ],
)
def test_every_part_of_an_identity_is_judged(world: World, change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        write(actions.create_lieu, world.steward(), replace(THIERS, **change), NOW)
    assert [(r.field, r.code) for r in refusal.value.reasons] == [(field, code)]
    assert read(lieux.search_lieux, VISITOR, LieuFilter()).items == ()


def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    bad = replace(THIERS, name="", commune="", latitude=200.0)
    with pytest.raises(Invalid) as refusal:
        write(actions.create_lieu, world.steward(), bad, NOW)
    assert {r.field for r in refusal.value.reasons} == {"name", "commune", "latitude"}


class TestEditing:
    """A manager edits; nobody else does, and nothing that stands ahead is pulled away."""

    @pytest.fixture
    def lieu_id(self, world: World) -> LieuId:
        return world.lieu(commune="Rennes", postcode="35000")

    def test_a_manager_changes_the_identity_and_calendars_are_told_of_a_new_name(
        self, world: World, lieu_id: LieuId, session: Session
    ) -> None:
        manager = world.staff("la-grande-ecluse")
        before = read(lieux.lieu_to_manage, manager, "la-grande-ecluse").identity
        renamed = replace(before, name="La Petite Écluse", summary="Au bord de l’eau")
        write(actions.edit_identity, manager, lieu_id, renamed, NOW, reasons_to_stay=[])
        seen = read(lieux.lieu_by_slug, VISITOR, "la-grande-ecluse")
        assert (seen.name, seen.slug) == ("La Petite Écluse", "la-grande-ecluse")
        assert session.scalars(sa.select(Job.payload).where(Job.kind == actions.RENAMED)).all() == [
            {"lieu_id": lieu_id}
        ]
        assert [c.name for c in read(lieux.search_lieux, VISITOR, LieuFilter(q="petite")).items] == ["La Petite Écluse"]

    @pytest.mark.parametrize("role", [Role.MEMBER, Role.HOST, Role.TREASURER, None])
    def test_others_may_not(self, world: World, lieu_id: LieuId, role: Role | None) -> None:
        world.lieu("Une autre")
        asker = world.staff("une-autre") if role is None else world.staff("la-grande-ecluse", role)
        manager = world.staff("la-grande-ecluse")
        now = read(lieux.lieu_to_manage, manager, "la-grande-ecluse")
        for refused in (asker, world.steward(), VISITOR):
            with pytest.raises(NotFound):
                read(lieux.lieu_to_manage, refused, "la-grande-ecluse")
            with pytest.raises(NotFound):
                write(actions.edit_identity, refused, lieu_id, now.identity, NOW, reasons_to_stay=[])
            with pytest.raises(NotFound):
                write(actions.edit_practice, refused, lieu_id, now.practice, NOW)
            with pytest.raises(NotFound):
                write(actions.edit_legal, refused, lieu_id, now.legal, NOW)

    def test_the_zone_and_being_open_stay_while_something_stands_ahead(self, world: World, lieu_id: LieuId) -> None:
        def booked(_session: Session, asked: LieuId, now: dt.datetime) -> Refusal | None:
            assert (asked, now) == (lieu_id, NOW)
            return Refusal("booked_ahead", "Des réservations sont à venir.")

        manager = world.staff("la-grande-ecluse")
        before = read(lieux.lieu_to_manage, manager, "la-grande-ecluse").identity
        for change, field in (
            ({"timezone": "Indian/Reunion", "latitude": -21.0, "longitude": 55.5}, "timezone"),
            ({"status": LieuStatus.PROJECT}, "status"),
        ):
            changed = replace(before, **change)
            with pytest.raises(Invalid) as refusal:
                write(actions.edit_identity, manager, lieu_id, changed, NOW, reasons_to_stay=[booked])
            assert [(r.field, r.code) for r in refusal.value.reasons] == [(field, "booked_ahead")]
            write(actions.edit_identity, manager, lieu_id, changed, NOW, reasons_to_stay=[])
            write(actions.edit_identity, manager, lieu_id, before, NOW, reasons_to_stay=[])
        write(actions.edit_identity, manager, lieu_id, replace(before, summary="x"), NOW, reasons_to_stay=[booked])

    def test_practice_and_legal_identity(self, world: World, lieu_id: LieuId) -> None:
        manager = world.staff("la-grande-ecluse")
        practice = LieuPractice("Le code est 41 73.\nSonnez.", 12 * 60, public_feeds=False)
        legal = LieuLegal("SCIC L'Écluse", "73282932000074", VatRegime.INCLUDED, 850, Money(15_000))
        write(actions.edit_practice, manager, lieu_id, practice, NOW)
        write(actions.edit_legal, manager, lieu_id, legal, NOW)
        now = read(lieux.lieu_to_manage, manager, "la-grande-ecluse")
        assert (now.practice, now.legal) == (practice, legal)
        seen = read(lieux.lieu_by_slug, VISITOR, "la-grande-ecluse")
        assert not hasattr(seen, "access"), "the way in is for those who have a booking"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"siret": "73282932000075"}, "siret"),
            ({"vat_basis_points": 0}, "vat_rate"),
            ({"vat_basis_points": 10_001}, "vat_rate"),
            ({"vat_regime": VatRegime.NONE}, "vat_rate"),
            ({"debt_ceiling": Money(-1)}, "debt_ceiling"),
            ({"debt_ceiling": Money(10**9)}, "debt_ceiling"),
            ({"legal_name": "x" * 201}, "legal_name"),
        ],
    )
    def test_a_wrong_legal_identity_is_refused(
        self, world: World, lieu_id: LieuId, change: dict[str, Any], field: str
    ) -> None:
        manager = world.staff("la-grande-ecluse")
        legal = replace(LieuLegal("SCIC", None, VatRegime.INCLUDED, 2000, Money(0)), **change)
        with pytest.raises(Invalid) as refusal:
            write(actions.edit_legal, manager, lieu_id, legal, NOW)
        assert [r.field for r in refusal.value.reasons] == [field]

    @pytest.mark.parametrize(
        ("practice", "field"),
        [
            (LieuPractice("x" * 4001, 780, public_feeds=True), "access"),
            (LieuPractice("a\0b", 780, public_feeds=True), "access"),
            (LieuPractice("", 0, public_feeds=True), "half_day_split"),
            (LieuPractice("", 1440, public_feeds=True), "half_day_split"),
        ],
    )
    def test_a_wrong_practice_is_refused(
        self, world: World, lieu_id: LieuId, practice: LieuPractice, field: str
    ) -> None:
        with pytest.raises(Invalid) as refusal:
            write(actions.edit_practice, world.staff("la-grande-ecluse"), lieu_id, practice, NOW)
        assert [r.field for r in refusal.value.reasons] == [field]


class TestFinding:
    """Lists, paged, by name or by distance."""

    @pytest.fixture(autouse=True)
    def some(self, world: World) -> None:
        world.lieu("Le Lac", commune="Clermont-Ferrand", latitude=45.78, longitude=3.08, kind=LieuKind.FABLAB)
        world.lieu("L'Étamine", commune="Thiers", latitude=45.86, longitude=3.55)
        world.lieu("La Cordée", commune="Lyon", latitude=45.75, longitude=4.85, bookable=False)
        world.lieu("Le Lagon", commune="Saint-Denis", latitude=-20.88, longitude=55.45, zone="Indian/Reunion")
        world.lieu(
            "Le Chantier", commune="Thiers", latitude=45.87, longitude=3.56, bookable=False, status=LieuStatus.PROJECT
        )

    def names(self, wanted: LieuFilter) -> list[str]:
        return [card.name for card in read(lieux.search_lieux, VISITOR, wanted).items]

    def test_by_name_accents_and_case_aside(self) -> None:
        assert self.names(LieuFilter()) == ["L'Étamine", "La Cordée", "Le Chantier", "Le Lac", "Le Lagon"]
        assert self.names(LieuFilter(q="ETAMINE")) == ["L'Étamine"]
        assert self.names(LieuFilter(q="la corde")) == ["La Cordée"]

    @pytest.mark.parametrize("q", ["%", "_", "\\", "'", '"; DROP TABLE lieu; --', "\0", "\ud800", "x" * 10_000])
    def test_odd_words_find_nothing_or_everything_and_break_nothing(self, q: str) -> None:
        assert len(self.names(LieuFilter(q=q))) in (0, 5)

    def test_by_kind_status_and_being_bookable(self) -> None:
        assert self.names(LieuFilter(kind=LieuKind.FABLAB)) == ["Le Lac"]
        assert self.names(LieuFilter(status=LieuStatus.PROJECT)) == ["Le Chantier"]
        assert self.names(LieuFilter(bookable=False)) == ["La Cordée", "Le Chantier"]

    def test_the_nearest_first(self) -> None:
        near = Position(45.8566, 3.5472)
        page = read(lieux.search_lieux, VISITOR, LieuFilter(near=near))
        assert [(c.name, round(c.distance_km or 0)) for c in page.items[:4]] == [
            ("L'Étamine", 0),
            ("Le Chantier", 2),
            ("Le Lac", 37),
            ("La Cordée", 102),
        ]
        assert self.names(LieuFilter(near=near, within_km=40)) == ["L'Étamine", "Le Chantier", "Le Lac"]
        assert self.names(LieuFilter(near=near, within_km=36.0, kind=LieuKind.FABLAB)) == []

    @pytest.mark.parametrize("near", [None, Position(45.8566, 3.5472), Position(0, 179.99)])
    def test_pages_follow_each_other_without_loss_or_repetition(self, near: Position | None) -> None:
        wanted = LieuFilter(near=near)
        whole = self.names(wanted)
        found: list[str] = []
        after = None
        while True:
            page = read(lieux.search_lieux, VISITOR, wanted, after=after, limit=2)
            found += [card.name for card in page.items]
            after = page.next
            if after is None:
                break
        assert found == whole
        assert len(whole) == 5

    def test_a_cursor_of_another_list_is_refused(self) -> None:
        by_name = read(lieux.search_lieux, VISITOR, LieuFilter(), limit=1).next
        with pytest.raises(Malformed):
            read(lieux.search_lieux, VISITOR, LieuFilter(near=Position(0, 0)), after=by_name)

    def test_the_map_holds_all_by_one_statement(self) -> None:
        with counted() as sent:
            points = read(lieux.map_points, VISITOR, LieuFilter())
        assert [p.bookable for p in points] == [False, False, True, True, True]
        assert len(sent) == 1

    @pytest.mark.parametrize("near", [None, Position(45.8566, 3.5472)])
    def test_a_page_costs_at_most_two_statements(self, near: Position | None) -> None:
        with counted() as sent:
            read(lieux.search_lieux, VISITOR, LieuFilter(near=near), limit=2)
        assert len(sent) == (1 if near is None else 2)

    @pytest.mark.parametrize("slug", ["nulle-part", "", "Le-Lac", "le lac", "le-lac\0", "é", "a" * 81, "le-lac'--"])
    def test_what_is_not_there_is_not_found(self, slug: str) -> None:
        with pytest.raises(NotFound):
            read(lieux.lieu_by_slug, VISITOR, slug)

    def test_my_lieux_with_my_roles(self, world: World) -> None:
        manager = world.joined(world.staff("le-lac"), "l-etamine", Role.MEMBER)
        assert [(m.slug, m.managed) for m in read(lieux.lieux_of, manager)] == [("l-etamine", False), ("le-lac", True)]
        assert read(lieux.lieux_of, VISITOR) == []
        assert read(lieux.managers_of, list(world.lieux.values())) == {world.lieux["le-lac"]: 1}


def test_a_lieu_created_at_the_same_moment_is_a_conflict_not_a_fault(world: World, session: Session) -> None:
    """The race is made by hand: the namesake appears after the slug was chosen."""
    steward = world.steward()

    def with_a_namesake(session: Session) -> None:
        sa.event.listen(session, "do_orm_execute", intrude)
        try:
            actions.create_lieu(session, steward, THIERS, NOW)
        finally:
            sa.event.remove(session, "do_orm_execute", intrude)

    def intrude(state: object) -> None:
        if getattr(state, "is_insert", False) and not done:
            done.append(1)
            world_values = {"slug": "la-coutellerie", "name": "x", "folded": "x", "kind": LieuKind.OTHER}
            session.execute(
                sa.insert(Lieu).values(
                    **world_values,
                    status=LieuStatus.OPEN,
                    latitude=0,
                    longitude=0,
                    timezone="Europe/Paris",
                    created_at=NOW,
                    updated_at=NOW,
                )
            )

    done: list[int] = []
    with pytest.raises(Conflict):
        write(with_a_namesake)
