"""`/manage/<lieu>/tariffs`: the price lists of a lieu."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog
from flask import Blueprint, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import read, write
from booking.errors import Invalid
from booking.people.asking import asker, signed_in
from booking.places.queries import lieux
from booking.places.rules import VatRegime
from booking.places.schemas import LieuManaged
from booking.tariffs.actions import sheets as actions
from booking.tariffs.forms import AUDIENCE_NAMES, PERIOD_NAMES, TariffForm
from booking.tariffs.queries.sheets import tariff_to_manage, tariffs_to_manage
from booking.tariffs.rules import Period
from booking.tariffs.schemas import TariffManaged
from booking.tariffs.words import RateAudience
from booking.web.formats import sentence

log = structlog.get_logger()

blueprint = Blueprint("tariffs", __name__)


@blueprint.get("/manage/<lieu>/tariffs")
@signed_in
def tariff_list(lieu: str) -> ResponseReturnValue:
    """Every price list, as a table."""
    seen = _managed(lieu)
    found = read(tariffs_to_manage, asker(), seen.id)
    used = [p for p in Period if any((a, p) in each.draft.rates for each in found for a in RateAudience)]
    return _page("list", lieu=seen, tariffs=found, periods=used or [Period.HOUR, Period.HALF_DAY, Period.DAY])


@blueprint.get("/manage/<lieu>/tariffs/new")
@signed_in
def new_tariff(lieu: str) -> ResponseReturnValue:
    """The form of a new list."""
    return _shown(_managed(lieu), None, TariffForm(formdata=None))


@blueprint.post("/manage/<lieu>/tariffs/new")
@signed_in
def create_tariff(lieu: str) -> ResponseReturnValue:
    """Write a new list."""
    return _saved(_managed(lieu), None)


@blueprint.get("/manage/<lieu>/tariffs/<uuid:uid>")
@signed_in
def edit_page(lieu: str, uid: UUID) -> ResponseReturnValue:
    """One of them."""
    seen = _managed(lieu)
    found = read(tariff_to_manage, asker(), seen.id, str(uid))
    return _shown(seen, found, TariffForm.showing(found.draft))


@blueprint.post("/manage/<lieu>/tariffs/<uuid:uid>")
@signed_in
def edit_tariff(lieu: str, uid: UUID) -> ResponseReturnValue:
    """Change it; prices that were shown before stay as they were."""
    seen = _managed(lieu)
    return _saved(seen, read(tariff_to_manage, asker(), seen.id, str(uid)))


@blueprint.post("/manage/<lieu>/tariffs/<uuid:uid>/remove")
@signed_in
def remove_tariff(lieu: str, uid: UUID) -> ResponseReturnValue:
    """Delete a list that nothing is booked at."""
    seen = _managed(lieu)
    found = read(tariff_to_manage, asker(), seen.id, str(uid))
    try:
        write(actions.remove_tariff, asker(), seen.id, found.uid)
    except actions.TariffInUse as problem:
        problems = [sentence(reason) for reason in problem.reasons]
        return _shown(seen, found, TariffForm.showing(found.draft), problems, 409)
    log.info("tariff removed", lieu=seen.slug, tariff=found.uid, by=asker().member_id)
    flash(_("Le tarif est supprimé."), "ok")
    return redirect(url_for("tariffs.tariff_list", lieu=seen.slug), 303)


def _saved(seen: LieuManaged, found: TariffManaged | None) -> ResponseReturnValue:
    form = TariffForm()
    if not form.validate_on_submit():
        return _shown(seen, found, form, status=422)
    try:
        uid = write(
            actions.save_tariff,
            asker(),
            seen.id,
            form.draft(),
            clock.now(),
            uid=None if found is None else found.uid,
        )
    except Invalid as problem:
        return _shown(seen, found, form, form.refuse(problem), 422)
    log.info("tariff saved", lieu=seen.slug, tariff=uid, by=asker().member_id)
    flash(_("Le tarif est enregistré. Les prix déjà affichés ne changent pas."), "ok")
    return redirect(url_for("tariffs.tariff_list", lieu=seen.slug), 303)


def _managed(slug: str) -> LieuManaged:
    found = read(lieux.lieu_to_manage, asker(), slug)
    g.lieu_in_mind = found.slug
    return found


def _shown(
    seen: LieuManaged,
    found: TariffManaged | None,
    form: TariffForm,
    problems: Sequence[str] = (),
    status: int = 200,
) -> ResponseReturnValue:
    return _page("edit", status, lieu=seen, tariff=found, form=form, problems=problems)


def _page(template: str, status: int = 200, *, lieu: LieuManaged, **values: object) -> ResponseReturnValue:
    included = lieu.legal.vat_regime is VatRegime.INCLUDED
    rendered = render_template(
        f"tariffs/{template}.html",
        lieu=lieu,
        periods_said=PERIOD_NAMES,
        audiences=AUDIENCE_NAMES,
        vat_included=included,
        **values,
    )
    return make_response(rendered, status)
