"""One's own account: what is shown of it, what it may be reached by, what can be taken along and its end."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask import Response, current_app, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from booking import clock
from booking.db import read, write
from booking.errors import Invalid
from booking.people import asking, passwords, queries
from booking.people.actions import account, members, roles, sign_in, tokens
from booking.people.forms import (
    ChangeEmailForm,
    ChangePasswordForm,
    PasswordAskedForm,
    ProfileForm,
    TokenForm,
)
from booking.people.rules import ROLE_NAMES, Scope
from booking.people.rules.agents import described
from booking.people.rules.limits import EMAIL_CHANGE, LINK_ADDRESS, PASSWORD_ASKED
from booking.people.schemas import Credentials
from booking.people.views.frame import blueprint, count, current_hash, log, neighbours, page
from booking.places.queries import lieux as places
from booking.values.codes import slug
from booking.web.formats import sentence
from booking.web.forms import BaseForm

Form = TypeVar("Form", bound=BaseForm)

PARIS = "Europe/Paris"


@blueprint.route("/account", methods=["GET", "POST"])
@asking.signed_in
def account_page() -> ResponseReturnValue:
    """Name, language, zone and mails by choice; beside them the forms for address and password, and the lieux."""
    form = ProfileForm(data=_told())
    if not form.validate_on_submit():
        return _account(profile=form)
    write(
        account.change_profile,
        asking.member_id(),
        name=form.name.data,
        language=form.language.data,
        timezone=form.timezone.data or None,
        wants_reminder=form.wants_reminder.data,
        wants_host_mail=form.wants_host_mail.data,
    )
    flash(_("Votre compte est à jour."), "ok")
    return redirect(url_for("people.account_page", lang=form.language.data), 303)


@blueprint.post("/account/password")
@asking.signed_in
def change_password() -> ResponseReturnValue:
    """A new password; every other sign-in ends."""
    form = ChangePasswordForm(prefix="password-")
    if not form.validate_on_submit():
        return _account(password=form)
    try:
        who = _checked(form.present.data)
        stored = passwords.made(form.password.data, name=who.name, email=who.email)
    except sign_in.WrongPassword:
        return _account(password=_wrong(form, "present"))
    except Invalid as problem:
        return _account(password=form, problems=form.refuse(problem))
    write(account.change_password, who, stored, current_hash(), now=clock.now())
    log.info("password changed", member=who.member_id)
    flash(_("Votre mot de passe est changé ; vos autres connexions sont fermées."), "ok")
    return redirect(url_for("people.account_page"), 303)


@blueprint.post("/account/email")
@asking.signed_in
def change_email() -> ResponseReturnValue:
    """A new address, once the present one and the new one have both said yes."""
    form = ChangeEmailForm(prefix="email-")
    if not form.validate_on_submit():
        return _account(email=form)
    try:
        who = _checked(form.password.data)
    except sign_in.WrongPassword:
        return _account(email=_wrong(form, "password"))
    new = form.email.data
    if new == who.email:
        form.email.errors = [_("C’est déjà votre adresse.")]
        return _account(email=form)
    count((EMAIL_CHANGE, str(who.member_id)), (LINK_ADDRESS, new))
    write(account.ask_email, who, new, now=clock.now())
    log.info("address change asked", member=who.member_id)
    flash(
        _("Deux courriels viennent de partir, à vos deux adresses. Le changement se fait quand les deux ont dit oui.")
    )
    return redirect(url_for("people.account_page"), 303)


def _told() -> dict[str, Any]:
    """The profile as its form shows it."""
    seen = read(queries.profile, asking.member_id())
    return dataclasses.asdict(seen) | {"timezone": seen.timezone or ""}


def _account(
    *,
    profile: ProfileForm | None = None,
    email: ChangeEmailForm | None = None,
    password: ChangePasswordForm | None = None,
    problems: Sequence[str] = (),
) -> ResponseReturnValue:
    """The whole page; the form that was sent shows what is wrong with it, the others are as they were."""
    sent = next((form for form in (profile, email, password) if form is not None and form.is_submitted()), None)
    return page(
        "account",
        200 if sent is None else 422,
        sent=sent,
        problems=problems,
        profile=profile or ProfileForm(formdata=None, data=_told()),
        email_form=email or ChangeEmailForm(formdata=None, prefix="email-"),
        password_form=password or ChangePasswordForm(formdata=None, prefix="password-"),
        seen=read(queries.profile, asking.member_id()),
        lieux=read(places.lieux_of, asking.asker()),
        names=ROLE_NAMES,
    )


def _checked(password: str) -> Credentials:
    """Who is signed in, after giving the password again. Raises WrongPassword, TooMany."""
    member_id = asking.member_id()
    count((PASSWORD_ASKED, str(member_id)))
    who = read(queries.credentials_of, member_id)
    if who is None or not passwords.matches(who.password_hash, password):
        log.warning("password refused", member=member_id)
        raise sign_in.WrongPassword
    return who


def _wrong(form: Form, field: str) -> Form:
    form[field].errors = [_("Ce n’est pas votre mot de passe.")]
    return form


@blueprint.post("/account/lieux/<lieu>/leave")
@asking.signed_in
def leave(lieu: str) -> ResponseReturnValue:
    """Give all one's roles in a lieu back."""
    seen = read(places.lieu_by_slug, asking.asker(), lieu)
    try:
        write(roles.leave, asking.asker(), seen.id, now=clock.now())
    except roles.SoleManager as problem:
        flash(" ".join(sentence(each) for each in problem.reasons), "bad")
    else:
        log.info("left", member=asking.member_id(), lieu=seen.slug)
        flash(_("Vous ne faites plus partie de %(lieu)s.", lieu=seen.name), "ok")
    return redirect(url_for("people.account_page"), 303)


