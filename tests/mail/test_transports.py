"""How a mail leaves: its headers and parts, and what a real mail server's answers mean."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage, MIMEPart
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from booking.jobs.rules import GiveUp, TryAgain
from booking.mail.schemas import Outgoing
from booking.mail.transports import Folder, Nowhere, Smtp, Transport, Unset, compose, host_name, transport

SENDER = "Archipel <archipel@example.org>"
BASE_URL = "https://archipel.example"
MAIL = Outgoing(
    uid="019750b2-0000-7000-8000-000000000001",
    recipient="ines@example.org",
    language="fr",
    subject="Réservation confirmée : Quai 3",
    text="Bonjour Inès,\n\nÀ jeudi.\n",
    html="<!doctype html><html lang=fr><title>x</title><p>Bonjour Inès,<p>À jeudi.",
    calendar=None,
    created_at=dt.datetime(2026, 6, 11, 8, 40, tzinfo=dt.UTC),
)
ICS = "BEGIN:VCALENDAR\r\nSUMMARY:Écluse\r\nEND:VCALENDAR\r\n"


def parsed(message: EmailMessage) -> EmailMessage:
    """The mail as another program reads it from its bytes."""
    return email.message_from_bytes(message.as_bytes(), policy=policy.default)


def lines(part: MIMEPart) -> str:
    """A part's text with the ends of line of a text."""
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def test_a_mail_is_text_and_html_with_all_that_readers_need() -> None:
    read = parsed(compose(MAIL, SENDER, BASE_URL))
    assert dict(read.items()) | {"Content-Type": ""} == {
        "To": "ines@example.org",
        "From": SENDER,
        "Subject": MAIL.subject,
        "Date": "Thu, 11 Jun 2026 08:40:00 +0000",
        "Message-ID": "<019750b2-0000-7000-8000-000000000001@archipel.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "fr",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }
    assert read.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert [lines(part) for part in read.iter_parts()] == [MAIL.text, MAIL.html + "\n"]


def test_a_calendar_is_a_file_and_no_invitation() -> None:
    read = parsed(compose(dataclasses.replace(MAIL, calendar=ICS), SENDER, BASE_URL))
    (file,) = read.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "archipel.ics")
    assert (file.get_param("charset"), file.get_param("method")) == ("utf-8", None)
    assert file.get_payload(decode=True) == ICS.encode()
    body = read.get_body(("plain",))
    assert body is not None
    assert lines(body) == MAIL.text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["subject", "recipient", "sender", "language"])
def test_no_value_makes_a_header_of_its_own(field: str, end: str) -> None:
    evil = f"x@example.org{end}Bcc: everybody@example.org{end}{end}<p>body"
    values = {"subject": MAIL.subject, "recipient": MAIL.recipient, "language": "fr", "sender": SENDER, field: evil}
    sender = values.pop("sender")
    try:
        read = parsed(compose(dataclasses.replace(MAIL, **values), sender, BASE_URL))  # type: ignore[arg-type]  # all four are texts
    except GiveUp:
        return
    assert not {"Bcc", "everybody@example.org"} & {*read, *(str(value) for value in read.values())}
    assert len(read.get_all("To", [])) == len(read.get_all("Subject", [])) == 1
    assert str(read["To"]) == "ines@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ines",
        "@example.org",
        "ines@",
        "a@b.org, c@d.org",
        "Inès <ines@example.org>",
        "a b@example.org",
        "inès@example.org",
    ],
)
def test_what_is_no_single_address_is_given_up(address: str) -> None:
    with pytest.raises(GiveUp):
        compose(dataclasses.replace(MAIL, recipient=address), SENDER, BASE_URL)


def test_the_server_is_named_in_ascii() -> None:
    assert host_name("https://écluse.example/archipel") == "xn--cluse-9ra.example"
    assert host_name("http://[::1]:8000") == "localhost"


@pytest.mark.parametrize(
    ("url", "demo", "expected"),
    [
        ("", True, Nowhere()),
        ("", False, Unset()),
        ("file:///var/mail%20box", False, Folder(Path("/var/mail box"))),
        ("smtp://mail.example", False, Smtp("mail.example", 25, "", "", "archipel.example", implicit=False)),
        (
            "smtp://a%40b:p%3Aw@mail.example",
            False,
            Smtp("mail.example", 587, "a@b", "p:w", "archipel.example", implicit=False),
        ),
        ("smtps://u:p@mail.example", False, Smtp("mail.example", 465, "u", "p", "archipel.example", implicit=True)),
        (
            "smtp://u:p@mail.example:2525",
            True,
            Smtp("mail.example", 2525, "u", "p", "archipel.example", implicit=False),
        ),
    ],
)
def test_the_way_is_the_one_the_setting_names(url: str, *, demo: bool, expected: Transport) -> None:
    assert transport(url, BASE_URL, demo=demo) == expected


def test_without_a_way_a_mail_waits_and_only_a_demo_keeps_it() -> None:
    message = compose(MAIL, SENDER, BASE_URL)
    Nowhere().send(message)
    with pytest.raises(TryAgain, match="MAIL_URL"):
        Unset().send(message)


def test_a_folder_gets_one_whole_file_a_mail_however_often_it_is_sent(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "deep" / "down")
    for _ in range(2):
        folder.send(compose(MAIL, SENDER, BASE_URL))
    (file,) = folder.folder.iterdir()
    assert file.name == f"{MAIL.uid}.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert email.message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == MAIL.subject


def test_a_folder_that_cannot_be_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TryAgain, match="Not a directory"):
        Folder(tmp_path / "file" / "folder").send(compose(MAIL, SENDER, BASE_URL))


