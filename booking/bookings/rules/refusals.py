"""Every reason why a stretch of a resource cannot be booked, at once, each with what would make it possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from booking.errors import N_, NN_, Refusal
from booking.resources.rules import Audience, ResourceKind, Take
from booking.tariffs.rules import RateSheet, Vat
from booking.values.ids import LieuId, ResourceId, UnitId
from booking.values.interval import Interval
from booking.values.money import Money
from booking.values.wall import day_start, today, wall_of

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """A resource as one person may book it: its rules, units and prices. Durations are in minutes."""

    resource_id: ResourceId
    slug: str
    name: str
    kind: ResourceKind
    lieu_id: LieuId
    lieu_slug: str
    lieu_name: str
    timezone: str
    take: Take
    units: tuple[UnitId, ...]
    capacity: int
    step: int
    shortest: int
    longest: int
    notice: int
    horizon_days: int
    buffer_before: int
    buffer_after: int
    booked_by: Audience
    free_cancel_hours: int
    kept_percent: int
    debt_ceiling: Money
    vat: Vat
    sheet: RateSheet | None
    rule_version_id: int | None
    belongs: bool
    """Whether who books is of the lieu."""
    staff: bool
    """Whether who books acts for the lieu: its notice and audiences do not bind them."""

    @property
    def quantity(self) -> int:
        """How many can be booked at once."""
        return len(self.units) if self.take is Take.ANY else min(1, len(self.units))


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody wants: a stretch of real time, how many, and for whom."""

    stretch: Interval
    quantity: int = 1
    confirmed_holder: bool = True


def refusals(terms: Terms, ask: Ask, open_stretches: Sequence[Interval], now: dt.datetime) -> list[Refusal]:
    """All reasons why not, in the order a person can act on them; empty when only the database can still say no.

    `open_stretches` are the lieu's opening hours around the stretch, touching ones merged.
    """
    return [*_who(terms, ask), *_how_many(terms, ask), *_shape(terms, ask), *_when(terms, ask, open_stretches, now)]


def reservable(terms: Terms, now: dt.datetime) -> Interval | None:
    """The span in which a booking may begin and end for notice and horizon; None when there is none."""
    start = _earliest(terms, now)
    end = day_start(today(now, terms.timezone) + dt.timedelta(days=terms.horizon_days + 1), terms.timezone)
    return Interval(start, end) if start < end else None


def _earliest(terms: Terms, now: dt.datetime) -> dt.datetime:
    """The earliest start: after the notice; without one, the step that is running may still be taken."""
    if terms.staff or not terms.notice:
        return now - dt.timedelta(minutes=terms.step) + dt.timedelta(seconds=1)
    return now + dt.timedelta(minutes=terms.notice)


def _who(terms: Terms, ask: Ask) -> Iterator[Refusal]:
    if not ask.confirmed_holder:
        yield Refusal(
            "unconfirmed", N_("Confirmez d’abord votre adresse : le lien est dans le courriel d’inscription.")
        )
    if terms.sheet is None:
        yield Refusal("no_rate", N_("Le lieu n’a pas encore fixé le tarif de cette ressource."))
    if terms.staff:
        return
    if terms.booked_by is Audience.MEMBERS and not terms.belongs:
        yield Refusal(
            "members_only",
            N_("Cette ressource est réservée aux membres de %(lieu)s. Demandez au lieu à le devenir."),
            {"lieu": terms.lieu_name},
        )
    if terms.booked_by is Audience.STAFF:
        yield Refusal(
            "staff_only", N_("Seul l’accueil de %(lieu)s réserve cette ressource."), {"lieu": terms.lieu_name}
        )


def _how_many(terms: Terms, ask: Ask) -> Iterator[Refusal]:
    if ask.quantity < 1:
        yield Refusal("quantity", N_("La quantité commence à 1."), field="quantity")
    elif ask.quantity > terms.quantity:
        yield Refusal("quantity", N_("Au plus %(most)s à la fois."), {"most": terms.quantity}, field="quantity")


def _shape(terms: Terms, ask: Ask) -> Iterator[Refusal]:
    minutes = int(ask.stretch.duration.total_seconds()) // 60
    start = wall_of(ask.stretch.start, terms.timezone)
    if start.minute % terms.step or ask.stretch.start.second:
        yield Refusal(
            "off_step", N_("Le début se choisit de %(step)s en %(step)s minutes."), {"step": terms.step}, "start"
        )
    if minutes % terms.step or ask.stretch.duration.total_seconds() % 60:
        yield Refusal(
            "off_step", N_("La durée se compte par tranches de %(step)s minutes."), {"step": terms.step}, "end"
        )
    if minutes < terms.shortest:
        shortest = dt.timedelta(minutes=terms.shortest)
        yield Refusal("too_short", N_("Au moins %(shortest)s."), {"shortest": shortest}, "end")
    if minutes > terms.longest:
        longest = dt.timedelta(minutes=terms.longest)
        yield Refusal("too_long", N_("Au plus %(longest)s d’affilée."), {"longest": longest}, "end")


def _when(terms: Terms, ask: Ask, open_stretches: Sequence[Interval], now: dt.datetime) -> Iterator[Refusal]:
    start = ask.stretch.start
    earliest = _earliest(terms, now)
    if start < now - dt.timedelta(minutes=terms.step) + dt.timedelta(seconds=1):
        yield Refusal("past", N_("Ce moment est déjà passé."), field="start")
    elif start < earliest:
        yield Refusal(
            "notice",
            N_("Il faut réserver au moins %(notice)s à l’avance."),
            {"notice": dt.timedelta(minutes=terms.notice)},
            "start",
        )
    span = reservable(terms, now)
    if not terms.staff and (span is None or ask.stretch.end > span.end):
        one, several = NN_(
            "On réserve au plus %(count)s jour à l’avance.", "On réserve au plus %(count)s jours à l’avance."
        )
        yield Refusal("horizon", one, {"count": terms.horizon_days}, "start", several)
    if not _open_for(ask.stretch, open_stretches):
        yield Refusal(
            "closed", N_("%(lieu)s est fermé à ce moment. Voyez ses horaires."), {"lieu": terms.lieu_name}, "start"
        )


def _open_for(stretch: Interval, open_stretches: Sequence[Interval]) -> bool:
    """Up to a day, within one opening; longer stretches may span nights, but begin and end while it is open."""
    if stretch.duration <= DAY:
        return any(o.contains(stretch) for o in open_stretches)
    return any(o.start <= stretch.start < o.end for o in open_stretches) and any(
        o.start < stretch.end <= o.end for o in open_stretches
    )
