"""The mails about bookings: what they say, to whom, in which language, and when they are not written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking.bookings.actions import book, cancel, move, restore
from booking.bookings.schemas import BookingRequest
from booking.db import write
from booking.mail.models import Message
from booking.people.models import Member
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.tariffs.rules import Period
from tests.people.conftest import Mails
from tests.support.world import NOW, World, stretch

DESK = "la-grande-ecluse-quai-6"
FRIDAY = stretch("2026-06-19", "14:00", "16:00")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu("La Grande Écluse")
    made.resource("Quai 6", rates={Period.HOUR: 300, Period.DAY: 1800})
    return made


@pytest.fixture
def mails(app: Flask) -> Mails:
    return Mails(app)


def changed(asker: Asker, **values: object) -> None:
    write(lambda s: s.execute(sa.update(Member).where(Member.id == asker.member_id).values(**values)))


def last(mails: Mails, asker: Asker) -> Message:
    return mails.to(asker.email or "")[-1]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_a_booking_is_confirmed_with_all_one_needs_and_a_file_for_the_calendar(world: World, mails: Mails) -> None:
    ines = world.member("Inès Le Goff")
    code = write(book, ines, BookingRequest(DESK, FRIDAY), NOW).code
    mail = last(mails, ines)
    assert plain(mail.subject) == "Réservé : Quai 6, ven. 19 juin, 14:00"
    for expected in (
        "Bonjour Inès Le Goff,",
        "vendredi 19 juin 2026, de 14 h à 16 h",
        "La Grande Écluse, 14, quai Saint-Cyr",
        code,
        "Porte 41 73",
        "2 × heure : 6,00 €",
        "Total : 6,00 €",
        "dont TVA 20 % : 1,00 €",
        "Annulation gratuite jusqu’au jeudi 18 juin, 14 h ; ensuite le lieu garde 50 % du prix.",
        f"http://127.0.0.1:8000/bookings/{code}",
    ):
        assert expected in plain(mail.text), expected
        assert expected.partition(" :")[0] in plain(mail.html), expected
    assert "Chez vous" not in mail.text
    assert mail.calendar is not None
    assert "DTSTART;TZID=Europe/Paris:20260619T140000" in mail.calendar


def test_moved_and_cancelled_are_told_when_they_stand(
    world: World, mails: Mails, clock: time_machine.Traveller
) -> None:
    ines = world.member()
    code = write(book, ines, BookingRequest(DESK, FRIDAY), NOW).code
    write(move, ines, code, stretch("2026-06-20", "09:00", "10:00"), NOW)
    moved = last(mails, ines)
    assert plain(moved.subject) == "Déplacé : Quai 6, sam. 20 juin, 09:00"
    assert len(mails.to(ines.email or "")) == 1, "the mail of the first hours was overtaken by the move"
    write(cancel, ines, code, NOW)
    assert last(mails, ines).id == moved.id, "it can still be taken back"
    clock.shift(31)
    cancelled = last(mails, ines)
    assert "Annulé : Quai 6" in plain(cancelled.subject)
    assert "Rien ne vous est compté." in plain(cancelled.text)
    assert cancelled.calendar is None


def test_what_was_taken_back_is_not_told(world: World, mails: Mails, clock: time_machine.Traveller) -> None:
    ines = world.member()
    code = write(book, ines, BookingRequest(DESK, FRIDAY), NOW).code
    before = last(mails, ines)
    write(cancel, ines, code, NOW)
    write(restore, ines, code, NOW)
    clock.shift(60)
    assert last(mails, ines).id == before.id


def test_a_late_cancellation_says_what_is_kept(world: World, mails: Mails, clock: time_machine.Traveller) -> None:
    ines = world.member()
    code = write(book, ines, BookingRequest(DESK, stretch("2026-06-11", "14:00", "16:00")), NOW).code
    write(cancel, ines, code, NOW)
    clock.shift(31)
    assert "Le lieu garde 3,00 € sur 6,00 €." in plain(last(mails, ines).text)


def test_the_reminder_comes_the_day_before_to_who_wants_it(
    world: World, mails: Mails, clock: time_machine.Traveller
) -> None:
    ines, other = world.member(), world.member()
    changed(ines, wants_reminder=True)
    changed(other, wants_reminder=False)
    write(book, ines, BookingRequest(DESK, FRIDAY), NOW)
    write(book, other, BookingRequest(DESK, stretch("2026-06-19", "16:00", "17:00")), NOW)
    assert len(mails.to(ines.email or "")) == 1
    clock.move_to(FRIDAY.start - dt.timedelta(hours=20))
    assert "Rappel : Quai 6" in plain(last(mails, ines).subject)
    assert "Porte 41 73" in last(mails, ines).text
    assert len(mails.to(other.email or "")) == 1


def test_hosts_who_want_it_are_told_who_comes(world: World, mails: Mails) -> None:
    keen, quiet = world.staff("la-grande-ecluse", Role.HOST), world.staff("la-grande-ecluse", Role.MANAGER)
    changed(keen, wants_host_mail=True)
    changed(quiet, wants_host_mail=False)
    ines = world.member("Inès Le Goff")
    write(book, ines, BookingRequest(DESK, FRIDAY, note="J'arrive à vélo"), NOW)
    mail = last(mails, keen)
    assert plain(mail.subject) == "Inès Le Goff a réservé : Quai 6, ven. 19 juin, 14:00"
    assert "J'arrive à vélo" in mail.text
    assert "Porte 41 73" not in mail.text
    assert mails.to(quiet.email or "") == []


def test_both_hours_are_told_to_who_lives_elsewhere(world: World, mails: Mails) -> None:
    ines = world.member()
    changed(ines, timezone="Indian/Reunion")
    write(book, ines, BookingRequest(DESK, FRIDAY), NOW)
    text = plain(last(mails, ines).text)
    assert "Ces heures sont celles du lieu. Chez vous : vendredi 19 juin 2026, 16 h." in text


def test_several_days_and_hostile_names_are_told_as_they_are(world: World, mails: Mails) -> None:
    slug = world.resource("<b>Quai</b>\u2028", rates={Period.DAY: 1800})
    ines = world.member("Inès <img src=x>")
    span = stretch("2026-06-19", "08:00", "20:00")
    longer = type(span)(span.start, span.end + dt.timedelta(days=1))
    write(book, ines, BookingRequest(slug, longer), NOW)
    mail = last(mails, ines)
    assert "du vendredi 19 juin 2026, 8 h, au samedi 20 juin 2026, 20 h" in plain(mail.text)
    assert "<img" not in mail.html
    assert "<b>Quai" not in mail.html
    assert "\n" not in mail.subject


def test_each_reads_the_mail_in_their_language(world: World, mails: Mails) -> None:
    ines = world.member()
    changed(ines, language="en")
    write(book, ines, BookingRequest(DESK, FRIDAY), NOW)
    assert "€6.00" in last(mails, ines).text
    assert '<html lang="en">' in last(mails, ines).html
