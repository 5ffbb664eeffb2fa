"""Price lists on both databases: what managers write, what is remembered of it, and what it is used for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking.db import read, write
from booking.errors import Invalid, NotFound
from booking.ledger.models import RuleVersion
from booking.occupancy.actions import close_days
from booking.occupancy.models import Occupancy
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.resources.queries.managed import resource_to_manage, resources_to_manage
from booking.resources.rules import ResourceDraft, ResourceKind
from booking.tariffs.actions import sheets as actions
from booking.tariffs.queries import sheets as queries
from booking.tariffs.rules import Period
from booking.tariffs.schemas import TariffDraft
from booking.tariffs.words import RateAudience
from booking.values.ids import LieuId
from booking.values.money import Money
from tests.support.statements import counted
from tests.support.world import NOW, World

PUBLIC, MEMBER = RateAudience.PUBLIC, RateAudience.MEMBER
DESKS = TariffDraft(
    "Bureaux",
    free=False,
    rates={
        (PUBLIC, Period.HOUR): Money(300),
        (PUBLIC, Period.HALF_DAY): Money(1000),
        (PUBLIC, Period.DAY): Money(1800),
        (MEMBER, Period.HOUR): Money(200),
    },
)
FREE = TariffDraft("Gratuit", free=True, rates={})
QUAI = ResourceDraft(kind=ResourceKind.DESK, name="Quai 6", units=("Quai 6",))
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    return World()


@pytest.fixture
def lieu_id(world: World) -> LieuId:
    return world.lieu()


@pytest.fixture
def manager(world: World, lieu_id: LieuId) -> Asker:  # noqa: ARG001 - the lieu comes first
    return world.staff("la-grande-ecluse")


def test_a_price_list_is_kept_as_written(lieu_id: LieuId, manager: Asker) -> None:
    uid = write(actions.save_tariff, manager, lieu_id, DESKS, NOW)
    write(actions.save_tariff, manager, lieu_id, FREE, NOW)
    assert [t.draft for t in read(queries.tariffs_to_manage, manager, lieu_id)] == [DESKS, FREE]
    assert read(queries.tariff_to_manage, manager, lieu_id, uid).draft == DESKS


def test_every_save_is_remembered(lieu_id: LieuId, manager: Asker, session: Session) -> None:
    uid = write(actions.save_tariff, manager, lieu_id, DESKS, NOW)
    dearer = replace(DESKS, name="Bureaux 2026", rates={(PUBLIC, Period.DAY): Money(2000)})
    assert write(actions.save_tariff, manager, lieu_id, dearer, LATER, uid=uid) == uid
    assert read(queries.tariff_to_manage, manager, lieu_id, uid).draft == dearer
    versions = session.execute(
        sa.select(RuleVersion.content, RuleVersion.created_by_id, RuleVersion.created_at)
        .where(RuleVersion.subject == f"tariff:{uid}")
        .order_by(RuleVersion.id)
    ).all()
    assert [(v.content["name"], len(v.content["rates"]), v.created_at) for v in versions] == [
        ("Bureaux", 4, NOW),
        ("Bureaux 2026", 1, LATER),
    ]
    assert {v.created_by_id for v in versions} == {manager.member_id}
    assert versions[1].content["rates"] == [{"audience": "public", "period": "day", "amount": 2000, "unit": "EUR"}]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 121}, "name", "too_long"),
        ({"name": "a\0b"}, "name", "unprintable"),
        ({"rates": {}}, "public_hour", "no_rates"),
        ({"free": True}, "free", "free_with_rates"),
        ({"rates": {(MEMBER, Period.DAY): Money(-1)}}, "member_day", "rate"),
        ({"rates": {(PUBLIC, Period.MONTH): Money(100_000_001)}}, "public_month", "rate"),
    ],
)
def test_odd_price_lists_are_refused(
    lieu_id: LieuId, manager: Asker, change: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        write(actions.save_tariff, manager, lieu_id, replace(DESKS, **change), NOW)
    assert [(r.field, r.code) for r in refusal.value.reasons] == [(field, code)]
    assert read(queries.tariffs_to_manage, manager, lieu_id) == []


def test_a_resource_is_offered_at_a_price_under_the_closures_that_are_there(
    lieu_id: LieuId, manager: Asker, session: Session
) -> None:
    uid = write(actions.save_tariff, manager, lieu_id, DESKS, NOW)
    day = NOW.date() + dt.timedelta(days=3)
    write(close_days, manager, lieu_id, day, day, "Travaux", NOW)
    slug = write(actions.offer, manager, lieu_id, QUAI, uid, NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(Occupancy)) == 1
    number = read(resource_to_manage, manager, slug).id
    assert read(queries.tariffs_of_resources, manager, lieu_id) == {number: (uid, "Bureaux")}
    assert read(queries.tariff_to_manage, manager, lieu_id, uid).resources == ("Quai 6",)
    free = write(actions.save_tariff, manager, lieu_id, FREE, NOW)
    write(actions.change_offer, manager, number, replace(QUAI, name="Quai 7"), free, NOW, reasons_to_stay=[])
    assert read(queries.tariff_to_manage, manager, lieu_id, free).resources == ("Quai 7",)
    write(actions.change_offer, manager, number, QUAI, None, NOW, reasons_to_stay=[])
    assert read(queries.tariffs_of_resources, manager, lieu_id) == {}


def test_a_price_list_in_use_is_not_removed(lieu_id: LieuId, manager: Asker) -> None:
    uid = write(actions.save_tariff, manager, lieu_id, DESKS, NOW)
    slug = write(actions.offer, manager, lieu_id, QUAI, uid, NOW)
    with pytest.raises(actions.TariffInUse):
        write(actions.remove_tariff, manager, lieu_id, uid)
    write(actions.assign_tariff, manager, read(resource_to_manage, manager, slug).id, None)
    write(actions.remove_tariff, manager, lieu_id, uid)
    assert read(queries.tariffs_to_manage, manager, lieu_id) == []
    with pytest.raises(NotFound):
        write(actions.remove_tariff, manager, lieu_id, uid)


def test_a_lieu_keeps_to_its_own_price_lists(world: World, lieu_id: LieuId, manager: Asker) -> None:
    other = world.lieu("Une autre")
    stranger = world.staff("une-autre")
    theirs = write(actions.save_tariff, stranger, other, DESKS, NOW)
    for uid in (theirs, "nulle part", "a\0b", ""):
        with pytest.raises(Invalid) as refusal:
            write(actions.offer, manager, lieu_id, QUAI, uid, NOW)
        assert [r.field for r in refusal.value.reasons] == ["tariff"]
        with pytest.raises(NotFound):
            write(actions.save_tariff, manager, lieu_id, DESKS, NOW, uid=uid or "x")
        with pytest.raises(NotFound):
            read(queries.tariff_to_manage, manager, lieu_id, uid)
        with pytest.raises(NotFound):
            write(actions.remove_tariff, manager, lieu_id, uid)
    assert read(resources_to_manage, manager, lieu_id) == [], "nothing of a refused offer stays"


def test_only_the_lieus_managers_touch_prices(world: World, lieu_id: LieuId, manager: Asker) -> None:
    uid = write(actions.save_tariff, manager, lieu_id, DESKS, NOW)
    slug = write(actions.offer, manager, lieu_id, QUAI, uid, NOW)
    number = read(resource_to_manage, manager, slug).id
    world.lieu("Une autre")
    for asker in (
        VISITOR,
        world.steward(),
        world.staff("la-grande-ecluse", Role.HOST),
        world.staff("la-grande-ecluse", Role.TREASURER),
        world.staff("une-autre"),
    ):
        with pytest.raises(NotFound):
            write(actions.save_tariff, asker, lieu_id, FREE, NOW)
        with pytest.raises(NotFound):
            write(actions.save_tariff, asker, lieu_id, FREE, NOW, uid=uid)
        with pytest.raises(NotFound):
            write(actions.remove_tariff, asker, lieu_id, uid)
        with pytest.raises(NotFound):
            write(actions.assign_tariff, asker, number, None)
        with pytest.raises(NotFound):
            write(actions.offer, asker, lieu_id, QUAI, uid, NOW)
        with pytest.raises(NotFound):
            read(queries.tariffs_to_manage, asker, lieu_id)
        with pytest.raises(NotFound):
            read(queries.tariffs_of_resources, asker, lieu_id)


def test_many_price_lists_cost_three_statements(lieu_id: LieuId, manager: Asker) -> None:
    for number in range(5):
        write(actions.save_tariff, manager, lieu_id, replace(DESKS, name=f"Liste {number}"), NOW)
    with counted() as sent:
        assert len(read(queries.tariffs_to_manage, manager, lieu_id)) == 5
    assert len(sent) == 3
