"""`/manage/<lieu>/accounts`: who owes what to a lieu, payments received, and how much one may owe."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog
from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.db import read, write
from booking.errors import Conflict, Invalid, NotFound
from booking.ledger import actions
from booking.ledger.forms import CeilingForm, PaymentForm, UndoForm
from booking.ledger.queries import account_of, accounts_of_lieu, statement
from booking.ledger.rules import CAUSE_NAMES, MEANS_NAMES, Cause, Means, Payment
from booking.ledger.schemas import Holder, StatementLine
from booking.people.asking import asker, member_id, signed_in
from booking.places.queries.lieux import lieu_by_slug
from booking.places.schemas import LieuSeen
from booking.values.codes import new_token, read_code, slug
from booking.values.money import Money
from booking.values.wall import wall_of
from booking.web.formats import money, sentence
from booking.web.forms import tidy_line
from booking.web.i18n import language
from booking.web.tables import csv_file

log = structlog.get_logger()

blueprint = Blueprint("ledger", __name__)

LONGEST_SEARCH = 120
LINES_AT_ONCE = 1000


@blueprint.get("/manage/<lieu>/accounts")
@signed_in
def account_list(lieu: str) -> ResponseReturnValue:
    """Who owes what, deepest debt first; `q` looks for people, `after` goes on."""
    seen = _lieu(lieu)
    matching = tidy_line(request.args.get("q"))[:LONGEST_SEARCH]
    page = read(accounts_of_lieu, asker(), seen.id, matching=matching, after=request.args.get("after") or None)
    return render_template("ledger/accounts.html", lieu=seen, page=page, matching=matching, name_of=_name_of)


@blueprint.get("/manage/<lieu>/accounts/guests", defaults={"uid": None})
@blueprint.get("/manage/<lieu>/accounts/<uuid:uid>")
@signed_in
def account_page(lieu: str, uid: UUID | None) -> ResponseReturnValue:
    """One person's statement (without uid: the walk-ins together), with the forms."""
    return _shown(_lieu(lieu), uid)


@blueprint.post("/manage/<lieu>/accounts/guests/payments", defaults={"uid": None})
@blueprint.post("/manage/<lieu>/accounts/<uuid:uid>/payments")
@signed_in
def take_payment(lieu: str, uid: UUID | None) -> ResponseReturnValue:
    """Record a payment received; the same form sent twice records it once."""
    seen = _lieu(lieu)
    form = PaymentForm()
    if not form.validate_on_submit():
        return _shown(seen, uid, payment=form, status=422)
    key = form.one_time_key()
    if key is None:
        form.key.data = new_token()
        return _shown(seen, uid, payment=form, problems=[_("Vérifiez, puis enregistrez à nouveau.")], status=422)
    amount: Money = form.amount.data
    payment = Payment(Means(form.means.data), form.note.data, key, member_id())
    try:
        new = write(actions.take_payment, asker(), seen.id, _text(uid), amount, payment, clock.now())
    except (Invalid, Conflict) as problem:
        form.key.data = new_token()
        taken = isinstance(problem, Conflict)
        return _shown(seen, uid, payment=form, problems=form.refuse(problem), status=409 if taken else 422)
    if new:
        log.info("payment recorded", lieu=seen.slug, by=member_id(), amount=amount.amount, means=payment.means)
    holder = read(account_of, asker(), seen.id, _text(uid))
    flash(_("Paiement de %(amount)s noté. %(rest)s", amount=money(amount), rest=_standing(holder)), "ok")
    return redirect(_address(seen, uid), 303)


@blueprint.post("/manage/<lieu>/accounts/guests/payments/<uuid:group>/undo", defaults={"uid": None})
@blueprint.post("/manage/<lieu>/accounts/<uuid:uid>/payments/<uuid:group>/undo")
@signed_in
def undo_payment(lieu: str, uid: UUID | None, group: UUID) -> ResponseReturnValue:
    """Take a payment back that was noted by mistake: its opposite is written, nothing is erased."""
    seen = _lieu(lieu)
    UndoForm()
    try:
        write(actions.undo_payment, asker(), seen.id, _text(uid), str(group), clock.now())
    except Invalid as problem:
        flash(" ".join(sentence(reason) for reason in problem.reasons), "bad")
    else:
        log.info("payment taken back", lieu=seen.slug, by=member_id(), group=str(group))
        flash(_("Le paiement est repris : la ligne inverse est écrite."), "ok")
    return redirect(_address(seen, uid), 303)


@blueprint.post("/manage/<lieu>/accounts/<uuid:uid>/ceiling")
@signed_in
def change_ceiling(lieu: str, uid: UUID) -> ResponseReturnValue:
    """How much this person may owe the lieu."""
    seen = _lieu(lieu)
    form = CeilingForm(prefix="ceiling-")
    if not form.validate_on_submit():
        return _shown(seen, uid, ceiling=form, status=422)
    most = None if form.unlimited.data else form.ceiling.data
    try:
        write(actions.change_ceiling, asker(), seen.id, str(uid), most, clock.now())
    except Invalid as problem:
        return _shown(seen, uid, ceiling=form, problems=form.refuse(problem), status=422)
    cents = None if most is None else most.amount
    log.info("ceiling changed", lieu=seen.slug, by=member_id(), whose=str(uid), ceiling=cents)
    flash(_("Sans plafond désormais.") if most is None else _("Le plafond est à %(most)s.", most=money(most)), "ok")
    return redirect(_address(seen, uid), 303)


