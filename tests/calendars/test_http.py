"""How feeds are answered: the headers that calendar programs live by (RFC 9110), and what is never said."""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import io
import json
import logging
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
import time_machine
from flask import Flask
from werkzeug.http import http_date, parse_date

from booking import clock, logs
from booking.app import create_app
from booking.bookings.actions import cancel
from booking.calendars.rules import Form
from booking.calendars.views.answers import BUCKETS, COPIES, MOST_ADDRESSES, Copies, Copy
from booking.db import db, write
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.values.codes import new_token, token_hash
from tests.calendars.conftest import DAY, Booker, Reader, public, secret
from tests.conftest import settings_for
from tests.support.archipelago import DESK, ECLUSE, POOL
from tests.support.realpg import free_port
from tests.support.statements import counted
from tests.support.visits import Visit
from tests.support.world import NOW, World, at

SECOND = dt.timedelta(seconds=1)
SAME = {"Date", "Server", "Connection"}


def headers(response: Any, *but: str) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in SAME and name not in but}


def modified(response: Any) -> dt.datetime:
    found = parse_date(response.headers["Last-Modified"])
    assert found is not None
    return found


@pytest.fixture
def path(ines: Asker, booked: Booker) -> str:
    """A feed with a booking in it."""
    booked(ines, DESK)
    return public(DESK)


# --- the answer ---


def test_the_headers_of_a_feed(path: str, reader: Reader) -> None:
    response = reader.ask(path)
    assert response.status_code == 200
    told = headers(response, "ETag", "Content-Length", "Content-Security-Policy", "Permissions-Policy")
    assert told == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": f"inline; filename={DESK}.ics",
        "Last-Modified": http_date(NOW),
        "Vary": "Accept-Encoding",
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert not response.headers["ETag"].startswith("W/")
    assert int(response.headers["Content-Length"]) == len(response.data)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("form", list(Form))
def test_head_answers_as_get(world: World, reader: Reader, encoding: str, form: Form) -> None:
    assert world.resources
    got = reader.ask(public(DESK, form), Accept_Encoding=encoding)
    head = reader.ask(public(DESK, form), "HEAD", Accept_Encoding=encoding)
    assert (head.status_code, head.data) == (200, b"")
    assert headers(head) == headers(got)


@pytest.mark.parametrize("method", ["PROPFIND", "PUT", "OPTIONS", "REPORT", "POST", "DELETE", "PATCH"])
def test_other_methods_are_refused_by_name(ines: Asker, reader: Reader, method: str) -> None:
    for each in (public(DESK), secret(ines, "bookings")):
        response = reader.ask(each, method)
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD"
        assert response.mimetype == "text/plain"


def test_each_encoding_has_a_strong_tag_of_its_own(path: str, reader: Reader) -> None:
    plain, packed = reader.ask(path), reader.ask(path, Accept_Encoding="gzip, deflate, br")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert packed.data == reader.ask(path, Accept_Encoding="gzip").data
    for nothing in ("gzip;q=0", "br", "", "identity"):
        assert "Content-Encoding" not in reader.ask(path, Accept_Encoding=nothing).headers


def test_a_query_changes_nothing_and_sets_no_cookie(path: str, reader: Reader) -> None:
    response = reader.ask(f"{path}?lang=en&from=2020-01-01&names=1")
    assert response.data == reader.ask(path).data


def test_who_is_signed_in_beside_counts_for_nothing(app: Flask, world: World, path: str, reader: Reader) -> None:
    """A browser's session is neither read nor renewed, though it is one that pages renew at every answer."""
    manager = Visit(app, world.staff(ECLUSE))
    with manager.client.session_transaction() as cookie:
        cookie.permanent = True
    assert "Set-Cookie" in manager.get("/account").headers
    with manager.client.application.app_context(), counted() as statements:
        seen = manager.client.get(path)
    assert len(statements) == 4, "none of them about a sign-in"
    assert not any("login" in statement for statement in statements)
    assert "Set-Cookie" not in seen.headers
    assert "Cookie" not in seen.headers["Vary"]
    assert seen.data == reader.ask(path).data


# --- conditions ---


