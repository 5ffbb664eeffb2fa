"""What may still be done to a booking, until when, and what a late cancellation keeps."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from booking.bookings.rules.states import ACTIVE, Status
from booking.errors import N_, Conflict, Forbidden, Invalid
from booking.values.money import Money

UNDO_SECONDS = 30
"""How long a cancellation can be taken back."""


class NotYours(Forbidden):
    """Somebody else's booking, seen but not to be changed."""

    code = "not_yours"
    message = N_("Cette réservation n’est pas la vôtre.")


class TooLate(Invalid):
    """The booking has begun or ended, or is no longer active."""

    code = "too_late"
    message = N_("Cette réservation ne peut plus changer : elle a commencé, est passée ou annulée.")


class TooLateToMove(Invalid):
    """Inside the cancellation delay only the lieu moves a booking."""

    code = "too_late_to_move"
    message = N_("On déplace une réservation au plus tard %(hours)s h avant son début. Demandez à l’accueil.")


class TooLateToRestore(Conflict):
    """The time to take a cancellation back is over."""

    code = "too_late_to_restore"
    message = N_("L’annulation est définitive. Vous pouvez réserver à nouveau si le créneau est libre.")


class QuoteChanged(Conflict):
    """The price that was shown no longer holds; `params["quote"]` is the new one."""

    code = "quote_changed"
    message = N_("Le prix a changé depuis qu’il a été affiché. Rien n’a été enregistré : voici le nouveau.")


def may_change(status: Status, starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the booking can still be moved or cancelled at all."""
    return status in ACTIVE and now < starts_at


def free_until(starts_at: dt.datetime, free_cancel_hours: int) -> dt.datetime:
    """The last instant at which cancelling costs nothing (real hours before the start)."""
    return starts_at - dt.timedelta(hours=free_cancel_hours)


def kept_of(total: Money, kept_percent: int, free_cancel_hours: int, starts_at: dt.datetime, now: dt.datetime) -> Money:
    """What the lieu keeps of the price when the booking is cancelled now."""
    if now <= free_until(starts_at, free_cancel_hours):
        return Money(0, total.unit)
    return total.fraction(Fraction(kept_percent, 100))
