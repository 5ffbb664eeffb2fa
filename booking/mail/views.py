"""The mailbox of a demo: every mail it wrote, for whoever tries it. Elsewhere these addresses do not exist."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from booking.db import read
from booking.errors import NotFound
from booking.mail import queries
from booking.people.asking import public, settings
from booking.web.forms import tidy_line
from booking.web.security import policy

mailbox = Blueprint("mailbox", __name__, url_prefix="/mailbox")

SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""A mail's links open beside it; nothing in it runs, sends or leaves its frame."""


@mailbox.get("")
@public
def index() -> ResponseReturnValue:
    """The mails, newest first; `to` keeps those of one address."""
    recipient = tidy_line(request.args.get("to")).lower()
    page = read(queries.mailbox, recipient, request.args.get("cursor"))
    return render_template("mail/mailbox.html", page=page, recipient=recipient)


@mailbox.get("/<uuid:uid>")
@public
def message(uid: uuid.UUID) -> ResponseReturnValue:
    """One mail: its text, and its page as a mail program would show it, in a frame."""
    shown = read(queries.shown, str(uid))
    if shown is None:
        raise NotFound
    response = Response(render_template("mail/message.html", mail=shown, sandbox=SANDBOX))
    response.headers["Content-Security-Policy"] = f"{policy(settings())}; frame-src 'self'"
    return response


@mailbox.get("/<uuid:uid>/page")
@public
def page(uid: uuid.UUID) -> ResponseReturnValue:
    """The mail's own page: with its styles, without scripts, as if it came from another origin."""
    shown = read(queries.shown, str(uid))
    if shown is None:
        raise NotFound
    response = Response(shown.html)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'self'; sandbox {SANDBOX}"
    )
    return response


@mailbox.get("/<uuid:uid>/archipel.ics")
@public
def calendar(uid: uuid.UUID) -> ResponseReturnValue:
    """The calendar that the mail carries."""
    shown = read(queries.shown, str(uid))
    if shown is None or shown.calendar is None:
        raise NotFound
    return Response(shown.calendar, mimetype="text/calendar")