@pytest.mark.parametrize("form", list(Form))
def test_an_unchanged_feed_is_told_by_its_tag(path: str, reader: Reader, form: Form) -> None:
    address = path.replace("ics", form)
    whole = reader.ask(address)
    tag, response = whole.headers["ETag"], whole
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*", tag.replace('"', "")):
        response = reader.ask(address, If_None_Match=sent)
        assert (response.status_code, response.data) == (304, b"")
    kept = headers(response, "Content-Security-Policy", "Permissions-Policy")
    assert kept == {
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    assert reader.ask(address, "HEAD", If_None_Match=tag).status_code == 304


def test_either_encoding_of_a_version_is_that_version(path: str, reader: Reader) -> None:
    plain = reader.ask(path).headers["ETag"]
    packed = reader.ask(path, Accept_Encoding="gzip").headers["ETag"]
    assert reader.ask(path, If_None_Match=packed).headers["ETag"] == packed
    assert reader.ask(path, If_None_Match=plain, Accept_Encoding="gzip").headers["ETag"] == plain


def test_events_and_free_busy_have_other_tags(path: str, reader: Reader) -> None:
    tag = reader.ask(path).headers["ETag"]
    assert reader.ask(public(DESK, Form.BUSY), If_None_Match=tag).status_code == 200


@pytest.mark.parametrize("sent", ['"other"', "", "nonsense", '"a", "b"', 'W/"x"'])
def test_another_tag_gets_the_feed_whatever_its_date(path: str, reader: Reader, sent: str) -> None:
    response = reader.ask(path, If_None_Match=sent, If_Modified_Since=http_date(NOW + DAY))
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (http_date(NOW), 304),
        (http_date(NOW - SECOND), 200),
        (http_date(NOW + 3600 * SECOND), 304),
        (http_date(NOW + 2 * DAY), 200),
        ("yesterday", 200),
        ("", 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("2026-06-11T08:40:00Z", 200),
    ],
)
def test_a_date_is_read_not_believed(
    path: str, reader: Reader, frozen: time_machine.Traveller, since: str, status: int
) -> None:
    frozen.shift(2 * 3600 * SECOND)
    assert reader.ask(path, If_Modified_Since=since).status_code == status


def test_an_unchanged_feed_costs_one_statement(ines: Asker, path: str, reader: Reader) -> None:
    own = secret(ines, "bookings")
    for each in (path, own):
        tag = reader.ask(each).headers["ETag"]
        reader.ask(each)  # its use is noted by now
        with reader.client.application.app_context(), counted() as statements:
            assert reader.ask(each, If_None_Match=tag).status_code == 304
        assert len(statements) == 1, statements


def test_the_date_never_goes_back(ines: Asker, reader: Reader, booked: Booker, frozen: time_machine.Traveller) -> None:
    """Through bookings, cancellations, names, and days on which events leave, the last one among them."""
    dates = [modified(reader.ask(public(DESK)))]
    codes = []
    for hour in (10, 12, 14):
        frozen.shift(60)
        codes.append(booked(ines, DESK, (f"{hour}:00", f"{hour + 1}:00")))
        dates.append(modified(reader.ask(public(DESK))))
    for code in codes[:2]:
        frozen.shift(60)
        write(cancel, ines, code, clock.now())
        dates.append(modified(reader.ask(public(DESK))))
    assert len(set(dates)) == 6
    frozen.shift(60)
    write(lambda s: s.execute(sa.update(Resource).values(name="Autre", updated_at=clock.now())))
    dates.append(modified(reader.ask(public(DESK))))
    assert dates[-1] == clock.now()
    for day in range(1, 70):
        frozen.move_to(at("2026-06-11 12:00") + day * DAY)
        dates.append(modified(reader.ask(public(DESK))))
    assert dates == sorted(dates)


def test_an_empty_feed_keeps_its_date_a_whole_day(world: World, reader: Reader, frozen: time_machine.Traveller) -> None:
    assert world.resources
    first = reader.ask(public(POOL))
    frozen.shift(3600)
    assert headers(reader.ask(public(POOL))) == headers(first)


def test_the_date_is_never_ahead_of_the_clock(path: str, reader: Reader) -> None:
    """Another server, whose clock is a little fast, has written last."""
    write(lambda s: s.execute(sa.update(Lieu).values(updated_at=NOW + 5 * SECOND)))
    assert modified(reader.ask(path)) == NOW


# --- refusals, in a word ---


