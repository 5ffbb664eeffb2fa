"""What stands in each feed, for whom, as bookings, blocks, names and days change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from booking import clock
from booking.bookings.actions import cancel, move, restore
from booking.bookings.actions.ends import complete_ended
from booking.bookings.models import Booking, BookingText
from booking.bookings.rules import Status
from booking.calendars.rules import Form
from booking.db import read, write
from booking.ical import Event, vevent
from booking.occupancy.actions import block, close_days, lift_block, new_claim, reopen
from booking.occupancy.rules import BlockKind, ClaimKind
from booking.people.models import Member
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.resources.rules import Audience, ResourceKind
from booking.values.codes import uuid7
from booking.values.interval import Interval
from tests.calendars.conftest import DAY, Booker, Reader, public, secret
from tests.ical.events import HOSTILE, harmless, harmless_line
from tests.support.archipelago import CALE, DESK, ECLUSE, LASER, MEMBERS_ONLY, POOL
from tests.support.world import NOW, World, at, stretch

FRIDAY = stretch("2026-06-12", "14:00", "16:00")


def row(code: str) -> Any:
    return read(lambda s: s.execute(sa.select(Booking.__table__).where(Booking.code == code)).one())


def uid(code: str) -> str:
    return f"{row(code).uid}@archipel"


def change(table: type, which: sa.ColumnElement[bool], **values: Any) -> None:
    write(lambda s: s.execute(sa.update(table).where(which).values(**values)))


# --- the public feed of a resource ---


def test_anybody_reads_when_a_resource_is_taken_and_nothing_else(ines: Asker, reader: Reader, booked: Booker) -> None:
    code = booked(ines, DESK, note="Près de la fenêtre")
    found = reader.read(public(DESK))
    (event,) = found.events.values()
    assert (event.uid, event.start, event.end) == (uid(code), FRIDAY.start, FRIDAY.end)
    assert (event.summary, event.description, event.location, event.url) == ("Occupé", "", "", "")
    assert (event.sequence, event.stamp, event.opaque) == (0, NOW, True)
    text = found.body.decode()
    for secret_word in ("Inès", "Le Goff", "fenêtre", code, str(ines.email)):
        assert secret_word not in text
    assert "NAME:Quai 6\\, La Grande Écluse\r\n" in text
    assert "X-WR-TIMEZONE:Europe/Paris\r\n" in text


def test_the_same_feed_twice_is_the_same_bytes(ines: Asker, reader: Reader, booked: Booker) -> None:
    for start in (8, 10, 12, 14):
        booked(ines, DESK, (f"{start:02d}:00", f"{start + 1:02d}:00"))
    first = reader.read(public(DESK))
    assert first.body == reader.read(public(DESK)).body
    assert [e.start for e in first.events.values()] == sorted(e.start for e in first.events.values())


def test_a_move_keeps_the_uid_and_raises_the_sequence(ines: Asker, reader: Reader, booked: Booker) -> None:
    code = booked(ines, DESK)
    before = reader.read(public(DESK))
    write(move, ines, code, stretch("2026-06-12", "10:00", "11:00"), clock.now())
    after = reader.read(public(DESK))
    assert after.tag != before.tag
    (event,) = after.events.values()
    assert (event.uid, event.sequence) == (uid(code), 1)
    assert event.start == at("2026-06-12 10:00")


def test_a_cancelled_booking_leaves_the_feed_of_the_resource(ines: Asker, reader: Reader, booked: Booker) -> None:
    code = booked(ines, DESK)
    before = reader.read(public(DESK))
    write(cancel, ines, code, clock.now())
    after = reader.read(public(DESK))
    assert after.events == {}
    assert after.tag != before.tag
    write(restore, ines, code, clock.now())
    again = reader.read(public(DESK))
    assert (again.events[uid(code)].sequence, again.events[uid(code)].status) == (2, "CONFIRMED")
    assert len({before.tag, after.tag, again.tag}) == 3


def test_held_and_pending_bookings_are_busy_and_what_ended_otherwise_is_not(
    ines: Asker, reader: Reader, booked: Booker
) -> None:
    codes = {}
    for hour, status in enumerate(Status, start=8):
        codes[status] = booked(ines, POOL, (f"{hour:02d}:00", f"{hour + 1:02d}:00"))
        cancelled = NOW if status is Status.CANCELLED else None
        change(Booking, Booking.code == codes[status], status=status, cancelled_at=cancelled)
    shown = {Status.HELD, Status.PENDING, Status.CONFIRMED, Status.CHECKED_IN, Status.COMPLETED, Status.NO_SHOW}
    found = reader.read(public(POOL))
    assert set(found.events) == {uid(codes[status]) for status in shown}
    assert {event.status for event in found.events.values()} == {"CONFIRMED"}
    assert {event.opaque for event in found.events.values()} == {True}


def test_what_has_ended_stays_for_60_days(
    ines: Asker, reader: Reader, booked: Booker, frozen: time_machine.Traveller
) -> None:
    code = booked(ines, DESK)
    tags = [reader.read(public(DESK)).tag]
    frozen.move_to(at("2026-06-13 00:00"))
    write(complete_ended, clock.now())
    found = reader.read(public(DESK))
    assert set(found.events) == {uid(code)}
    tags.append(found.tag)
    frozen.move_to(at("2026-08-11 23:59"))
    assert set(reader.read(public(DESK)).events) == {uid(code)}
    frozen.move_to(at("2026-08-12 00:00"))
    found = reader.read(public(DESK))
    assert found.events == {}
    assert found.tag not in tags


def test_the_tag_rolls_at_the_midnight_of_the_lieu(
    ines: Asker, reader: Reader, booked: Booker, frozen: time_machine.Traveller
) -> None:
    booked(ines, LASER, stretch("2026-06-12", "14:00", "15:00", "Indian/Reunion"))
    frozen.move_to(at("2026-06-12 21:59"))
    late = reader.read(public(LASER)).tag, reader.read(public(DESK)).tag
    frozen.move_to(at("2026-06-12 22:00"))  # midnight in Réunion
    assert reader.read(public(LASER)).tag != late[0]
    assert reader.read(public(DESK)).tag == late[1]


def test_what_begins_after_18_months_is_not_yet_shown(world: World, reader: Reader, booked: Booker) -> None:
    manager = world.staff(ECLUSE)
    change(Resource, Resource.slug == DESK, horizon_days=800)
    near = booked(manager, DESK, stretch("2027-12-10", "18:00", "20:00"))
    booked(manager, DESK, stretch("2027-12-11", "08:00", "09:00"))
    assert set(reader.read(public(DESK)).events) == {uid(near)}


@pytest.mark.parametrize(
    "hidden",
    [
        (Lieu, Lieu.slug == ECLUSE, {"public_feeds": False}),
        (Lieu, Lieu.slug == ECLUSE, {"bookable": False}),
        (Resource, Resource.slug == DESK, {"retired_at": NOW}),
        (Resource, Resource.slug == DESK, {"seen_by": Audience.MEMBERS}),
        (Resource, Resource.slug == DESK, {"seen_by": Audience.STAFF}),
    ],
)
def test_a_feed_that_is_not_for_all_is_not_there(world: World, reader: Reader, hidden: tuple[Any, Any, Any]) -> None:
    assert world.resources
    reader.read(public(DESK))
    table, which, values = hidden
    change(table, which, **values)
    for form in Form:
        answer = reader.ask(public(DESK, form))
        assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert reader.ask(public(DESK), If_None_Match="*").status_code == 404


@pytest.mark.parametrize("slug", ["nothing", MEMBERS_ONLY, "a" * 81, "Quai%206", "%27%20OR%201=1", "%00", "é"])
def test_no_other_resource_has_a_feed(world: World, reader: Reader, slug: str) -> None:
    assert world.resources
    assert reader.ask(f"/calendars/resources/{slug}.ics").status_code == 404


# --- units that several resources share ---


def test_a_desk_is_busy_when_the_room_that_holds_it_is_booked(
    world: World, ines: Asker, reader: Reader, booked: Booker
) -> None:
    room = world.resource("Grande salle", over=(DESK, POOL), kind=ResourceKind.ROOM)
    before = {each: reader.read(public(each)) for each in (DESK, POOL, room)}
    code = booked(ines, room)
    for each in (DESK, POOL, room):
        found = reader.read(public(each))
        assert set(found.events) == {uid(code)}
        assert found.tag != before[each].tag
    assert reader.read(public(POOL)).titles() == ["Occupé (3 sur 3)"]
    write(cancel, ines, code, clock.now())
    alone = booked(ines, POOL)
    assert set(reader.read(public(DESK)).events) == set()
    assert set(reader.read(public(room)).events) == {uid(alone)}
    assert reader.read(public(room)).titles() == ["Occupé"]


def test_a_pool_says_how_much_of_it_is_taken(ines: Asker, reader: Reader, booked: Booker) -> None:
    booked(ines, POOL)
    booked(ines, POOL, ("15:00", "17:00"), quantity=2)
    assert reader.read(public(POOL)).titles() == ["Occupé (1 sur 3)", "Occupé (2 sur 3)"]
    assert periods(reader, public(POOL, Form.BUSY)) == [stretch("2026-06-12", "15:00", "16:00")]


def test_another_unit_for_a_resource_changes_its_tag(world: World, reader: Reader) -> None:
    world.resource("Tout", over=(DESK, POOL))
    before = reader.read(public(POOL)).tag
    world.resource("Tout encore", over=(POOL,))
    assert reader.read(public(POOL)).tag != before


# --- blocks ---


def test_closed_days_are_whole_days(world: World, reader: Reader) -> None:
    manager = world.staff(ECLUSE)
    before = reader.read(public(DESK))
    made = write(
        close_days, manager, world.lieux[ECLUSE], dt.date(2026, 7, 14), dt.date(2026, 7, 15), "Pont de Paul", NOW
    )
    for each in (DESK, POOL):
        (event,) = reader.read(public(each)).events.values()
        assert (event.uid, event.summary) == (f"{made.uid}@archipel", "Fermé")
        assert (event.start, event.end) == (dt.date(2026, 7, 14), dt.date(2026, 7, 16))
    found = reader.read(public(DESK))
    assert b"Paul" not in found.body
    assert found.tag != before.tag
    write(reopen, manager, world.lieux[ECLUSE], made.uid, NOW)
    after = reader.read(public(DESK))
    assert after.events == {}
    assert after.tag not in (found.tag, before.tag)


def test_maintenance_tells_its_reason_to_staff_alone(
    world: World, reader: Reader, frozen: time_machine.Traveller
) -> None:
    manager, member = world.staff(ECLUSE), world.joined(world.member("Bob"), ECLUSE)
    lieu = world.lieux[ECLUSE]
    made = write(block, manager, lieu, world.resources[DESK], BlockKind.MAINTENANCE, FRIDAY, "Réparée par Ana", NOW)
    assert reader.read(public(DESK)).titles() == ["Occupé"]
    assert reader.read(secret(member, f"resources/{DESK}")).titles() == ["Maintenance"]
    assert reader.read(secret(manager, f"resources/{DESK}")).titles() == ["Maintenance, Réparée par Ana"]
    assert reader.read(secret(manager, f"lieux/{ECLUSE}")).titles() == ["Quai 6 : Maintenance, Réparée par Ana"]
    assert reader.read(public(POOL)).events == {}
    before = reader.read(public(DESK)).tag
    frozen.shift(60)
    write(lift_block, lieu, made.uid, clock.now())
    after = reader.read(public(DESK))
    assert after.events == {}
    assert after.tag != before


def test_two_blocks_of_one_second_are_two_versions(world: World, reader: Reader) -> None:
    manager, lieu = world.staff(ECLUSE), world.lieux[ECLUSE]
    tags = {reader.read(public(DESK)).tag}
    made = []
    for day in ("2026-07-01", "2026-07-02"):
        taken = stretch(day, "10:00", "12:00")
        made.append(write(block, manager, lieu, world.resources[DESK], BlockKind.BUSY, taken, "", NOW).uid)
        tags.add(reader.read(public(DESK)).tag)
    write(lift_block, lieu, made[0], NOW)
    tags.add(reader.read(public(DESK)).tag)
    write(lift_block, lieu, made[1], NOW)
    assert len(tags) == 4


def test_a_block_of_the_room_takes_its_desks(world: World, reader: Reader) -> None:
    room = world.resource("Grande salle", over=(DESK, POOL))
    manager, lieu = world.staff(ECLUSE), world.lieux[ECLUSE]
    write(block, manager, lieu, world.resources[DESK], BlockKind.MAINTENANCE, FRIDAY, "", NOW)
    assert reader.read(public(room)).titles() == ["Occupé"]
    morning = stretch("2026-06-12", "09:00", "12:00")
    write(block, manager, lieu, world.resources[room], BlockKind.MAINTENANCE, morning, "", NOW)
    assert len(reader.read(public(DESK)).events) == 2
    assert reader.read(public(POOL)).titles() == ["Occupé"]
    assert periods(reader, public(POOL, Form.BUSY)) == [morning]


# --- free and busy ---


def periods(reader: Reader, path: str) -> list[Interval]:
    response = reader.ask(path)
    assert (response.status_code, response.content_type) == (200, "text/calendar; charset=utf-8")
    (found,) = icalendar.Calendar.from_ical(response.data).walk("VFREEBUSY")
    each = found.get("FREEBUSY", [])
    return [
        Interval(p.start.astimezone(dt.UTC), p.end.astimezone(dt.UTC))
        for p in (each if isinstance(each, list) else [each])
    ]


def test_free_busy_merges_bookings_and_blocks(world: World, ines: Asker, reader: Reader, booked: Booker) -> None:
    for hours in (("14:00", "16:00"), ("16:00", "17:00"), ("18:00", "19:00")):
        booked(ines, DESK, hours)
    write(cancel, ines, booked(ines, DESK, ("10:00", "11:00")), clock.now())
    taken = stretch("2026-06-12", "08:00", "09:00")
    write(block, world.staff(ECLUSE), world.lieux[ECLUSE], None, BlockKind.CLOSURE, taken, "", NOW)
    assert periods(reader, public(DESK, Form.BUSY)) == [
        taken,
        stretch("2026-06-12", "14:00", "17:00"),
        stretch("2026-06-12", "18:00", "19:00"),
    ]
    assert periods(reader, secret(ines, "bookings", Form.BUSY)) == [
        stretch("2026-06-12", "14:00", "17:00"),
        stretch("2026-06-12", "18:00", "19:00"),
    ]


def test_free_busy_is_the_same_bytes_and_one_uid_for_ever(
    ines: Asker, reader: Reader, booked: Booker, frozen: time_machine.Traveller
) -> None:
    first = reader.ask(public(DESK, Form.BUSY)).data
    assert first == reader.ask(public(DESK, Form.BUSY)).data
    booked(ines, DESK)
    frozen.shift(3 * DAY)
    second = reader.ask(public(DESK, Form.BUSY)).data
    uids = [line for body in (first, second) for line in body.split(b"\r\n") if line.startswith(b"UID:")]
    assert len(uids) == 2
    assert len(set(uids)) == 1


# --- a member's own feed ---


def test_ones_own_feed_holds_ones_bookings_of_all_lieux_whole(
    world: World, ines: Asker, reader: Reader, booked: Booker
) -> None:
    here = booked(ines, DESK)
    far = booked(ines, LASER, stretch("2026-06-12", "09:00", "11:00", "Indian/Reunion"))
    booked(world.member("Bob"), POOL)
    found = reader.read(secret(ines, "bookings"))
    assert set(found.events) == {uid(here), uid(far)}
    desk = found.events[uid(here)]
    assert (desk.summary, desk.description) == ("Quai 6, La Grande Écluse", f"Réservation {here}")
    assert desk.url.endswith(f"/bookings/{here}")
    assert found.events[uid(far)].start == dt.datetime(2026, 6, 12, 5, tzinfo=dt.UTC)
    assert [b.decode() for b in found.body.split(b"\r\n") if b.startswith(b"TZID:")] == [
        "TZID:Europe/Paris",
        "TZID:Indian/Reunion",
    ]


def test_what_was_cancelled_is_told_for_30_days(
    ines: Asker, reader: Reader, booked: Booker, frozen: time_machine.Traveller
) -> None:
    code = booked(ines, DESK, stretch("2026-08-01", "10:00", "12:00"))
    path = secret(ines, "bookings")
    before = reader.read(path)
    write(cancel, ines, code, clock.now())
    found = reader.read(path)
    event = found.events[uid(code)]
    assert (event.status, event.sequence, event.opaque) == ("CANCELLED", 1, False)
    assert event.summary == "Annulé : Quai 6, La Grande Écluse"
    assert found.tag != before.tag
    assert periods(reader, path.replace(".ics", ".ifb")) == []
    frozen.move_to(at("2026-07-11 23:59"))
    assert uid(code) in reader.read(path).events
    frozen.move_to(at("2026-07-12 00:00"))
    gone = reader.read(path)
    assert gone.events == {}
    assert gone.tag != found.tag


def test_the_words_of_a_feed_are_its_owners(world: World, reader: Reader, booked: Booker) -> None:
    john = world.joined(world.member("John"), ECLUSE)
    change(Member, Member.id == john.member_id, language="en")
    booked(world.member("Bob"), DESK)
    found = reader.read(secret(john, f"lieux/{ECLUSE}"))
    assert found.titles() == ["Quai 6: Busy"]
    assert b"NAME:My bookings\r\n" in reader.read(secret(john, "bookings")).body


# --- secret feeds of resources, lieux and kinds ---


def test_a_member_finds_own_bookings_whole_among_the_busy_ones(world: World, reader: Reader, booked: Booker) -> None:
    ana = world.joined(world.member("Ana"), ECLUSE)
    mine, other = booked(ana, DESK), booked(world.member("Bob Martin"), DESK, ("10:00", "11:00"))
    for scope in (f"resources/{DESK}", f"lieux/{ECLUSE}", "kinds/desk"):
        found = reader.read(secret(ana, scope))
        assert set(found.events) == {uid(mine), uid(other)}
        assert found.events[uid(mine)].summary == "Quai 6, La Grande Écluse"
        assert found.events[uid(other)].summary.endswith("Occupé")
        assert b"Bob" not in found.body


def test_staff_read_names_where_they_asked_for_them(world: World, ines: Asker, reader: Reader, booked: Booker) -> None:
    host = world.staff(ECLUSE, Role.HOST)
    code = booked(ines, POOL, quantity=2, note="Écran ; merci")
    guest = booked(host, DESK, guest_name="Zoé de passage")
    change(Booking, Booking.code == guest, status=Status.HELD)
    quiet = reader.read(secret(host, f"lieux/{ECLUSE}"))
    assert sorted(quiet.titles()) == ["Bureaux : Occupé (2 sur 3)", "Quai 6 : Occupé"]
    assert "Inès" not in quiet.body.decode()
    for scope in (f"lieux/{ECLUSE}+names", "kinds/desk+names"):
        told = reader.read(secret(host, scope))
        seen = told.events[uid(code)]
        assert (seen.summary, seen.status) == ("Inès Le Goff, Bureaux", "CONFIRMED")
        assert seen.description == f"Réservation {code}\nQuantité : 2\nÉcran ; merci"
        assert (told.events[uid(guest)].summary, told.events[uid(guest)].status) == (
            "Zoé de passage, Quai 6",
            "TENTATIVE",
        )
    one = reader.read(secret(host, f"resources/{POOL}+names"))
    assert one.titles() == ["Inès Le Goff, Bureaux"]


def test_a_new_name_of_a_person_is_another_version_of_what_names_them(
    world: World, ines: Asker, reader: Reader, booked: Booker
) -> None:
    host = world.staff(ECLUSE, Role.HOST)
    booked(ines, DESK)
    path, quiet = secret(host, f"resources/{DESK}+names"), secret(host, f"resources/{DESK}")
    before = reader.read(path).tag, reader.read(quiet).tag
    change(Member, Member.id == ines.member_id, name="Inès Nouvelle")
    assert reader.read(path).titles() == ["Inès Nouvelle, Quai 6"]
    assert reader.read(path).tag != before[0]
    assert reader.read(quiet).tag == before[1]


def test_a_kind_is_of_ones_own_lieux(world: World, ines: Asker, reader: Reader, booked: Booker) -> None:
    booked(ines, DESK)
    laser = booked(ines, LASER, stretch("2026-06-12", "09:00", "11:00", "Indian/Reunion"))
    both = world.joined(world.joined(world.member("Ana"), ECLUSE), CALE, Role.HOST)
    assert reader.read(secret(both, "kinds/machine+names")).titles() == ["Inès Le Goff, Laser"]
    assert set(reader.read(secret(both, "kinds/machine")).events) == {uid(laser)}
    one = world.joined(world.member("Bob"), ECLUSE)
    assert reader.read(secret(one, "kinds/machine")).events == {}


def test_a_steward_reads_every_lieu(world: World, ines: Asker, reader: Reader, booked: Booker) -> None:
    booked(ines, DESK)
    assert reader.read(secret(world.steward(), f"lieux/{ECLUSE}+names")).titles() == ["Inès Le Goff, Quai 6"]


def test_what_is_hidden_from_members_is_not_in_their_feed(world: World, reader: Reader, booked: Booker) -> None:
    manager, member = world.staff(ECLUSE), world.joined(world.member("Ana"), ECLUSE)
    change(Resource, Resource.slug == MEMBERS_ONLY, seen_by=Audience.STAFF)
    booked(manager, MEMBERS_ONLY)
    assert reader.read(secret(member, f"lieux/{ECLUSE}")).events == {}
    assert len(reader.read(secret(manager, f"lieux/{ECLUSE}")).events) == 1
    change(Resource, Resource.slug == MEMBERS_ONLY, seen_by=Audience.MEMBERS)
    path = secret(member, f"resources/{MEMBERS_ONLY}")
    assert len(reader.read(path).events) == 1
    change(Resource, Resource.slug == MEMBERS_ONLY, seen_by=Audience.STAFF)
    assert reader.ask(path).status_code == 404


# --- hostile names ---


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_only_names(world: World, ines: Asker, reader: Reader, booked: Booker, text: str) -> None:
    """Every text that a person can fill, through every kind of feed; written past the forms, which already tidy it."""
    stored = text.replace("\0", "").replace("\ud83d", "")  # no database keeps these
    host = world.staff(ECLUSE, Role.HOST)
    change(Resource, Resource.slug == DESK, name=stored[:120])
    change(Lieu, Lieu.slug == ECLUSE, name=stored[:120], address=stored[:200])
    change(Member, Member.id == ines.member_id, name=stored[:120])
    code = booked(ines, DESK, note=stored[:500])
    title = harmless_line(f"{stored[:120]}, {stored[:120]}")
    reader.read(public(DESK))
    own = reader.read(secret(ines, "bookings")).events[uid(code)]
    assert own.summary == (title or "-")
    told = reader.read(secret(host, f"lieux/{ECLUSE}+names")).events[uid(code)]
    assert told.summary == title
    assert told.description == harmless(f"Réservation {code}\n{stored[:500]}")
    quiet = reader.read(secret(host, f"lieux/{ECLUSE}")).events[uid(code)]
    assert quiet.summary == harmless_line(f"{stored[:120]} : Occupé")


# --- too many ---


def test_a_crowded_feed_keeps_what_is_nearest_and_says_so(ines: Asker, reader: Reader, booked: Booker) -> None:
    model = booked(ines, DESK)
    crowd(model, 1200)
    with capture_logs() as logs:
        found = reader.read(public(DESK))
    assert len(found.events) == 1000
    assert len(found.body) < 950_000
    starts = sorted(event.start for event in found.events.values())
    assert starts[0] > at("2026-06-12 08:00")
    ((cut),) = [entry for entry in logs if entry["event"] == "feed cut"]
    assert cut["log_level"] == "warning"
    assert cut["feed"] == f"resources/{DESK}"
    assert cut["left_out"] > 0
    with capture_logs() as logs:
        reader.read(public(DESK))
    assert logs == [], "a version is rendered once"


def crowd(code: str, count: int) -> None:
    """Copies of a booking, an hour each, one after the other, that take no unit."""

    def make(session: Session) -> None:
        model = session.execute(sa.select(Booking.__table__).where(Booking.code == code)).one()._asdict()
        claims = [new_claim(session, model["lieu_id"], ClaimKind.BOOKING) for _ in range(count)]
        rows, texts = [], []
        for n, claim in enumerate(claims):
            start = model["starts_at"] + dt.timedelta(hours=n + 3)
            facts = {
                "uid": uuid7(NOW), "code": f"R-{n:06d}", "claim_id": claim, "starts_at": start,
                "ends_at": start + dt.timedelta(hours=1),
            }  # fmt: skip
            rows.append({**model, **facts, "id": 10_000 + n})
            event = Event(
                uid=f"{facts['uid']}@archipel", sequence=0, created=NOW, modified=NOW,
                when=Interval(start, start + dt.timedelta(hours=1)), timezone="Europe/Paris", summary="Occupé",
            )  # fmt: skip
            texts.append({"booking_id": 10_000 + n, "public": vevent(event), "owner": vevent(event)})
        session.execute(sa.insert(Booking), rows)
        session.execute(sa.insert(BookingText), texts)

    write(make)


def test_events_are_the_bookings_of_the_database(world: World, reader: Reader, booked: Booker) -> None:
    """Many bookings by many people, moved and cancelled: each feed holds exactly what stands."""
    people = [world.member(f"Personne {n}") for n in range(4)]
    codes = []
    for day in range(12, 22):
        for hour in (8, 10, 12, 14, 16, 18):
            who = people[(day + hour) % 4]
            resource = (DESK, POOL)[(day * hour) % 2]
            codes.append(
                (who, booked(who, resource, stretch(f"2026-06-{day}", f"{hour:02d}:00", f"{hour + 1:02d}:00")))
            )
    for number, (who, code) in enumerate(codes):
        if number % 5 == 0:
            write(cancel, who, code, clock.now())
    rows = read(lambda s: s.execute(sa.select(Booking.__table__)).all())
    for slug in (DESK, POOL):
        wanted = {
            (f"{r.uid}@archipel", r.starts_at, r.ends_at, r.sequence)
            for r in rows
            if r.resource_id == world.resources[slug] and r.status == Status.CONFIRMED
        }
        found = reader.read(public(slug)).events.values()
        assert {(e.uid, e.start, e.end, e.sequence) for e in found} == wanted
    for who in people:
        own = {(f"{r.uid}@archipel", r.status == Status.CANCELLED) for r in rows if r.member_id == who.member_id}
        found = reader.read(secret(who, "bookings")).events.values()
        assert {(e.uid, e.status == "CANCELLED") for e in found} == own
