"""What is written in the books."""

from booking.ledger.actions.accounts import open_book
from booking.ledger.actions.payments import change_ceiling, record_payment, set_ceiling, take_payment, undo_payment
from booking.ledger.actions.transfers import charge
from booking.ledger.actions.versions import rule_version

__all__ = [
    "change_ceiling",
    "charge",
    "open_book",
    "record_payment",
    "rule_version",
    "set_ceiling",
    "take_payment",
    "undo_payment",
]
