"""Who is asking, once a request, and what each route asks of them. Flask-Login carries the browser's session."""

from __future__ import annotations

import datetime as dt
import functools
import time
from collections.abc import Callable
from typing import Any, cast

import structlog
from flask import Flask, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user

from booking import clock
from booking.db import read, write
from booking.errors import Busy, Forbidden, TooMany, Unauthenticated
from booking.people import queries
from booking.people.actions import sign_in
from booking.people.rules.limits import is_worth_noting, network
from booking.people.schemas import VISITOR, Asker
from booking.settings import Settings
from booking.values.codes import token_hash
from booking.values.ids import MemberId
from booking.web.forms import csrf
from booking.web.limits import Buckets
from booking.web.security import View, mark

log = structlog.get_logger()

BUCKETS = "archipel.buckets"
MOST_AT_ONCE = 120
MORE_PER_SECOND = 4
"""What one network of visitors may read of one process: a whole coworking space may share it."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
manager = LoginManager()


class SignedIn(UserMixin):
    """What Flask-Login keeps of a browser: the secret of its sign-in, and whom it stands for."""

    def __init__(self, token: str, asker: Asker) -> None:
        self.id = token
        self.asker = asker


@manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def load(token: str) -> SignedIn | None:
    """The sign-in that a session cookie names, while it lives."""
    now = clock.now()
    found = read(queries.asker_of_login, token_hash(token), now)
    if found is None:
        return None
    if is_worth_noting(found.noted_at, now):
        _note(sign_in.note_login, token, now)
    return SignedIn(token, found)


def _note(action: Callable[..., None], token: str, now: dt.datetime) -> None:
    """Write the use down; when the database is too busy for that, somebody is served all the same."""
    try:
        write(action, token_hash(token), now=now)
    except Busy:
        log.info("a use was not noted")


def bearer() -> str | None:
    """The token of an `Authorization: Bearer` header; it counts for the JSON API only."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and request.path.startswith("/api/") else None


def asker() -> Asker:
    """Who is asking: the owner of the API token, else of the browser's sign-in, else a visitor.

    Raises Unauthenticated for a token that is not valid (it never falls back to the cookie).
    """
    if "asker" not in g:
        token = bearer()
        if token is not None:
            now = clock.now()
            found = read(queries.asker_of_token, token_hash(token), now)
            if found is None:
                raise Unauthenticated
            if is_worth_noting(found.noted_at, now):
                _note(sign_in.note_token, token, now)
            g.asker = found
        else:
            person: Any = current_user
            g.asker = person.asker if person.is_authenticated else VISITOR
        if g.asker.member_id is not None and "language" not in g:
            g.preferred_language = g.asker.language
    present: Asker = g.asker
    return present


def member_id() -> MemberId:
    """Who is signed in. Raises Unauthenticated for a visitor."""
    found = asker().member_id
    if found is None:
        raise Unauthenticated
    return found


def settings() -> Settings:
    """The settings the application was made with."""
    present: Settings = current_app.extensions["archipel"]
    return present


def public(view: View) -> View:
    """Mark a route that anybody may call; what it shows depends on who asks."""
    return mark(view, "public")


def bounded(view: View) -> View:
    """Mark a route that anybody may call, though a visitor not without measure: reading too costs something."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        measure()
        return view(*args, **kwargs)

    return cast(View, mark(guarded, "public"))


def measure(cost: int = 1) -> None:
    """Count what a visitor reads, `cost` times a plain page's work. Raises TooMany beyond what one network may."""
    if settings().rate_limits and asker().member_id is None:
        buckets: Buckets = current_app.extensions[BUCKETS]
        wait = buckets.take(network(request.remote_addr or ""), time.monotonic(), cost)
        if wait:
            raise TooMany(retry_after=wait)


def signed_in(view: View) -> View:
    """Mark a route that needs a member; what the member may see or do there is the core's decision."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        member_id()
        return view(*args, **kwargs)

    return cast(View, mark(guarded, "member"))


def stewards(view: View) -> View:
    """Mark a route for the archipelago's stewards. Others may not know that it is there."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        member_id()
        if not asker().steward:
            raise Forbidden
        return view(*args, **kwargs)

    return cast(View, mark(guarded, "steward"))


def register(app: Flask) -> None:
    """Connect Flask-Login, forgery protection and the scope of tokens."""
    manager.init_app(app, add_context_processor=False)  # A page must stand without the database, error pages above all.
    app.extensions[BUCKETS] = Buckets(most=MOST_AT_ONCE, per_second=MORE_PER_SECOND)
    manager.session_protection = None  # type: ignore[assignment]  # Sign-ins are rows of ours, revocable; a new network address is no theft.

    @app.before_request
    def guard() -> None:
        """A browser's state change needs its token; a program's needs the scope to write."""
        g.preferred_language = None
        if request.routing_exception is not None or request.endpoint == "static":
            return
        if request.path.startswith("/calendars/"):
            return  # The address itself says for whom it is; whoever is signed in beside counts for nothing.
        who = asker()
        if request.method in SAFE:
            return
        if bearer() is None:
            if who.member_id is None and request.path.startswith("/api/"):
                raise Unauthenticated  # A program that forgot its token; no browser's session is there to be forged.
            if not request.path.startswith("/webhooks/"):
                csrf.protect()
        elif not who.writes:
            raise Forbidden
