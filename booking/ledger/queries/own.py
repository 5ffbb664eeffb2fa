"""What the accounts know of one person, for whoever asks for their own data or wants to leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.errors import N_, Refusal
from booking.ledger.models import Account, Transfer
from booking.ledger.queries.accounts import balances
from booking.places.models import Lieu
from booking.values.ids import MemberId
from booking.values.money import Money


def exported_movements(session: Session, member_id: MemberId) -> list[dict[str, Any]]:
    """Every movement of a member's accounts as plain values; amounts in minor units, negative where debt grows."""
    rows = session.execute(
        sa.select(
            Transfer.at, Lieu.name.label("lieu"), Transfer.cause, Transfer.subject, Transfer.detail, Transfer.unit,
            sa.case((Transfer.credit_id == Account.id, Transfer.amount), else_=-Transfer.amount).label("amount"),
        )
        .join(Account, sa.or_(Account.id == Transfer.credit_id, Account.id == Transfer.debit_id))
        .join(Lieu, Lieu.id == Transfer.lieu_id)
        .where(Account.owner_id == member_id)
        .order_by(Transfer.id)
    )  # fmt: skip
    return [
        {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in row.items()}
        for row in rows.mappings()
    ]


def debts(session: Session, member_id: MemberId, _now: dt.datetime) -> Sequence[Refusal]:
    """Why an account cannot be deleted yet: what its owner owes a lieu, or a lieu owes its owner."""
    return [
        _told(each.lieu_name, each.balance)
        for each in balances(session, Account.owner_id == member_id, Lieu.name)
        if each.balance
    ]


def _told(lieu: str, balance: Money) -> Refusal:
    if balance.amount < 0:
        return Refusal("owes", N_("Vous devez %(amount)s à %(lieu)s."), {"amount": -balance, "lieu": lieu})
    return Refusal("is_owed", N_("%(lieu)s vous doit %(amount)s."), {"amount": balance, "lieu": lieu})