@blueprint.get("/account/sign-ins")
@asking.signed_in
def sign_in_list() -> ResponseReturnValue:
    """Where one is signed in."""
    found = read(queries.sign_ins, asking.member_id(), current_hash(), clock.now())
    return page("sign_ins", items=found, described=described, zone=_zone())


@blueprint.post("/account/sign-ins/<handle>/end")
@asking.signed_in
def end_sign_in(handle: str) -> ResponseReturnValue:
    """Sign one browser out, wherever it is."""
    write(sign_in.end_one, asking.member_id(), handle, now=clock.now())
    log.info("sign-in ended", member=asking.member_id())
    flash(_("Cette connexion est fermée."), "ok")
    return redirect(url_for("people.sign_in_list"), 303)


@blueprint.post("/account/sign-ins/end-others")
@asking.signed_in
def end_other_sign_ins() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    write(sign_in.end_all, asking.member_id(), but=current_hash(), now=clock.now())
    log.info("other sign-ins ended", member=asking.member_id())
    flash(_("Vos autres connexions sont fermées."), "ok")
    return redirect(url_for("people.sign_in_list"), 303)


@blueprint.route("/account/tokens", methods=["GET", "POST"])
@asking.signed_in
def token_list() -> ResponseReturnValue:
    """The keys of one's programs; a new one is told once, on the page that makes it."""
    form = TokenForm()
    made, problems = None, []
    if form.validate_on_submit():
        now = clock.now()
        days = form.days.data
        try:
            made = write(
                tokens.create_token,
                asking.member_id(),
                name=form.name.data,
                scope=Scope(form.scope.data),
                expires_at=now + dt.timedelta(days=int(days)) if days else None,
                now=now,
            )
        except Invalid as problem:
            problems = form.refuse(problem)
        else:
            log.info("token created", member=asking.member_id(), scope=form.scope.data)
    return page(
        "tokens",
        422 if form.is_submitted() and made is None else 200,
        form=form if made is None else TokenForm(formdata=None),
        problems=problems,
        made=made,
        items=read(queries.tokens, asking.member_id(), clock.now()),
        zone=_zone(),
    )


@blueprint.post("/account/tokens/<uuid:uid>/revoke")
@asking.signed_in
def revoke_token(uid: UUID) -> ResponseReturnValue:
    """End a token at once."""
    write(tokens.revoke_token, asking.member_id(), str(uid), now=clock.now())
    log.info("token revoked", member=asking.member_id(), token=str(uid))
    flash(_("Le jeton ne permet plus rien."), "ok")
    return redirect(url_for("people.token_list"), 303)


@blueprint.get("/account/export")
@asking.signed_in
def export() -> ResponseReturnValue:
    """All that Archipel keeps about the person, in one JSON file."""
    who = asking.member_id()
    own = read(queries.everything, who)
    names = {lieu.id: lieu.slug for lieu in read(places.lieux_of, asking.asker())}
    for each in own["roles"]:
        each["lieu"] = names[each.pop("lieu_id")]
    for name, exporter in neighbours().exporters:
        own[name] = read(exporter, who)
    text = current_app.json.dumps(_plain(own), indent=2, sort_keys=False)
    log.info("exported", member=who)
    response = Response(text + "\n", mimetype="application/json")
    filename = f"archipel-{slug(asking.asker().name)}.json"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _plain(value: Any) -> Any:
    """Instants and dates as RFC 3339 text, mappings and sequences all the way down."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value


@blueprint.route("/account/delete", methods=["GET", "POST"])
@asking.signed_in
def delete() -> ResponseReturnValue:
    """Taking one's data along, and the end of the account, with every reason why it cannot be yet."""
    form = PasswordAskedForm()
    problems: list[str] = []
    if form.validate_on_submit():
        try:
            who = _checked(form.password.data)
            write(members.erase, who, neighbours(), now=clock.now())
        except sign_in.WrongPassword:
            _wrong(form, "password")
        except members.StillNeeded as problem:
            problems = form.refuse(problem)
        else:
            log.info("account deleted", member=who.member_id)
            logout_user()
            session.clear()
            return page("deleted")
    has_password = read(queries.profile, asking.member_id()).has_password
    status = 422 if form.is_submitted() else 200
    return page("delete", status, form=form, problems=problems, has_password=has_password)


def _zone() -> str:
    return read(queries.profile, asking.member_id()).timezone or PARIS
