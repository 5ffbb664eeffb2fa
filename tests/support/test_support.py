from __future__ import annotations

import fcntl
import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page

from tests.support import realpg
from tests.support.browser import faults_of
from tests.support.once import made_once


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(statement.encode()).fetchall()


def make_town(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE EXTENSION btree_gist"))
        connection.execute(sa.text("CREATE TABLE town (name text PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO town VALUES ('Thiers')"))
    engine.dispose()


def test_the_server_is_a_postgresql_with_what_the_guard_needs(pg_database: str) -> None:
    ((found,),) = rows(pg_database, "SELECT count(*) FROM pg_available_extensions WHERE name = 'btree_gist'")
    assert found == 1
    ((version,),) = rows(pg_database, "SELECT current_setting('server_version_num')::int")
    assert isinstance(version, int)
    assert version >= 150000


def test_all_workers_share_one_server(pg_server: str, session_folder: Path) -> None:
    assert (session_folder / "postgres-url").read_text() == pg_server


def test_databases_from_one_template_are_whole_and_apart(pg_server: str) -> None:
    name = realpg.template(pg_server, "support_town", make_town)
    with realpg.database(pg_server, name) as one, realpg.database(pg_server, name) as other:
        with psycopg.connect(one.replace("+psycopg", "")) as connection:
            connection.execute("DELETE FROM town")
        assert rows(one, "SELECT name FROM town") == []
        assert rows(other, "SELECT name FROM town") == [("Thiers",)]


def test_a_template_is_filled_once_however_many_ask_at_once(pg_server: str) -> None:
    filled: list[str] = []

    def fill(url: str) -> None:
        filled.append(url)
        make_town(url)

    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(lambda _: realpg.template(pg_server, "support_asked_at_once", fill), range(4)))
    assert names == {"support_asked_at_once"}
    assert len(filled) == 1


def test_a_template_that_failed_is_made_anew(pg_server: str) -> None:
    def fail(url: str) -> None:
        make_town(url)
        raise ValueError("the migration failed")

    with pytest.raises(ValueError, match="the migration failed"):
        realpg.template(pg_server, "support_failed", fail)
    name = realpg.template(pg_server, "support_failed", make_town)
    with realpg.database(pg_server, name) as url:
        assert rows(url, "SELECT name FROM town") == [("Thiers",)]


def test_a_database_is_dropped_even_while_someone_is_connected(pg_server: str) -> None:
    with realpg.database(pg_server) as url:
        left_open = psycopg.connect(url.replace("+psycopg", ""))
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    left_open.close()
    name = sa.make_url(url).database
    assert rows(pg_server, f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == []


def test_a_durable_server_keeps_its_promise_at_commit() -> None:
    with realpg.server(durable=True) as url:
        assert rows(url, "SELECT current_setting('fsync'), current_setting('synchronous_commit')") == [("on", "on")]
    with pytest.raises(psycopg.OperationalError):
        rows(url, "SELECT 1")


def test_binaries_that_only_their_owner_reaches_serve_root_too(tmp_path: Path) -> None:
    """As root: nobody, who runs the server, cannot enter a private home, where .venv may lie."""
    private = tmp_path / "private"
    private.mkdir(0o700)
    prefix = realpg.copied(realpg.installation(), private)
    script = "from tests.support import realpg\nwith realpg.server() as url: print(url)"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "ARCHIPEL_POSTGRES": str(prefix)},
    )
    assert ran.stdout.startswith("postgresql+psycopg://archipel@127.0.0.1:")


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    prefix = realpg.installation()
    with pytest.raises(RuntimeError, match="did not start"), realpg.running(prefix, tmp_path, 1, tmp_path / "log"):
        pytest.fail("a folder without a cluster was served")


def test_killing_the_session_leaves_no_server_behind(tmp_path: Path) -> None:
    """The session below holds the lock as a test session does, starts the server, says its address and is killed."""
    session = """
import fcntl, pathlib, signal, sys
from tests.support import realpg
from tests.support.browser import faults_of
home = pathlib.Path(sys.argv[1])
alive = (home / "alive").open("w")
fcntl.flock(alive, fcntl.LOCK_EX)
print(realpg.start_kept_server(home), flush=True)
signal.pause()
"""
    with subprocess.Popen(
        [sys.executable, "-c", session, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert rows(url, "SELECT 1") == [(1,)]
        os.kill(process.pid, signal.SIGKILL)
    with (tmp_path / "kept").open("w") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)  # given once the keeper has ended the server
    with pytest.raises(psycopg.OperationalError):
        rows(url, "SELECT 1")


def test_made_once_starts_over_after_a_maker_that_failed(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.mkdir()
        (path / "half").touch()
        raise OSError("disk full")

    def make(path: Path) -> None:
        path.mkdir()
        (path / "whole").touch()

    with pytest.raises(OSError, match="disk full"):
        made_once(tmp_path / "thing", fail)
    assert not (tmp_path / "thing").exists()
    for _ in range(2):
        assert [entry.name for entry in made_once(tmp_path / "thing", make).iterdir()] == ["whole"]


PAGES = {
    "/": b"<h1>R&eacute;server un &eacute;tabli</h1><script>"
    b"document.querySelector('h1').dataset.zone = Intl.DateTimeFormat().resolvedOptions().timeZone</script>",
    "/fails": b"<script>throw new Error('rien ne va')</script>",
    "/strict": b"<script>document.title = 'nu'</script>",
}


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.path == "/strict":
            self.send_header("Content-Security-Policy", "script-src 'self'")
        self.end_headers()
        self.wfile.write(b"<!doctype html><html lang=fr><title>Atelier</title>" + PAGES[self.path])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.browser
def test_the_browser_is_a_real_one_with_scripts_and_fonts(page: Page, address: str) -> None:
    page.goto(address)
    heading = page.get_by_role("heading", name="Réserver un établi")
    assert heading.get_attribute("data-zone") == "Europe/Paris"
    box = heading.bounding_box()
    assert box is not None
    assert box["height"] > 10
    assert page.screenshot().startswith(b"\x89PNG")


@pytest.mark.browser
def test_pages_of_two_tests_share_no_cookie(page: Page, address: str) -> None:
    page.goto(address)
    assert page.context.cookies() == []
    page.context.add_cookies([{"name": "seen", "value": "1", "url": address}])


@pytest.mark.browser
def test_pages_of_two_tests_share_no_cookie_either_way(page: Page, address: str) -> None:
    page.goto(address)
    assert page.context.cookies() == []
    page.context.add_cookies([{"name": "seen", "value": "1", "url": address}])


@pytest.mark.browser
@pytest.mark.parametrize(("path", "fault"), [("fails", "script: rien ne va"), ("strict", "policy: ")])
def test_a_page_that_fails_in_the_browser_fails_its_test(browser: Browser, address: str, path: str, fault: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    faults = faults_of(page)
    page.goto(address + path)
    context.close()
    assert [seen[: len(fault)] for seen in faults] == [fault]
