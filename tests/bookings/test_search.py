"""What is shown as free is accepted, and what is not shown is refused: availability against booking itself."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from booking.bookings.actions import book
from booking.bookings.queries.alternatives import alternatives
from booking.bookings.queries.planning import planning
from booking.bookings.queries.search import Wanted, availability, free_of, is_free
from booking.bookings.queries.terms import terms_of
from booking.bookings.schemas import BookingRequest
from booking.db import read, write
from booking.errors import Problem
from booking.occupancy.actions import block
from booking.occupancy.rules import BlockKind
from booking.people.schemas import VISITOR, Asker
from booking.places.models import Lieu
from booking.places.rules import Position
from booking.resources.rules import Audience, ResourceKind
from booking.values.interval import Interval
from tests.support.statements import counted
from tests.support.world import NOW, World, at, stretch

DAY = Interval(at("2026-06-12 00:00"), at("2026-06-13 00:00"))


class RolledBackError(Exception):
    """Ends a trial booking without keeping it."""


@pytest.fixture
def world(session: Session) -> World:
    assert session
    made = World()
    made.lieu()
    return made


def accepted(member: Asker, asked: BookingRequest, now: dt.datetime = NOW) -> bool:
    def trial(session: Session) -> None:
        book(session, member, asked, now)
        raise RolledBackError

    try:
        write(trial)
    except RolledBackError:
        return True
    except Problem:
        return False
    raise AssertionError


def offered_starts(
    member: Asker, slug: str, minutes: int, quantity: int, span: Interval, now: dt.datetime = NOW
) -> set[dt.datetime]:
    [offer] = read(availability, member, Wanted(span, minutes, resource=slug, quantity=quantity), now)
    length = dt.timedelta(minutes=minutes)
    starts = set()
    for each in offer.free:
        start = each.stretch.start
        while start + length <= each.stretch.end:
            starts.add(start)
            start += dt.timedelta(minutes=offer.step)
    return starts


@pytest.mark.parametrize("seed", range(12))
def test_the_quick_look_says_what_the_stretches_say(world: World, seed: int) -> None:
    dice = random.Random(seed)
    step = dice.choice([15, 30])
    slug = world.resource(
        "Pool",
        units=dice.choice([1, 3]),
        step=step,
        shortest=step * dice.choice([1, 2]),
        longest=step * dice.choice([4, 96]),
        buffer_before=dice.choice([0, 20]),
        buffer_after=dice.choice([0, 45]),
        notice=dice.choice([0, 600]),
    )
    found = read(terms_of, VISITOR, VISITOR, slug)
    terms, opening = found.terms, found.week.open_during(DAY)
    held = {
        unit: [
            Interval(start, start + dt.timedelta(minutes=15 * dice.randint(1, 6)))
            for start in (DAY.start + dt.timedelta(minutes=15 * n) for n in range(20, 90, 7))
            if dice.random() < 0.6
        ]
        for unit in terms.units
    }
    seen = set()
    for _ in range(300):
        start = DAY.start + dt.timedelta(minutes=5 * dice.randrange(0, 288))
        asked = Interval(start, start + dt.timedelta(minutes=15 * dice.choice([1, 2, 3, 4, 6, 120])))
        quantity = dice.randint(1, 3)
        wanted = Wanted(asked, minutes=asked.minutes, quantity=quantity)
        stretches = free_of(terms, opening, held, wanted, NOW)
        slow = any(free.stretch.contains(asked) for free in stretches)
        assert is_free(terms, opening, held, asked, quantity, NOW) == slow, (asked, quantity)
        seen.add(slow)
    assert seen == {True, False}


@pytest.mark.parametrize("seed", range(4))
def test_free_is_what_booking_accepts(world: World, seed: int) -> None:
    dice = random.Random(seed)
    values: dict[str, Any] = {
        "step": dice.choice([15, 30]),
        "buffer_before": dice.choice([0, 15, 20]),
        "buffer_after": dice.choice([0, 10, 45]),
        "notice": dice.choice([0, 600]),
    }
    values["shortest"] = values["step"]
    slug = world.resource("Pool", units=dice.choice([1, 3]), **values)
    member, other = world.member(), world.member("Autre")
    for _ in range(6):
        start = DAY.start + dt.timedelta(minutes=30 * dice.randrange(16, 38))
        taken = Interval(start, start + dt.timedelta(minutes=30 * dice.randint(1, 5)))
        accepted_now = BookingRequest(slug, taken, dice.randint(1, 2))
        if accepted(other, accepted_now):
            write(book, other, accepted_now, NOW)
    quantity, minutes = dice.choice([1, 2]), values["step"] * dice.randint(1, 4)
    offered = offered_starts(member, slug, minutes, quantity, DAY)
    tried = [DAY.start + dt.timedelta(minutes=values["step"] * n) for n in range(24 * 60 // values["step"])]
    really = {
        s
        for s in tried
        if accepted(member, BookingRequest(slug, Interval(s, s + dt.timedelta(minutes=minutes)), quantity))
    }
    assert offered == {s for s in really if s + dt.timedelta(minutes=minutes) <= DAY.end}


def test_a_quantity_is_free_for_the_whole_stretch(world: World) -> None:
    slug = world.resource("Pool", units=2)
    other = world.member("Autre")
    write(book, other, BookingRequest(slug, stretch("2026-06-12", "10:00", "12:00")), NOW)
    [offer] = read(availability, VISITOR, Wanted(DAY, resource=slug), NOW)
    assert [(f.stretch.start, f.stretch.end, f.quantity) for f in offer.free] == [
        (at("2026-06-12 08:00"), at("2026-06-12 20:00"), 1),
        (at("2026-06-12 08:00"), at("2026-06-12 10:00"), 2),
        (at("2026-06-12 12:00"), at("2026-06-12 20:00"), 2),
    ]


def test_a_stretch_of_days_begins_and_ends_while_open(world: World) -> None:
    slug = world.resource("Bureau à la semaine")
    member = world.member()
    span = Interval(at("2026-06-15 00:00"), at("2026-06-20 00:00"))
    two_days = (24 + 9) * 60
    [offer] = read(availability, member, Wanted(span, two_days, resource=slug), NOW)
    assert offer.free
    for each in offer.free:
        assert accepted(member, BookingRequest(slug, each.stretch))
    overnight = Interval(at("2026-06-15 18:00"), at("2026-06-16 10:00"))
    assert not accepted(member, BookingRequest(slug, overnight))
    ends_closed = Interval(at("2026-06-15 18:00"), at("2026-06-16 23:00"))
    assert not accepted(member, BookingRequest(slug, ends_closed))


def test_a_block_is_not_free_and_its_end_is(world: World) -> None:
    slug = world.resource()
    manager = world.staff("la-grande-ecluse")
    lieu_id, resource_id = world.lieux["la-grande-ecluse"], world.resources[slug]
    write(
        block,
        manager,
        lieu_id,
        resource_id,
        BlockKind.MAINTENANCE,
        stretch("2026-06-12", "09:00", "11:00"),
        "Tube",
        NOW,
    )
    [offer] = read(availability, VISITOR, Wanted(DAY, resource=slug), NOW)
    assert [(f.stretch.start, f.stretch.end) for f in offer.free] == [
        (at("2026-06-12 08:00"), at("2026-06-12 09:00")),
        (at("2026-06-12 11:00"), at("2026-06-12 20:00")),
    ]


@pytest.mark.parametrize("how_many", [3, 40])
def test_six_statements_however_many_resources(world: World, how_many: int) -> None:
    for n in range(how_many):
        world.resource(f"Quai {n}", units=1 + n % 3)
    read(availability, VISITOR, Wanted(DAY), NOW)
    with counted() as statements:
        offers = read(availability, VISITOR, Wanted(DAY), NOW)
    assert len(offers) == how_many
    assert len(statements) == 3


def test_filters_and_distance(world: World) -> None:
    world.resource("Quai 6")
    world.resource("Salle Vanne", kind=ResourceKind.ROOM, capacity=12)
    world.resource("Caché", seen_by=Audience.STAFF)
    world.lieu("La Cale sèche", latitude=47.75, longitude=-3.37)
    world.resource("Établi", "la-cale-seche")
    lorient, rennes = Position(47.75, -3.36), Position(48.11, -1.68)

    def names(**wish: object) -> list[str]:
        return [o.name for o in read(availability, VISITOR, Wanted(DAY, **wish), NOW)]  # type: ignore[arg-type]  # the table below

    assert names(near=lorient) == ["Établi", "Quai 6", "Salle Vanne"]
    assert names(near=rennes, within_km=50) == ["Quai 6", "Salle Vanne"]
    assert names(kind=ResourceKind.ROOM) == ["Salle Vanne"]
    assert names(capacity=5) == ["Salle Vanne"]
    assert names(words="établi") == names(words="ETABLI") == ["Établi"]
    assert names(lieu="la-cale-seche") == ["Établi"]
    assert names(words="100% ' OR 1=1") == []
    host = world.staff("la-grande-ecluse")
    assert "Caché" in [o.name for o in read(availability, host, Wanted(DAY), NOW)]


def test_alternatives_are_near_in_time_and_place_and_bookable(world: World) -> None:
    desk = world.resource("Quai 6")
    world.resource("Quai 7")
    world.lieu("La Cale sèche", latitude=48.2, longitude=-1.7)
    world.resource("Établi", "la-cale-seche")
    wanted = stretch("2026-06-12", "14:00", "16:00")
    write(book, world.member("Autre"), BookingRequest(desk, wanted), NOW)
    member = world.member()
    found = read(alternatives, member, desk, wanted, 1, NOW)
    assert {(a.resource, a.stretch.start) for a in found} >= {
        ("la-grande-ecluse-quai-7", wanted.start),
        ("la-cale-seche-etabli", wanted.start),
    }
    assert desk in {a.resource for a in found}
    for each in found:
        assert each.stretch.duration == wanted.duration
        assert accepted(member, BookingRequest(each.resource, each.stretch))


def test_the_planning_tells_names_to_staff_only(world: World) -> None:
    desk = world.resource("Quai 6", buffer_after=30)
    member, stranger, host = world.member(), world.member("Autre"), world.staff("la-grande-ecluse")
    code = write(book, member, BookingRequest(desk, stretch("2026-06-12", "14:00", "16:00")), NOW).code

    def lane(asker: Asker) -> tuple[str, str | None, str]:
        found = read(planning, asker, Lieu.slug == "la-grande-ecluse", DAY, NOW)
        [taken] = found.lanes[0].taken
        assert taken.outer.end - taken.stretch.end == dt.timedelta(minutes=30)
        return taken.state, taken.code, taken.holder

    assert lane(member) == ("mine", code, "Inès Le Goff")
    assert lane(host) == ("taken", code, "Inès Le Goff")
    assert lane(stranger) == lane(VISITOR) == ("taken", None, "")


@pytest.mark.parametrize("how_many", [2, 30])
def test_the_planning_takes_a_constant_number_of_statements(world: World, how_many: int) -> None:
    for n in range(how_many):
        slug = world.resource(f"Quai {n}")
        write(book, world.member(), BookingRequest(slug, stretch("2026-06-12", "14:00", "16:00")), NOW)
    with counted() as statements:
        assert len(read(planning, VISITOR, Lieu.slug == "la-grande-ecluse", DAY, NOW).lanes) == how_many
    assert len(statements) <= 9
