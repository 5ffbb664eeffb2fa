"""`archipel serve`: a production server of several workers, with a worker for jobs beside it."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from booking import logs
from booking.settings import DEMO, Settings
from booking.web.metrics import SHARED

THREADS = 8
"""Requests that one worker answers at once; they mostly wait for the database."""


def options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel serve`."""
    parser.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT", help="where to listen (%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="server processes (%(default)s)")
    parser.add_argument("--no-jobs", action="store_true", help="do no jobs here: `archipel worker` runs elsewhere")


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    host, separator, port = chosen.bind.rpartition(":")
    if not (separator and host and port.isdigit() and 0 < int(port) < 65536 and chosen.workers > 0):  # noqa: PLR2004 - TCP's ports
        print("--bind takes HOST:PORT, --workers a number above 0.", file=sys.stderr)
        return 2
    return serve(settings, host.strip("[]"), int(port), workers=chosen.workers, jobs=not chosen.no_jobs)


def serve(settings: Settings, host: str, port: int, *, workers: int, jobs: bool) -> int:
    """Run the server in this process, and the worker for jobs in a child that is started again when it dies.

    The exit code is 1 when the address cannot be listened on.
    """
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        print(f"Cannot listen on {host}:{port}: {error.strerror}. Choose another port.", file=sys.stderr)
        return 1
    if settings.demo:
        os.environ[DEMO] = "1"
    os.environ[SHARED] = tempfile.mkdtemp(prefix="archipel-metrics-")
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,), daemon=True) if jobs else None
    if keeper:
        keeper.start()
    server = Granian(
        "booking.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.error,
        log_dictconfig=logs.SERVER,
    )
    try:
        server.serve()
    finally:
        stop.set()
        if keeper:
            keeper.join()
        shutil.rmtree(os.environ[SHARED], ignore_errors=True)
    return 0


def _keep_worker(stop: threading.Event) -> None:
    while not stop.is_set():
        child = subprocess.Popen([sys.executable, "-m", "booking", "worker"])
        while child.poll() is None and not stop.wait(0.5):
            pass
        if child.poll() is None:
            child.terminate()
            child.wait()
        stop.wait(2)