def test_a_refusal_is_a_word_of_text(world: World, reader: Reader) -> None:
    assert world.resources
    for path in (
        "/calendars/resources/nothing.ics",
        f"/calendars/{new_token()}/bookings.ics",
        "/calendars/x",
        "/calendars/",
    ):
        response = reader.ask(path)
        assert (response.status_code, response.mimetype) == (404, "text/plain")
        assert "<" not in response.text
        assert "ETag" not in response.headers
    for path in ("/calendars/resources/nothing.ics", f"/calendars/{new_token()}/bookings.ics"):
        refused = reader.ask(path)
        assert refused.headers["X-Robots-Tag"] == "noindex"
        assert refused.headers["Referrer-Policy"] == "no-referrer"


def test_robots_may_fetch_feeds(reader: Reader) -> None:
    response = reader.ask("/robots.txt")
    assert (response.status_code, response.mimetype) == (200, "text/plain")
    lines = response.text.splitlines()
    assert lines[:2] == ["User-agent: *", "Allow: /calendars/"]
    assert "Disallow: /account" in lines


def test_an_address_sent_in_clear_is_refused_never_redirected(database: str, world: World) -> None:
    """Behind a proxy that speaks HTTPS; `webcal:` becomes http with some programs."""
    assert world.resources
    app = create_app(settings_for(database, BASE_URL="https://archipel.example", TRUSTED_PROXIES="1"))
    with app.app_context():
        client = app.test_client()
        clear = client.get(public(DESK), headers={"X-Forwarded-Proto": "http", "X-Forwarded-For": "198.51.100.7"})
        safe = client.get(public(DESK), headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"})
        db.session.remove()
        db.engine.dispose()
    assert (clear.status_code, clear.mimetype) == (403, "text/plain")
    assert "Location" not in clear.headers
    assert safe.status_code == 200
    assert safe.headers["Strict-Transport-Security"]


def test_a_program_gone_mad_waits(database: str, world: World) -> None:
    assert world.resources
    app = create_app(settings_for(database, RATE_LIMITS="on"))
    with app.app_context():
        client = app.test_client()
        first = client.get(public(DESK))
        soon = time.monotonic() + 60
        while app.extensions[BUCKETS].take(token_hash(public(DESK)), soon) == 0:
            pass
        second, other = client.get(public(DESK)), client.get(public(POOL))
        db.session.remove()
        db.engine.dispose()
    assert (first.status_code, second.status_code, other.status_code) == (200, 429, 200)
    assert int(second.headers["Retry-After"]) >= 1


# --- without the database ---


def test_without_its_database_a_feed_gives_its_last_good_copy(
    app: Flask, path: str, reader: Reader, frozen: time_machine.Traveller
) -> None:
    kept, tag = reader.ask(path).data, reader.ask(path).headers["ETag"]
    with lost(app):
        again = reader.ask(path)
        assert (again.status_code, again.data) == (200, kept)
        assert again.headers["ETag"] == tag
        assert gzip.decompress(reader.ask(path, Accept_Encoding="gzip").data) == kept
        assert reader.ask(path, If_None_Match=tag).status_code == 304
        unseen = reader.client.get(public(POOL))
        assert (unseen.status_code, unseen.mimetype) == (503, "text/plain")
        assert unseen.headers["Retry-After"]
        frozen.shift(DAY)
        assert reader.client.get(path).status_code == 503
    assert reader.ask(path).status_code == 200


def test_the_copy_of_a_secret_feed_lasts_an_hour(
    app: Flask, ines: Asker, reader: Reader, frozen: time_machine.Traveller
) -> None:
    path = secret(ines, "bookings")
    kept = reader.ask(path).data
    with lost(app):
        frozen.shift(59 * 60)
        assert reader.ask(path).data == kept
        frozen.shift(60)
        assert reader.client.get(path).status_code == 503


def test_what_was_refused_since_is_not_given_from_a_copy(app: Flask, path: str, reader: Reader) -> None:
    assert reader.ask(path).status_code == 200
    write(lambda s: s.execute(sa.update(Lieu).values(public_feeds=False)))
    assert reader.ask(path).status_code == 404
    with lost(app):
        assert reader.client.get(path).status_code == 503


class lost:  # noqa: N801 - reads as a sentence
    """The database does not answer for the block: every statement fails as when the connection is cut."""

    def __init__(self, app: Flask) -> None:
        self.engine = db.engine
        assert app

    def __enter__(self) -> None:
        db.session.remove()
        sa.event.listen(self.engine, "before_cursor_execute", self.refuse)

    def __exit__(self, *_error: object) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self.refuse)

    @staticmethod
    def refuse(*_statement: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("server closed the connection"))


