"""Everybody wants the same: exactly as many get it as there is, the rest are told so, and nobody meets an error."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from booking.commands.check import INVARIANTS
from booking.db import survey
from booking.db.invariants import broken
from booking.occupancy.rules import ClaimKind
from booking.values.interval import Interval
from tests.races.conftest import SHORT, Arena, Size, booking_call, held, in_days, overlapping, sizes
from tests.races.storm import Client, Said, storm

TEN = [(540 + 30 * n, 540 + 30 * n + length) for n, length in enumerate((60, 90, 120, 60, 150, 90, 60, 120, 90, 60))]
"""Ten stretches of one day, in minutes; each shares time with one other at least."""


def won_and_lost(said: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    """Who was accepted and who was told that it is taken; there is nobody else."""
    won = [each for each in said if each.status == 201]
    lost = [each for each in said if each.status == 409 and each.reasons == {"slot_taken"}]
    others = [each for each in said if each not in won and each not in lost]
    assert others == [], [(each, each.answer) for each in others]
    return won, lost


def drawn(arena: Arena, size: Size, resource: str) -> tuple[list[Client], list[Interval]]:
    """Clients who each want one of the ten stretches, and what each wants; the draw is printed."""
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    dice = random.Random(seed)
    wishes = [in_days(0, *dice.choice(TEN)) for _ in range(size.clients)]
    return [Client(arena.member()[1], [booking_call(resource, wish)]) for wish in wishes], wishes


@sizes
def test_one_slot_has_one_winner(arena: Arena, size: Size) -> None:
    resource = arena.resource()
    slot = in_days(0, 540, 600)
    clients = [Client(arena.member()[1], [booking_call(resource, slot)]) for _ in range(size.clients)]
    won, lost = won_and_lost(storm(arena.port, clients, size.processes))
    assert (len(won), len(lost)) == (1, size.clients - 1)
    assert held(ClaimKind.BOOKING, arena.world.units[resource]) == {arena.world.units[resource][0]: [slot]}


@sizes
def test_a_pool_has_as_many_winners_as_units(arena: Arena, size: Size) -> None:
    resource = arena.resource("Bureaux", units=3)
    slot = in_days(0, 540, 600)
    clients = [Client(arena.member()[1], [booking_call(resource, slot)]) for _ in range(size.clients)]
    won, lost = won_and_lost(storm(arena.port, clients, size.processes))
    assert (len(won), len(lost)) == (3, size.clients - 3)
    assert len({unit for each in won for unit in each.answer["units"]}) == 3
    assert held(ClaimKind.BOOKING, arena.world.units[resource]) == {u: [slot] for u in arena.world.units[resource]}


@sizes
def test_stretches_that_overlap_exclude_each_other(arena: Arena, size: Size) -> None:
    resource = arena.resource()
    clients, wishes = drawn(arena, size, resource)
    won, lost = won_and_lost(storm(arena.port, clients, size.processes))
    accepted = [wishes[each.client] for each in won]
    assert overlapping(accepted) == []
    assert all(any(wishes[each.client].overlaps(taken) for taken in accepted) for each in lost)
    assert held(ClaimKind.BOOKING, arena.world.units[resource]) == {arena.world.units[resource][0]: sorted(accepted)}


@sizes
def test_stretches_that_overlap_share_a_pool_of_three(arena: Arena, size: Size) -> None:
    resource = arena.resource("Bureaux", units=3)
    clients, wishes = drawn(arena, size, resource)
    won, lost = won_and_lost(storm(arena.port, clients, size.processes))
    stand = held(ClaimKind.BOOKING, arena.world.units[resource])
    assert Counter(wishes[each.client] for each in won) == Counter(each for rows in stand.values() for each in rows)
    for each in lost:
        wish = wishes[each.client]
        assert all(any(wish.overlaps(row) for row in rows) for rows in stand.values()), wish


@sizes
def test_a_room_and_its_desks_exclude_each_other(arena: Arena, size: Size) -> None:
    desks = [arena.resource(f"Bureau {n}") for n in range(3)]
    room = arena.resource("Salle", over=tuple(desks))
    slot = in_days(0, 540, 600)
    wanted = [[room, *desks][n % 4] for n in range(size.clients)]
    clients = [Client(arena.member()[1], [booking_call(each, slot)]) for each in wanted]
    won, _lost = won_and_lost(storm(arena.port, clients, size.processes))
    assert sorted(wanted[each.client] for each in won) in ([room], sorted(desks))


def test_without_the_guard_the_same_storm_books_twice(unguarded: Arena) -> None:
    """The twin: these storms are races, and nothing but the guard decides them."""
    resource = unguarded.resource()
    clients, wishes = drawn(unguarded, SHORT, resource)
    won, _lost = won_and_lost(storm(unguarded.port, clients, SHORT.processes))
    doubles = overlapping([wishes[each.client] for each in won])
    assert doubles
    at_once = [
        (one.client, other.client)
        for n, one in enumerate(won)
        for other in won[n + 1 :]
        if wishes[one.client].overlaps(wishes[other.client]) and one.begun < other.ended and other.begun < one.ended
    ]
    assert at_once, "the storm was no storm: no two of those accepted were on their way at the same time"
    assert "occupancy.no_overlap" in {finding.code for finding in survey(broken, INVARIANTS)}
