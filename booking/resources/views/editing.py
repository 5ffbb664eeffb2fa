"""`/manage/<lieu>/resources`: the list, a new one, one of them, out of use and back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import read, write
from booking.errors import Conflict, Invalid
from booking.occupancy.actions import inherit_blocks
from booking.people.asking import asker, signed_in
from booking.places.schemas import LieuManaged
from booking.resources.actions import resources as actions
from booking.resources.forms import AUDIENCE_NAMES, PhotoForm, RenameUnitForm, ResourceForm
from booking.resources.queries.managed import resources_to_manage, units_of_lieu
from booking.resources.rules import KIND_NAMES
from booking.resources.schemas import ResourceManaged
from booking.resources.views.frame import blueprint, log, managed, managed_resource, page, reasons_to_stay
from booking.tariffs.actions import sheets
from booking.tariffs.queries.sheets import tariffs_of_resources, tariffs_to_manage
from booking.web.formats import sentence

Side = PhotoForm | RenameUnitForm

PHOTO, UNIT = "photo-", "unit-"
"""What tells the fields of the smaller forms of a resource's page apart."""


@blueprint.get("/manage/<lieu>/resources")
@signed_in
def resource_list(lieu: str) -> ResponseReturnValue:
    """Everything the lieu offers, and what is out of use."""
    seen = managed(lieu)
    who = asker()
    rows = read(resources_to_manage, who, seen.id)
    return page(
        "list",
        lieu=seen,
        resources=[each for each in rows if each.retired_at is None],
        retired=[each for each in rows if each.retired_at is not None],
        tariffs=read(tariffs_of_resources, who, seen.id),
        kinds=KIND_NAMES,
        audiences=AUDIENCE_NAMES,
    )


@blueprint.get("/manage/<lieu>/resources/new")
@signed_in
def new_resource(lieu: str) -> ResponseReturnValue:
    """The form of something new."""
    return _new(managed(lieu), ResourceForm(formdata=None))


@blueprint.post("/manage/<lieu>/resources/new")
@signed_in
def create_resource(lieu: str) -> ResponseReturnValue:
    """Offer something new."""
    seen = managed(lieu)
    form = ResourceForm().among(_unit_names(seen))
    if not form.validate_on_submit():
        return _new(seen, form, status=422)
    try:
        slug = write(sheets.offer, asker(), seen.id, form.draft(), form.tariff.data or None, clock.now())
    except Invalid as problem:
        return _new(seen, form, form.refuse(problem), 422)
    log.info("resource offered", lieu=seen.slug, resource=slug, by=asker().member_id)
    flash(_("%(name)s est dans la liste. Ajoutez-lui une photo.", name=form.name.data), "ok")
    return redirect(url_for("resources.edit_page", lieu=seen.slug, resource=slug), 303)


@blueprint.get("/manage/<lieu>/resources/<resource>")
@signed_in
def edit_page(lieu: str, resource: str) -> ResponseReturnValue:
    """One of them, with its photos and units."""
    return shown(*managed_resource(lieu, resource))


@blueprint.post("/manage/<lieu>/resources/<resource>")
@signed_in
def edit_resource(lieu: str, resource: str) -> ResponseReturnValue:
    """Change it."""
    seen, found = managed_resource(lieu, resource)
    form = ResourceForm().among(_unit_names(seen))
    if not form.validate_on_submit():
        return shown(seen, found, form, status=422)
    try:
        write(
            sheets.change_offer,
            asker(),
            found.id,
            form.draft(),
            form.tariff.data or None,
            clock.now(),
            reasons_to_stay=reasons_to_stay(),
        )
    except (Invalid, Conflict) as problem:
        return shown(seen, found, form, problems=form.refuse(problem), status=_status(problem))
    log.info("resource changed", lieu=seen.slug, resource=found.slug, by=asker().member_id)
    flash(_("C’est enregistré. Les réservations déjà prises gardent leurs règles."), "ok")
    return redirect(url_for("resources.edit_page", lieu=seen.slug, resource=found.slug), 303)


@blueprint.post("/manage/<lieu>/resources/<resource>/retire")
@signed_in
def retire(lieu: str, resource: str) -> ResponseReturnValue:
    """Take it out of use."""
    seen, found = managed_resource(lieu, resource)
    try:
        write(actions.retire_resource, asker(), found.id, clock.now(), reasons_to_stay=reasons_to_stay())
    except actions.StillNeeded as problem:
        return shown(seen, found, problems=[sentence(reason) for reason in problem.reasons], status=409)
    log.info("resource retired", lieu=seen.slug, resource=found.slug, by=asker().member_id)
    flash(_("%(name)s ne se réserve plus.", name=found.draft.name), "ok")
    return redirect(url_for("resources.resource_list", lieu=seen.slug), 303)


@blueprint.post("/manage/<lieu>/resources/<resource>/bring-back")
@signed_in
def bring_back(lieu: str, resource: str) -> ResponseReturnValue:
    """Put it back into use."""
    seen, found = managed_resource(lieu, resource)
    write(actions.bring_back_resource, asker(), found.id, clock.now(), inherit=inherit_blocks)
    log.info("resource brought back", lieu=seen.slug, resource=found.slug, by=asker().member_id)
    flash(_("%(name)s se réserve à nouveau.", name=found.draft.name), "ok")
    return redirect(url_for("resources.edit_page", lieu=seen.slug, resource=found.slug), 303)


def shown(
    seen: LieuManaged,
    found: ResourceManaged,
    form: ResourceForm | None = None,
    *,
    side: Side | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> ResponseReturnValue:
    """The page of a resource; the form that was sent stands as it was typed, the others as things are."""
    who = asker()
    tariff = read(tariffs_of_resources, who, seen.id).get(found.id, ("", ""))[0]
    whole = form or ResourceForm.showing(found.draft, tariff)
    photo = side if isinstance(side, PhotoForm) else PhotoForm(formdata=None, prefix=PHOTO)
    rename = side if isinstance(side, RenameUnitForm) else RenameUnitForm(formdata=None, prefix=UNIT)
    return page(
        "edit",
        status,
        lieu=seen,
        resource=found,
        form=whole.offer(_tariffs(seen)),
        photo_form=photo,
        unit_form=rename.offer(found.draft.units),
        units=read(units_of_lieu, who, seen.id),
        sent=form or side,
        problems=problems,
    )


def _new(seen: LieuManaged, form: ResourceForm, problems: Sequence[str] = (), status: int = 200) -> ResponseReturnValue:
    return page(
        "new",
        status,
        lieu=seen,
        form=form.offer(_tariffs(seen)),
        units=read(units_of_lieu, asker(), seen.id),
        problems=problems,
    )


def _unit_names(seen: LieuManaged) -> list[str]:
    return [each.name for each in read(units_of_lieu, asker(), seen.id)]


def _tariffs(seen: LieuManaged) -> list[tuple[str, str]]:
    return [(each.uid, each.draft.name) for each in read(tariffs_to_manage, asker(), seen.id)]


def _status(problem: Invalid | Conflict) -> int:
    return 409 if isinstance(problem, Conflict) else 422
