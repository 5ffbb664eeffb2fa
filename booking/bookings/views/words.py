"""The words of a booking's life."""

from __future__ import annotations

from flask_babel import gettext as _

from booking.bookings.rules import EventKind, Status
from booking.bookings.schemas import BookingSeen, EventSeen
from booking.bookings.views.frame import here, hour_note
from booking.errors import N_
from booking.values.interval import Interval
from booking.values.money import Money
from booking.web.formats import day, hour_said, money

_STATUSES = {
    Status.HELD: (N_("en option"), "warn"),
    Status.PENDING: (N_("en attente"), "warn"),
    Status.CONFIRMED: (N_("confirmée"), "ok"),
    Status.CHECKED_IN: (N_("en cours"), "ok"),
    Status.COMPLETED: (N_("terminée"), ""),
    Status.NO_SHOW: (N_("place rendue aux autres"), ""),
    Status.CANCELLED: (N_("annulée"), ""),
    Status.REFUSED: (N_("refusée"), "bad"),
    Status.EXPIRED: (N_("option expirée"), ""),
}

_EVENTS = {
    EventKind.BOOKED: N_("Réservée"),
    EventKind.MOVED: N_("Déplacée"),
    EventKind.CANCELLED: N_("Annulée"),
    EventKind.RESTORED: N_("Rétablie"),
    EventKind.COMPLETED: N_("Terminée"),
    EventKind.RENAMED: N_("Renommée"),
}


def status_tag(status: Status) -> tuple[str, str, str]:
    """A status as a tag: its word, its tone, its icon."""
    word, tone = _STATUSES[status]
    return _(word), tone, "check" if tone == "ok" else ""


def event_said(event: EventSeen) -> str:
    """What was done, in a word."""
    return _(_EVENTS[event.kind])


def hours_said(stretch: Interval, zone: str) -> str:
    """`jeudi 11 juin 2026, de 14 h à 16 h`; over several days both are named."""
    start, end = (day(at, zone) for at in (stretch.start, stretch.end))
    hours = {"start": hour_said(stretch.start, zone), "end": hour_said(stretch.end, zone)}
    if start == end:
        return _("%(day)s, de %(start)s à %(end)s", day=start, **hours)
    return _("du %(first)s, %(start)s, au %(last)s, %(end)s", first=start, last=end, **hours)


def zone_note(booking: BookingSeen) -> str:
    """Whose hours they are, where the reader's own clock shows others."""
    return hour_note(booking.stretch.start, booking.timezone)


def own_hours(booking: BookingSeen) -> str:
    """The same hours on the reader's own clock, where it shows others."""
    return hours_said(booking.stretch, here()) if zone_note(booking) else ""


def price_said(booking: BookingSeen) -> str:
    """What it costs, or what was kept of it."""
    if booking.status is Status.CANCELLED:
        if booking.kept:
            return _("le lieu garde %(kept)s", kept=money(booking.kept))
        return _("rien à payer") if booking.price else ""
    return money(booking.price) if booking.price else _("gratuit")


def kept_said(booking: BookingSeen, kept: Money) -> str:
    """What cancelling at this moment means for the price."""
    if not booking.price:
        return _("Cette réservation est gratuite : l’annuler ne coûte rien.")
    if kept:
        return _(
            "Le délai d’annulation gratuite est passé. Le lieu garde %(kept)s sur %(price)s.",
            kept=money(kept),
            price=money(booking.price),
        )
    return _("Annuler maintenant ne coûte rien : le prix, %(price)s, ne sera pas dû.", price=money(booking.price))