def test_copies_take_little_memory() -> None:
    copies = Copies(most=1_000)
    made: list[str] = []

    def make(version: str) -> bytes:
        made.append(version)
        return bytes(range(256)) + version.encode()

    first = copies.packed("0", lambda: make("0"))
    assert copies.packed("0", lambda: make("never")) is first
    for version in "123456":
        copies.packed(version, lambda version=version: make(version))  # type: ignore[misc]
    assert made == list("0123456")
    assert copies.packed("0", lambda: make("again")) != b""
    assert made[-1] == "again", "the oldest was forgotten"
    for n in range(MOST_ADDRESSES + 5):
        copies.keep(str(n), Copy("v", NOW, b"", NOW + SECOND))
    assert copies.last("0", NOW) is None
    assert copies.last(str(MOST_ADDRESSES), NOW) is not None


def test_a_version_is_rendered_once(app: Flask, path: str, reader: Reader) -> None:
    reader.ask(path)
    with counted() as statements:
        reader.ask(path, Accept_Encoding="gzip")
        reader.ask(path)
    assert len(statements) == 2
    assert isinstance(app.extensions[COPIES], Copies)


# --- no secret in any log ---

TOKEN = "Zq3v" * 10 + "-_A"  # of the shape of a secret; every worker must collect the same tests
SECRET_PATH = f"/calendars/{TOKEN}/lieux/la-grande-ecluse.ics"


@pytest.mark.parametrize(
    "line",
    [
        SECRET_PATH,
        f"GET {SECRET_PATH} HTTP/1.1",
        f"'{TOKEN}'",
        f"/reset/{TOKEN}?x=1",
        f"arc_{TOKEN}",
        f"a={TOKEN},b={TOKEN}",
    ],
)
def test_a_secret_is_masked_wherever_it_stands(line: str) -> None:
    assert TOKEN not in logs.masked(line)
    assert "***" in logs.masked(line)


@pytest.mark.parametrize(
    "line",
    [
        "/calendars/resources/quai-6.ics",
        "0" * 64,
        "019eb5d6-9700-7c96-95c5-05e1ba7c668f",
        "a" * 42,
        "x" * 44,
        "R-7K3Q9V",
    ],
)
def test_what_is_no_secret_is_not_masked(line: str) -> None:
    assert logs.masked(line) == line


def test_our_own_log_shows_no_secret_not_even_in_a_trace(capfd: pytest.CaptureFixture[str]) -> None:
    code = (
        "import structlog; from booking import logs; logs.configure(); log = structlog.get_logger()\n"
        f"log.warning('refused', path={SECRET_PATH!r})\n"
        f"try: raise ValueError({SECRET_PATH!r})\n"
        "except ValueError: log.exception('fault')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
    told = capfd.readouterr().err
    assert "refused" in told
    assert "ValueError" in told
    assert TOKEN not in told
    assert [json.loads(line)["level"] for line in told.splitlines()] == ["warning", "error"]
    assert structlog.get_logger()


def test_the_filter_masks_what_other_libraries_log() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Masked())
    log = logging.getLogger("tests.calendars")
    log.addHandler(handler)
    try:
        log.warning('"%s %s"', "GET", SECRET_PATH)
    finally:
        log.removeHandler(handler)
    assert stream.getvalue() == '"GET /calendars/***/lieux/la-grande-ecluse.ics"\n'


def test_the_access_log_of_the_server_shows_no_secret(tmp_path: Path) -> None:
    """A real granian with its access log turned on."""
    port = free_port()
    program = tmp_path / "served.py"
    program.write_text(
        "from granian import Granian\nfrom booking import logs\n"
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n    return [b'here']\n"
        "if __name__ == '__main__':\n"
        f"    Granian('served:app', port={port}, interface='wsgi', log_access=True,"
        " log_dictconfig=logs.SERVER).serve()\n"
    )
    log = tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen([sys.executable, str(program)], stdout=output, stderr=output, cwd=tmp_path)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{SECRET_PATH}") as answer:
                    assert answer.read() == b"here"
                break
            except (OSError, http.client.HTTPException):
                assert server.poll() is None, log.read_text()
                time.sleep(0.02)
        patience = time.monotonic() + 10
        while "lieux" not in log.read_text() and time.monotonic() < patience:
            time.sleep(0.02)  # the line is written after the answer
    finally:
        server.terminate()
        server.wait()
    told = log.read_text()
    assert "/calendars/***/lieux/la-grande-ecluse.ics" in told
    assert TOKEN not in told
