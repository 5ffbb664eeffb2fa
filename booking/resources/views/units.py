"""The names of a resource's units."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.db import write
from booking.errors import Invalid
from booking.people.asking import asker, signed_in
from booking.resources.actions.units import rename_unit
from booking.resources.forms import RenameUnitForm
from booking.resources.views.editing import UNIT, shown
from booking.resources.views.frame import blueprint, log, managed_resource


@blueprint.post("/manage/<lieu>/resources/<resource>/units")
@signed_in
def rename(lieu: str, resource: str) -> ResponseReturnValue:
    """Give a unit of the resource another name."""
    seen, found = managed_resource(lieu, resource)
    form = RenameUnitForm(prefix=UNIT)
    fine = form.validate_on_submit()
    if form.unit.data not in found.draft.units:
        form.unit.errors = [_("Choisissez dans la liste.")]
        fine = False
    if not fine:
        return shown(seen, found, side=form, status=422)
    try:
        write(rename_unit, asker(), seen.id, form.unit.data, form.new_name.data)
    except Invalid as problem:
        return shown(seen, found, side=form, problems=form.refuse(problem), status=422)
    log.info("unit renamed", lieu=seen.slug, resource=found.slug, by=asker().member_id)
    flash(_("L’unité a changé de nom, ses réservations la suivent."), "ok")
    return redirect(url_for("resources.edit_page", lieu=seen.slug, resource=found.slug) + "#unit-names", 303)
