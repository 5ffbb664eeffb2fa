"""The lanes of a lieu's day: what takes each resource, what is free of it, and how full a pool is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from booking.bookings.queries.planning import Lane, Planning, TakenSeen
from booking.bookings.rules import Terms
from booking.bookings.views.frame import instant_text, rate_said, reason_said
from booking.bookings.views.slots import apart
from booking.resources.rules import KIND_PLURALS, ResourceKind, Take
from booking.tariffs.rules import RateSheet
from booking.values.ids import UnitId
from booking.values.interval import Interval, without
from booking.web.axis import Axis, Choosing, Part, Slot
from booking.web.formats import money
from booking.web.i18n import language, ngettext
from booking.web.shapes import Tide, tide


@dataclass(frozen=True, slots=True)
class Row:
    """A lane as it is drawn: its name and a word on it, its slots, and what may be picked in it."""

    name: str
    href: str
    sub: str
    slots: tuple[Slot, ...]
    choose: Choosing | None = None
    tide: Tide | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The lanes of one kind, under its title."""

    title: str
    note: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What lanes are drawn on: the planning, the axis, who looks, and the staff's own page for booking, if any."""

    planning: Planning
    axis: Axis
    now: dt.datetime
    people: bool
    staff_url: str
    whole: Interval
    """The stretch of the axis."""
    words: Mapping[str, str]
    """Each state in a word: a planning says it hundreds of times and looks it up once."""


def state_words() -> dict[str, str]:
    """The word of each state, and of the way to a booking's page."""
    return {
        "free": _("libre"),
        "mine": _("à vous"),
        "taken": _("réservé"),
        "held": _("en option"),
        "buffer": _("battement"),
        "closed": _("fermé"),
        "see": _("voir la réservation %(code)s"),
    }


def groups_of(drawing: Drawing, lanes: Iterable[Lane]) -> list[Group]:
    """The lanes by kind, pools before the things that they are made of."""
    found: dict[ResourceKind, list[Lane]] = {}
    for lane in lanes:
        found.setdefault(lane.terms.kind, []).append(lane)
    groups = []
    for kind in (kind for kind in ResourceKind if kind in found):
        ordered = sorted(found[kind], key=lambda lane: not is_pool(lane.terms))
        alone = {lane.terms.units[0] for lane in ordered if len(lane.terms.units) == 1}
        named = {unit for lane in ordered if len(lane.terms.units) == 1 for each in lane.taken for unit in each.units}
        rows = [row for lane in ordered for row in _rows(drawing, lane, alone, named)]
        groups.append(Group(_(KIND_PLURALS[kind]), _free_now(drawing, ordered), tuple(rows)))
    return groups


def is_pool(terms: Terms) -> bool:
    """Whether it is several things alike, of which one takes any."""
    return terms.take is Take.ANY and len(terms.units) > 1


def free_at(lane: Lane, now: dt.datetime) -> bool:
    """Whether it can be taken at this moment."""
    return any(free.stretch.start <= now < free.stretch.end for free in lane.free)


def _rows(drawing: Drawing, lane: Lane, alone: set[UnitId], named: set[str]) -> Iterator[Row]:
    terms = lane.terms
    pool = is_pool(terms)
    parts = _pool(drawing, lane) if pool else _single(drawing, lane)
    yield Row(
        name=terms.name,
        href=_address(terms),
        sub=lane.summary or _prices(terms),
        slots=drawing.axis.place([*_closed(drawing, lane), *parts]),
        choose=_choosing(drawing, terms),
        tide=_tide(drawing, terms) if pool else None,
    )
    if pool and not alone.issuperset(terms.units):
        yield from _units(drawing, lane, named)


def _units(drawing: Drawing, lane: Lane, named: set[str]) -> Iterator[Row]:
    """The things of a pool that have no lane of their own: those one has booked; for staff, all that are taken."""
    by_unit: dict[str, list[TakenSeen]] = {}
    for each in lane.taken:
        if drawing.people or each.state == "mine":
            for unit in set(each.units) - named:
                by_unit.setdefault(unit, []).append(each)
    for unit, taken in sorted(by_unit.items()):
        parts = [_taken(each, drawing.words) for each in taken]
        yield Row(unit, "", "", drawing.axis.place(parts))


def _closed(drawing: Drawing, lane: Lane) -> Iterator[Part]:
    open_or_taken = [*drawing.planning.open, *(each.stretch for each in lane.taken)]
    for piece in without([drawing.whole], open_or_taken):
        yield Part("closed", piece, drawing.words["closed"])


def _single(drawing: Drawing, lane: Lane) -> Iterator[Part]:
    """What is taken as a whole: each booking with its buffers; where others hold a part of it, that much is said."""
    several = len(lane.terms.units)
    own = [each for each in lane.taken if len(each.units) == several]
    partly = [each.outer for each in lane.taken if len(each.units) < several]
    for each in own:
        yield _taken(each, drawing.words)
        for piece in without([each.outer], [each.stretch]):
            yield Part("buffer", piece, drawing.words["buffer"])
    for piece in without(partly, [each.outer for each in own]):
        yield Part("taken", piece, text=_("pris en partie"))
    yield from _free(drawing, lane.terms, (free.stretch for free in lane.free))


