"""The pictures of a resource: their files for everybody, the changes for the managers."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import read, write
from booking.errors import Conflict, Invalid
from booking.people.asking import asker, public, signed_in
from booking.resources.actions import photos as actions
from booking.resources.forms import PhotoForm
from booking.resources.queries.seen import photo_by_digest
from booking.resources.rules.pictures import MEDIA_TYPE, picture
from booking.resources.views.editing import PHOTO, shown
from booking.resources.views.frame import blueprint, log, managed_resource

YEAR = 365 * 24 * 3600


@blueprint.get("/photos/<digest>")
@public
def photo_file(digest: str) -> Response:
    """A picture's content. Its address names the content, so it never changes."""
    file = read(photo_by_digest, asker(), digest)
    response = make_response(file.content)
    response.mimetype = MEDIA_TYPE
    response.headers["Cache-Control"] = f"{'public' if file.public else 'private'}, max-age={YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.set_etag(digest)
    response.make_conditional(request)
    return response


@blueprint.post("/manage/<lieu>/resources/<resource>/photos")
@signed_in
def add_photo(lieu: str, resource: str) -> ResponseReturnValue:
    """Put a picture after the others."""
    seen, found = managed_resource(lieu, resource)
    form = PhotoForm(prefix=PHOTO)
    fine = form.validate_on_submit()
    content = form.sent()
    if not content:
        form.photo.errors = [*form.photo.errors, _("Choisissez une photo.")]
    if not fine or not content:
        return shown(seen, found, side=form, status=422)
    try:
        write(actions.add_photo, asker(), found.id, picture(content), form.alt.data, clock.now())
    except Invalid as problem:
        return shown(seen, found, side=form, problems=form.refuse(problem), status=422)
    except Conflict as problem:
        return shown(seen, found, side=form, problems=form.refuse(problem), status=409)
    log.info("photo added", lieu=seen.slug, resource=found.slug, by=asker().member_id)
    flash(_("La photo est en place."), "ok")
    return redirect(url_for("resources.edit_page", lieu=seen.slug, resource=found.slug) + "#photos", 303)


@blueprint.post("/manage/<lieu>/resources/<resource>/photos/<digest>/remove")
@signed_in
def remove_photo(lieu: str, resource: str, digest: str) -> ResponseReturnValue:
    """Delete a picture."""
    seen, found = managed_resource(lieu, resource)
    write(actions.remove_photo, asker(), found.id, digest)
    flash(_("La photo est retirée."), "ok")
    return redirect(url_for("resources.edit_page", lieu=seen.slug, resource=found.slug) + "#photos", 303)


@blueprint.post("/manage/<lieu>/resources/<resource>/photos/<digest>/first")
@signed_in
def put_photo_first(lieu: str, resource: str, digest: str) -> ResponseReturnValue:
    """Show a picture before the others."""
    seen, found = managed_resource(lieu, resource)
    write(actions.put_photo_first, asker(), found.id, digest)
    return redirect(url_for("resources.edit_page", lieu=seen.slug, resource=found.slug) + "#photos", 303)
