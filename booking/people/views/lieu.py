"""The people of a lieu: its manager lists, invites, gives roles and removes; stewards name a first manager."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import read, write
from booking.errors import Invalid, NotFound
from booking.people import asking, queries
from booking.people.actions import invitations, roles
from booking.people.forms import InviteForm, PressForm, RolesForm
from booking.people.rules import ROLE_NAMES, ROLE_RIGHTS, Role
from booking.people.rules.limits import INVITE_ADDRESS, INVITE_ASKER
from booking.people.views.account import PARIS
from booking.people.views.frame import blueprint, count, log, page
from booking.places.queries import lieux as places
from booking.places.schemas import LieuSeen
from booking.web.formats import sentence
from booking.web.forms import tidy_line


def _lieu(slug: str) -> LieuSeen:
    """The lieu, for those who may see its people. Raises NotFound for everybody else."""
    who = asking.asker()
    seen = read(places.lieu_by_slug, who, slug)
    if not (who.manages(seen.id) or who.steward):
        raise NotFound
    g.lieu_in_mind = seen.slug
    return seen


@blueprint.get("/manage/<lieu>/people")
@asking.signed_in
def people_list(lieu: str) -> ResponseReturnValue:
    """Everybody of the lieu, by name, and the invitations that wait for an answer."""
    return _list(_lieu(lieu))


def _list(
    seen: LieuSeen, form: InviteForm | None = None, problems: Sequence[str] = (), status: int = 200
) -> ResponseReturnValue:
    who = asking.asker()
    matching = tidy_line(request.args.get("q"))[:120]
    people = read(queries.people_of, who, seen.id, matching=matching, after=request.args.get("after"))
    manages = who.manages(seen.id)
    return page(
        "lieu",
        status,
        lieu=seen,
        manages=manages,
        people=people,
        matching=matching,
        form=form or InviteForm(formdata=None, role=(Role.MEMBER if manages else Role.MANAGER).value),
        problems=problems,
        invitations=read(queries.invitations_of, who, seen.id, clock.now()),
        names=ROLE_NAMES,
        rights=ROLE_RIGHTS,
        me=who.uid,
        zone=seen.timezone or PARIS,
    )


@blueprint.post("/manage/<lieu>/people/invite")
@asking.signed_in
def invite(lieu: str) -> ResponseReturnValue:
    """Invite an address to a role. What the manager reads is the same whether it has an account or not."""
    seen = _lieu(lieu)
    form = InviteForm()
    if not form.validate_on_submit():
        return _list(seen, form, status=422)
    who = asking.asker()
    count((INVITE_ASKER, str(who.member_id)), (INVITE_ADDRESS, form.email.data))
    role = Role(form.role.data)
    try:
        write(invitations.invite, who, (seen.id, seen.name), form.email.data, role, now=clock.now())
    except Invalid as problem:
        return _list(seen, form, form.refuse(problem), 422)
    log.info("invited", member=who.member_id, lieu=seen.slug, role=role)
    flash(_("L’invitation est en route vers %(email)s.", email=form.email.data), "ok")
    return redirect(url_for("people.people_list", lieu=seen.slug), 303)


@blueprint.post("/manage/<lieu>/invitations/<uuid:ref>/withdraw")
@asking.signed_in
def withdraw_invitation(lieu: str, ref: UUID) -> ResponseReturnValue:
    """Take an invitation back; its link stops working."""
    seen = _lieu(lieu)
    write(invitations.withdraw, asking.asker(), seen.id, str(ref), now=clock.now())
    log.info("invitation withdrawn", member=asking.member_id(), lieu=seen.slug)
    flash(_("L’invitation est retirée."), "ok")
    return redirect(url_for("people.people_list", lieu=seen.slug), 303)


@blueprint.post("/manage/<lieu>/people/<uuid:uid>/roles")
@asking.signed_in
def change_roles(lieu: str, uid: UUID) -> ResponseReturnValue:
    """Give somebody of the lieu these roles."""
    seen = _lieu(lieu)
    form = RolesForm()
    if not form.validate_on_submit():
        flash(" ".join(str(each) for each in form.roles.errors), "bad")
        return redirect(url_for("people.people_list", lieu=seen.slug), 303)
    return _set(seen, str(uid), form.wanted(), _("Les rôles sont à jour."))


@blueprint.post("/manage/<lieu>/people/<uuid:uid>/remove")
@asking.signed_in
def remove(lieu: str, uid: UUID) -> ResponseReturnValue:
    """Remove somebody from the lieu; every right there ends at once."""
    seen = _lieu(lieu)
    PressForm()
    return _set(seen, str(uid), frozenset(), _("Cette personne ne fait plus partie du lieu."))


def _set(seen: LieuSeen, uid: str, wanted: frozenset[Role], done: str) -> ResponseReturnValue:
    who = asking.asker()
    try:
        write(roles.set_roles, who, seen.id, uid, wanted, now=clock.now())
    except roles.SoleManager as problem:
        flash(" ".join(sentence(each) for each in problem.reasons), "bad")
    else:
        log.info("roles set", member=who.member_id, lieu=seen.slug, whose=uid, roles=sorted(wanted))
        flash(done, "ok")
    if uid == who.uid and Role.MANAGER not in wanted and not who.steward:
        return redirect(url_for("people.account_page"), 303)
    return redirect(url_for("people.people_list", lieu=seen.slug), 303)
