"""`/manage/<lieu>/closures`: days that do not follow the week, public holidays, and the bookings in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from booking import clock
from booking.db import read, write
from booking.errors import Conflict, Invalid, NotFound
from booking.occupancy import actions as occupancy
from booking.occupancy.queries import blocks_during
from booking.occupancy.rules import BlockKind
from booking.people.asking import asker, signed_in
from booking.people.schemas import Asker
from booking.places.actions import hours as actions
from booking.places.forms.calendar import CloseForm, SpecialHoursForm
from booking.places.queries import hours as queries
from booking.places.rules import FARTHEST_DAYS
from booking.places.schemas import HolidaySeen, LieuManaged
from booking.places.views.frame import blueprint, log, managed, page
from booking.places.views.words import hours_said
from booking.values.interval import Interval
from booking.values.wall import day_start, days_of, today
from booking.web.formats import sentence
from booking.web.i18n import ngettext

Form = CloseForm | SpecialHoursForm


CLOSE, SPECIAL = "close-", "special-"
"""What tells the fields of the page's two forms apart."""


@blueprint.get("/manage/<lieu>/closures")
@signed_in
def closures_page(lieu: str) -> ResponseReturnValue:
    """What is ahead, and the forms."""
    return _shown(managed(lieu))


@blueprint.post("/manage/<lieu>/closures")
@signed_in
def close(lieu: str) -> ResponseReturnValue:
    """Close a day or a range of days."""
    seen = managed(lieu)
    form = CloseForm(prefix=CLOSE)
    if not form.validate_on_submit():
        return _shown(seen, form, status=422)
    first, last = form.days()
    try:
        made = write(occupancy.close_days, asker(), seen.id, first, last, form.label.data, clock.now())
    except (Invalid, Conflict) as problem:
        return _shown(seen, form, form.refuse(problem), 409 if isinstance(problem, Conflict) else 422)
    log.info("lieu closed", lieu=seen.slug, first=str(first), last=str(last), by=asker().member_id)
    if made.touched:
        flash(
            ngettext(
                "Le lieu est fermé ces jours-là. Une réservation est déjà prise : prévenez la personne.",
                "Le lieu est fermé ces jours-là. %(num)s réservations sont déjà prises : prévenez les personnes.",
                len(made.touched),
            ),
            "warn",
        )
        return redirect(url_for("occupancy.block_page", lieu=seen.slug, uid=made.uid), 303)
    flash(_("Le lieu est fermé ces jours-là."), "ok")
    return redirect(url_for("places.closures_page", lieu=seen.slug), 303)


@blueprint.post("/manage/<lieu>/closures/<uuid:uid>/reopen")
@signed_in
def reopen(lieu: str, uid: UUID) -> ResponseReturnValue:
    """Lift a closure of the lieu."""
    seen = managed(lieu)
    write(occupancy.reopen, asker(), seen.id, str(uid), clock.now())
    log.info("lieu reopened", lieu=seen.slug, block=str(uid), by=asker().member_id)
    flash(_("C’est rouvert."), "ok")
    return redirect(url_for("places.closures_page", lieu=seen.slug), 303)


@blueprint.post("/manage/<lieu>/special-days")
@signed_in
def add_special_hours(lieu: str) -> ResponseReturnValue:
    """Give one day hours of its own."""
    seen = managed(lieu)
    form = SpecialHoursForm(prefix=SPECIAL)
    fine = form.validate_on_submit()
    if not form.complete() or not fine:
        return _shown(seen, form, status=422)
    try:
        write(
            actions.set_special_hours,
            asker(),
            seen.id,
            form.first.data,
            form.label.data,
            form.hours.form.hours(),
            clock.now(),
        )
    except (Invalid, Conflict) as problem:
        return _shown(seen, form, form.refuse(problem), 409 if isinstance(problem, Conflict) else 422)
    log.info("special hours set", lieu=seen.slug, day=str(form.first.data), by=asker().member_id)
    flash(_("Ce jour-là a ses propres horaires."), "ok")
    return redirect(url_for("places.closures_page", lieu=seen.slug), 303)


