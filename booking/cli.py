"""The `archipel` command. Data go to stdout, what is said to people to stderr; exit code 0 only when all was done."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from booking import clock, logs
from booking.app import create_app, make_worker
from booking.commands import check, demo, imports, member, seed, serve, token
from booking.db import write
from booking.jobs import actions as jobs
from booking.settings import Settings, SettingsError, load
from booking.web.health import database_revision, newest_revision

NOT_DONE = 1
WRONG_USE = 2


@dataclass(frozen=True)
class Command:
    """One word after `archipel`: what it does in a sentence, its options, and the function that does it.

    `run` takes the parsed options and the settings, and answers the exit code.
    """

    does: str
    run: Callable[[argparse.Namespace, Settings], int]
    options: Callable[[argparse.ArgumentParser], None] = lambda _parser: None
    demo: bool = False


def say(text: str) -> None:
    """Tell whoever runs the command."""
    print(text, file=sys.stderr, flush=True)


def init_options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel init`."""
    parser.add_argument("--admin", metavar="EMAIL", help="make that address a steward and print a link for it, once")


def init(options: argparse.Namespace, settings: Settings) -> int:
    """Make the database if there is none, bring it to this version's tables, and name the first steward."""
    database = make_url(settings.database_url)
    if database.get_backend_name() == "sqlite" and database.database:
        Path(database.database).parent.mkdir(parents=True, exist_ok=True)
    with create_app(settings).app_context():
        upgrade()
        say(f"The database is ready, at revision {database_revision()}.")
        return member.first_steward(options.admin, settings) if options.admin else 0


def worker_options(parser: argparse.ArgumentParser) -> None:
    """Options of `archipel worker`."""
    parser.add_argument("--drain", action="store_true", help="do what is due now, then end")
    parser.add_argument("--revive", action="store_true", help="first give the jobs that were given up another chance")


def worker(options: argparse.Namespace, settings: Settings) -> int:
    """Do the jobs: until SIGTERM or Ctrl-C, or what is due now."""
    app = create_app(settings)
    if not migrated(app):
        return NOT_DONE
    if not settings.mail_url and not settings.demo:
        say("MAIL_URL is not set: mails wait until it is, and are given up after some hours.")
    if options.revive:
        with app.app_context():
            say(f"Given another chance: {write(jobs.revive, now=clock.now())} job(s).")
    made = make_worker(app)
    if options.drain:
        with app.app_context():
            made.schedule()
            say(f"Done: {made.run_due_once()} job(s).")
        return 0
    made.run_until(stopped_by_signal())
    return 0


def migrated(app: Flask) -> bool:
    """Whether the database answers and has this version's tables; says what to do when not."""
    try:
        with app.app_context():
            current = database_revision()
    except DBAPIError as error:
        say(f"The database does not answer: {error.orig}")
        return False
    if current != newest_revision():
        say("The database does not have the tables of this version: run `archipel init` first.")
        return False
    return True


def stopped_by_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        # Not here: the handler may interrupt the very thread that holds the event's lock.
        threading.Thread(target=stop.set).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop


COMMANDS = {
    "check": Command("check every invariant on the real database", check.run, check.options),
    "demo": Command("make, fill and serve a demonstration", demo.run, demo.options, demo=True),
    "import": Command("take in the lieux of a census", imports.run, imports.options),
    "init": Command("make the database, or bring an older one up to date", init, init_options),
    "member": Command("make the account of a person", member.run, member.options),
    "seed": Command("write a synthetic load", seed.run, seed.options),
    "serve": Command("serve, with several workers", serve.run, serve.options),
    "token": Command("make a key for a program", token.run, token.options),
    "worker": Command("do the jobs: mails, reminders, cleaning", worker, worker_options),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments (those of the process when None) name; its exit code."""
    parser = argparse.ArgumentParser(prog="archipel", description="Book and share across an archipelago of lieux.")
    words = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, command in COMMANDS.items():
        command.options(
            words.add_parser(name, help=command.does, description=f"{command.does[0].upper()}{command.does[1:]}.")
        )
    options = parser.parse_args(arguments)
    chosen = COMMANDS[options.command]
    logs.configure()
    try:
        settings = load(demo=chosen.demo)
    except SettingsError as error:
        say("These settings are wrong:")
        for mistake in error.mistakes:
            say(f"  - {mistake}")
        return WRONG_USE
    return chosen.run(options, settings)
