"""What the pages of people share: limits, the browser's sign-in, and what the rooms above know."""

from __future__ import annotations

import structlog
from flask import Blueprint, current_app, make_response, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from booking import clock
from booking.db import read, write
from booking.errors import N_, Refusal, TooMany
from booking.people import asking
from booking.people.actions import limits
from booking.people.rules.limits import Limit, network
from booking.people.schemas import VISITOR, Neighbours, NewLogin
from booking.places.queries import lieux as places
from booking.places.schemas import LieuFilter
from booking.values.codes import new_token, token_hash
from booking.web.forms import tidy_line

log = structlog.get_logger()

blueprint = Blueprint("people", __name__)

ISLANDS = 7

NEIGHBOURS = "archipel.people"


def neighbours() -> Neighbours:
    """What the rooms above know of members."""
    present: Neighbours = current_app.extensions[NEIGHBOURS]
    return present


def here() -> str:
    """The network that the request comes from, as it is counted."""
    return network(request.remote_addr or "")


def count(*tries: tuple[Limit, str]) -> None:
    """Count a try of each (limit, whose), whatever becomes of it. Raises TooMany when one of them is passed."""
    if not asking.settings().rate_limits:
        return
    wait = write(limits.count, tries, now=clock.now())
    if wait:
        log.warning("limited", limits=[limit.name for limit, _ in tries], path=request.path)
        sentence = N_("Trop d’essais en peu de temps. Réessayez dans %(minutes)s min.")
        raise TooMany(Refusal(TooMany.code, sentence, {"minutes": -(-wait // 60)}), retry_after=wait)


def forget(limit: Limit, whose: str) -> None:
    """Count from zero again."""
    if asking.settings().rate_limits:
        write(limits.forget, limit, whose, now=clock.now())


def new_login() -> tuple[str, NewLogin]:
    """A fresh secret for this browser, and what is stored of it."""
    secret = new_token()
    agent = tidy_line(request.headers.get("User-Agent"))[:200]
    return secret, NewLogin(token_hash(secret), agent)


def enter(secret: str) -> None:
    """Make this browser the one whose sign-in was just written; nothing of its earlier session stays."""
    session.clear()
    session.permanent = True
    login_user(asking.SignedIn(secret, VISITOR))


def current_hash() -> str:
    """What is stored of this browser's sign-in."""
    return token_hash(str(session.get("_user_id", "")))


def entrance(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    """A page with a form beside the islands of some lieux that are on Archipel."""
    lieux = read(places.search_lieux, asking.asker(), LieuFilter(bookable=True), limit=ISLANDS)
    islands = [(lieu.slug, lieu.name, 1) for lieu in lieux.items]
    return page(template, status, islands=islands, **values)


def page(template: str, status: int = 200, **values: object) -> ResponseReturnValue:
    """A page of this room. Its address may hold a secret: it is told to no other page."""
    response = make_response(render_template(f"people/{template}.html", **values), status)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
