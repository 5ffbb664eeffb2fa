"""Resources and their units on both databases: what managers may do, and what others see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking.db import read, write
from booking.errors import Conflict, Invalid, NotFound, Refusal
from booking.jobs.models import Job
from booking.occupancy import actions as occupancy
from booking.occupancy.models import Occupancy
from booking.occupancy.rules import BlockKind
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.places.actions.lieux import RENAMED
from booking.places.rules import Position
from booking.resources.actions import resources as actions
from booking.resources.actions import units
from booking.resources.models import UnitRow
from booking.resources.queries import lists, managed, seen
from booking.resources.rules import Audience, Feature, ResourceDraft, ResourceKind, Take, numbered
from booking.resources.schemas import ResourceFilter
from booking.values.ids import LieuId, ResourceId, UnitId
from booking.values.interval import Interval
from tests.support.statements import counted
from tests.support.world import NOW, World

DESK = ResourceDraft(kind=ResourceKind.DESK, name="Quai 6", units=("Quai 6",))
INHERIT = occupancy.inherit_blocks


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    return World()


@pytest.fixture
def lieu_id(world: World) -> LieuId:
    return world.lieu()


@pytest.fixture
def manager(world: World, lieu_id: LieuId) -> Asker:  # noqa: ARG001 - the lieu comes first
    return world.staff("la-grande-ecluse")


def made(manager: Asker, lieu_id: LieuId, draft: ResourceDraft = DESK) -> str:
    return write(actions.create_resource, manager, lieu_id, draft, NOW, inherit=INHERIT)[1]


def number_of(manager: Asker, slug: str) -> ResourceId:
    return read(managed.resource_to_manage, manager, slug).id


def edit(manager: Asker, slug: str, *reasons: Any, **changes: Any) -> None:
    now = read(managed.resource_to_manage, manager, slug)
    draft = replace(now.draft, **changes)
    write(actions.edit_resource, manager, now.id, draft, NOW, inherit=INHERIT, reasons_to_stay=reasons)


def units_in_use(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(UnitRow.name).where(UnitRow.retired_at.is_(None)).order_by(UnitRow.id)))


def test_a_manager_offers_a_desk(lieu_id: LieuId, manager: Asker) -> None:
    draft = replace(
        DESK,
        summary="Calme, côté canal",
        text="Deux écrans.\nUne lampe.",
        features=frozenset({Feature.SCREEN, Feature.QUIET}),
        step=15,
        shortest=60,
        longest=480,
        notice=120,
        horizon_days=30,
        buffer_before=5,
        buffer_after=10,
        free_cancel_hours=48,
        kept_percent=30,
    )
    slug = made(manager, lieu_id, draft)
    assert slug == "la-grande-ecluse-quai-6"
    assert read(managed.resource_to_manage, manager, slug).draft == draft
    shown = read(seen.resource_by_slug, VISITOR, slug)
    assert (shown.name, shown.quantity, shown.features) == ("Quai 6", 1, (Feature.QUIET, Feature.SCREEN))
    assert (shown.step, shown.longest, shown.buffer_after, shown.kept_percent) == (15, 480, 10, 30)


def test_an_address_is_unique_and_for_ever(lieu_id: LieuId, manager: Asker) -> None:
    first = made(manager, lieu_id)
    second = made(manager, lieu_id, replace(DESK, units=("Quai 6 bis",)))
    assert (first, second) == ("la-grande-ecluse-quai-6", "la-grande-ecluse-quai-6-2")
    edit(manager, first, name="Le grand quai")
    assert read(seen.resource_by_slug, VISITOR, first).name == "Le grand quai"
    long = made(manager, lieu_id, replace(DESK, name="é" * 120, units=("x",)))
    assert len(long) <= 80


def test_a_new_name_reaches_the_calendars_by_a_job(lieu_id: LieuId, manager: Asker, session: Session) -> None:
    slug = made(manager, lieu_id)
    edit(manager, slug, summary="Autre résumé")
    assert session.scalars(sa.select(Job).where(Job.kind == RENAMED)).all() == []
    edit(manager, slug, name="Quai neuf")
    [payload] = session.scalars(sa.select(Job.payload).where(Job.kind == RENAMED))
    assert payload == {"resource_id": number_of(manager, slug)}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 121}, "name", "too_long"),
        ({"name": "a\nb"}, "name", "unprintable"),
        ({"summary": "x" * 301}, "summary", "too_long"),
        ({"text": "x" * 4001}, "text", "too_long"),
        ({"text": "a\0b"}, "text", "unprintable"),
        ({"units": ()}, "units", "required"),
        ({"units": ("",)}, "units", "required"),
        ({"units": ("a", "A")}, "units", "units_repeated"),
        ({"units": ("a\0",)}, "units", "unprintable"),
        ({"units": tuple(str(n) for n in range(201))}, "units", "too_many_units"),
        ({"capacity": 0}, "capacity", "range"),
        ({"capacity": 10**12}, "capacity", "range"),
        ({"step": 0}, "step", "step"),
        ({"step": 7}, "step", "step"),
        ({"step": 1441}, "step", "step"),
        ({"shortest": 45}, "shortest", "off_step"),
        ({"shortest": 0}, "shortest", "off_step"),
        ({"longest": 45}, "longest", "off_step"),
        ({"shortest": 120, "longest": 60}, "longest", "order"),
        ({"longest": 577_440}, "longest", "too_long"),
        ({"notice": -1}, "notice", "notice"),
        ({"notice": 10**9}, "notice", "notice"),
        ({"horizon_days": 0}, "horizon_days", "range"),
        ({"horizon_days": 801}, "horizon_days", "range"),
        ({"buffer_before": -5}, "buffer_before", "buffer"),
        ({"buffer_after": 1441}, "buffer_after", "buffer"),
        ({"kept_percent": 101}, "kept_percent", "range"),
        ({"free_cancel_hours": -1}, "free_cancel_hours", "range"),
        ({"position": -1}, "position", "range"),
        ({"seen_by": Audience.MEMBERS}, "booked_by", "audience"),
        ({"seen_by": Audience.STAFF, "booked_by": Audience.MEMBERS}, "booked_by", "audience"),
    ],
)
def test_every_rule_of_use_is_judged(
    lieu_id: LieuId, manager: Asker, change: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        made(manager, lieu_id, replace(DESK, **change))
    assert [(r.field, r.code) for r in refusal.value.reasons] == [(field, code)]
    assert read(managed.resources_to_manage, manager, lieu_id) == []


class TestUnits:
    """Concrete things, shared by name."""

    def test_ten_identical_ones_are_ten_to_book(self, lieu_id: LieuId, manager: Asker) -> None:
        names = numbered("Portable", 10, [])
        assert (names[0], names[9]) == ("Portable 1", "Portable 10")
        slug = made(manager, lieu_id, replace(DESK, name="Portable", units=names, take=Take.ANY))
        assert read(seen.resource_by_slug, VISITOR, slug).quantity == 10

    def test_numbers_go_on_where_they_stopped(self) -> None:
        assert numbered("Quai", 2, ["quai 1", "Quai 3"]) == ("Quai 2", "Quai 4")
        assert numbered("Salle", 1, []) == ("Salle",)
        assert numbered("Salle", 1, ["Salle"]) == ("Salle 1",)

    def test_the_room_is_made_of_its_desks(self, lieu_id: LieuId, manager: Asker, session: Session) -> None:
        for name in ("Quai 1", "Quai 2"):
            made(manager, lieu_id, replace(DESK, name=name, units=(name,)))
        room = replace(DESK, kind=ResourceKind.ROOM, name="Le Quai", units=("Quai 1", "Quai 2"), take=Take.ALL)
        slug = made(manager, lieu_id, room)
        assert units_in_use(session) == ["Quai 1", "Quai 2"]
        assert read(seen.resource_by_slug, VISITOR, slug).quantity == 1
        assert [(u.name, u.resources) for u in read(managed.units_of_lieu, manager, lieu_id)] == [
            ("Quai 1", ("Quai 1", "Le Quai")),
            ("Quai 2", ("Quai 2", "Le Quai")),
        ]

    def test_the_same_name_elsewhere_is_another_thing(
        self, world: World, lieu_id: LieuId, manager: Asker, session: Session
    ) -> None:
        other = world.lieu("Ailleurs")
        made(manager, lieu_id)
        made(world.staff("ailleurs"), other)
        assert session.execute(sa.select(UnitRow.lieu_id, UnitRow.name).order_by(UnitRow.id)).all() == [
            (lieu_id, "Quai 6"),
            (other, "Quai 6"),
        ]

    def test_what_nothing_offers_is_retired_and_comes_back_by_name(
        self, lieu_id: LieuId, manager: Asker, session: Session
    ) -> None:
        slug = made(manager, lieu_id, replace(DESK, units=("a", "b"), take=Take.ANY))
        edit(manager, slug, units=("b",))
        assert units_in_use(session) == ["b"]
        edit(manager, slug, units=("b", "a"))
        assert units_in_use(session) == ["a", "b"]
        assert session.scalar(sa.select(sa.func.count()).select_from(UnitRow)) == 2

    def test_a_new_unit_is_under_the_closures_that_are_there(
        self, lieu_id: LieuId, manager: Asker, session: Session
    ) -> None:
        slug = made(manager, lieu_id)
        day = NOW.date() + dt.timedelta(days=4)
        write(occupancy.close_days, manager, lieu_id, day, day, "Travaux", NOW)
        stretch = Interval(NOW + dt.timedelta(days=1), NOW + dt.timedelta(days=2))
        write(
            occupancy.block,
            manager,
            lieu_id,
            number_of(manager, slug),
            BlockKind.MAINTENANCE,
            stretch,
            "Pied cassé",
            NOW,
        )
        edit(manager, slug, units=("Quai 6", "Quai 7"), take=Take.ANY)
        made(manager, lieu_id, replace(DESK, name="Ailleurs", units=("Ailleurs",)))
        held = session.execute(
            sa.select(UnitRow.name, sa.func.count())
            .join(Occupancy, Occupancy.unit_id == UnitRow.id)
            .group_by(UnitRow.name)
            .order_by(UnitRow.name)
        ).all()
        assert held == [("Ailleurs", 1), ("Quai 6", 2), ("Quai 7", 2)]

    def test_a_unit_is_renamed_in_place(self, world: World, lieu_id: LieuId, manager: Asker, session: Session) -> None:
        slug = made(manager, lieu_id, replace(DESK, units=("a", "b")))
        before = session.scalars(sa.select(UnitRow.id).order_by(UnitRow.id)).all()
        write(units.rename_unit, manager, lieu_id, "a", "Le premier")
        assert read(seen.resource_by_slug, VISITOR, slug).units == ("Le premier", "b")
        assert session.scalars(sa.select(UnitRow.id).order_by(UnitRow.id)).all() == before
        for new, code in (("B", "unit_name_taken"), ("", "required"), ("x" * 121, "too_long")):
            with pytest.raises(Invalid) as refusal:
                write(units.rename_unit, manager, lieu_id, "Le premier", new)
            assert [r.code for r in refusal.value.reasons] == [code]
        with pytest.raises(NotFound):
            write(units.rename_unit, manager, lieu_id, "nulle part", "x")
        world.lieu("Une autre")
        with pytest.raises(NotFound):
            write(units.rename_unit, world.staff("une-autre"), lieu_id, "b", "x")


class TestReasonsToStay:
    """What is needed ahead is not pulled away."""

    @staticmethod
    def needed(asked: list[Collection[UnitId] | None]) -> Any:
        def ask(
            _session: Session, _resource: ResourceId, held: Collection[UnitId] | None, now: dt.datetime
        ) -> Refusal | None:
            assert now == NOW
            asked.append(held)
            return Refusal("booked_ahead", "Des réservations sont à venir.")

        return ask

    def test_units_that_leave_and_the_way_of_taking_them(self, lieu_id: LieuId, manager: Asker) -> None:
        slug = made(manager, lieu_id, replace(DESK, units=("a", "b"), take=Take.ANY))
        asked: list[Collection[UnitId] | None] = []
        for changes, field in (({"units": ("a",)}, "units"), ({"take": Take.ALL}, "take")):
            with pytest.raises(Invalid) as refusal:
                edit(manager, slug, self.needed(asked), **changes)
            assert [(r.field, r.code) for r in refusal.value.reasons] == [(field, "booked_ahead")]
        assert [None if each is None else len(each) for each in asked] == [1, None]
        edit(manager, slug, self.needed(asked), units=("a", "b", "c"), name="Autre nom")
        assert len(asked) == 2, "what is added takes nothing away"

    def test_a_room_taken_whole_keeps_its_desks(self, lieu_id: LieuId, manager: Asker) -> None:
        slug = made(manager, lieu_id, replace(DESK, units=("a", "b"), take=Take.ALL))
        for wanted in (("a",), ("a", "b", "c")):
            with pytest.raises(Invalid):
                edit(manager, slug, self.needed([]), units=wanted)
        assert read(seen.resource_by_slug, VISITOR, slug).units == ("a", "b")

    def test_retiring(self, lieu_id: LieuId, manager: Asker, session: Session) -> None:
        slug = made(manager, lieu_id)
        number = number_of(manager, slug)
        with pytest.raises(actions.StillNeeded) as refusal:
            write(actions.retire_resource, manager, number, NOW, reasons_to_stay=[self.needed([])])
        assert [r.code for r in refusal.value.reasons] == ["booked_ahead"]
        write(actions.retire_resource, manager, number, NOW, reasons_to_stay=[])
        write(actions.retire_resource, manager, number, NOW, reasons_to_stay=[self.needed([])])
        with pytest.raises(NotFound):
            read(seen.resource_by_slug, manager, slug)
        assert read(lists.search_resources, manager, ResourceFilter()).items == ()
        assert units_in_use(session) == []
        with pytest.raises(Conflict):
            edit(manager, slug, name="x")
        assert [r.retired_at for r in read(managed.resources_to_manage, manager, lieu_id)] == [NOW]
        write(actions.bring_back_resource, manager, number, NOW, inherit=INHERIT)
        assert read(seen.resource_by_slug, VISITOR, slug).units == ("Quai 6",)

    def test_retiring_a_room_leaves_its_desks(self, lieu_id: LieuId, manager: Asker, session: Session) -> None:
        made(manager, lieu_id, replace(DESK, name="a", units=("a",)))
        room = made(manager, lieu_id, replace(DESK, name="Salle", units=("a", "b"), take=Take.ALL))
        write(actions.retire_resource, manager, number_of(manager, room), NOW, reasons_to_stay=[])
        assert units_in_use(session) == ["a"]


def test_only_the_lieus_managers_change_anything(world: World, lieu_id: LieuId, manager: Asker) -> None:
    slug = made(manager, lieu_id)
    number = number_of(manager, slug)
    world.lieu("Une autre")
    for asker in (
        VISITOR,
        world.member(),
        world.steward(),
        world.staff("la-grande-ecluse", Role.HOST),
        world.staff("la-grande-ecluse", Role.TREASURER),
        world.staff("une-autre"),
    ):
        with pytest.raises(NotFound):
            write(actions.create_resource, asker, lieu_id, DESK, NOW, inherit=INHERIT)
        with pytest.raises(NotFound):
            write(actions.edit_resource, asker, number, DESK, NOW, inherit=INHERIT, reasons_to_stay=[])
        with pytest.raises(NotFound):
            write(actions.retire_resource, asker, number, NOW, reasons_to_stay=[])
        with pytest.raises(NotFound):
            write(actions.bring_back_resource, asker, number, NOW, inherit=INHERIT)
        for query in (managed.resources_to_manage, managed.units_of_lieu):
            with pytest.raises(NotFound):
                read(query, asker, lieu_id)
        with pytest.raises(NotFound):
            read(managed.resource_to_manage, asker, slug)
    with pytest.raises(NotFound):
        write(actions.retire_resource, manager, ResourceId(10**9), NOW, reasons_to_stay=[])


@pytest.mark.parametrize(
    ("seen_by", "sees"),
    [
        (Audience.EVERYONE, {"visitor", "member", "host", "manager", "other", "steward"}),
        (Audience.MEMBERS, {"member", "host", "manager", "steward"}),
        (Audience.STAFF, {"host", "manager", "steward"}),
    ],
)
def test_who_sees_what(world: World, lieu_id: LieuId, manager: Asker, seen_by: Audience, sees: set[str]) -> None:
    slug = made(manager, lieu_id, replace(DESK, seen_by=seen_by, booked_by=Audience.STAFF))
    world.lieu("Une autre")
    askers = {
        "visitor": VISITOR,
        "member": world.joined(world.member(), "la-grande-ecluse"),
        "host": world.staff("la-grande-ecluse", Role.HOST),
        "manager": manager,
        "other": world.staff("une-autre"),
        "steward": world.steward(),
    }
    for name, asker in askers.items():
        listed = [card.slug for card in read(lists.search_resources, asker, ResourceFilter()).items]
        assert listed == ([slug] if name in sees else []), name
        if name in sees:
            assert read(seen.resource_by_slug, asker, slug).slug == slug
        else:
            with pytest.raises(NotFound):
                read(seen.resource_by_slug, asker, slug)


def test_a_lieu_not_open_yet_shows_its_resources_to_its_staff(world: World) -> None:
    lieu_id = world.lieu("Le Chantier", bookable=False)
    manager = world.staff("le-chantier")
    slug = made(manager, lieu_id)
    assert read(seen.resource_by_slug, manager, slug).slug == slug
    for asker in (VISITOR, world.member()):
        with pytest.raises(NotFound):
            read(seen.resource_by_slug, asker, slug)


class TestFinding:
    """Lists, paged."""

    @pytest.fixture(autouse=True)
    def some(self, world: World) -> None:
        world.lieu("Le Lac", latitude=45.78, longitude=3.08)
        world.lieu("L'Étamine", latitude=45.86, longitude=3.55)
        for lieu in ("le-lac", "l-etamine"):
            for number in range(3):
                world.resource(f"Établi {number}", lieu, kind=ResourceKind.MACHINE, position=number)
            world.resource("Salle", lieu, kind=ResourceKind.ROOM, capacity=12, position=9)
        world.resource("Portables", "le-lac", kind=ResourceKind.EQUIPMENT, units=4)

    def slugs(self, wanted: ResourceFilter) -> list[str]:
        return [card.slug for card in read(lists.search_resources, VISITOR, wanted).items]

    def test_by_lieu_kind_word_capacity_and_feature(self, world: World) -> None:
        assert len(self.slugs(ResourceFilter())) == 9
        assert len(self.slugs(ResourceFilter(lieu="le-lac"))) == 5
        assert self.slugs(ResourceFilter(lieu="nulle part\0")) == []
        assert self.slugs(ResourceFilter(kind=ResourceKind.ROOM)) == ["l-etamine-salle", "le-lac-salle"]
        assert len(self.slugs(ResourceFilter(q="ETABLI"))) == 6
        assert self.slugs(ResourceFilter(capacity=12)) == ["l-etamine-salle", "le-lac-salle"]
        manager = world.staff("le-lac")
        edit(manager, "le-lac-salle", features=frozenset({Feature.SCREEN, Feature.VIDEO}))
        assert self.slugs(ResourceFilter(features=frozenset({Feature.SCREEN}))) == ["le-lac-salle"]
        assert self.slugs(ResourceFilter(features=frozenset({Feature.SCREEN, Feature.QUIET}))) == []

    def test_the_nearest_first(self) -> None:
        near = Position(45.78, 3.08)
        assert self.slugs(ResourceFilter(near=near))[4:] == [
            "le-lac-salle",
            "l-etamine-etabli-0",
            "l-etamine-etabli-1",
            "l-etamine-etabli-2",
            "l-etamine-salle",
        ]
        assert len(self.slugs(ResourceFilter(near=near, within_km=5))) == 5

    @pytest.mark.parametrize("near", [None, Position(45.86, 3.55)])
    def test_pages_follow_each_other_without_loss_or_repetition(self, near: Position | None) -> None:
        wanted = ResourceFilter(near=near)
        found: list[str] = []
        after = None
        while True:
            page = read(lists.search_resources, VISITOR, wanted, after=after, limit=2)
            found += [card.slug for card in page.items]
            after = page.next
            if after is None:
                break
        assert found == self.slugs(wanted)
        assert len(set(found)) == 9

    @pytest.mark.parametrize(("near", "most"), [(None, 3), (Position(45.86, 3.55), 4)])
    def test_a_page_costs_a_constant_number_of_statements(self, near: Position | None, most: int) -> None:
        for limit in (1, 9):
            with counted() as sent:
                read(lists.search_resources, VISITOR, ResourceFilter(near=near), limit=limit)
            assert len(sent) == most

    def test_one_resource_costs_four_statements(self) -> None:
        with counted() as sent:
            read(seen.resource_by_slug, VISITOR, "le-lac-portables")
        assert len(sent) == 4

    @pytest.mark.parametrize("slug", ["nulle-part", "", "a\0b", "é", "a" * 100])
    def test_what_is_not_there_is_not_found(self, slug: str) -> None:
        with pytest.raises(NotFound):
            read(seen.resource_by_slug, VISITOR, slug)
