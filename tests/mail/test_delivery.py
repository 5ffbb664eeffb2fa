"""From the cause to the mail server: written with it, delivered once, in order, whatever the server does meanwhile."""

from __future__ import annotations

import datetime as dt
import email
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Conversation
from flask import Flask
from sqlalchemy.orm import Session

from booking import clock
from booking.app import handlers
from booking.db import write
from booking.jobs.models import Job
from booking.jobs.worker import Worker
from booking.mail.actions import forget_old, forget_person, post
from booking.mail.models import Message
from booking.mail.rules import KEEP
from booking.mail.schemas import Recipient
from booking.people.models import Member
from booking.settings import Settings
from booking.values.ids import MemberId
from tests.conftest import settings_for
from tests.mail.conftest import VALUES, Post
from tests.support.realpg import free_port

NOW = dt.datetime(2026, 6, 11, 8, 40, tzinfo=dt.UTC)
ICS = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class Server:
    """A real mail server whose mood a test may change: what it says to a recipient."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.got: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _conversation: Conversation, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get(address, "250 OK")

    async def handle_DATA(self, _server: SMTP, _conversation: Conversation, envelope: Envelope) -> str:  # noqa: N802 - as above
        assert isinstance(envelope.content, bytes)
        self.got.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.got]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def server(port: int) -> Iterator[Server]:
    made = Server()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    yield made
    controller.stop()


@pytest.fixture
def deliver(app: Flask, database: str, port: int) -> Callable[[], int]:
    """Do what is due by a worker that knows the mail server."""
    way = settings_for(database, MAIL_URL=f"smtp://127.0.0.1:{port}", BASE_URL="https://archipel.example")
    return Worker(app, handlers(way)).run_due_once


def test_a_mail_arrives_once_and_is_marked(
    put: Post, server: Server, deliver: Callable[[], int], session: Session, frozen: time_machine.Traveller
) -> None:
    put(calendar=ICS)
    frozen.shift(30)
    assert deliver() == 1
    assert deliver() == 0
    (mail,) = server.got
    row = session.execute(sa.select(Message)).scalar_one()
    assert mail["Message-ID"] == f"<{row.uid}@archipel.example>"
    assert mail["To"] == row.recipient == "ines@example.org"
    assert mail["Date"].datetime == row.created_at == NOW
    assert row.sent_at == NOW + dt.timedelta(seconds=30)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["archipel.ics"]
    assert (row.text, row.html, row.calendar) == ("", "", None), "what it said is its reader's alone"


def test_a_mail_of_a_transaction_that_fails_never_was(
    put: Post, server: Server, deliver: Callable[[], int], session: Session
) -> None:
    def cause(inside: Session) -> None:
        post(inside, Recipient(None, "ines@example.org", "fr"), "tests/hello", VALUES, now=NOW)
        raise LookupError

    with pytest.raises(LookupError):
        write(cause)
    assert session.scalars(sa.select(Message.id)).all() == []
    assert session.scalars(sa.select(Job.id)).all() == []
    put("omar@example.org")
    assert deliver() == 1
    assert [str(mail["To"]) for mail in server.got] == ["omar@example.org"]


def test_a_worker_killed_before_it_could_say_so_sends_the_same_mail_again(
    put: Post, server: Server, deliver: Callable[[], int], session: Session
) -> None:
    """SMTP can do no better; whoever reads sees one mail, by its Message-ID. Without the mark lost, it is sent once."""
    put()
    deliver()
    session.execute(sa.update(Job).values(done_at=None))
    session.commit()
    assert deliver() == 1
    assert len(server.got) == 1, "the message is marked, only the job was not"
    session.execute(sa.update(Job).values(done_at=None))
    session.execute(sa.update(Message).values(sent_at=None))
    session.commit()
    assert deliver() == 1
    first, again = server.got
    assert (first["Message-ID"], first["Date"]) == (again["Message-ID"], again["Date"])


def test_mails_wait_for_a_server_that_is_down_for_hours_and_then_come_once_in_order(
    put: Post, deliver: Callable[[], int], frozen: time_machine.Traveller, port: int, session: Session
) -> None:
    for place in ("Un", "Deux", "Trois"):
        put(place=place)
    put("omar@example.org", place="Omar")
    for _ in range(8):
        assert deliver() == 0
        frozen.shift(dt.timedelta(minutes=20))
    assert session.scalars(sa.select(Job.failed_at)).all() == [None] * 4
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    for _ in range(30):
        deliver()
        frozen.shift(dt.timedelta(minutes=20))
    controller.stop()
    assert [subject for subject in server.subjects if "Omar" not in subject] == [
        "Réservation de Un",
        "Réservation de Deux",
        "Réservation de Trois",
    ]
    assert len(server.got) == 4


def test_a_later_mail_never_overtakes_an_earlier_one_to_the_same_address(
    put: Post, server: Server, deliver: Callable[[], int], frozen: time_machine.Traveller
) -> None:
    server.answers["ines@example.org"] = "451 4.7.1 Greylisted"
    put(place="confirmée")
    put("omar@example.org", place="Omar")
    assert deliver() == 1
    server.answers.clear()
    put(place="annulée")
    assert deliver() == 0
    frozen.shift(60)
    assert deliver() == 2
    assert server.subjects == ["Réservation de Omar", "Réservation de confirmée", "Réservation de annulée"]


def test_a_mail_that_is_refused_for_good_lets_the_next_one_pass(
    put: Post, server: Server, deliver: Callable[[], int], session: Session
) -> None:
    server.answers["ines@example.org"] = "550 5.1.1 No such user"
    put(place="Un")
    assert deliver() == 0
    assert session.execute(sa.select(Job.attempts, Job.last_error)).one() == (1, "550 5.1.1 No such user")
    server.answers.clear()
    put(place="Deux")
    assert deliver() == 1
    assert server.subjects == ["Réservation de Deux"]


def test_without_a_mail_server_a_mail_waits_outside_a_demo_and_is_kept_inside(
    put: Post, app: Flask, session: Session
) -> None:
    put()
    plain: Settings = app.extensions["archipel"]
    assert Worker(app, handlers(plain)).run_due_once() == 0
    assert session.scalar(sa.select(Job.last_error)) == "MAIL_URL is not set, so no mail can be sent."
    assert session.scalar(sa.select(Message.sent_at)) is None


def test_a_folder_is_a_mail_server_too(put: Post, app: Flask, database: str, tmp_path: Path) -> None:
    put()
    way = settings_for(database, MAIL_URL=f"file://{tmp_path}/box")
    assert Worker(app, handlers(way)).run_due_once() == 1
    (file,) = (tmp_path / "box").iterdir()
    read = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert str(read["Subject"]) == "Réservation de La Grande Écluse"


def test_the_language_is_that_of_the_recipient_whatever_the_request_speaks(
    put: Post, app: Flask, session: Session
) -> None:
    with app.test_request_context("/?lang=en"):
        put(language="fr")
    put(language="en")
    assert session.scalars(sa.select(Message.subject).order_by(Message.id)).all() == [
        "Réservation de La Grande Écluse",
        "Booking of La Grande Écluse",
    ]


def test_old_mails_are_forgotten(put: Post, session: Session, frozen: time_machine.Traveller) -> None:
    put(place="Un")
    frozen.shift(KEEP)
    put(place="Deux")
    write(forget_old, now=clock.now())
    assert len(session.scalars(sa.select(Message.id)).all()) == 2
    frozen.shift(1)
    for _ in range(2):
        write(forget_old, now=clock.now())
        assert session.scalars(sa.select(Message.subject)).all() == ["Réservation de Deux"]


def test_a_person_is_forgotten_and_what_was_on_its_way_stays_here(
    put: Post, server: Server, deliver: Callable[[], int], session: Session
) -> None:
    def join(inside: Session) -> MemberId:
        made = sa.insert(Member).values(
            uid="u", email="ines@example.org", name="Inès", created_at=NOW, confirmed_at=NOW, password_hash=None
        )
        member_id = MemberId(inside.execute(made.returning(Member.id)).scalar_one())
        post(inside, Recipient(member_id, "old@example.org", "fr"), "tests/hello", VALUES, now=NOW)
        return member_id

    errors = sa.select(Job.last_error).where(Job.last_error.is_not(None))
    member_id = write(join)
    put("ines@example.org")
    put("omar@example.org")
    server.answers["ines@example.org"] = "550 5.1.1 <ines@example.org> is unknown"
    server.answers["old@example.org"] = "451 4.7.1 <old@example.org> must wait"
    assert deliver() == 1
    assert {"ines", "old"} == {str(told).split("<")[1].split("@")[0] for told in session.scalars(errors)}
    for _ in range(2):
        write(forget_person, member_id, "ines@example.org")
        assert session.scalars(errors).all() == []
    put("zoe@example.org")
    assert deliver() == 1
    assert [str(mail["To"]) for mail in server.got] == ["omar@example.org", "zoe@example.org"]
    assert set(session.scalars(sa.select(Message.recipient))) == {"omar@example.org", "zoe@example.org"}
