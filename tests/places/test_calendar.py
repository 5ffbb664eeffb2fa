"""Weeks, special days, closures and public holidays, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking.db import read, write
from booking.errors import Invalid, NotFound
from booking.occupancy import actions as occupancy
from booking.occupancy.models import Occupancy
from booking.occupancy.queries import blocks_during
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.places.actions import hours as actions
from booking.places.queries import hours as queries
from booking.places.rules import HolidayTerritory, Hours
from booking.values.ids import LieuId
from booking.values.interval import Interval
from booking.values.wall import wall_of
from tests.support.statements import counted
from tests.support.world import NOW, World

DAY = dt.date(2026, 6, 15)


def days(count: int, first: dt.date = DAY) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range(count)]


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    return World()


@pytest.fixture
def lieu_id(world: World) -> LieuId:
    return world.lieu()


@pytest.fixture
def manager(world: World, lieu_id: LieuId) -> Asker:
    assert lieu_id
    return world.staff("la-grande-ecluse")


def closed(lieu_id: LieuId) -> list[dt.date]:
    return [each.day for each in read(queries.special_days_ahead, lieu_id, NOW.date()) if not each.hours]


def test_the_week_is_replaced_as_a_whole(lieu_id: LieuId, manager: Asker) -> None:
    week = {0: (Hours(540, 720), Hours(840, 1080)), 4: (Hours(1200, 1560),)}
    write(actions.set_week, manager, lieu_id, week, NOW)
    assert read(queries.hours_of, lieu_id, DAY, DAY).week == week
    write(actions.set_week, manager, lieu_id, {}, NOW)
    assert read(queries.hours_of, lieu_id, DAY, DAY).week == {}


def test_a_week_that_contradicts_itself_changes_nothing(lieu_id: LieuId, manager: Asker) -> None:
    before = read(queries.hours_of, lieu_id, DAY, DAY).week
    with pytest.raises(Invalid) as refusal:
        write(actions.set_week, manager, lieu_id, {0: (Hours(540, 721), Hours(720, 800))}, NOW)
    assert refusal.value.reasons[0].field == "weekday_0"
    assert read(queries.hours_of, lieu_id, DAY, DAY).week == before


def test_a_day_gets_hours_of_its_own_and_loses_them(lieu_id: LieuId, manager: Asker) -> None:
    write(actions.set_special_hours, manager, lieu_id, DAY, "Portes ouvertes", [Hours(600, 720)], NOW)
    write(actions.set_special_hours, manager, lieu_id, DAY, "Portes ouvertes", [Hours(600, 700), Hours(800, 900)], NOW)
    [seen] = read(queries.special_days_ahead, lieu_id, NOW.date())
    assert (seen.day, seen.label, seen.hours) == (DAY, "Portes ouvertes", (Hours(600, 700), Hours(800, 900)))
    assert read(queries.hours_of, lieu_id, DAY, DAY).special_days == {DAY: (Hours(600, 700), Hours(800, 900))}
    write(actions.drop_special_hours, manager, lieu_id, DAY)
    assert read(queries.special_days_ahead, lieu_id, NOW.date()) == []
    with pytest.raises(NotFound):
        write(actions.drop_special_hours, manager, lieu_id, DAY)


@pytest.mark.parametrize(
    ("day", "label", "hours", "field"),
    [
        (NOW.date() - dt.timedelta(days=1), "Hier", [Hours(1, 2)], "first"),
        (NOW.date() + dt.timedelta(days=801), "Loin", [Hours(1, 2)], "last"),
        (dt.date.max, "La fin des temps", [Hours(1, 2)], "last"),
        (DAY, "", [Hours(1, 2)], "label"),
        (DAY, "x" * 121, [Hours(1, 2)], "label"),
        (DAY, "Rien", [], "hours"),
        (DAY, "Trop", [Hours(1, 3), Hours(2, 4)], "hours"),
    ],
)
def test_odd_special_hours_are_refused(
    lieu_id: LieuId, manager: Asker, day: dt.date, label: str, hours: list[Hours], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        write(actions.set_special_hours, manager, lieu_id, day, label, hours, NOW)
    assert [r.field for r in refusal.value.reasons] == [field]


def test_closing_days_takes_what_is_free_and_tells_what_is_not(
    world: World, lieu_id: LieuId, manager: Asker, session: Session
) -> None:
    quai = world.resource("Quai 6")
    unit = world.units[quai][0]
    made = write(occupancy.close_days, manager, lieu_id, DAY, DAY + dt.timedelta(days=1), "Travaux", NOW)
    assert made.touched == ()
    assert closed(lieu_id) == days(2)
    [row] = session.execute(sa.select(Occupancy).where(Occupancy.unit_id == unit)).scalars()
    assert (str(wall_of(row.starts_at, "Europe/Paris")), str(wall_of(row.ends_at, "Europe/Paris"))) == (
        "2026-06-15T00:00",
        "2026-06-17T00:00",
    )
    write(occupancy.reopen, manager, lieu_id, made.uid, NOW)
    assert closed(lieu_id) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Occupancy)) == 0
    with pytest.raises(NotFound):
        write(occupancy.reopen, manager, lieu_id, made.uid, NOW)


def test_a_day_under_two_closures_stays_closed_until_both_are_lifted(lieu_id: LieuId, manager: Asker) -> None:
    first = write(occupancy.close_days, manager, lieu_id, DAY, DAY + dt.timedelta(days=2), "Travaux", NOW)
    second = write(
        occupancy.close_days, manager, lieu_id, DAY + dt.timedelta(days=2), DAY + dt.timedelta(days=3), "Fête", NOW
    )
    assert closed(lieu_id) == days(4)
    write(occupancy.reopen, manager, lieu_id, first.uid, NOW)
    assert closed(lieu_id) == days(4)[2:]
    write(occupancy.reopen, manager, lieu_id, second.uid, NOW)
    assert closed(lieu_id) == []


def test_the_day_of_a_change_of_clocks_is_closed_for_25_hours(lieu_id: LieuId, manager: Asker) -> None:
    day = dt.date(2026, 10, 25)
    write(occupancy.close_days, manager, lieu_id, day, day, "Dimanche", NOW)
    whole = Interval(NOW, NOW + dt.timedelta(days=300))
    [seen] = read(blocks_during, lieu_id, whole)
    assert seen.stretch.duration == dt.timedelta(hours=25)


def test_what_is_closed_is_not_closed_again_nor_given_hours(lieu_id: LieuId, manager: Asker) -> None:
    write(occupancy.close_days, manager, lieu_id, DAY, DAY, "Travaux", NOW)
    with pytest.raises(actions.AlreadyClosed):
        write(occupancy.close_days, manager, lieu_id, DAY, DAY, "Encore", NOW)
    with pytest.raises(actions.ClosedThatDay):
        write(actions.set_special_hours, manager, lieu_id, DAY, "Ouvert", [Hours(600, 720)], NOW)
    with pytest.raises(NotFound):
        write(actions.drop_special_hours, manager, lieu_id, DAY)


@pytest.mark.parametrize(
    ("first", "last", "label", "field"),
    [
        (NOW.date() - dt.timedelta(days=1), DAY, "x", "first"),
        (DAY, DAY - dt.timedelta(days=1), "x", "last"),
        (DAY, DAY + dt.timedelta(days=366), "x", "last"),
        (DAY, dt.date.max, "x", "last"),
        (dt.date.min, dt.date.min, "x", "first"),
        (DAY, DAY, "", "label"),
        (DAY, DAY, "a\0b", "label"),
    ],
)
def test_odd_closures_are_refused_and_change_nothing(
    lieu_id: LieuId, manager: Asker, first: dt.date, last: dt.date, label: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        write(occupancy.close_days, manager, lieu_id, first, last, label, NOW)
    assert [r.field for r in refusal.value.reasons] == [field]
    assert closed(lieu_id) == []


def test_only_managers_decide_when_it_is_open(world: World, lieu_id: LieuId, manager: Asker) -> None:
    made = write(occupancy.close_days, manager, lieu_id, DAY, DAY, "Travaux", NOW)
    world.lieu("Une autre")
    for asker in (
        VISITOR,
        world.steward(),
        world.staff("la-grande-ecluse", Role.HOST),
        world.staff("la-grande-ecluse", Role.TREASURER),
        world.staff("une-autre"),
    ):
        with pytest.raises(NotFound):
            write(actions.set_week, asker, lieu_id, {}, NOW)
        with pytest.raises(NotFound):
            write(actions.set_special_hours, asker, lieu_id, DAY, "x", [Hours(1, 2)], NOW)
        with pytest.raises(NotFound):
            write(actions.drop_special_hours, asker, lieu_id, DAY)
        with pytest.raises(NotFound):
            write(occupancy.close_days, asker, lieu_id, DAY, DAY, "x", NOW)
        with pytest.raises(NotFound):
            write(occupancy.reopen, asker, lieu_id, made.uid, NOW)
    other = world.lieux["une-autre"]
    with pytest.raises(NotFound):
        write(occupancy.reopen, world.staff("une-autre"), other, made.uid, NOW)
    assert closed(lieu_id) == [DAY]


def test_holidays_are_proposed_by_territory_until_decided(world: World, manager: Asker) -> None:
    reunion = world.lieu("Le Lagon", department="974", zone="Indian/Reunion")
    rennes = world.lieux["la-grande-ecluse"]
    bastille, abolition = dt.date(2026, 7, 14), dt.date(2026, 12, 20)
    both = [
        (HolidayTerritory.MAINLAND, bastille, "Fête nationale"),
        (HolidayTerritory.REUNION, bastille, "Fête nationale"),
        (HolidayTerritory.REUNION, abolition, "Abolition de l’esclavage"),
    ]
    write(actions.store_holidays, both)
    write(actions.store_holidays, both)
    assert [h.day for h in read(queries.holidays_ahead, rennes, NOW.date())] == [bastille]
    assert [h.day for h in read(queries.holidays_ahead, reunion, NOW.date())] == [bastille, abolition]
    assert [h.day for h in read(queries.holidays_ahead, reunion, NOW.date(), days=100)] == [bastille]
    write(occupancy.close_days, manager, rennes, bastille, bastille, "Fête nationale", NOW)
    assert [h.decided for h in read(queries.holidays_ahead, rennes, NOW.date())] == [True]
    assert [h.decided for h in read(queries.holidays_ahead, reunion, NOW.date())] == [False, False]


def test_the_hours_of_many_lieux_cost_two_statements(world: World, manager: Asker, lieu_id: LieuId) -> None:
    write(actions.set_special_hours, manager, lieu_id, DAY, "Portes ouvertes", [Hours(600, 720)], NOW)
    ids = [lieu_id, world.lieu("Deux"), world.lieu("Trois")]
    with counted() as sent:
        found = read(queries.hours_of_many, ids, DAY, DAY)
    assert len(sent) == 2
    assert [bool(found[each].special_days) for each in ids] == [True, False, False]
    assert all(len(found[each].week) == 7 for each in ids)
