"""What must always hold of the accounts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from booking.db.invariants import Invariant
from booking.ledger.models import Account, Transfer

_sides = sa.union_all(
    sa.select(Transfer.credit_id.label("account_id"), Transfer.amount.label("amount")),
    sa.select(Transfer.debit_id, -Transfer.amount),
).subquery()
_balances = (
    sa.select(_sides.c.account_id, sa.func.sum(_sides.c.amount).label("balance"))
    .group_by(_sides.c.account_id)
    .subquery()
)
_debit, _credit, _undone = aliased(Account), aliased(Account), aliased(Transfer)

INVARIANTS = (
    Invariant(
        "ledger.balanced",
        "Every transfer stands between two accounts of its own book and unit, by a positive amount.",
        sa.select(Transfer.id)
        .join(_debit, _debit.id == Transfer.debit_id)
        .join(_credit, _credit.id == Transfer.credit_id)
        .where(
            sa.or_(
                Transfer.amount <= 0,
                _debit.unit != Transfer.unit,
                _credit.unit != Transfer.unit,
                _debit.book_id != Transfer.book_id,
                _credit.book_id != Transfer.book_id,
            )
        ),
    ),
    Invariant(
        "ledger.floors",
        "No account stands below its floor.",
        sa.select(Account.id, Account.floor, _balances.c.balance)
        .join(_balances, _balances.c.account_id == Account.id)
        .where(_balances.c.balance < Account.floor),
    ),
    Invariant(
        "ledger.reversals",
        "A reversal is the exact opposite of what it reverses.",
        sa.select(Transfer.id)
        .join(_undone, _undone.id == Transfer.reverses_id)
        .where(
            sa.or_(
                Transfer.debit_id != _undone.credit_id,
                Transfer.credit_id != _undone.debit_id,
                Transfer.amount != _undone.amount,
                _undone.reverses_id.is_not(None),
            )
        ),
    ),
)
