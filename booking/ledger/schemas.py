"""What travels out of the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.ledger.rules import Cause
from booking.values.ids import AccountId, BookId, LieuId
from booking.values.money import Money


@dataclass(frozen=True, slots=True)
class LieuAccounts:
    """The shared accounts of a lieu's book in one unit."""

    book_id: BookId
    lieu_id: LieuId
    revenue: AccountId
    vat: AccountId
    cash: AccountId


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement as its account's owner reads it: `amount` is negative when it adds to what is owed."""

    at: dt.datetime
    cause: Cause
    subject: str
    detail: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Balance:
    """Where one member stands with one lieu; `balance` is negative when the member owes."""

    lieu_slug: str
    lieu_name: str
    member_uid: str | None
    member_name: str
    balance: Money
    ceiling: Money | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of movements, newest first, with the balance after the newest of all and the cursor of the next page."""

    balance: Balance
    lines: tuple[StatementLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement between a member and one of the lieux."""

    lieu_slug: str
    lieu_name: str
    line: StatementLine