@blueprint.get("/manage/<lieu>/accounts/guests/statement.csv", defaults={"uid": None})
@blueprint.get("/manage/<lieu>/accounts/<uuid:uid>/statement.csv")
@signed_in
def statement_file(lieu: str, uid: UUID | None) -> Response:
    """The whole statement, oldest first, for a spreadsheet. Amounts stand in two columns, so none is negative."""
    seen = _lieu(lieu)
    holder = read(account_of, asker(), seen.id, _text(uid))
    rows = [[_("Date"), _("Heure"), _("Motif"), _("Référence"), _("Note"), _("Dû"), _("Réglé ou rendu"), _("Par")]]
    for line in reversed(_all_lines(seen, holder)):
        wall = wall_of(line.at, seen.timezone)
        due, settled = _two_columns(line.amount)
        rows.append([wall.day.isoformat(), wall.clock, _said(line), line.subject, line.detail, due, settled, line.by])
    due, settled = _two_columns(holder.balance)
    rows.append(["", "", _("Reste dû") if due else _("Avance"), "", "", due, settled, ""])
    name = slug(f"{seen.name} {_name_of(holder)}")
    return csv_file(f"{name}.csv", rows)


def _lieu(name: str) -> LieuSeen:
    """The lieu, for those who keep its books. Raises NotFound for everybody else."""
    seen = read(lieu_by_slug, asker(), name)
    if not asker().keeps_books(seen.id):
        raise NotFound
    g.lieu_in_mind = seen.slug
    return seen


def _shown(
    seen: LieuSeen,
    uid: UUID | None,
    *,
    payment: PaymentForm | None = None,
    ceiling: CeilingForm | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> ResponseReturnValue:
    """The page; the form that was sent shows what is wrong with it, the other one is as it was."""
    who = asker()
    holder = read(account_of, who, seen.id, _text(uid))
    try:
        shown = read(statement, who, seen.id, holder.member_id, after=request.args.get("after") or None)
    except NotFound:
        shown = None  # An account is made when something is first owed.
    owed = -holder.balance
    begun = {"amount": owed if owed.amount > 0 else None, "key": new_token()}
    limit = {"ceiling": holder.ceiling, "unlimited": holder.ceiling is None}
    page = render_template(
        "ledger/account.html",
        lieu=seen,
        holder=holder,
        name=_name_of(holder),
        standing=_standing(holder),
        statement=shown,
        payment=payment or PaymentForm(formdata=None, data=begun),
        ceiling=ceiling or CeilingForm(formdata=None, prefix="ceiling-", data=limit),
        sent=payment or ceiling,
        problems=problems,
        said=_said,
        code_of=lambda line: None if line.cause in (Cause.PAYMENT, Cause.CORRECTION) else read_code(line.subject),
        is_payment=lambda line: line.cause is Cause.PAYMENT,
        two_columns=_money_columns,
        address=_address(seen, uid),
    )
    return page, status


def _all_lines(seen: LieuSeen, holder: Holder) -> list[StatementLine]:
    lines: list[StatementLine] = []
    after: str | None = None
    while True:
        try:
            page = read(statement, asker(), seen.id, holder.member_id, after=after, limit=LINES_AT_ONCE)
        except NotFound:
            return lines
        lines += page.lines
        after = page.next
        if after is None:
            return lines


def _address(seen: LieuSeen, uid: UUID | None) -> str:
    return url_for("ledger.account_page", lieu=seen.slug, uid=uid)


def _text(uid: UUID | None) -> str | None:
    return None if uid is None else str(uid)


def _name_of(holder: Holder) -> str:
    if holder.uid is None:
        return _("Personnes de passage")
    return holder.name or _("Compte supprimé")


def _standing(holder: Holder) -> str:
    """Where somebody stands, in a sentence."""
    if holder.balance.amount < 0:
        return _("Reste à régler : %(amount)s.", amount=money(-holder.balance))
    if holder.balance.amount > 0:
        return _("Avance : %(amount)s.", amount=money(holder.balance))
    return _("Rien à régler.")


def _said(line: StatementLine) -> str:
    said: str = _(CAUSE_NAMES[line.cause])
    if line.subject in list(Means):
        return f"{said}, {_(MEANS_NAMES[Means(line.subject)]).lower()}"
    return said


def _two_columns(amount: Money) -> tuple[str, str]:
    """What adds to the debt, and what lowers it, as spreadsheets of the reader's country read numbers."""
    euros, cents = divmod(abs(amount.amount), 100)
    digits = f"{euros}{',' if language() == 'fr' else '.'}{cents:02d}"
    return (digits, "") if amount.amount < 0 else ("", digits if amount else "")


def _money_columns(amount: Money) -> tuple[str, str]:
    return (money(-amount), "") if amount.amount < 0 else ("", money(amount))
