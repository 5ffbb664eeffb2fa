"""The words of the accounts. Pure."""

from __future__ import annotations

from enum import StrEnum


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
