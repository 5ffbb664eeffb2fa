"""What a site must say of itself: who publishes it, what becomes of data, on what terms, for whom it is readable."""

from __future__ import annotations

import re

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking.settings import Settings
from booking.web.security import mark

blueprint = Blueprint("legal", __name__)

_MAIL = re.compile(r"[^\s@/:]+@[^\s@/:]+")


def address_of(contact: str) -> str:
    """What a link to the contact leads to: a mail, a page, or nothing when the setting is plain words."""
    if _MAIL.fullmatch(contact):
        return f"mailto:{contact}"
    return contact if contact.startswith(("https://", "http://")) else ""


def _page(name: str) -> str:
    settings: Settings = current_app.extensions["archipel"]
    return render_template(f"web/{name}.html", settings=settings, contact_address=address_of(settings.contact))


@blueprint.get("/legal")
def legal() -> ResponseReturnValue:
    """Who publishes the site, and where its data come from."""
    return _page("legal")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is kept of people, why, how long, and what they can ask (GDPR, articles 13 and 14)."""
    return _page("privacy")


@blueprint.get("/terms")
def terms() -> ResponseReturnValue:
    """On what terms one books."""
    return _page("terms")


@blueprint.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """The statement of law 2005-102, article 47: for whom the site works, what was tested, whom to tell."""
    return _page("accessibility")


@blueprint.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    """Where browsers look for the icon without having read a page."""
    return redirect(url_for("static", filename="favicon.svg"), 302)


for _view in (legal, privacy, terms, accessibility, favicon):
    mark(_view, "public")
