"""A real `archipel serve` of several processes on a database, to be stormed, killed and measured."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.realpg import free_port

SECRET = "tests-only-" + "0" * 40
START_SECONDS = 60
STOP_SECONDS = 30
KEEPER = '"$@" >"$0" 2>&1 & echo $!; read -r _; kill $!; wait $!'
"""A shell that runs the server until its own stdin is closed, so that no kill of a test session leaves one behind."""


def environment(database_url: str, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The settings of a server on that database; load tests are no abuse."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    return known | {"SECRET_KEY": SECRET, "DATABASE_URL": database_url, "RATE_LIMITS": "off", **(settings or {})}


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, the process that was started, where its logs go."""

    port: int
    pid: int
    log: Path

    @property
    def address(self) -> str:
        """What stands before every path."""
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The processes that answer requests, oldest first."""
        return [pid for pid, words in self._children().items() if words[-1:] != ["worker"]]

    def jobs_worker(self) -> int | None:
        """The process that does the jobs, if one lives at this moment."""
        return next((pid for pid, words in self._children().items() if words[-1:] == ["worker"]), None)

    def alive(self) -> bool:
        """Whether it answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def ended(self) -> bool:
        """Whether it is no more, though nobody ended it."""
        stat = Path(f"/proc/{self.pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"

    def _children(self) -> dict[int, list[str]]:
        found = {}
        for listed in Path(f"/proc/{self.pid}/task").glob("*/children"):
            for pid in listed.read_text().split():
                # A process that has just ended has no command line any more, or is gone.
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                    words = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
                    if words != [""]:
                        found[int(pid)] = words
        return dict(sorted(found.items()))


@contextlib.contextmanager
def serving(
    database_url: str,
    log: Path,
    *options: str,
    program: Sequence[str] = ("-m", "booking", "serve"),
    settings: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run the server for the block on a free port of 127.0.0.1; all of its processes end with it.

    `program` may be another program that takes `--bind` and serves in the same way. Raises RuntimeError with the log
    when it does not answer, or does not end.
    """
    port = free_port()
    command = [sys.executable, *program, "--bind", f"127.0.0.1:{port}", *options]
    process = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, log, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(database_url, settings),
        start_new_session=True,
    )
    assert process.stdout is not None
    server = Server(port, int(process.stdout.readline()), log)
    try:
        patience = time.monotonic() + START_SECONDS
        while not server.alive():
            if server.ended() or time.monotonic() > patience:
                raise RuntimeError(f"The server did not start: {log.read_text()}")
            time.sleep(0.02)
        yield server
        if server.ended():
            raise RuntimeError(f"The server ended by itself: {log.read_text()}")
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.communicate(timeout=STOP_SECONDS)  # closes its stdin, which is the sign
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise


def run(database_url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of `archipel` on that database, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "booking", *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment(database_url),
        timeout=600,
    )


def resident(pid: int) -> int:
    """Bytes of memory that a process holds by itself or shares."""
    lines: Mapping[str, str] = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    return int(lines["VmRSS"].split()[0]) * 1024
