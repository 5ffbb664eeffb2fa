"""What a lieu says of something it offers, as a form or a program sends it, and every reason why it cannot stand so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count

from booking.errors import N_, Refusal
from booking.places.rules import line_refusals, text_refusals
from booking.resources.rules.words import Audience, Feature, ResourceKind, Take

MOST_UNITS = 200
"""Units of one resource: more desks than any room of the archipelago has."""

LONGEST_STAY = 400 * 1440
"""Minutes; no price is computed for longer stretches."""

_DAY = 1440
_WIDTH = {Audience.STAFF: 0, Audience.MEMBERS: 1, Audience.EVERYONE: 2}


@dataclass(frozen=True, slots=True)
class ResourceDraft:
    """A resource with its units by name and the rules of its use. Durations are in minutes.

    `units` are concrete things of the lieu: a name that another resource has already is the same thing, so that the
    room and its desks stand in each other's way. `kept_percent` of the price is kept when a booking is cancelled less
    than `free_cancel_hours` before it begins.
    """

    kind: ResourceKind
    name: str
    units: tuple[str, ...]
    take: Take = Take.ALL
    summary: str = ""
    text: str = ""
    features: frozenset[Feature] = frozenset()
    capacity: int = 1
    step: int = 30
    shortest: int = 30
    longest: int = 14 * _DAY
    notice: int = 0
    horizon_days: int = 90
    buffer_before: int = 0
    buffer_after: int = 0
    seen_by: Audience = Audience.EVERYONE
    booked_by: Audience = Audience.EVERYONE
    free_cancel_hours: int = 24
    kept_percent: int = 50
    position: int = 0

    def refusals(self) -> list[Refusal]:
        """Every reason why not, at its field."""
        return [*self._words(), *self._units(), *self._durations(), *self._limits()]

    def _words(self) -> Iterator[Refusal]:
        yield from line_refusals(self.name, 120, "name", required=True)
        yield from line_refusals(self.summary, 300, "summary")
        yield from text_refusals(self.text, 4000, "text")

    def _units(self) -> Iterator[Refusal]:
        if not self.units:
            yield Refusal("required", N_("Il faut au moins une unité : ce qui se réserve."), field="units")
        if len(self.units) > MOST_UNITS:
            yield Refusal("too_many_units", N_("Au plus %(most)s unités."), {"most": MOST_UNITS}, "units")
        if len({name.casefold() for name in self.units}) < len(self.units):
            yield Refusal("units_repeated", N_("Chaque unité a un nom à elle."), field="units")
        faults = (fault for name in self.units for fault in line_refusals(name, 120, "units", required=True))
        yield from list(faults)[:1]

    def _durations(self) -> Iterator[Refusal]:
        if not (5 <= self.step <= _DAY and _DAY % self.step == 0):  # noqa: PLR2004 - minutes
            message = N_("Le pas divise la journée : 5, 10, 15, 30 minutes, 1 h, 2 h, 4 h, 12 h ou 24 h, par exemple.")
            yield Refusal("step", message, field="step")
            return
        for field, value in (("shortest", self.shortest), ("longest", self.longest)):
            if value < 1 or value % self.step:
                message = N_("Cette durée est un nombre entier de pas de %(step)s minutes.")
                yield Refusal("off_step", message, {"step": self.step}, field)
        if self.longest < self.shortest:
            yield Refusal("order", N_("La plus longue durée est au moins la plus courte."), field="longest")
        if self.longest > LONGEST_STAY:
            yield Refusal("too_long", N_("Au plus %(days)s jours."), {"days": LONGEST_STAY // _DAY}, "longest")
        for field, value in (("buffer_before", self.buffer_before), ("buffer_after", self.buffer_after)):
            if not 0 <= value <= _DAY:
                yield Refusal("buffer", N_("Un battement dure au plus 24 h."), field=field)

    def _limits(self) -> Iterator[Refusal]:
        for field, value, most in (
            ("capacity", self.capacity, 10_000),
            ("horizon_days", self.horizon_days, 800),
        ):
            if not 1 <= value <= most:
                yield Refusal("range", N_("Un nombre de 1 à %(most)s."), {"most": most}, field)
        for field, value, most in (
            ("free_cancel_hours", self.free_cancel_hours, 8760),
            ("kept_percent", self.kept_percent, 100),
            ("position", self.position, 10_000),
        ):
            if not 0 <= value <= most:
                yield Refusal("range", N_("Un nombre de 0 à %(most)s."), {"most": most}, field)
        if not 0 <= self.notice <= self.horizon_days * _DAY:
            message = N_("Le délai ne peut pas dépasser l’horizon : rien ne serait réservable.")
            yield Refusal("notice", message, field="notice")
        if _WIDTH[self.booked_by] > _WIDTH[self.seen_by]:
            message = N_("Qui réserve doit aussi pouvoir voir.")
            yield Refusal("audience", message, field="booked_by")


def numbered(name: str, quantity: int, taken: Collection[str]) -> tuple[str, ...]:
    """Names for so many more units, `Portable 1`, `Portable 2`..., none of those taken; a single one keeps the name."""
    used = {each.casefold() for each in taken}
    if quantity == 1 and name.casefold() not in used:
        return (name,)
    free = (each for number in count(1) if (each := f"{name[:110]} {number}").casefold() not in used)
    return tuple(next(free) for _ in range(quantity))
