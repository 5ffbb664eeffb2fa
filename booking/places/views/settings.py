"""`/manage/<lieu>/settings`: who and where the lieu is, how it is used, and who stands behind it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import write
from booking.errors import Invalid
from booking.people.asking import asker, signed_in
from booking.places.actions import lieux as actions
from booking.places.forms.identity import IdentityForm, LegalForm, PracticeForm
from booking.places.rules import Position
from booking.places.schemas import LieuManaged
from booking.places.views.chart import chart_around, tiles
from booking.places.views.frame import blueprint, log, managed, page, reasons_to_stay, town_centre

Form = IdentityForm | PracticeForm | LegalForm

IDENTITY, PRACTICE, LEGAL = "identity-", "practice-", "legal-"
"""What tells the fields of the page's three forms apart."""


@blueprint.get("/manage/<lieu>/settings")
@signed_in
def settings_page(lieu: str) -> ResponseReturnValue:
    """The three forms, filled with what is."""
    return _shown(managed(lieu))


@blueprint.post("/manage/<lieu>/settings/identity")
@signed_in
def save_identity(lieu: str) -> ResponseReturnValue:
    """Change who and where the lieu is."""
    seen = managed(lieu)
    form = IdentityForm(prefix=IDENTITY)
    draft = form.draft(town_centre) if form.validate_on_submit() else None
    if draft is None:
        return _shown(seen, form, status=422)
    try:
        write(actions.edit_identity, asker(), seen.id, draft, clock.now(), reasons_to_stay=reasons_to_stay())
    except Invalid as problem:
        return _shown(seen, form, form.refuse(problem), 422)
    return _saved(seen, "identity")


@blueprint.post("/manage/<lieu>/settings/practice")
@signed_in
def save_practice(lieu: str) -> ResponseReturnValue:
    """Change how the lieu is used."""
    seen = managed(lieu)
    form = PracticeForm(prefix=PRACTICE)
    if not form.validate_on_submit():
        return _shown(seen, form, status=422)
    try:
        write(actions.edit_practice, asker(), seen.id, form.draft(), clock.now())
    except Invalid as problem:
        return _shown(seen, form, form.refuse(problem), 422)
    return _saved(seen, "practice")


@blueprint.post("/manage/<lieu>/settings/legal")
@signed_in
def save_legal(lieu: str) -> ResponseReturnValue:
    """Change who stands behind the lieu, its VAT and its ceiling of debt."""
    seen = managed(lieu)
    form = LegalForm(prefix=LEGAL)
    if not form.validate_on_submit():
        return _shown(seen, form, status=422)
    try:
        write(actions.edit_legal, asker(), seen.id, form.draft(), clock.now())
    except Invalid as problem:
        return _shown(seen, form, form.refuse(problem), 422)
    return _saved(seen, "legal")


def _saved(seen: LieuManaged, what: str) -> ResponseReturnValue:
    log.info("lieu changed", lieu=seen.slug, what=what, by=asker().member_id)
    flash(_("C’est enregistré."), "ok")
    return redirect(url_for("places.settings_page", lieu=seen.slug) + f"#{what}", 303)


def _shown(
    seen: LieuManaged, sent: Form | None = None, problems: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    """The page; the form that was sent stands as it was typed, the others as things are."""
    return page(
        "settings",
        status,
        lieu=seen,
        identity=sent if isinstance(sent, IdentityForm) else IdentityForm.showing(seen.identity, IDENTITY),
        practice=sent if isinstance(sent, PracticeForm) else PracticeForm.showing(seen.practice, PRACTICE),
        legal=sent if isinstance(sent, LegalForm) else LegalForm.showing(seen.legal, LEGAL),
        sent=sent,
        problems=problems,
        chart=chart_around(seen.slug, seen.name, Position(seen.identity.latitude, seen.identity.longitude)),
        tiles=tiles(),
    )
