"""Coming in and going out: sign-up, confirmation, sign-in by password or link, reset, sign-out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from booking import clock
from booking.db import read, write
from booking.errors import Invalid
from booking.people import asking, passwords, queries
from booking.people.actions import account, links, sign_up
from booking.people.actions import sign_in as sign_ins
from booking.people.actions.members import AddressTaken
from booking.people.forms import (
    AddressForm,
    NewPasswordForm,
    PasswordAskedForm,
    PressForm,
    SignInForm,
    SignUpForm,
)
from booking.people.rules import Purpose
from booking.people.rules.limits import (
    LINK_ADDRESS,
    LINK_NETWORK,
    PASSWORD_ASKED,
    SIGN_IN_ADDRESS,
    SIGN_IN_HERE,
    SIGN_IN_NETWORK,
    SIGN_UP_ADDRESS,
    SIGN_UP_NETWORK,
)
from booking.people.schemas import Pending
from booking.people.views.frame import (
    blueprint,
    count,
    current_hash,
    enter,
    entrance,
    forget,
    here,
    log,
    new_login,
    page,
)
from booking.values.codes import new_token, token_hash
from booking.web.i18n import language
from booking.web.security import local_path

HOME = "/"
BROWSER, MAILED_TO = "browser", "mailed_to"
"""What the browser keeps between signing up and opening the link: a secret of its own, and the address it gave."""


@blueprint.route("/sign-in", methods=["GET", "POST"])
@asking.public
def sign_in() -> ResponseReturnValue:
    """Address and password, or a link by mail."""
    form = SignInForm(next=local_path(request.args.get("next"), HOME))
    target = local_path(form.next.data, HOME)
    if asking.asker().member_id is not None and request.method == "GET":
        return redirect(target, 303)
    problems: list[str] = []
    if form.validate_on_submit():
        try:
            _sign_in(form.email.data, form.password.data)
        except sign_ins.WrongPassword as problem:
            problems = form.refuse(problem)
        else:
            return redirect(target, 303)
    form.next.data = target
    return entrance("sign_in", 422 if form.is_submitted() else 200, form=form, problems=problems)


def _sign_in(email: str, password: str) -> None:
    place = f"{email} {here()}"
    count((SIGN_IN_HERE, place), (SIGN_IN_ADDRESS, email), (SIGN_IN_NETWORK, here()))
    found = read(queries.credentials, email)
    if not passwords.matches(found.password_hash if found else None, password) or found is None:
        log.warning("sign-in refused", member=found.member_id if found else None)
        raise sign_ins.WrongPassword
    upgraded = passwords.upgraded(found.password_hash, password) if found.password_hash else None
    secret, login = new_login()
    write(sign_ins.begin, found, login, upgraded, now=clock.now())
    forget(SIGN_IN_HERE, place)
    enter(secret)
    log.info("signed in", member=found.member_id, by="password")


@blueprint.route("/sign-out", methods=["GET", "POST"])
@asking.public
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in; with `everywhere`, all of them."""
    if request.method == "GET":
        return page("sign_out", form=PressForm())
    member_id = asking.asker().member_id
    if member_id is not None:
        if request.form.get("everywhere"):
            write(sign_ins.end_all, member_id, now=clock.now())
        else:
            write(sign_ins.end, current_hash(), now=clock.now())
        log.info("signed out", member=member_id, everywhere=bool(request.form.get("everywhere")))
    logout_user()
    session.clear()
    flash(_("Vous êtes hors connexion."), "ok")
    return redirect(local_path(request.form.get("next"), url_for("people.sign_in")), 303)


@blueprint.route("/sign-up", methods=["GET", "POST"])
@asking.public
def sign_up_page() -> ResponseReturnValue:
    """A new account, once its address is confirmed. A known address gets the same answer, and a mail that says so."""
    form = SignUpForm(language=language())
    problems: list[str] = []
    if form.validate_on_submit():
        email, name = form.email.data, form.name.data
        try:
            passwords.judge(form.password.data, name=name, email=email)
        except Invalid as problem:
            problems = form.refuse(problem)
        else:
            count((SIGN_UP_ADDRESS, email), (SIGN_UP_NETWORK, here()))
            browser = session.setdefault(BROWSER, new_token())
            write(
                sign_up.ask_account,
                email=email,
                name=name,
                language=form.language.data,
                password_hash=passwords.made(form.password.data, name=name, email=email),
                browser_hash=token_hash(browser),
                now=clock.now(),
            )
            log.info("sign-up asked")
            return _mailed(email, "account")
    return entrance("sign_up", 422 if form.is_submitted() else 200, form=form, problems=problems)


@blueprint.post("/sign-up/again")
@asking.public
def sign_up_again() -> ResponseReturnValue:
    """The confirmation once more."""
    form = AddressForm()
    if not form.validate_on_submit():
        return entrance("ask_link", 422, form=form, problems=[], purpose="again")
    count((LINK_ADDRESS, form.email.data), (LINK_NETWORK, here()))
    write(sign_up.ask_again, form.email.data, language(), now=clock.now())
    return _mailed(form.email.data, "account")


@blueprint.route("/reset", methods=["GET", "POST"])
@asking.public
def reset() -> ResponseReturnValue:
    """A link by which a new password is chosen."""
    form = AddressForm()
    if not form.validate_on_submit():
        return entrance("ask_link", 422 if form.is_submitted() else 200, form=form, problems=[], purpose="reset")
    count((LINK_ADDRESS, form.email.data), (LINK_NETWORK, here()))
    write(account.ask_reset, form.email.data, language(), now=clock.now())
    log.info("reset asked")
    return _mailed(form.email.data, "reset")


