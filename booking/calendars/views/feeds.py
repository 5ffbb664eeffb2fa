"""Feeds: public ones of resources, secret ones of members, and the file of one booking."""

from __future__ import annotations

import hashlib

from flask import Response, request

from booking import clock
from booking.calendars import queries
from booking.calendars.rules import Form
from booking.calendars.rules.scopes import is_token
from booking.calendars.views.answers import answer
from booking.calendars.views.frame import feeds_blueprint
from booking.db import read
from booking.errors import NotFound
from booking.people import asking
from booking.values.codes import read_code, token_hash

FORM = "<any(ics, ifb):form>"


@feeds_blueprint.get(f"/calendars/resources/<slug>.{FORM}", provide_automatic_options=False)
@asking.public
def public_feed(slug: str, form: str) -> Response:
    """When a resource is taken, for anybody."""
    return answer(queries.public_feed, slug, form=Form(form), filename=f"{slug}.{form}")


@feeds_blueprint.get(f"/calendars/<token>/bookings.{FORM}", provide_automatic_options=False)
@asking.public
def own_feed(token: str, form: str) -> Response:
    """A member's own bookings."""
    return _secret(token, "bookings", form, "bookings")


@feeds_blueprint.get(
    f"/calendars/<token>/<any(resources, lieux, kinds):what>/<name>.{FORM}", provide_automatic_options=False
)
@asking.public
def member_feed(token: str, what: str, name: str, form: str) -> Response:
    """What takes a resource, a lieu or all of a kind, with what the address's owner may see."""
    return _secret(token, f"{what}/{name}", form, name)


def _secret(token: str, path: str, form: str, name: str) -> Response:
    if not is_token(token):
        raise NotFound
    return answer(queries.secret_feed, token_hash(token), path, form=Form(form), filename=f"{name}.{form}")


@feeds_blueprint.get("/bookings/<code>.ics", provide_automatic_options=False)
@asking.signed_in
def booking_file(code: str) -> Response:
    """One booking, for its holder and the staff of its lieu."""
    read_as = read_code(code)
    if read_as is None:
        raise NotFound
    content = read(queries.booking_file, asking.asker(), read_as, clock.now())
    response = Response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers.set("Content-Disposition", "inline", filename=f"{read_as}.ics")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.make_conditional(request)
    return response
