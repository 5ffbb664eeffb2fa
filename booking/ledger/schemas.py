"""What travels out of the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.ledger.rules import Cause
from booking.values.ids import AccountId, BookId, LieuId, MemberId
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
    """One business transaction as its account's owner reads it: `amount` is negative when it adds to what is owed.

    `uid` names it; `by` is who wrote it, told to those who keep the books; `undone` when its opposite was written.
    """

    uid: str
    at: dt.datetime
    cause: Cause
    subject: str
    detail: str
    amount: Money
    by: str
    undone: bool


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
class Holder:
    """A person (without uid: the walk-ins together) in a lieu's books; `balance` is negative when they owe."""

    member_id: MemberId | None
    uid: str | None
    name: str
    email: str | None
    balance: Money
    ceiling: Money | None


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Some of a lieu's accounts, and what all of them come to: owed to the lieu by `debtors` people, paid ahead.

    `others` are people found who have no account there yet.
    """

    items: tuple[Holder, ...]
    others: tuple[Holder, ...]
    owed: Money
    ahead: Money
    debtors: int
    next: str | None


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
