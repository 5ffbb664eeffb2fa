"""The whole application plus the views that are floors, on the same server as `archipel serve`.

Floor A is the application's own `/healthz`: it answers without a database. Floor B is the view below: the same, with
one indexed SELECT by bare Core.
"""

from __future__ import annotations

import argparse

import sqlalchemy as sa
from flask import Flask, Response
from granian import Granian
from granian.constants import Interfaces

from booking.app import served
from booking.commands.serve import THREADS
from booking.db import db
from booking.resources.models import Resource
from booking.web.security import mark

FLOOR_B = "/floor/"
NAME = sa.select(Resource.name).where(Resource.slug == sa.bindparam("slug"))


def make() -> Flask:
    """The application with its floors."""
    made = served()

    def floor(slug: str) -> Response:
        with db.engine.connect() as connection:
            name = connection.execute(NAME, {"slug": slug}).scalar_one()
        return Response(name, mimetype="text/plain")

    made.add_url_rule(f"{FLOOR_B}<slug>", "floor", mark(floor, "public"))
    return made


def main() -> None:
    """Serve as `archipel serve --no-jobs` does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bind", required=True)
    parser.add_argument("--workers", type=int, required=True)
    chosen = parser.parse_args()
    host, _, port = chosen.bind.rpartition(":")
    Granian(
        "benchmarks.server:make",
        factory=True,
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=chosen.workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
