"""Answering an invitation: with an account that one has, or by making one."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import read, write
from booking.errors import Conflict, Invalid
from booking.people import asking, passwords, queries
from booking.people.actions import invitations, links
from booking.people.forms import JoinForm, PressForm
from booking.people.rules import ROLE_NAMES, ROLE_RIGHTS, Purpose, Role
from booking.people.schemas import Pending
from booking.people.views.frame import blueprint, enter, entrance, log, new_login, page
from booking.values.codes import token_hash
from booking.web.formats import sentence
from booking.web.i18n import language


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@asking.public
def invitation(token: str) -> ResponseReturnValue:
    """What one is invited to, and the way in that fits: accept, sign in first, or make an account."""
    secret_hash = token_hash(token)
    pending = read(queries.pending, secret_hash, frozenset({Purpose.INVITE}), clock.now())
    if pending is None:
        return page("link_over", 410, what="invitation")
    who = asking.asker()
    try:
        if who.email == pending.email:
            return _accept(secret_hash, token, pending)
        known = read(queries.credentials, pending.email) is not None
        if known or who.member_id is not None:
            return _show("invitation", token, pending, known=known, form=PressForm())
        return _join(secret_hash, token, pending)
    except links.LinkOver:
        return page("link_over", 410, what="invitation")


def _accept(secret_hash: str, token: str, pending: Pending) -> ResponseReturnValue:
    form = PressForm()
    if not form.validate_on_submit():
        return _show("invitation", token, pending, known=True, form=form)
    try:
        write(invitations.accept, asking.asker(), secret_hash, now=clock.now())
    except Conflict as problem:
        return _refused(token, pending, problem)
    log.info("invitation accepted", member=asking.member_id(), role=pending.detail["role"])
    return _welcome(pending)


def _join(secret_hash: str, token: str, pending: Pending) -> ResponseReturnValue:
    form = JoinForm(language=language())
    problems: list[str] = []
    if form.validate_on_submit():
        secret, login = new_login()
        try:
            member_id = write(
                invitations.accept_as_new,
                secret_hash,
                name=form.name.data,
                language=form.language.data,
                password_hash=passwords.made(form.password.data, name=form.name.data, email=pending.email),
                login=login,
                now=clock.now(),
            )
        except Invalid as problem:
            problems = form.refuse(problem)
        except Conflict as problem:
            return _refused(token, pending, problem)
        else:
            enter(secret)
            log.info("joined by invitation", member=member_id, role=pending.detail["role"])
            return _welcome(pending)
    return _show("join", token, pending, form=form, problems=problems, status=422 if form.is_submitted() else 200)


def _show(template: str, token: str, pending: Pending, *, status: int = 200, **values: object) -> ResponseReturnValue:
    role = Role(pending.detail["role"])
    return entrance(
        template,
        status,
        token=token,
        asker=asking.asker(),
        email=pending.email,
        lieu=pending.detail["lieu"],
        by=pending.detail["by_name"],
        role=ROLE_NAMES[role],
        right=ROLE_RIGHTS[role],
        **values,
    )


def _refused(token: str, pending: Pending, problem: Conflict) -> ResponseReturnValue:
    sentences = [sentence(each) for each in problem.reasons]
    return _show("invitation", token, pending, known=True, form=PressForm(), problems=sentences, status=409)


def _welcome(pending: Pending) -> ResponseReturnValue:
    flash(_("Vous faites maintenant partie de %(lieu)s.", lieu=pending.detail["lieu"]), "ok")
    return redirect(url_for("people.account_page"), 303)