@blueprint.route("/link", methods=["GET", "POST"])
@asking.public
def link() -> ResponseReturnValue:
    """A link that signs in."""
    form = AddressForm()
    if not form.validate_on_submit():
        return entrance("ask_link", 422 if form.is_submitted() else 200, form=form, problems=[], purpose="link")
    count((LINK_ADDRESS, form.email.data), (LINK_NETWORK, here()))
    write(sign_ins.ask_link, form.email.data, language(), now=clock.now())
    log.info("sign-in link asked")
    return _mailed(form.email.data, "link")


def _mailed(email: str, what: str) -> ResponseReturnValue:
    session[MAILED_TO] = email
    return redirect(url_for("people.mailed", what=what), 303)


@blueprint.get("/mailed/<any(account, reset, link):what>")
@asking.public
def mailed(what: str) -> ResponseReturnValue:
    """What to look for in the mailbox now. Says the same for every address."""
    email = session.get(MAILED_TO, "")
    return entrance("mailed", what=what, email=email, form=AddressForm(email=email))


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@asking.public
def link_opened(token: str) -> ResponseReturnValue:
    """A button, since the programs that look into mails follow links; pressing it signs in."""
    secret_hash = token_hash(token)
    if read(queries.pending, secret_hash, frozenset({Purpose.SIGN_IN}), clock.now()) is None:
        return _over("link")
    form = PressForm()
    if not form.validate_on_submit():
        return entrance("link_opened", form=form)
    secret, login = new_login()
    try:
        member_id = write(sign_ins.by_link, secret_hash, login, now=clock.now())
    except links.LinkOver:
        return _over("link")
    enter(secret)
    log.info("signed in", member=member_id, by="link")
    return redirect(HOME, 303)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@asking.public
def reset_opened(token: str) -> ResponseReturnValue:
    """The new password."""
    secret_hash = token_hash(token)
    pending = read(queries.pending, secret_hash, frozenset({Purpose.RESET}), clock.now())
    owner = read(queries.credentials, pending.email) if pending else None
    if owner is None:
        return _over("reset")
    form = NewPasswordForm()
    problems: list[str] = []
    if form.validate_on_submit():
        secret, login = new_login()
        try:
            stored = passwords.made(form.password.data, name=owner.name, email=owner.email)
            write(account.reset, secret_hash, stored, login, now=clock.now())
        except links.LinkOver:
            return _over("reset")
        except Invalid as problem:
            problems = form.refuse(problem)
        else:
            enter(secret)
            log.info("password reset", member=owner.member_id)
            flash(_("Votre mot de passe est changé ; vos autres connexions sont fermées."), "ok")
            return redirect(HOME, 303)
    return entrance(
        "reset_opened", 422 if form.is_submitted() else 200, form=form, problems=problems, email=owner.email
    )


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@asking.public
def confirm(token: str) -> ResponseReturnValue:
    """The confirmation of a new account, or of one of the two addresses of a change."""
    secret_hash = token_hash(token)
    purposes = frozenset({Purpose.CONFIRM, Purpose.EMAIL_OLD, Purpose.EMAIL_NEW})
    pending = read(queries.pending, secret_hash, purposes, clock.now())
    if pending is None:
        return _over("account")
    if pending.purpose is Purpose.CONFIRM:
        return _confirm_account(secret_hash, pending)
    return _confirm_email(secret_hash, pending)


def _confirm_account(secret_hash: str, pending: Pending) -> ResponseReturnValue:
    """The browser that signed up presses a button; another shows by the password that it is the same person."""
    stored = pending.detail.get("password_hash")
    if stored is None:
        return _over("account")
    known = token_hash(session.get(BROWSER, "")) == pending.detail["browser_hash"]
    form: Any = PressForm() if known else PasswordAskedForm()
    problems: list[str] = []
    if form.validate_on_submit():
        if not known:
            count((PASSWORD_ASKED, secret_hash))
        if known or passwords.matches(stored, form.password.data):
            secret, login = new_login()
            try:
                member_id = write(sign_up.confirm, secret_hash, login, now=clock.now())
            except (links.LinkOver, AddressTaken):
                return _over("account")
            enter(secret)
            log.info("account confirmed", member=member_id)
            flash(_("Votre adresse est confirmée. Bienvenue à bord."), "ok")
            return redirect(HOME, 303)
        problems = [_("Ce n’est pas le mot de passe choisi à l’inscription.")]
    status = 422 if form.is_submitted() else 200
    return entrance("confirm", status, form=form, problems=problems, known=known, email=pending.email)


def _confirm_email(secret_hash: str, pending: Pending) -> ResponseReturnValue:
    form = PressForm()
    new = pending.detail["new"]
    if not form.validate_on_submit():
        return entrance("confirm_email", form=form, new=new, purpose=pending.purpose)
    try:
        changed = write(account.confirm_email, secret_hash, pending.purpose, now=clock.now())
    except (links.LinkOver, AddressTaken):
        return _over("email")
    log.info("address confirmed", purpose=pending.purpose, changed=changed)
    return entrance("email_confirmed", changed=changed, new=new, purpose=pending.purpose)


def _over(what: str) -> ResponseReturnValue:
    return page("link_over", 410, what=what)
