"""Bookings that change while others book: places are swapped, taken back and closed, and never held twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from booking import clock
from booking.bookings.queries.seen import booking_by_code
from booking.db import db, read, write
from booking.occupancy.actions import block, lift_block
from booking.occupancy.rules import BlockKind, ClaimKind
from booking.occupancy.schemas import BlockMade
from booking.people.schemas import Asker
from booking.values.interval import Interval, merged
from tests.races.conftest import Arena, Size, booking_call, held, in_days, overlapping, sizes
from tests.races.storm import Call, Client, Said, Storm, storm
from tests.races.test_slots import drawn, won_and_lost

HOURS = [60 * hour for hour in range(8, 20)]
MOVES = 3


def place(number: int) -> Interval:
    """The hour of that number, counted over the opening hours of one day after the other."""
    day, hour = divmod(number, len(HOURS))
    return in_days(day, HOURS[hour], HOURS[hour] + 60)


def move_call(code: str, stretch: Interval) -> Call:
    return Call("PATCH", f"/bookings/{code}", {"start": stretch.start.isoformat(), "end": stretch.end.isoformat()})


@sizes
def test_moves_that_cross_keep_every_booking_at_one_place(arena: Arena, size: Size) -> None:
    """Each client moves its own booking to places near it, most of them taken, so that many want to swap."""
    resource = arena.resource()
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    dice = random.Random(seed)
    places = size.clients * 5 // 4
    clients, codes, wishes = [], [], []
    for n in range(size.clients):
        asker, token = arena.member()
        codes.append(arena.booked(asker, resource, place(n)))
        wishes.append([place((n + dice.choice((-2, -1, 1, 2))) % places) for _ in range(MOVES)])
        clients.append(Client(token, [move_call(codes[n], wish) for wish in wishes[n]]))
    stand = [place(n) for n in range(size.clients)]
    moved = 0
    for said in sorted(storm(arena.port, clients, size.processes), key=lambda each: each.call):
        assert said.status in (200, 409), (said, said.answer)
        if said.status == 200:
            stand[said.client] = wishes[said.client][said.call]
            moved += 1
        else:
            assert said.reasons == {"slot_taken"}
    assert moved
    assert overlapping(stand) == []
    unit = arena.world.units[resource][0]
    assert held(ClaimKind.BOOKING, [unit]) == {unit: sorted(stand)}
    steward = arena.world.steward()
    assert [read(booking_by_code, steward, code, clock.now()).stretch for code in codes] == stand


@sizes
def test_two_who_want_each_others_place_both_keep_their_own(arena: Arena, size: Size) -> None:
    resource = arena.resource()
    clients = []
    for n in range(size.clients):
        asker, token = arena.member()
        code = arena.booked(asker, resource, place(n))
        clients.append(Client(token, [move_call(code, place(n ^ 1))]))
    _won, lost = won_and_lost(storm(arena.port, clients, size.processes))
    assert len(lost) == size.clients
    unit = arena.world.units[resource][0]
    assert held(ClaimKind.BOOKING, [unit]) == {unit: [place(n) for n in range(size.clients)]}


@sizes
def test_a_place_given_up_goes_to_one_who_restores_or_books(arena: Arena, size: Size) -> None:
    """Of every six, one cancels and takes it back at once, the others try to get the place meanwhile."""
    clients, wanted = [], []
    for first in range(0, size.clients, 6):
        resource, where = arena.resource(f"Établi {first}"), place(first % 40)
        asker, token = arena.member()
        code = arena.booked(asker, resource, where)
        clients.append(Client(token, [Call("DELETE", f"/bookings/{code}"), Call("POST", f"/bookings/{code}/restore")]))
        clients += [Client(arena.member()[1], [booking_call(resource, where)] * 3) for _ in range(5)]
        wanted += [resource] * 6
    said = storm(arena.port, clients, size.processes)
    winners = [wanted[each.client] for each in said if each.status in (200, 201) and (each.client % 6 or each.call)]
    assert sorted(winners) == sorted(set(wanted))
    others = [each for each in said if each.status not in (200, 201)]
    assert {(each.status, *each.reasons) for each in others} == {(409, "slot_taken")}
    assert all(each.status == 200 for each in said if each.client % 6 == 0 and each.call == 0)
    for resource in set(wanted):
        assert [len(rows) for rows in held(ClaimKind.BOOKING, arena.world.units[resource]).values()] == [1]


def meanwhile(arena: Arena, clients: list[Client], size: Size, deed: Callable[[], None]) -> list[Said]:
    """Every answer of a storm in the midst of which a manager does something, in a process beside the server."""

    def act() -> None:
        with arena.app.app_context():
            deed()
            db.session.remove()

    said = []
    with ThreadPoolExecutor(1) as beside, Storm(arena.port, clients, size.processes) as begun:
        acting: Future[None] | None = None
        for answer in begun.answers():
            acting = acting or beside.submit(act)
            said.append(answer)
        assert acting is not None
        acting.result()
    return said


def closing(arena: Arena, manager: Asker, resource: str, stretch: Interval) -> BlockMade:
    """A manager takes a stretch of the resource off the calendar."""
    lieu, resource_id = arena.world.lieux[arena.lieu], arena.world.resources[resource]
    return write(block, manager, lieu, resource_id, BlockKind.MAINTENANCE, stretch, "Peinture", clock.now())


@sizes
def test_a_block_takes_exactly_what_the_bookings_left(arena: Arena, size: Size) -> None:
    resource = arena.resource("Bureaux", units=3)
    units = arena.world.units[resource]
    day = in_days(0, HOURS[0], HOURS[-1] + 60)
    clients, wishes = drawn(arena, size, resource)
    manager = arena.world.staff(arena.lieu)
    made: list[BlockMade] = []
    said = meanwhile(arena, clients, size, lambda: made.append(closing(arena, manager, resource, day)))
    won, lost = won_and_lost(said)
    bookings, blocks = held(ClaimKind.BOOKING, units), held(ClaimKind.BLOCK, units)
    assert sorted(wishes[each.client] for each in won) == sorted(row for rows in bookings.values() for row in rows)
    assert len(made[0].touched) == len(won)
    assert lost
    for unit in units:
        assert merged([*bookings[unit], *blocks[unit]]) == [day]
    write(lift_block, arena.world.lieux[arena.lieu], made[0].uid, clock.now())
    assert held(ClaimKind.BLOCK, units) == {unit: [] for unit in units}


@sizes
def test_a_place_left_under_a_block_is_nobodys(arena: Arena, size: Size) -> None:
    """The gap closes in the transaction that opens it: whoever waits for it never gets in between."""
    resource = arena.resource()
    unit = arena.world.units[resource][0]
    owners = size.clients // 4
    clients = []
    for n in range(owners):
        asker, token = arena.member()
        code = arena.booked(asker, resource, place(n))
        clients.append(Client(token, [Call("DELETE", f"/bookings/{code}")]))
    manager = arena.world.staff(arena.lieu)
    days = Interval(place(0).start, place(owners - 1).end)
    closing(arena, manager, resource, days)
    clients += [
        Client(arena.member()[1], [booking_call(resource, place(n % owners))] * 3) for n in range(size.clients - owners)
    ]
    said = storm(arena.port, clients, size.processes)
    assert all(each.status == 200 for each in said if each.client < owners)
    waiting = [each for each in said if each.client >= owners]
    assert {(each.status, *each.reasons) for each in waiting} == {(409, "slot_taken")}
    assert held(ClaimKind.BOOKING, [unit]) == {unit: []}
    assert merged(held(ClaimKind.BLOCK, [unit])[unit]) == [days]


@sizes
def test_a_block_lifted_while_bookings_leave_leaves_nothing_behind(arena: Arena, size: Size) -> None:
    resource = arena.resource()
    unit = arena.world.units[resource][0]
    clients = []
    for n in range(size.clients):
        asker, token = arena.member()
        clients.append(Client(token, [Call("DELETE", f"/bookings/{arena.booked(asker, resource, place(n))}")]))
    days = Interval(place(0).start, place(size.clients - 1).end)
    made = closing(arena, arena.world.staff(arena.lieu), resource, days)
    lieu = arena.world.lieux[arena.lieu]
    said = meanwhile(arena, clients, size, lambda: write(lift_block, lieu, made.uid, clock.now()))
    assert {each.status for each in said} == {200}
    assert held(ClaimKind.BOOKING, [unit]) == held(ClaimKind.BLOCK, [unit]) == {unit: []}
