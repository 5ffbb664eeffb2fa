"""`/lieux/<lieu>/planning`: a day of a lieu, as a timeline or a list; free windows lead to booking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Form

from booking import clock
from booking.bookings.queries.planning import Lane, Planning
from booking.bookings.queries.weeks import lieu_planning
from booking.bookings.views.dayhours import (
    ONE_DAY,
    around_day,
    in_last_night,
    opening_said,
    openings_of_day,
    span_of_day,
)
from booking.bookings.views.frame import blueprint, here, here_again, hour_note, reason_said
from booking.bookings.views.lanes import Drawing, free_at, groups_of, state_words
from booking.db import read
from booking.errors import NotFound
from booking.people.asking import asker, bounded
from booking.people.schemas import Asker
from booking.places.queries.lieux import lieu_by_slug
from booking.places.schemas import LieuSeen
from booking.resources.queries.parts import features_of
from booking.resources.rules import FEATURE_NAMES, KIND_PLURALS, Feature, ResourceKind
from booking.values.wall import today
from booking.web.axis import axis
from booking.web.fields import DayField
from booking.web.formats import day as day_said
from booking.web.forms import lazy_gettext
from booking.web.zones import gap_said, zone_said

LIST = "liste"
NOW = "now"
OFFERED_FEATURES = (Feature.WHEELCHAIR, Feature.QUIET)


class DayForm(Form):
    """Which day is shown."""

    day = DayField(lazy_gettext("Aller au jour"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address narrows the planning to: kinds (all when none is told), features, free at this moment."""

    kinds: frozenset[ResourceKind]
    features: frozenset[Feature]
    free_now: bool

    def keeps(self, lane: Lane, features: Sequence[Feature], now: dt.datetime) -> bool:
        """Whether the lane is among what is wanted."""
        kind = not self.kinds or lane.terms.kind in self.kinds
        return kind and self.features.issubset(features) and (not self.free_now or free_at(lane, now))


@blueprint.get("/lieux/<lieu>/planning")
@bounded
def planning_page(lieu: str) -> ResponseReturnValue:
    """The day `day` of a lieu; `kind`, `feature` and `free=now` narrow it, `vue=liste` writes it as text."""
    now = clock.now()
    who = asker()
    seen = read(lieu_by_slug, who, lieu)
    if not seen.bookable and not who.belongs(seen.id):
        raise NotFound
    g.lieu_in_mind = seen.slug
    form = DayForm(request.args)
    fine = form.validate()
    date, found = _day(seen, who, form.day.data if fine else None, now)
    zone = seen.timezone
    opening = openings_of_day(found.open, date, zone)
    far = _far_zone(zone, now)
    whole = span_of_day(opening, found.lanes, date, zone)
    shown = axis(whole, zone, now=now, far_zone=far, name_day=_weekday)
    features = read(features_of, [lane.terms.resource_id for lane in found.lanes])
    wish = _wish()
    kept = [lane for lane in found.lanes if wish.keeps(lane, features.get(lane.terms.resource_id, ()), now)]
    staff_url = url_for("bookings.staff_book", lieu=seen.slug) if who.staffs(seen.id) else ""
    drawing = Drawing(found, shown, now, who.sees_people(seen.id), staff_url, whole, state_words())
    page = render_template(
        "planning/planning.html",
        lieu=seen,
        date=date,
        form=DayForm(data={"day": date}) if fine else form,
        title=day_said(date, style="middle"),
        opening=opening_said(opening, zone),
        closed=_closed_for(found, opening),
        near=zone_said(zone),
        far=zone_said(far) if far else "",
        hour_there=_hour_there(zone, now),
        axis=shown,
        groups=groups_of(drawing, kept),
        empty=not found.lanes,
        chips=_chips(wish, found.lanes, features, shows_now=shown.now is not None),
        as_list=request.args.get("vue") == LIST,
        days=days_around(date, today(now, zone)),
        staff_url=staff_url,
    )
    return page, 200 if fine else 422


def _day(seen: LieuSeen, who: Asker, asked: dt.date | None, now: dt.datetime) -> tuple[dt.date, Planning]:
    """The day that was asked for, else today; during a night that began yesterday, that is yesterday."""
    zone = seen.timezone
    date = asked or today(now, zone)
    found = read(lieu_planning, who, seen.id, around_day(date, zone), now)
    if asked is None and in_last_night(found.open, now, date, zone):
        date -= ONE_DAY
        found = read(lieu_planning, who, seen.id, around_day(date, zone), now)
    return date, found


def _wish() -> Wish:
    """What is wanted; words that are none of ours count for nothing."""
    kinds, features = set(request.args.getlist("kind")), set(request.args.getlist("feature"))
    return Wish(
        frozenset(kind for kind in ResourceKind if kind.value in kinds),
        frozenset(feature for feature in Feature if feature.value in features),
        request.args.get("free") == NOW,
    )


def _chips(wish: Wish, lanes: Sequence[Lane], features: Any, *, shows_now: bool) -> list[dict[str, Any]]:
    """What can be narrowed: the kinds of this lieu, being free at this moment, features that one of them has."""
    present = {lane.terms.kind for lane in lanes}
    kinds = [kind for kind in ResourceKind if kind in present]
    chips = [_chip("kind", kind, KIND_PLURALS[kind], checked=not wish.kinds or kind in wish.kinds) for kind in kinds]
    chips = chips if len(chips) > 1 else []
    if shows_now or wish.free_now:
        chips.append({"name": "free", "value": NOW, "label": _("Libre maintenant"), "checked": wish.free_now})
    had = {feature for each in features.values() for feature in each}
    offered = [each for each in OFFERED_FEATURES if each in had]
    return chips + [_chip("feature", each, FEATURE_NAMES[each], checked=each in wish.features) for each in offered]


def _chip(name: str, value: str, label: str, *, checked: bool) -> dict[str, Any]:
    return {"name": name, "value": str(value), "label": _(label), "checked": checked}


def days_around(date: dt.date, present: dt.date) -> list[dict[str, Any]]:
    """The day before, today, the day after, each keeping what else the address says."""
    before, after = date - ONE_DAY, date + ONE_DAY
    return [
        {"href": here_again(day=before), "label": day_said(before, style="middle"), "icon": "left", "hidden": True},
        {"href": here_again(day=None), "label": _("Aujourd’hui"), "current": date == present},
        {"href": here_again(day=after), "label": day_said(after, style="middle"), "icon": "right", "hidden": True},
    ]


def _closed_for(found: Planning, opening: Sequence[object]) -> str | None:
    """Why nothing at all happens on a day (an empty text when nobody said); None on a day with something on it."""
    taken = [each for lane in found.lanes for each in lane.taken]
    if opening or any(each.state in ("taken", "mine", "held") for each in taken):
        return None
    return next((reason_said(each.label) for each in taken if each.state == "closed" and each.label), "")


def _far_zone(zone: str, now: dt.datetime) -> str:
    """The zone of the reader's own clock, where it is not what the lieu's shows."""
    return here() if gap_said(now, zone, here()) else ""


def _hour_there(zone: str, now: dt.datetime) -> str:
    note = hour_note(now, zone)
    return _("Heures du lieu : %(zone)s.", zone=note) if note else ""


def _weekday(date: dt.date) -> str:
    return day_said(date, style="weekday")
