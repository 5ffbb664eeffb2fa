"""A PostgreSQL for development, from the same wheel as that of the tests: its data stay in instance/postgres.

It answers on 127.0.0.1 alone and asks for no password: it is not for real bookings. Run as `python -m tools.postgres`.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import sqlalchemy as sa

from tests.support import realpg

HOME = Path(__file__).resolve().parent.parent / "instance" / "postgres"
PORT = int(os.environ.get("POSTGRES_PORT", "5433"))
# Ctrl-C, a polite end, a closed terminal; or the server's own end.
ENDINGS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}


def address(server_url: str) -> str:
    """The address of the database `archipel`, made if it is not there yet."""
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        if connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = 'archipel'")) is None:
            connection.execute(sa.text("CREATE DATABASE archipel"))
    return sa.make_url(server_url).set(database="archipel").render_as_string(hide_password=False)


def in_use(port: int) -> bool:
    """Whether somebody already answers there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def main() -> None:
    """Serve until Ctrl-C; the address goes to stdout, what is said to people to stderr."""
    prefix, data = realpg.installation(), HOME / "data"
    if in_use(PORT):
        sys.exit(f"Port {PORT} is in use, perhaps by this server in another terminal. Another one: POSTGRES_PORT=5434")
    HOME.mkdir(parents=True, exist_ok=True)
    if not realpg.reachable(prefix):
        sys.exit(f"Root runs PostgreSQL as nobody, who cannot enter {prefix}: run this as an ordinary user.")
    if not (data / "PG_VERSION").exists():
        data.mkdir(mode=0o700, exist_ok=True)
        realpg.initialise(prefix, data)
    with realpg.running(prefix, data, PORT, HOME / "log") as server_url:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
        print(f"export DATABASE_URL={address(server_url)}", flush=True)
        print(f"PostgreSQL keeps its data in {HOME}; Ctrl-C ends it.", file=sys.stderr, flush=True)
        if signal.sigwait(ENDINGS) == signal.SIGCHLD:
            sys.exit(f"PostgreSQL has ended by itself; it says why in {HOME / 'log'}.")


if __name__ == "__main__":
    main()
