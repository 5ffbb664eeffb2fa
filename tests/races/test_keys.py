"""One Idempotency-Key, many senders: the thing is done once, and everybody hears the same."""

from __future__ import annotations

import sqlalchemy as sa

from booking.bookings.models import Booking
from booking.db import read
from tests.races.conftest import Arena, booking_call, in_days
from tests.races.storm import Client, storm

SENDERS = 50


def bookings_of(arena: Arena, resource: str) -> int:
    mine = sa.select(sa.func.count()).where(Booking.resource_id == arena.world.resources[resource])
    return read(lambda session: session.execute(mine).scalar_one())


def test_the_same_request_sent_fifty_times_books_once(arena: Arena) -> None:
    resource = arena.resource("Bureaux", units=3)
    _asker, token = arena.member()
    call = booking_call(resource, in_days(0, 540, 600), key="une-seule-fois")
    said = storm(arena.port, [Client(token, [call])] * SENDERS, 5)
    assert [each.status for each in said] == [201] * SENDERS
    assert len({each.answer["code"] for each in said}) == 1
    assert all(each.answer == said[0].answer for each in said)
    assert sum(not each.replayed for each in said) == 1
    assert bookings_of(arena, resource) == 1


def test_the_same_key_for_two_requests_serves_one_of_them(arena: Arena) -> None:
    resource = arena.resource("Bureaux", units=3)
    _asker, token = arena.member()
    wishes = [in_days(0, 540, 600), in_days(0, 660, 720)]
    calls = [booking_call(resource, wish, key="deux-demandes") for wish in wishes]
    said = storm(arena.port, [Client(token, [calls[n % 2]]) for n in range(SENDERS)], 5)
    served = {each.client % 2 for each in said if each.status == 201}
    assert len(served) == 1
    for each in said:
        if each.client % 2 in served:
            assert (each.status, each.answer) == (201, next(s.answer for s in said if s.status == 201))
        else:
            assert (each.status, each.reasons) == (422, {"idempotency_key_reused"})
    assert bookings_of(arena, resource) == 1


def test_a_key_of_one_member_is_nothing_to_another(arena: Arena) -> None:
    resource = arena.resource("Bureaux", units=SENDERS)
    call = booking_call(resource, in_days(0, 540, 600), key="la-mienne")
    said = storm(arena.port, [Client(arena.member()[1], [call]) for _ in range(SENDERS)], 5)
    assert {(each.status, each.replayed) for each in said} == {(201, False)}
    assert len({each.answer["code"] for each in said}) == bookings_of(arena, resource) == SENDERS
