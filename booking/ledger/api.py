"""What a member owes and has paid, for programs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from booking.db import read
from booking.errors import N_
from booking.ledger.queries import balances_of_member, movements_of_member
from booking.ledger.rules import Cause
from booking.people.asking import asker, signed_in
from booking.values.money import Money, Unit
from booking.web.api import Asked, Call, Room
from booking.web.dto import answer_schema

room = Room("ledger", N_("Les comptes"))


@dataclass(frozen=True)
class StatementAsked(Asked):
    """Which unit of account, and which part of the movements."""

    unit: Annotated[Unit, N_("L’unité de compte.")] = Unit.EUR


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands with one lieu."""

    lieu: str
    lieu_name: str
    balance: Annotated[Money, N_("Négatif quand on doit au lieu.")]
    ceiling: Annotated[Money | None, N_("Ce que le lieu laisse devoir au plus ; null sans limite.")]


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement of an account."""

    at: dt.datetime
    lieu: str
    lieu_name: str
    cause: Cause
    subject: Annotated[str, N_("Le code de la réservation, ou le moyen du paiement.")]
    detail: str
    amount: Annotated[Money, N_("Négatif quand il ajoute à ce qui est dû.")]


@dataclass(frozen=True, slots=True)
class Statement:
    """One's own account with every lieu, its movements newest first."""

    unit: Unit
    balances: tuple[Standing, ...]
    items: tuple[Movement, ...]
    next: Annotated[str | None, N_("Curseur de la suite de la liste, null à la fin.")]


@room.call(
    Call(
        "GET",
        "/me/statement",
        signed_in,
        N_("Ce que l’on doit à chaque lieu, et les mouvements, le dernier d’abord."),
        answer_schema(Statement),
        reads=StatementAsked,
        refuses=(400,),
    )
)
def get_statement(asked: StatementAsked) -> Statement:
    """One's own account."""
    balances = [b for b in read(balances_of_member, asker()) if b.balance.unit is asked.unit]
    page = read(movements_of_member, asker(), asked.unit, after=asked.cursor, limit=asked.limit)
    return Statement(
        unit=asked.unit,
        balances=tuple(Standing(b.lieu_slug, b.lieu_name, b.balance, b.ceiling) for b in balances),
        items=tuple(
            Movement(
                at=each.line.at,
                lieu=each.lieu_slug,
                lieu_name=each.lieu_name,
                cause=each.line.cause,
                subject=each.line.subject,
                detail=each.line.detail,
                amount=each.line.amount,
            )
            for each in page.items
        ),
        next=page.next,
    )
