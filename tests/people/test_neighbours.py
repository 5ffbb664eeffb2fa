"""What the rooms above do when somebody asks for their data or leaves for good."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from booking.bookings.actions import book, cancel
from booking.bookings.actions.leave import forget_words
from booking.bookings.queries.own import bookings_to_come, exported_bookings
from booking.bookings.schemas import BookingRequest
from booking.calendars.actions import forget_member
from booking.db import db, read, write
from booking.ledger.actions import record_payment
from booking.ledger.queries.own import debts, exported_movements
from booking.ledger.rules import Means, Payment
from booking.people.actions.members import StillNeeded, erase
from booking.people.models import Member
from booking.people.schemas import Asker, Credentials, Neighbours
from booking.values.money import Money
from tests.support.world import NOW, World, id_of, stretch

NEIGHBOURS = Neighbours((), (bookings_to_come, debts), (forget_words, forget_member))
LATER = NOW + dt.timedelta(days=3)
FRIDAY = stretch("2026-06-12", "14:00", "16:00")


@pytest.fixture
def world(app: Flask) -> World:
    assert isinstance(app, Flask)
    made = World()
    made.lieu()
    made.resource("Quai 6")
    return made


def rows_of(session: Session, table: sa.Table) -> Sequence[object]:
    return session.execute(sa.select(table)).all()


def leave(who: Asker, now: dt.datetime) -> None:
    write(erase, Credentials(id_of(who), who.uid or "", who.name, who.email or "", None), NEIGHBOURS, now=now)


def reasons(who: Asker, now: dt.datetime) -> list[str]:
    with pytest.raises(StillNeeded) as refused:
        leave(who, now)
    return sorted(r.code for r in refused.value.reasons)


def test_an_account_stays_while_bookings_or_debts_need_it(world: World) -> None:
    member, treasurer = world.member(), world.staff("la-grande-ecluse")
    write(book, member, BookingRequest("la-grande-ecluse-quai-6", FRIDAY, note="Mon secret"), NOW)
    assert reasons(member, NOW) == ["booked_ahead", "owes"]
    assert reasons(member, LATER) == ["owes"]
    paid = Payment(Means.CASH, "", "k", id_of(treasurer))
    write(record_payment, world.lieux["la-grande-ecluse"], member.member_id, Money(700), paid, LATER)
    assert reasons(member, LATER) == ["is_owed"]


def test_after_leaving_no_name_is_left_and_the_books_are_whole(world: World) -> None:
    member = world.member("Inès Partante")
    code = write(book, member, BookingRequest("la-grande-ecluse-quai-6", FRIDAY, note="Mon secret"), NOW).code
    write(cancel, member, code, NOW)
    leave(member, NOW)
    name, email, erased = read(
        lambda s: s.execute(
            sa.select(Member.name, Member.email, Member.erased_at).where(Member.id == member.member_id)
        ).one()
    )
    assert ("Partante" in name, email, erased) == (False, None, NOW)
    marks = ("Partante", "partante", "Mon secret")
    for table in db.metadata.sorted_tables:
        text = str(read(rows_of, table))
        assert not any(mark in text for mark in marks), table.name
    assert len(read(exported_movements, id_of(member))) == 4


def test_the_export_holds_what_is_mine_and_only_that(world: World) -> None:
    member, other = world.member(), world.member("Autre")
    code = write(book, member, BookingRequest("la-grande-ecluse-quai-6", FRIDAY, note="À moi"), NOW).code
    write(book, other, BookingRequest("la-grande-ecluse-quai-6", stretch("2026-06-12", "16:00", "17:00")), NOW)
    [mine] = json.loads(json.dumps(read(exported_bookings, id_of(member))))
    assert (mine["code"], mine["note"], mine["total"], mine["starts_at"]) == (
        code,
        "À moi",
        600,
        "2026-06-12T12:00:00+00:00",
    )
    movements = read(exported_movements, id_of(member))
    assert sorted(m["amount"] for m in movements) == [-500, -100]
    assert {m["subject"] for m in movements} == {code}
