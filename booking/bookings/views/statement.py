"""`/account/statement`: what one owes each lieu, and why."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.bookings.queries.labels import labels
from booking.bookings.views.frame import blueprint, here_again, when_said
from booking.db import read
from booking.ledger.queries import balances_of_member, statement
from booking.ledger.rules import CAUSE_NAMES, MEANS_NAMES, Cause, Means
from booking.ledger.schemas import Balance, StatementLine
from booking.people.asking import asker, member_id, signed_in
from booking.places.queries.lieux import lieu_by_slug
from booking.web.formats import money
from booking.web.zones import PARIS


@blueprint.get("/account/statement")
@signed_in
def my_statement() -> ResponseReturnValue:
    """Where one stands with each lieu; the movements with one of them (`lieu`), newest first, paged by `before`."""
    who = asker()
    balances = read(balances_of_member, who)
    chosen = request.args.get("lieu") or (balances[0].lieu_slug if balances else None)
    shown = None
    if chosen:
        lieu = read(lieu_by_slug, who, chosen)
        shown = read(statement, who, lieu.id, member_id(), after=request.args.get("before") or None)
    named = read(labels, who, {line.subject for line in shown.lines}) if shown else {}
    return render_template(
        "bookings/statement.html",
        balances=balances,
        tab_items=[
            {
                "label": f"{each.lieu_name} · {balance_said(each)}",
                "href": here_again(lieu=each.lieu_slug, before=None),
                "current": each.lieu_slug == chosen,
            }
            for each in balances
        ],
        statement=shown,
        zone=PARIS,
        said=_said,
        label=lambda line: named.get(line.subject),
        when_said=when_said,
        balance_said=balance_said,
        following="" if shown is None or shown.next is None else here_again(before=shown.next, lieu=chosen),
    )


def _said(line: StatementLine) -> str:
    said: str = _(CAUSE_NAMES[line.cause])
    if line.cause is Cause.PAYMENT and line.subject in list(Means):
        return f"{said}, {_(MEANS_NAMES[Means(line.subject)]).lower()}"
    return said


def balance_said(balance: Balance) -> str:
    """`12,00 € à régler`, `5,00 € d’avance`, `Rien à régler`."""
    if balance.balance.amount < 0:
        return _("%(amount)s à régler", amount=money(-balance.balance))
    if balance.balance.amount > 0:
        return _("%(amount)s d’avance", amount=money(balance.balance))
    return _("Rien à régler")
