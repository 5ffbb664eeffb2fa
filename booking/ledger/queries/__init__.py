"""Reading accounts: balances are sums of transfers, statements are pages of them."""

from __future__ import annotations

from booking.ledger.queries.accounts import (
    account_of,
    accounts_of_lieu,
    balance_of,
    balances_of_lieu,
    balances_of_member,
    lieu_accounts,
    owed_by,
)
from booking.ledger.queries.statements import movements_of_member, statement

__all__ = [
    "account_of",
    "accounts_of_lieu",
    "balance_of",
    "balances_of_lieu",
    "balances_of_member",
    "lieu_accounts",
    "movements_of_member",
    "owed_by",
    "statement",
]