@blueprint.post("/manage/<lieu>/special-days/<day>/drop")
@signed_in
def drop_special_hours(lieu: str, day: str) -> ResponseReturnValue:
    """Let a day follow the week again."""
    seen = managed(lieu)
    write(actions.drop_special_hours, asker(), seen.id, _day(day))
    flash(_("Ce jour-là suit à nouveau la semaine."), "ok")
    return redirect(url_for("places.closures_page", lieu=seen.slug), 303)


@blueprint.post("/manage/<lieu>/holidays")
@signed_in
def close_on_holidays(lieu: str) -> ResponseReturnValue:
    """Close on the public holiday that was chosen, or on all that are proposed."""
    seen = managed(lieu)
    now = clock.now()
    wanted = request.form.get("day", "")
    proposed = {each.day: each.name for each in _proposed(seen, now)}
    days = list(proposed) if wanted == "all" else [_day(wanted)]
    if any(day not in proposed for day in days):
        raise NotFound
    try:
        touched = write(_close_each, asker(), seen, [(day, proposed[day]) for day in days], now)
    except Conflict as problem:
        flash(" ".join(sentence(reason) for reason in problem.reasons), "bad")
        return redirect(url_for("places.closures_page", lieu=seen.slug) + "#holidays", 303)
    log.info("closed on holidays", lieu=seen.slug, days=[str(day) for day in days], by=asker().member_id)
    done = ngettext("Le lieu est fermé ce jour férié.", "Le lieu est fermé ces %(num)s jours fériés.", len(days))
    if touched:
        done += " " + ngettext(
            "Une réservation y est déjà prise : ouvrez la fermeture pour la voir.",
            "%(num)s réservations y sont déjà prises : ouvrez les fermetures pour les voir.",
            touched,
        )
    flash(done, "warn" if touched else "ok")
    return redirect(url_for("places.closures_page", lieu=seen.slug) + "#holidays", 303)


def _close_each(
    session: Session, who: Asker, seen: LieuManaged, days: Sequence[tuple[dt.date, str]], now: dt.datetime
) -> int:
    """Close the days one by one, each a closure that can be lifted alone; how many bookings stand in the way."""
    return sum(len(occupancy.close_days(session, who, seen.id, day, day, name, now).touched) for day, name in days)


def _proposed(seen: LieuManaged, now: dt.datetime) -> list[HolidaySeen]:
    return [each for each in read(queries.holidays_ahead, seen.id, today(now, seen.timezone)) if not each.decided]


def _ahead(seen: LieuManaged, now: dt.datetime) -> Interval:
    """From the beginning of the lieu's today as far as anything can be closed."""
    day = today(now, seen.timezone)
    last = day + dt.timedelta(days=FARTHEST_DAYS + 2)
    return Interval(day_start(day, seen.timezone), day_start(last, seen.timezone))


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


def _shown(
    seen: LieuManaged, sent: Form | None = None, problems: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    now = clock.now()
    day = today(now, seen.timezone)
    closures = [
        (each, days_of(each.stretch, seen.timezone))
        for each in read(blocks_during, seen.id, _ahead(seen, now))
        if each.kind is BlockKind.CLOSURE and each.resource_id is None
    ]
    return page(
        "closures",
        status,
        lieu=seen,
        closures=closures,
        special=[each for each in read(queries.special_days_ahead, seen.id, day) if each.hours],
        holidays=read(queries.holidays_ahead, seen.id, day),
        close_form=sent if isinstance(sent, CloseForm) else CloseForm(formdata=None, prefix=CLOSE),
        hours_form=sent if isinstance(sent, SpecialHoursForm) else SpecialHoursForm(formdata=None, prefix=SPECIAL),
        sent=sent,
        problems=problems,
        hours_said=hours_said,
    )
