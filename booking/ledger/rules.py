"""The words of the accounts, and how an amount becomes transfers. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from booking.errors import N_, Conflict, Invalid
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


CAUSE_NAMES = {
    Cause.BOOKING: N_("Réservation"),
    Cause.MOVE: N_("Réservation déplacée"),
    Cause.CANCELLATION: N_("Réservation annulée"),
    Cause.PAYMENT: N_("Paiement reçu"),
    Cause.CORRECTION: N_("Paiement repris"),
}
"""Causes as people read them."""

MEANS_NAMES = {
    Means.CASH: N_("Espèces"),
    Means.CARD: N_("Carte"),
    Means.TRANSFER: N_("Virement"),
    Means.CHEQUE: N_("Chèque"),
}

LARGEST_PAYMENT = Money(10_000_000)
"""In one go; more is a slip of the keyboard."""


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
        "Vous devriez alors %(owed)s à ce lieu, qui limite l’ardoise à %(ceiling)s. "
        "Réglez une partie, puis recommencez."
    )


class AlreadyOwed(Invalid):
    """A ceiling below what is owed today."""

    code = "already_owed"
    message = N_("Cette personne doit déjà %(owed)s : le plafond ne peut pas être plus bas.")


class NotAnAmount(Invalid):
    """A payment of nothing, or of more than anybody pays."""

    code = "amount"
    message = N_("Le montant va de 0,01 € à %(most)s.")


class FormUsed(Conflict):
    """A form's one-time key came back with another payment."""

    code = "form_used"
    message = N_(
        "Ce formulaire avait déjà servi pour un autre paiement. Rien de plus n’a été noté : vérifiez, puis enregistrez."
    )


class CeilingInTheWay(Invalid):
    """Taking a payment back would put the member beyond the most they may owe."""

    code = "ceiling_in_the_way"
    message = N_(
        "Sans ce paiement, cette personne devrait %(owed)s, plus que son plafond de %(ceiling)s. "
        "Relevez d’abord le plafond."
    )


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
