"""One's secret calendar addresses: which there are, new ones, and taking them back."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.calendars import actions, queries
from booking.calendars.forms import AddressForm
from booking.calendars.rules import Scope, What, WrongScope, secret_path
from booking.calendars.schemas import Offer
from booking.calendars.views.frame import calendars_blueprint
from booking.db import read, write
from booking.errors import Conflict, Invalid, NotFound
from booking.mail.render import address
from booking.people import asking
from booking.people.queries import profile
from booking.resources.rules import KIND_PLURALS, ResourceKind

log = structlog.get_logger()

PARIS = "Europe/Paris"


@calendars_blueprint.route("/account/calendars", methods=["GET", "POST"])
@asking.signed_in
def page() -> ResponseReturnValue:
    """The addresses that one has, and a form for another; a new one is told once, on the page that makes it."""
    form = AddressForm(data={"what": request.args.get("scope", "")})
    found = read(queries.offers, asking.asker())
    form.offer((offer.scope.path, _label(offer.scope, offer.name), _group(offer)) for offer in found)
    made, problems = None, []
    if form.validate_on_submit():
        try:
            chosen = Scope.parse(form.what.data)
            scope = Scope(chosen.what, chosen.name, form.names.data and chosen.what is not What.BOOKINGS)
            token = write(actions.create, asking.asker(), scope, clock.now())
        except (Conflict, Invalid) as problem:
            problems = form.refuse(problem)
        except NotFound:
            problems = form.refuse(WrongScope())
        else:
            made = _told(scope, token)
    return _page(form, found, made, problems)


@calendars_blueprint.post("/account/calendars/<uid>/rotate")
@asking.signed_in
def rotate(uid: str) -> ResponseReturnValue:
    """Another address for the same calendar; the old one says that it is gone."""
    scope, token = write(actions.rotate, asking.asker(), uid, clock.now())
    found = read(queries.offers, asking.asker())
    form = AddressForm(formdata=None)
    form.offer((offer.scope.path, _label(offer.scope, offer.name), _group(offer)) for offer in found)
    return _page(form, found, _told(scope, token), [])


@calendars_blueprint.post("/account/calendars/<uid>/revoke")
@asking.signed_in
def revoke(uid: str) -> ResponseReturnValue:
    """Take an address back, at once and for good."""
    scope = write(actions.revoke, asking.asker(), uid, clock.now())
    log.info("calendar address revoked", member=asking.member_id(), scope=str(scope))
    flash(_("Cette adresse ne donne plus rien."), "ok")
    return redirect(url_for("calendars.page"), 303)


def _told(scope: Scope, token: str) -> dict[str, str]:
    """A new address in both its dresses."""
    log.info("calendar address made", member=asking.member_id(), scope=str(scope))
    plain = address(secret_path(token, scope))
    return {"address": plain, "webcal": urlsplit(plain)._replace(scheme="webcal").geturl()}


def _page(
    form: AddressForm, found: list[Offer], made: dict[str, str] | None, problems: list[str]
) -> ResponseReturnValue:
    refused = form.is_submitted() and made is None
    who = asking.asker()
    items = [
        {
            "uid": seen.uid,
            "title": _label(seen.scope, seen.name),
            "lieu": seen.lieu_name if seen.scope.what is What.RESOURCES else "",
            "names": seen.scope.names,
            "created_at": seen.created_at,
            "last_used_at": seen.last_used_at,
        }
        for seen in read(queries.addresses_of, who)
    ]
    response = make_response(
        render_template(
            "calendars/addresses.html",
            form=form,
            problems=problems,
            refused=refused,
            made=made,
            items=items,
            staffed=any(offer.staff for offer in found),
            zone=read(profile, asking.member_id()).timezone or PARIS,
        ),
        422 if refused else 200,
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _label(scope: Scope, name: str) -> str:
    if scope.what is What.BOOKINGS:
        return _("Mes réservations")
    if scope.what is What.KINDS:
        return _(KIND_PLURALS[ResourceKind(scope.name)])
    return name


def _group(offer: Offer) -> str:
    """Under which heading of the list a calendar stands."""
    if offer.scope.what is What.BOOKINGS:
        return _("À vous")
    if offer.scope.what is What.KINDS:
        return _("Dans tous vos lieux")
    return _("Un lieu entier") if offer.scope.what is What.LIEUX else offer.lieu_name
