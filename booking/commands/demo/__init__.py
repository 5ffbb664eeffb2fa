"""`archipel demo`: the real census and a lively archipelago on an embedded database, served at once."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url

from booking import clock
from booking.app import create_app
from booking.commands.demo import people
from booking.commands.demo.build import build_lieu, build_people, built, settle
from booking.commands.demo.lieux import EXAMPLES
from booking.commands.serve import serve
from booking.db import db, read, write
from booking.people import passwords
from booking.places.actions.imports import import_census
from booking.places.census import read_csv
from booking.settings import Settings, package_folder


def options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel demo`."""
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="where to listen (%(default)s)")
    parser.add_argument("--no-serve", action="store_true", help="make the database, then end")


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Make or reuse the database, say who may sign in, serve until Ctrl-C."""
    if not 0 < chosen.port < 65536:  # noqa: PLR2004 - TCP's ports
        print("--port: a number from 1 to 65535.", file=sys.stderr)
        return 2
    if "BASE_URL" not in os.environ:
        os.environ["BASE_URL"] = f"http://127.0.0.1:{chosen.port}"
        settings = replace(settings, base_url=os.environ["BASE_URL"])
    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    _make(settings)
    _introduce(chosen.port)
    return 0 if chosen.no_serve else serve(settings, "127.0.0.1", chosen.port, workers=1, jobs=True)


def _make(settings: Settings) -> None:
    app = create_app(settings)
    try:
        _fill(app)
    finally:
        _close(app)


def _fill(app: Flask) -> None:
    with app.app_context():
        upgrade()
        if read(built):
            _say("The demonstration is there already.")
            return
        now = clock.now()
        census = package_folder("data") / "tierslieux_fr_2019.csv"
        began = time.monotonic()
        report = write(import_census, list(read_csv(census.read_bytes())), now)
        _say(f"Census: {report.created} lieux in {time.monotonic() - began:.1f} s.")
        hashed = passwords.made(people.PASSWORD, name="", email="")
        cast = write(build_people, hashed, now)
        for number, example in enumerate(EXAMPLES):
            began = time.monotonic()
            made = write(build_lieu, cast, number, now)
            _say(f"{example.identity.name}: {made} bookings in {time.monotonic() - began:.1f} s.")
        write(settle, now)


def _close(app: Flask) -> None:
    """Let go of the database: the servers open it for themselves."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _introduce(port: int) -> None:
    home = f"http://127.0.0.1:{port}"
    _say(f"\nArchipel: {home}/   mails: {home}/mailbox   API: {home}/api/v1/docs\n")
    for what, (name, email) in (
        ("member", people.MEMBER),
        ("manager", people.MANAGER),
        ("host", people.HOST),
        ("treasurer", people.TREASURER),
        ("steward", people.STEWARD),
    ):
        _say(f"  {what:10} {email:24} {name}")
    _say(f"  Password of all: {people.PASSWORD}\n")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
