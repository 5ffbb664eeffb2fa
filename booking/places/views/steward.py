"""`/steward/lieux`: the lieux of the archipelago, for who looks after it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import read, write
from booking.errors import Conflict, Invalid
from booking.people.asking import asker, stewards
from booking.places.actions import lieux as actions
from booking.places.forms.identity import IdentityForm
from booking.places.queries import lieux
from booking.places.rules import KIND_NAMES, LieuStatus
from booking.places.schemas import LieuFilter
from booking.places.views.frame import blueprint, log, page, town_centre
from booking.web.formats import sentence
from booking.web.forms import tidy_line

SHOWN = {
    "": LieuFilter(),
    "here": LieuFilter(bookable=True),
    "project": LieuFilter(status=LieuStatus.PROJECT),
    "census": LieuFilter(bookable=False, status=LieuStatus.OPEN),
}
"""What the list may be narrowed to, by the word in the address."""


@blueprint.get("/steward")
@stewards
def steward_home() -> ResponseReturnValue:
    """What a steward does begins with the lieux."""
    return redirect(url_for("places.steward_lieux"), 303)


@blueprint.get("/steward/lieux")
@stewards
def steward_lieux() -> ResponseReturnValue:
    """Lieux by name: those on Archipel, in project, or only in the census."""
    who = asker()
    which = request.args.get("which", "here")
    matching = tidy_line(request.args.get("q"))[:100]
    narrowed = SHOWN.get(which, LieuFilter())
    wanted = LieuFilter(q=matching, bookable=narrowed.bookable, status=narrowed.status)
    found = read(lieux.search_lieux, who, wanted, after=request.args.get("after"))
    return page(
        "steward_lieux",
        lieux=found,
        managers=read(lieux.managers_of, [each.id for each in found.items]),
        which=which if which in SHOWN else "",
        matching=matching,
        kinds=KIND_NAMES,
    )


@blueprint.get("/steward/lieux/new")
@stewards
def new_lieu() -> ResponseReturnValue:
    """The form of a lieu that no census knows."""
    return _shown(IdentityForm(formdata=None))


@blueprint.post("/steward/lieux/new")
@stewards
def create_lieu() -> ResponseReturnValue:
    """Put a lieu on Archipel; its first manager is invited next."""
    form = IdentityForm()
    draft = form.draft(town_centre) if form.validate_on_submit() else None
    if draft is None:
        return _shown(form, status=422)
    try:
        slug = write(actions.create_lieu, asker(), draft, clock.now())
    except (Invalid, Conflict) as problem:
        return _shown(form, form.refuse(problem), 409 if isinstance(problem, Conflict) else 422)
    log.info("lieu created", lieu=slug, by=asker().member_id)
    flash(_("%(name)s est sur Archipel. Invitez la personne qui le gérera.", name=draft.name), "ok")
    return redirect(url_for("people.people_list", lieu=slug), 303)


@blueprint.post("/steward/lieux/<lieu>/adopt")
@stewards
def adopt_lieu(lieu: str) -> ResponseReturnValue:
    """Turn a census entry into a lieu on Archipel; its first manager is invited next."""
    try:
        write(actions.adopt_lieu, asker(), lieu, clock.now())
    except actions.AlreadyHere as problem:
        flash(" ".join(sentence(reason) for reason in problem.reasons), "bad")
        return redirect(url_for("places.steward_lieux", q=request.form.get("q") or None), 303)
    log.info("lieu adopted", lieu=lieu, by=asker().member_id)
    flash(_("Le lieu est sur Archipel. Invitez la personne qui le gérera."), "ok")
    return redirect(url_for("people.people_list", lieu=lieu), 303)


def _shown(form: IdentityForm, problems: Sequence[str] = (), status: int = 200) -> ResponseReturnValue:
    return page("new_lieu", status, form=form, problems=problems)
