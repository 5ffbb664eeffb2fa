"""One booking from quote to cancellation, on both databases, judged by what the tables then hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.bookings.actions import book, cancel, move, quote, restore
from booking.bookings.models import Booking, BookingText, FeedCounter
from booking.bookings.queries.seen import booking_by_code, bookings_of_member, bookings_seen, busy_of, history
from booking.bookings.rules import EventKind, QuoteChanged, Status, TooLate
from booking.bookings.rules.policy import TooLateToMove, TooLateToRestore
from booking.bookings.schemas import BookingFilter, BookingRequest, BookingSeen
from booking.db import db, read, write
from booking.db.base import Instant
from booking.errors import Forbidden, Invalid, Malformed, NotFound, Unauthenticated
from booking.jobs.models import Job
from booking.ledger.queries import balances_of_member
from booking.occupancy.models import Occupancy
from booking.occupancy.rules import SlotTaken
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.resources.rules import Audience
from booking.tariffs.models import Quote, RateRow
from booking.tariffs.rules import Period
from booking.values.interval import Interval
from booking.values.money import Money
from booking.values.wall import Wall
from tests.support.world import NOW, World, at, stretch

DESK = "la-grande-ecluse-quai-6"
FRIDAY = stretch("2026-06-12", "14:00", "16:00")
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def world(session: Session) -> World:
    assert session
    made = World()
    made.lieu()
    made.resource("Quai 6", rates={Period.HOUR: 300, Period.DAY: 1800})
    return made


def seen(asker: Asker, code: str, now: dt.datetime = NOW) -> BookingSeen:
    return read(booking_by_code, asker, code, now)


def reasons(call: Callable[[], object]) -> set[str]:
    with pytest.raises(Invalid) as refused:
        call()
    return {r.code for r in refused.value.reasons}


def scalars(session: Session, statement: sa.Select[Any]) -> Sequence[Any]:
    return session.scalars(statement).all()


def owner_text() -> str:
    return read(lambda s: s.scalars(sa.select(BookingText.owner)).one())


def count(table: type) -> int:
    return read(lambda s: s.scalar(sa.select(sa.func.count()).select_from(table))) or 0


def owed(asker: Asker) -> Money:
    return sum((b.balance for b in read(balances_of_member, asker)), Money(0))


def test_a_quote_explains_the_price_and_is_what_is_charged(world: World) -> None:
    member = world.member()
    shown = write(quote, member, BookingRequest(DESK, FRIDAY), NOW)
    assert [(x.code, x.amount) for x in shown.lines] == [("rate_hour", Money(600))]
    assert (shown.total, shown.vat) == (Money(600), Money(100))
    assert count(Occupancy) == 0
    write(lambda s: s.execute(sa.update(RateRow).where(RateRow.period == Period.HOUR).values(amount=500)))
    code = write(book, member, BookingRequest(DESK, FRIDAY, quote_uid=shown.uid), NOW).code
    assert seen(member, code).price == Money(600)
    assert owed(member) == Money(-600)


def test_an_expired_quote_is_never_charged_at_another_price(world: World) -> None:
    member = world.member()
    shown = write(quote, member, BookingRequest(DESK, FRIDAY), NOW)
    later = shown.expires_at + SECOND
    write(lambda s: s.execute(sa.update(RateRow).where(RateRow.period == Period.HOUR).values(amount=500)))
    with pytest.raises(QuoteChanged):
        write(book, member, BookingRequest(DESK, FRIDAY, quote_uid=shown.uid), later)
    assert count(Booking) == 0
    write(lambda s: s.execute(sa.update(RateRow).where(RateRow.period == Period.HOUR).values(amount=300)))
    write(book, member, BookingRequest(DESK, FRIDAY, quote_uid=shown.uid), later)


def test_a_quote_is_for_its_owner_and_its_stretch(world: World) -> None:
    member, other = world.member(), world.member("Autre")
    shown = write(quote, member, BookingRequest(DESK, FRIDAY), NOW)
    assert reasons(lambda: write(book, other, BookingRequest(DESK, FRIDAY, quote_uid=shown.uid), NOW)) == {
        "unknown_quote"
    }
    longer = stretch("2026-06-12", "14:00", "18:00")
    assert reasons(lambda: write(book, member, BookingRequest(DESK, longer, quote_uid=shown.uid), NOW)) == {
        "other_quote"
    }


@pytest.mark.parametrize("whom", ["the member", "staff for the member", "a walk-in"])
def test_what_booking_tells_is_what_is_read_afterwards(world: World, whom: str) -> None:
    member, host = world.member(), world.staff("la-grande-ecluse", Role.HOST)
    asked = {
        "the member": BookingRequest(DESK, FRIDAY, note="Près de la fenêtre"),
        "staff for the member": BookingRequest(DESK, FRIDAY, member_uid=member.uid),
        "a walk-in": BookingRequest(DESK, FRIDAY, guest_name="Passante"),
    }[whom]
    who = member if whom == "the member" else host
    if whom == "staff for the member":
        write(book, member, BookingRequest(DESK, stretch("2026-06-11", "14:00", "15:00")), NOW)
    told = write(book, who, asked, NOW)
    assert told == seen(who, told.code)


def test_what_is_booked_stands_in_every_table(world: World) -> None:
    member = world.member()
    code = write(book, member, BookingRequest(DESK, FRIDAY, note="Près de la fenêtre"), NOW).code
    found = seen(member, code)
    assert found.status is Status.CONFIRMED
    assert found.local_start == Wall(dt.date(2026, 6, 12), 14 * 60)
    assert found.units == ("Quai 6 1",)
    assert found.access == "Porte 41 73"
    assert [e.kind for e in read(history, member, found)] == [EventKind.BOOKED]
    texts = read(lambda s: s.execute(sa.select(BookingText.public, BookingText.owner)).one())
    assert f"UID:{found.uid}@archipel" in texts.public
    assert "Inès" not in texts.public
    assert "Quai 6" not in texts.public
    assert "SUMMARY:Quai 6\\, La Grande Écluse" in texts.owner
    assert {(j.kind, j.due_at) for j in read(lambda s: s.scalars(sa.select(Job)).all())} == {
        ("bookings.tell", NOW),
        ("bookings.remind", FRIDAY.start - dt.timedelta(days=1)),
    }
    assert {f for (f,) in read(lambda s: s.execute(sa.select(FeedCounter.feed)).all())} == {
        f"resource:{world.resources[DESK]}",
        f"member:{member.member_id}",
    }


def test_the_second_in_is_told_and_nothing_is_written(world: World) -> None:
    write(book, world.member(), BookingRequest(DESK, FRIDAY), NOW)
    other = world.member("Autre")
    for around in (FRIDAY, stretch("2026-06-12", "15:00", "17:00"), stretch("2026-06-12", "13:00", "18:00")):
        with pytest.raises(SlotTaken):
            write(book, other, BookingRequest(DESK, around), NOW)
    assert count(Booking) == count(Occupancy) == count(Quote) == 1
    assert owed(other) == Money(0)
    write(book, other, BookingRequest(DESK, stretch("2026-06-12", "16:00", "17:00")), NOW)


def test_every_reason_is_told_at_once(world: World) -> None:
    member = world.member(confirmed=False)
    wrong = Interval(at("2026-06-09 07:10"), at("2026-06-09 07:25"))
    codes = reasons(lambda: write(book, member, BookingRequest(DESK, wrong, quantity=3), NOW))
    assert codes == {"unconfirmed", "quantity", "off_step", "too_short", "past", "closed"}


@pytest.mark.parametrize(
    ("values", "day", "start", "end", "code"),
    [
        ({"notice": 120}, "2026-06-11", "12:00", "13:00", "notice"),
        ({"horizon_days": 7}, "2026-06-19", "09:00", "10:00", "horizon"),
        ({"longest": 60}, "2026-06-12", "09:00", "11:00", "too_long"),
        ({"shortest": 120}, "2026-06-12", "09:00", "10:00", "too_short"),
        ({}, "2026-06-12", "19:00", "20:30", "closed"),
        ({"booked_by": Audience.MEMBERS}, "2026-06-12", "09:00", "10:00", "members_only"),
        ({"booked_by": Audience.STAFF}, "2026-06-12", "09:00", "10:00", "staff_only"),
    ],
)
def test_each_rule_is_kept_on_the_server(
    world: World, values: dict[str, Any], day: str, start: str, end: str, code: str
) -> None:
    slug = world.resource("Règle", **values)
    asked = BookingRequest(slug, stretch(day, start, end))
    assert reasons(lambda: write(book, world.member(), asked, NOW)) == {code}
    assert count(Booking) == 0


def test_the_running_step_may_still_be_taken(world: World) -> None:
    write(book, world.member(), BookingRequest(DESK, stretch("2026-06-11", "10:30", "12:00")), NOW)
    assert reasons(
        lambda: write(book, world.member(), BookingRequest(DESK, stretch("2026-06-11", "10:00", "10:30")), NOW)
    ) == {"past"}


def test_what_one_may_not_see_does_not_exist(world: World) -> None:
    hidden = world.resource("Caché", seen_by=Audience.MEMBERS)
    with pytest.raises(NotFound):
        write(book, world.member(), BookingRequest(hidden, FRIDAY), NOW)
    write(book, world.joined(world.member(), "la-grande-ecluse"), BookingRequest(hidden, FRIDAY), NOW)
    with pytest.raises(Unauthenticated):
        write(book, VISITOR, BookingRequest(DESK, FRIDAY), NOW)


def test_members_pay_the_better_rate(world: World) -> None:
    slug = world.resource("Deux prix", rates={Period.HOUR: 300}, member_rates={Period.HOUR: 200, Period.DAY: 1000})
    member = world.joined(world.member(), "la-grande-ecluse")
    code = write(book, member, BookingRequest(slug, FRIDAY), NOW).code
    assert seen(member, code).price == Money(400)
    stranger = world.member()
    other = write(book, stranger, BookingRequest(slug, stretch("2026-06-12", "16:00", "18:00")), NOW).code
    assert seen(stranger, other).price == Money(600)


def test_a_pool_gives_as_many_as_there_are(world: World) -> None:
    slug = world.resource("N'importe lequel", units=3)
    first = world.member()
    code = write(book, first, BookingRequest(slug, FRIDAY, quantity=2), NOW).code
    assert len(seen(first, code).units) == 2
    with pytest.raises(SlotTaken):
        write(book, world.member(), BookingRequest(slug, FRIDAY, quantity=2), NOW)
    write(book, world.member(), BookingRequest(slug, FRIDAY, quantity=1), NOW)
    with pytest.raises(SlotTaken):
        write(book, world.member(), BookingRequest(slug, FRIDAY, quantity=1), NOW)


def test_a_room_takes_its_desks_and_a_desk_blocks_the_room(world: World) -> None:
    world.resource("Quai 7")
    room = world.resource("Le Quai", over=(DESK, "la-grande-ecluse-quai-7"))
    member = world.member()
    code = write(book, member, BookingRequest(room, FRIDAY), NOW).code
    for desk in (DESK, "la-grande-ecluse-quai-7"):
        with pytest.raises(SlotTaken):
            write(book, member, BookingRequest(desk, FRIDAY), NOW)
    write(cancel, member, code, NOW)
    write(book, member, BookingRequest(DESK, FRIDAY), NOW)
    with pytest.raises(SlotTaken):
        write(book, member, BookingRequest(room, FRIDAY), NOW)
    write(book, member, BookingRequest("la-grande-ecluse-quai-7", FRIDAY), NOW)


def test_buffers_of_neighbours_add_up(world: World) -> None:
    slug = world.resource("Laser", step=15, buffer_before=15, buffer_after=15)
    member = world.member()
    write(book, member, BookingRequest(slug, FRIDAY), NOW)
    for start in ("16:00", "16:15"):
        with pytest.raises(SlotTaken):
            write(book, member, BookingRequest(slug, stretch("2026-06-12", start, "18:00")), NOW)
    write(book, member, BookingRequest(slug, stretch("2026-06-12", "16:30", "18:00")), NOW)


def test_a_move_keeps_code_and_uid_and_raises_the_sequence(world: World) -> None:
    member = world.member()
    code = write(book, member, BookingRequest(DESK, FRIDAY), NOW).code
    before = seen(member, code)
    write(move, member, code, stretch("2026-06-12", "15:00", "18:00"), NOW)
    after = seen(member, code)
    assert (after.uid, after.sequence, after.price) == (before.uid, 1, Money(900))
    assert owed(member) == Money(-900)
    assert count(Occupancy) == 1
    assert owner_text().count("SEQUENCE:1") == 1
    assert [e.kind for e in read(history, member, after)] == [EventKind.BOOKED, EventKind.MOVED]


def test_a_move_that_loses_keeps_the_old_place(world: World) -> None:
    member = world.member()
    code = write(book, member, BookingRequest(DESK, FRIDAY), NOW).code
    write(book, world.member("Autre"), BookingRequest(DESK, stretch("2026-06-12", "17:00", "18:00")), NOW)
    with pytest.raises(SlotTaken):
        write(move, member, code, stretch("2026-06-12", "15:30", "17:30"), NOW)
    assert seen(member, code).stretch == FRIDAY
    assert owed(member) == Money(-600)
    assert reasons(lambda: write(move, member, code, stretch("2026-06-12", "21:00", "22:00"), NOW)) == {"closed"}
    assert seen(member, code).stretch == FRIDAY


def test_moving_and_cancelling_have_their_delays(world: World) -> None:
    member, host = world.member(), world.staff("la-grande-ecluse", Role.HOST)
    code = write(book, member, BookingRequest(DESK, FRIDAY), NOW).code
    late = FRIDAY.start - dt.timedelta(hours=3)
    later = stretch("2026-06-12", "17:00", "19:00")
    with pytest.raises(TooLateToMove):
        write(move, member, code, later, late)
    write(move, host, code, later, late)
    with pytest.raises(TooLate):
        write(cancel, member, code, later.start)


@pytest.mark.parametrize(("hours", "kept"), [(25, 0), (24, 0), (23, 300)])
def test_a_late_cancellation_keeps_its_share(world: World, hours: int, kept: int) -> None:
    member = world.member()
    code = write(book, member, BookingRequest(DESK, FRIDAY), NOW - dt.timedelta(days=3)).code
    now = FRIDAY.start - dt.timedelta(hours=hours)
    assert write(cancel, member, code, now) == Money(kept)
    assert owed(member) == Money(-kept)
    assert count(Occupancy) == 0
    after = seen(member, code, now)
    assert (after.status, after.kept, after.sequence) == (Status.CANCELLED, Money(kept), 1)
    assert "STATUS:CANCELLED" in owner_text()


def test_staff_may_waive_what_is_kept_and_members_may_not(world: World) -> None:
    member, host = world.member(), world.staff("la-grande-ecluse", Role.HOST)
    late = FRIDAY.start - dt.timedelta(hours=1)
    one = write(book, member, BookingRequest(DESK, FRIDAY), NOW).code
    assert write(cancel, member, one, late, waive=True) == Money(300)
    two = write(book, member, BookingRequest(DESK, FRIDAY), NOW).code
    assert write(cancel, host, two, late, waive=True) == Money(0)
    assert owed(member) == Money(-300)


def test_a_cancellation_can_be_taken_back_for_half_a_minute(world: World) -> None:
    member = world.member()
    code = write(book, member, BookingRequest(DESK, FRIDAY), NOW).code
    write(cancel, member, code, NOW)
    write(restore, member, code, NOW + 30 * SECOND)
    back = seen(member, code)
    assert (back.status, back.sequence, back.restorable_until) == (Status.CONFIRMED, 2, None)
    assert owed(member) == Money(-600)
    assert "bookings.tell" not in {
        j.kind for j in read(lambda s: s.scalars(sa.select(Job).where(Job.due_at > NOW + SECOND)).all())
    }
    write(cancel, member, code, NOW)
    with pytest.raises(TooLateToRestore):
        write(restore, member, code, NOW + 31 * SECOND)
    write(book, world.member("Autre"), BookingRequest(DESK, FRIDAY), NOW)
    with pytest.raises(SlotTaken):
        write(restore, member, code, NOW + 5 * SECOND)
    assert owed(member) == Money(0)


def test_staff_book_for_members_and_walk_ins_in_their_own_lieu_only(world: World) -> None:
    host, member = world.staff("la-grande-ecluse", Role.HOST), world.joined(world.member(), "la-grande-ecluse")
    code = write(book, host, BookingRequest(DESK, FRIDAY, member_uid=member.uid), NOW).code
    with pytest.raises(Invalid):
        write(book, host, BookingRequest(DESK, FRIDAY, member_uid=world.member("Inconnue").uid), NOW)
    assert seen(member, code).mine
    walk_in = BookingRequest(DESK, stretch("2026-06-12", "16:00", "17:00"), guest_name="Monsieur Kerjean")
    other = write(book, host, walk_in, NOW).code
    assert seen(host, other).holder == "Monsieur Kerjean"
    with pytest.raises(NotFound):
        seen(member, other)
    world.lieu("La Cale sèche")
    elsewhere = world.resource("Établi", "la-cale-seche")
    for asker, slug in ((host, elsewhere), (member, DESK)):
        with pytest.raises(Forbidden):
            write(book, asker, BookingRequest(slug, FRIDAY, guest_name="X"), NOW)


def test_bookings_are_seen_by_their_holder_the_staff_and_stewards(world: World) -> None:
    member, stranger = world.member(), world.member("Autre")
    code = write(book, member, BookingRequest(DESK, FRIDAY), NOW).code
    world.lieu("La Cale sèche")
    for asker in (stranger, world.staff("la-cale-seche"), VISITOR):
        with pytest.raises(NotFound):
            seen(asker, code)
        with pytest.raises(NotFound):
            write(move, asker, code, stretch("2026-06-12", "16:00", "17:00"), NOW)
        with pytest.raises(NotFound):
            write(cancel, asker, code, NOW)
        busy = read(busy_of, asker, sa.true(), FRIDAY)
        assert [(b.resource, b.stretch) for b in busy] == [(DESK, FRIDAY)]
    for asker in (member, world.staff("la-grande-ecluse", Role.HOST), world.steward()):
        assert seen(asker, code).code == code
        assert read(busy_of, asker, sa.true(), FRIDAY) == []
    with pytest.raises(Forbidden):
        write(cancel, world.steward(), code, NOW)


def test_lists_are_paged_without_loss_or_double(world: World) -> None:
    member = world.member()
    for n in range(7):
        day = f"2026-06-{12 + n}"
        write(book, member, BookingRequest(DESK, stretch(day, "09:00", "10:00")), NOW)
    codes: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = read(bookings_of_member, member, NOW, cursor=cursor, limit=3)
        codes += [b.code for b in page]
        if cursor is None:
            break
    assert len(codes) == len(set(codes)) == 7
    past, _ = read(bookings_of_member, member, NOW + dt.timedelta(days=30), past=True)
    assert [b.code for b in past] == codes[::-1]
    with pytest.raises(Malformed):
        read(bookings_seen, member, BookingFilter(), NOW, cursor="hostile'--")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_instant_is_stored_as_one(world: World) -> None:
    """SQLite would take any text for an instant; PostgreSQL keeps the type by itself."""
    member = world.member()
    for start in ("09:00", "10:00"):
        code = write(book, member, BookingRequest(DESK, stretch("2026-06-14", start, "11:00")), NOW).code
        write(move, member, code, stretch("2026-06-14", "15:00", "16:00"), NOW)
        write(cancel, member, code, NOW)
    columns = [(t, c) for t in db.metadata.sorted_tables for c in t.c if isinstance(c.type, Instant)]
    assert len(columns) > 40
    for table, column in columns:
        kinds = sa.select(sa.func.typeof(column)).select_from(table).distinct()
        assert set(read(scalars, kinds)) <= {"integer", "null"}, column