def _pool(drawing: Drawing, lane: Lane) -> Iterator[Part]:
    """Of several alike: when at least one is free, and when none is; who has which stands in lanes of their own."""
    windows = apart([free.stretch for free in lane.free])
    full = [Interval(start, end) for start, end, free in _levels(drawing, lane.terms) if not free]
    for stretch in without(full, windows):
        yield Part("taken", stretch, text=_("complet"))
    yield from _free(drawing, lane.terms, windows)


def _taken(each: TakenSeen, words: Mapping[str, str]) -> Part:
    """A booking or a block; whoever may see a booking whole goes on to its page."""
    word = words.get(each.state, "")
    if each.code is None:
        reason = reason_said(each.label) if each.state in ("maintenance", "closed") else ""
        return Part(each.state, each.stretch, reason or word)
    text = word if each.state == "mine" else each.holder or word
    said = words["see"] % {"code": each.code}
    return Part(each.state, each.stretch, text, f"/bookings/{each.code}", said)


def _free(drawing: Drawing, terms: Terms, stretches: Iterable[Interval]) -> Iterator[Part]:
    """The free windows as far as the axis shows them, where the shortest booking fits into them."""
    least = dt.timedelta(minutes=terms.shortest)
    book_url = f"{_address(terms)}/book?"
    way = f"{drawing.staff_url}?resource={terms.slug}&" if drawing.staff_url else book_url
    said = _("%(name)s, réserver", name=terms.name)
    for stretch in stretches:
        seen = stretch.intersection(drawing.whole)
        if seen is not None and seen.duration >= least:
            href = f"{way}start={instant_text(seen.start)}&end={instant_text(seen.end)}"
            yield Part("free", seen, drawing.words["free"], href, said)


def _choosing(drawing: Drawing, terms: Terms) -> Choosing:
    """What may be picked; staff go on to the page that asks for whom."""
    return Choosing(
        resource=terms.slug,
        step=terms.step,
        least=terms.shortest,
        most=terms.longest,
        book_url=drawing.staff_url or f"{_address(terms)}/book",
        quote_url=f"{_address(terms)}/price",
    )


def _address(terms: Terms) -> str:
    """The page of a resource. Written out, since a planning has hundreds; a slug needs no quoting."""
    return f"/resources/{terms.slug}"


def _prices(terms: Terms) -> str:
    """`3,00 € l’heure, 18,00 € la journée`: the rates of the shortest and the longest period."""
    if terms.sheet is None:
        return ""
    if terms.sheet.free:
        return _("gratuit")
    return _said(terms.sheet, terms.step, language())


@lru_cache(maxsize=1024)
def _said(sheet: RateSheet, step: int, _language: str) -> str:
    """Kept, for the language it was said in: the resources of a lieu share few price lists."""
    rates = sheet.ascending
    shown = rates if len(rates) < 2 else (rates[0], rates[-1])  # noqa: PLR2004 - two ends
    return ", ".join(f"{money(rate.amount)} {rate_said(rate, step)}" for rate in shown)


def _levels(drawing: Drawing, terms: Terms) -> list[tuple[dt.datetime, dt.datetime, int]]:
    """How many of the pool's units nothing holds, stretch by stretch of the opening hours on the axis."""
    held = drawing.planning.held
    found: list[tuple[dt.datetime, dt.datetime, int]] = []
    for piece in drawing.planning.open:
        seen = piece.intersection(drawing.whole)
        if seen is not None:
            found += _swept(seen, terms.units, held)
    return found


def _swept(
    seen: Interval, units: Sequence[UnitId], held: Mapping[UnitId, Sequence[Interval]]
) -> Iterator[tuple[dt.datetime, dt.datetime, int]]:
    changes: dict[dt.datetime, int] = {seen.start: len(units), seen.end: 0}
    for unit in units:
        for taken in held.get(unit, ()):
            common = taken.intersection(seen)
            if common is not None:
                changes[common.start] = changes.get(common.start, 0) - 1
                changes[common.end] = changes.get(common.end, 0) + 1
    free, at = 0, seen.start
    for moment, change in sorted(changes.items()):
        if moment > at and change:
            yield at, moment, free
            at = moment
        free += change
    if at < seen.end:
        yield at, seen.end, free


def _tide(drawing: Drawing, terms: Terms) -> Tide:
    minute = drawing.axis.minute
    levels = [(minute(start), minute(end), free) for start, end, free in _levels(drawing, terms)]
    return tide([each for each in levels if each[0] < each[1]], len(terms.units), drawing.axis.span)


def _free_now(drawing: Drawing, lanes: Sequence[Lane]) -> str:
    """`2 libres sur 8 en ce moment`, counted in things: what a pool and a name of its own share counts once."""
    if drawing.axis.now is None or not any(o.start <= drawing.now < o.end for o in drawing.planning.open):
        return ""
    things: set[frozenset[UnitId]] = set()
    for lane in lanes:
        units = lane.terms.units
        things |= {frozenset([unit]) for unit in units} if lane.terms.take is Take.ANY else {frozenset(units)}
    things.discard(frozenset())
    busy = {unit for unit, held in drawing.planning.held.items() if any(h.start <= drawing.now < h.end for h in held)}
    free = sum(1 for thing in things if not thing & busy)
    return ngettext(
        "%(num)s sur %(all)s libre en ce moment", "%(num)s sur %(all)s libres en ce moment", free, all=len(things)
    )
