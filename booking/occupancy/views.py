"""`/manage/<lieu>/blocks`: what is off the calendar of a lieu, and the bookings that stand in the way."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import structlog
from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.bookings.forms.when import filled, read_instant, told
from booking.bookings.queries.way import InTheWay, in_the_way
from booking.db import read, write
from booking.errors import Invalid, NotFound
from booking.occupancy import actions
from booking.occupancy.forms import BlockForm, LiftForm
from booking.occupancy.queries import block_by_uid, blocks_ahead
from booking.occupancy.rules import BLOCK_NAMES, BLOCKERS, BlockKind
from booking.people.asking import asker, signed_in
from booking.places.queries.lieux import lieu_by_slug
from booking.places.schemas import LieuSeen
from booking.resources.queries.lists import search_resources
from booking.resources.schemas import ResourceFilter
from booking.values.interval import Interval
from booking.values.wall import today
from booking.web.i18n import ngettext

log = structlog.get_logger()

blueprint = Blueprint("occupancy", __name__)

HOUR = dt.timedelta(hours=1)
MOST_RESOURCES = 200


@blueprint.get("/manage/<lieu>/blocks")
@signed_in
def block_list(lieu: str) -> ResponseReturnValue:
    """What is off the calendar now and ahead, soonest over first."""
    seen = _lieu(lieu)
    page = read(blocks_ahead, asker(), seen.id, clock.now(), after=request.args.get("after") or None)
    return render_template("occupancy/blocks.html", lieu=seen, page=page, kinds=BLOCK_NAMES, may=_kinds(seen))


@blueprint.get("/manage/<lieu>/blocks/new")
@signed_in
def new_block(lieu: str) -> ResponseReturnValue:
    """The form; `resource`, `start` and `end` (instants) of the address fill it in."""
    seen = _lieu(lieu)
    if not _kinds(seen):
        raise NotFound
    now = clock.now()
    start, end = (read_instant(request.args.get(name, "")) for name in ("start", "end"))
    first = now.replace(minute=0, second=0) + HOUR
    stretch = Interval(start, end) if start and end and start < end else Interval(first, first + 2 * HOUR)
    begun = {**told(stretch, seen.timezone), "resource": request.args.get("resource", "")}
    return _shown(seen, _offered(BlockForm(MultiDict(begun), meta={"csrf": False}), seen), None)


@blueprint.post("/manage/<lieu>/blocks/new")
@signed_in
def block(lieu: str) -> ResponseReturnValue:
    """Take the stretch off, once whoever is in the way has been shown."""
    seen = _lieu(lieu)
    if not _kinds(seen):
        raise NotFound
    now = clock.now()
    form = _offered(BlockForm(filled({}, request.form)), seen)
    stretch = form.stretch(seen.timezone) if form.validate() else None
    if stretch is None:
        return _shown(seen, form, None, 422)
    who, resource = asker(), form.chosen
    touched = read(in_the_way, who, seen.id, resource, stretch, now)
    if touched.total and form.seen.data != str(touched.total):
        return _shown(seen, form, touched)
    try:
        made = write(
            actions.take_off, who, seen.id, resource, BlockKind(form.kind.data), stretch, form.reason.data, now
        )
    except Invalid as problem:
        form.refuse(problem)
        return _shown(seen, form, touched, 422)
    log.info("taken off the calendar", lieu=seen.slug, block=made.uid, by=who.member_id, touched=touched.total)
    flash(_("C’est bloqué."), "ok")
    return redirect(url_for("occupancy.block_page", lieu=seen.slug, uid=made.uid), 303)


@blueprint.get("/manage/<lieu>/blocks/<uuid:uid>")
@signed_in
def block_page(lieu: str, uid: UUID) -> ResponseReturnValue:
    """One block, the bookings that keep their place in it, and its end."""
    seen = _lieu(lieu)
    who = asker()
    found = read(block_by_uid, who, seen.id, str(uid))
    touched = read(in_the_way, who, seen.id, found.resource, found.stretch, clock.now())
    return render_template(
        "occupancy/block.html",
        lieu=seen,
        block=found,
        touched=touched,
        touched_said=_touched_said(touched),
        kinds=BLOCK_NAMES,
        may=found.kind in _kinds(seen),
        planning=f"/lieux/{seen.slug}/planning?day={today(found.stretch.start, seen.timezone)}",
    )


@blueprint.post("/manage/<lieu>/blocks/<uuid:uid>/lift")
@signed_in
def lift(lieu: str, uid: UUID) -> ResponseReturnValue:
    """Give the time back."""
    seen = _lieu(lieu)
    LiftForm()
    write(actions.give_back, asker(), seen.id, str(uid), clock.now())
    log.info("given back to the calendar", lieu=seen.slug, block=str(uid), by=asker().member_id)
    flash(_("C’est levé : ce temps se réserve à nouveau."), "ok")
    return redirect(url_for("occupancy.block_list", lieu=seen.slug), 303)


def _lieu(slug: str) -> LieuSeen:
    """The lieu, for its staff. Raises NotFound for everybody else."""
    seen = read(lieu_by_slug, asker(), slug)
    if not asker().staffs(seen.id):
        raise NotFound
    g.lieu_in_mind = seen.slug
    return seen


def _kinds(seen: LieuSeen) -> list[BlockKind]:
    return [kind for kind in BLOCK_NAMES if asker().has(seen.id, BLOCKERS[kind])]


def _offered(form: BlockForm, seen: LieuSeen) -> BlockForm:
    found = read(search_resources, asker(), ResourceFilter(lieu=seen.slug), limit=MOST_RESOURCES)
    form.offer([(each.slug, each.name) for each in found.items], _kinds(seen))
    return form


def _shown(seen: LieuSeen, form: BlockForm, touched: InTheWay | None, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "occupancy/new_block.html",
        lieu=seen,
        form=form,
        touched=touched,
        touched_said="" if touched is None else _touched_said(touched),
        closures=url_for("places.closures_page", lieu=seen.slug) if asker().manages(seen.id) else "",
    )
    return page, status


def _touched_said(touched: InTheWay) -> str:
    if not touched.total:
        return _("Aucune réservation n’est dans ce temps.")
    return ngettext(
        "%(num)s réservation est dans ce temps et garde sa place.",
        "%(num)s réservations sont dans ce temps et gardent leur place.",
        touched.total,
    )
