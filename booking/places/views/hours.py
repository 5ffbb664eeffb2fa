"""`/manage/<lieu>/hours`: the opening hours of the week."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import read, write
from booking.errors import Invalid
from booking.people.asking import asker, signed_in
from booking.places.actions import hours as actions
from booking.places.forms.calendar import WeekForm
from booking.places.queries.hours import hours_of
from booking.places.schemas import LieuManaged
from booking.places.views.frame import blueprint, log, managed, page
from booking.places.views.words import week_said
from booking.values.wall import today


@blueprint.get("/manage/<lieu>/hours")
@signed_in
def hours_page(lieu: str) -> ResponseReturnValue:
    """The week as it is."""
    seen = managed(lieu)
    return _shown(seen, None)


@blueprint.post("/manage/<lieu>/hours")
@signed_in
def save_hours(lieu: str) -> ResponseReturnValue:
    """Replace the week."""
    seen = managed(lieu)
    form = WeekForm()
    fine = form.validate_on_submit()
    if not form.complete() or not fine:
        return _shown(seen, form, status=422)
    try:
        write(actions.set_week, asker(), seen.id, form.week(), clock.now())
    except Invalid as problem:
        return _shown(seen, form, form.refuse(problem), 422)
    log.info("hours set", lieu=seen.slug, by=asker().member_id)
    flash(_("Les horaires sont à jour. Les réservations déjà prises ne bougent pas."), "ok")
    return redirect(url_for("places.hours_page", lieu=seen.slug), 303)


def _shown(
    seen: LieuManaged, form: WeekForm | None, problems: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    day = today(clock.now(), seen.timezone)
    week = read(hours_of, seen.id, day, day).week
    return page(
        "hours", status, lieu=seen, form=form or WeekForm.showing(week), week=week_said(week), problems=problems
    )
