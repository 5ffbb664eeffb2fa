"""The words of the accounts, and how an amount becomes transfers. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from booking.errors import N_, Invalid
from booking.values.ids import AccountId, MemberId
from booking.values.money import Money


class AccountKind(StrEnum):
    """What an account of a lieu's book stands for. Balances are credited minus debited, everywhere."""

    RECEIVABLE = "receivable"
    """What one member owes (or walk-ins owe together): negative when owed."""
    REVENUE = "revenue"
    VAT = "vat"
    CASH = "cash"
    """Payments received, by whatever means: negative as they come in."""


class Cause(StrEnum):
    """Why a transfer was written."""

    BOOKING = "booking"
    MOVE = "move"
    CANCELLATION = "cancellation"
    PAYMENT = "payment"
    CORRECTION = "correction"


class Means(StrEnum):
    """How a payment recorded by staff was received."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"
    CHEQUE = "cheque"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment received outside Archipel; the `key` of the form that recorded it makes a double click one payment."""

    means: Means
    note: str
    key: str
    by: MemberId


class DebtCeiling(Invalid):
    """The member would owe the lieu more than it allows."""

    code = "debt_ceiling"
    message = N_(
        "Vous devriez alors %(owed)s à ce lieu, qui limite l'ardoise à %(ceiling)s. "
        "Réglez une partie, puis recommencez."
    )


class AlreadyOwed(Invalid):
    """A ceiling below what is owed today."""

    code = "already_owed"
    message = N_("Cette personne doit déjà %(owed)s : le plafond ne peut pas être plus bas.")


@dataclass(frozen=True, slots=True)
class Deed:
    """Why transfers are written, about what (a booking's code), under which key, by whom and when."""

    cause: Cause
    subject: str
    key: str
    by: MemberId | None
    now: dt.datetime
    rule_version_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer to write: `amount` from the debited to the credited account, under a key used once for ever."""

    debit: AccountId
    credit: AccountId
    amount: Money
    key: str
    detail: str = ""
    reverses: int | None = None


def sale(
    receivable: AccountId, revenue: AccountId, vat_account: AccountId, gross: Money, vat: Money, key: str
) -> list[Entry]:
    """The entries of a sale on account: what is owed goes to revenue, its VAT to the VAT account; none when free."""
    entries = [
        Entry(receivable, revenue, gross - vat, f"{key}:revenue"),
        Entry(receivable, vat_account, vat, f"{key}:vat"),
    ]
    return [e for e in entries if e.amount]