class Post:
    """A mail server's side: keeps what it gets, or answers as it was told to."""

    def __init__(self, rcpt: str = "", data: str = "") -> None:
        self.rcpt = rcpt
        self.data = data
        self.got: list[tuple[Session, Envelope]] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt or "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        self.got.append((session, envelope))
        return self.data or "250 OK"


class Abrupt(threading.Thread):
    """A mail server that takes one mail and hangs up at the goodbye."""

    def __init__(self, listening: socket.socket, said: list[bytes]) -> None:
        super().__init__()
        self.listening = listening
        self.said = said

    def run(self) -> None:
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rwb") as talk:
            talk.write(b"220 abrupt\r\n")
            talk.flush()
            for line in talk:
                self.said.append(line)
                word = line.rstrip().partition(b" ")[0]
                if word == b"quit":
                    return
                if word == b"data":
                    talk.write(b"354 go on\r\n")
                elif word in (b"ehlo", b"mail", b"rcpt", b"."):
                    talk.write(b"250 OK\r\n")
                talk.flush()


MAKE_CERTIFICATE = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=nobody.example"

Serve = Callable[..., tuple[Post, int]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start real mail servers on 127.0.0.1."""
    running: list[Controller] = []

    def start(post: Post | None = None, **options: Any) -> tuple[Post, int]:
        handler = post or Post()
        controller = Controller(handler, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        running.append(controller)
        return handler, controller.port

    yield start
    for controller in running:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def to(port: int, host: str = "127.0.0.1", user: str = "", password: str = "", *, implicit: bool = False) -> Smtp:
    return Smtp(host, port, user, password, "archipel.example", implicit)


def test_a_real_server_gets_the_mail(serve: Serve) -> None:
    post, port = serve()
    to(port).send(compose(MAIL, SENDER, BASE_URL))
    ((session, envelope),) = post.got
    assert (envelope.mail_from, envelope.rcpt_tos) == ("archipel@example.org", ["ines@example.org"])
    assert session.host_name == "archipel.example"
    assert isinstance(envelope.content, bytes)
    assert envelope.content.isascii(), "no server needs 8BITMIME"
    read = email.message_from_bytes(envelope.content, policy=policy.default)
    assert read["Subject"] == MAIL.subject


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"rcpt": "550 5.1.1 No such user\u00e9"}, GiveUp),
        ({"rcpt": "451 4.7.1 Greylisted"}, TryAgain),
        ({"data": "554 5.7.1 Refused"}, GiveUp),
        ({"data": "452 4.3.1 Full"}, TryAgain),
    ],
)
def test_a_refusal_for_good_is_given_up_and_others_are_tried_again(
    serve: Serve, answers: dict[str, str], expected: type[Exception]
) -> None:
    _post, port = serve(Post(**answers), enable_SMTPUTF8=True)
    with pytest.raises(expected, match=next(iter(answers.values()))[:9]):
        to(port).send(compose(MAIL, SENDER, BASE_URL))


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(TryAgain, match=r"127\.0\.0\.1:\d+: .*refused"):
        to(free_port()).send(compose(MAIL, SENDER, BASE_URL))


def test_a_server_that_leaves_without_goodbye_has_the_mail_all_the_same() -> None:
    """A goodbye that fails must not send the mail again."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        said: list[bytes] = []
        thread = Abrupt(listening, said)
        thread.start()
        to(listening.getsockname()[1]).send(compose(MAIL, SENDER, BASE_URL))
        thread.join(10)
    assert said[-1] == b"quit\r\n"
    assert b"Subject" in b"".join(said)


IN_CLEAR = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the test server's warning


@IN_CLEAR
def test_a_password_never_leaves_without_encryption(serve: Serve) -> None:
    """127.1 leads to this machine without being called so, as a name elsewhere would."""
    post, port = serve(auth_require_tls=False, authenticator=accept, auth_required=True)
    with pytest.raises(TryAgain, match="no encryption"):
        to(port, "127.1", "user", "secret").send(compose(MAIL, SENDER, BASE_URL))
    to(port, "127.0.0.1", "user", "secret").send(compose(MAIL, SENDER, BASE_URL))
    assert len(post.got) == 1


@IN_CLEAR
def test_a_wrong_password_is_tried_again_when_somebody_has_mended_it(serve: Serve) -> None:
    _post, port = serve(auth_require_tls=False, authenticator=accept, auth_required=True)
    with pytest.raises(TryAgain, match="535"):
        to(port, user="user", password="wrong").send(compose(MAIL, SENDER, BASE_URL))


@pytest.mark.parametrize("implicit", [False, True])
def test_what_is_encrypted_is_encrypted_and_elsewhere_the_certificate_counts(
    serve: Serve, tmp_path: Path, *, implicit: bool
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl command to make a certificate with")
    context = certificate(tmp_path)
    how = {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
    post, port = serve(authenticator=accept, auth_required=not implicit, **how)
    login = {} if implicit else {"user": "user", "password": "secret"}
    to(port, **login, implicit=implicit).send(compose(MAIL, SENDER, BASE_URL))
    ((session, _envelope),) = post.got
    assert implicit or session.ssl is not None
    with pytest.raises(TryAgain, match="certificate"):
        to(port, "127.1", **login, implicit=implicit).send(compose(MAIL, SENDER, BASE_URL))
    assert len(post.got) == 1


def accept(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"user", b"secret"), handled=False)


def certificate(folder: Path) -> ssl.SSLContext:
    """A new self-signed certificate that nobody vouches for."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [*MAKE_CERTIFICATE.split(), "-keyout", key, "-out", cert],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context
