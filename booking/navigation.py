"""The head and the foot of every page: where one can go, whose account it is, the other language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Flask, g, has_request_context, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from booking.db import read
from booking.db.session import finish
from booking.errors import Problem
from booking.people import asking
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.places.queries.lieux import lieux_of
from booking.places.schemas import MyLieu
from booking.values.ids import LieuId
from booking.web.i18n import language

log = structlog.get_logger()

OTHERS = {"fr": ("en", "English"), "en": ("fr", "Français")}


def register(app: Flask) -> None:
    """Give every page its head and foot. A page tells which lieu it is about by `g.lieu_in_mind = slug`."""
    app.jinja_env.globals["manage_pages"] = manage_pages

    @app.context_processor
    def frame() -> dict[str, Any]:
        if not has_request_context():
            return {}
        who, lieux = _present()
        return {
            "home": "/",
            "nav": _nav(who, lieux),
            "account": _account(who, lieux),
            "other_language": _other_language(),
            "footer": _footer(),
        }


def manage_pages(slug: str, lieu_id: LieuId) -> list[dict[str, str]]:
    """The pages on which a lieu is managed that who asks may open, in the order of its tabs: key, href, label."""
    who, base = asking.asker(), f"/manage/{slug}"
    manages, staffs, keeps = who.manages(lieu_id), who.staffs(lieu_id), who.keeps_books(lieu_id)
    pages = [
        (manages, "overview", base, _("Vue d’ensemble")),
        (staffs, "day", f"{base}/day", _("Journée")),
        (True, "planning", f"/lieux/{slug}/planning", _("Planning")),
        (staffs, "blocks", f"{base}/blocks", _("Blocages")),
        (keeps, "accounts", f"{base}/accounts", _("Comptes")),
        (manages or who.steward, "people", f"{base}/people", _("Personnes")),
        (manages, "resources", f"{base}/resources", _("Ressources")),
        (manages, "tariffs", f"{base}/tariffs", _("Tarifs")),
        (manages, "hours", f"{base}/hours", _("Horaires")),
        (manages, "closures", f"{base}/closures", _("Fermetures")),
        (manages, "settings", f"{base}/settings", _("Réglages")),
    ]
    return [{"key": key, "href": href, "label": label} for may, key, href, label in pages if may]


def _present() -> tuple[Asker, list[MyLieu]]:
    """Who looks at the page, with their lieux; a visitor when the database does not answer, since a page must."""
    try:
        who = asking.asker()
        return who, read(lieux_of, who)
    except (SQLAlchemyError, Problem) as error:
        log.warning("a page without its reader", error=type(error).__name__)
        finish_quietly()
        return VISITOR, []


def finish_quietly() -> None:
    """Leave the session fit for whoever comes next, if the database lets us."""
    try:
        finish()
    except SQLAlchemyError as error:
        log.warning("the session could not be ended", error=type(error).__name__)


def _nav(who: Asker, lieux: list[MyLieu]) -> list[dict[str, Any]]:
    path = request.path
    items = [_item("/", _("Chercher"), "search", current=path == "/")]
    bookable = [lieu.slug for lieu in lieux if lieu.bookable]
    planned = g.get("lieu_in_mind") or (bookable[0] if bookable else None)
    if planned:
        address = f"/lieux/{planned}/planning"
        items.append(_item(address, _("Planning"), "planning", current=path == address))
    if who.member_id is not None:
        items.append(_item("/bookings", _("Réservations"), "calendar", current=path.startswith("/bookings")))
    managed = _managed(lieux)
    if managed:
        here = f"/manage/{g.get('lieu_in_mind')}/"
        near = next((each["href"] for each in managed if f"{each['href']}/".startswith(here)), "/manage")
        href = near if len(managed) > 1 else managed[0]["href"]
        items.append(_item(href, _("Gérer"), "manage", current=path.startswith("/manage")))
    return items


def _managed(lieux: list[MyLieu]) -> list[dict[str, str]]:
    """Where each lieu is run by who asks: a manager sees it whole, a host its day, a treasurer its accounts."""
    return [
        {"href": f"/manage/{lieu.slug}{first}", "label": lieu.name}
        for lieu in lieux
        if (first := _first_page(lieu.roles)) is not None
    ]


def _first_page(roles: frozenset[Role]) -> str | None:
    if Role.MANAGER in roles:
        return ""
    if Role.HOST in roles:
        return "/day"
    return "/accounts" if Role.TREASURER in roles else None


def _account(who: Asker, lieux: list[MyLieu]) -> dict[str, Any]:
    if who.member_id is None:
        onward = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
        return {
            "signed_in": False,
            "sign_in": url_for("people.sign_in", next=onward),
            "sign_up": url_for("people.sign_up_page", next=onward),
        }
    items = [
        _item("/account", _("Votre compte"), "person"),
        _item("/account/statement", _("Ce que vous devez"), "euro"),
        _item("/account/calendars", _("Vos calendriers"), "calendar"),
    ]
    if who.steward:
        items.append(_item("/steward", _("L’archipel"), "map"))
    return {
        "signed_in": True,
        "name": who.name,
        "initials": _initials(who.name),
        "items": items,
        "manage": _managed(lieux),
        "sign_out": url_for("people.sign_out"),
    }


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def _other_language() -> dict[str, str]:
    code, name = OTHERS[language()]
    query = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return {"code": code, "name": name, "href": f"{request.path}?{urlencode([*query, ('lang', code)])}"}


def _footer() -> list[dict[str, str]]:
    return [
        {"href": "/legal", "label": _("Mentions légales")},
        {"href": "/privacy", "label": _("Vos données")},
        {"href": "/terms", "label": _("Conditions d’usage")},
        {"href": "/accessibility", "label": _("Accessibilité")},
        {"href": "/api/v1/docs", "label": "API"},
    ]


def _item(href: str, label: str, icon: str, *, current: bool = False) -> dict[str, Any]:
    return {"href": href, "label": label, "icon": icon, "current": current}
