"""`/`: what, where and when across the archipelago, as a list and on the chart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.bookings.forms.search import SearchForm, beginning
from booking.bookings.forms.when import filled
from booking.bookings.queries.around import NEAR_KM, Findings, around
from booking.bookings.rules.wishes import lieu_kind_meant
from booking.bookings.schemas import Looked
from booking.bookings.views.cards import Card, card_of
from booking.bookings.views.frame import blueprint, distance_said, here_again, lieu_url
from booking.db import read
from booking.people.asking import asker, public, settings
from booking.people.schemas import Asker
from booking.places.queries.lieux import positions, search_lieux
from booking.places.rules import Position, box_around
from booking.places.schemas import LieuFilter
from booking.places.towns import Town, Towns, towns
from booking.resources.rules import FEATURE_NAMES, KIND_NAMES
from booking.settings import package_folder
from booking.values.codes import fold
from booking.web.chart import Chart, Point, centre, draw
from booking.web.components import outline
from booking.web.formats import day, minute
from booking.web.forms import tidy_line
from booking.web.i18n import ngettext

PER_PAGE = 10
CENSUS = 5
FIRST_FEATURES = 5
CENSUS_DOTS_KM = 300
CHOICES = 6
LANDMARKS = 8


@dataclass(frozen=True, slots=True)
class Where:
    """The place that was told, and others that may have been meant, as (label, what to ask for)."""

    town: Town
    label: str
    others: tuple[str, ...]


@blueprint.get("/")
@public
def search() -> ResponseReturnValue:
    """The search page; everything asked for stands in its address."""
    now = clock.now()
    who = asker()
    form = SearchForm(filled(beginning(now), request.args))
    fine = form.validate()
    where = _where(form.where.data) if fine and form.where.data else None
    if fine and form.where.data and where is None:
        form.where.errors = [
            *form.where.errors,
            _("Nous ne connaissons pas cette ville de France. Essayez une voisine, ou laissez vide : tout l’archipel."),
        ]
        fine = False
    values: dict[str, Any] = {"findings": None, "near": [], "far": [], "census": None, "chart": None, "counted": ""}
    if fine:
        values |= _answer(form, where, who, now)
    chips = [
        {"name": "feature", "value": f.value, "label": _(name), "checked": f in form.wanted_features()}
        for f, name in FEATURE_NAMES.items()
    ]
    shown = [c for n, c in enumerate(chips) if n < FIRST_FEATURES or c["checked"]]
    page = render_template(
        "bookings/search.html",
        form=form,
        where=where,
        shown_chips=shown,
        more_chips=[c for c in chips if c not in shown],
        suggestions=[_(name) for name in KIND_NAMES.values()],
        settings=settings(),
        **values,
    )
    return page, 200 if fine else 422


def _answer(form: SearchForm, where: Where | None, who: Asker, now: dt.datetime) -> dict[str, Any]:
    near = where.town.position if where else None
    first = (form.page.data - 1) * PER_PAGE
    looked = form.looked(near)
    findings = read(around, who, looked, now, first=first, limit=PER_PAGE)
    cards = [card_of(n, found, looked, now) for n, found in enumerate(findings.lieux, first + 1)]
    elsewhere = LieuFilter(bookable=False, kind=lieu_kind_meant(form.what.data), near=near, within_km=NEAR_KM)
    census = None
    if where:
        census = read(search_lieux, who, elsewhere, after=tidy_line(request.args.get("census")) or None, limit=CENSUS)
    within = None if near is None else CENSUS_DOTS_KM
    dots = read(positions, who, LieuFilter(bookable=False, near=near, within_km=within))
    pages = -(-findings.total // PER_PAGE)
    return {
        "findings": findings,
        "counted": _counted(findings, looked),
        "near": [card for card in cards if card.found.near],
        "far": [card for card in cards if not card.found.near],
        "census": census,
        "distance_said": distance_said,
        "pages": pages,
        "previous": here_again(page=form.page.data - 1) if form.page.data > 1 else "",
        "following": here_again(page=form.page.data + 1) if form.page.data < pages else "",
        "chart": _chart(cards, dots, near),
        "chart_said": ngettext("Carte : %(num)s lieu trouvé", "Carte : %(num)s lieux trouvés", len(cards)),
    }


def _where(text: str) -> Where | None:
    index = _towns()
    found = index.find(text, CHOICES + 1)
    if not found:
        return None
    town = found[0]
    alike = [other for other in found[1:] if fold(other.name) == fold(town.name)]
    exact = fold(text).startswith(fold(town.name))
    others = alike if exact else found[1:]
    told = _told(text, town)
    return Where(town, index.label(town), () if told else tuple(index.label(other) for other in others[:CHOICES]))


def _told(text: str, town: Town) -> bool:
    """Whether the department was told with the name, so that nothing else can be meant."""
    return bool(town.department) and fold(town.department_name) in fold(text)


def _counted(findings: Findings, looked: Looked) -> str:
    hours = {"day": day(looked.day, style="middle"), "start": minute(looked.opens), "end": minute(looked.closes)}
    if not findings.free:
        return _("Rien de libre %(day)s de %(start)s à %(end)s", **hours)
    return ngettext(
        "%(num)s lieu a de la place %(day)s de %(start)s à %(end)s",
        "%(num)s lieux ont de la place %(day)s de %(start)s à %(end)s",
        findings.free,
        **hours,
    )


def _chart(cards: list[Card], dots: list[tuple[float, float]], near: Position | None) -> Chart:
    points = [
        Point(
            number=card.number,
            name=card.found.name,
            lat=card.found.latitude,
            lon=card.found.longitude,
            href=lieu_url(card.found.slug),
            full=bool(card.found.bookable),
            said=_("libre à ces heures") if card.found.bookable else "",
        )
        for card in cards
    ]
    around_here = None
    if near is not None:
        close = [point for point, card in zip(points, cards, strict=True) if card.found.near]
        here = Point("", "", near.latitude, near.longitude, "")
        window = centre([*close, here])
        around_here = None if window is None else (window[0], window[1], max(window[2], 25.0))
        points = close
    names = [] if around_here is None else _landmarks(*around_here)
    return draw(
        outline(),
        points,
        near=around_here,
        others=dots,
        landmarks=names,
    )


def _landmarks(latitude: float, longitude: float, kilometres: float) -> list[tuple[str, float, float]]:
    """The biggest towns of a window, to find one's way by."""
    window = box_around(Position(latitude, longitude), kilometres)
    if window.west > window.east:
        return []
    return [(town.name, town.latitude, town.longitude) for town in _towns().biggest(window, LANDMARKS)]


def _towns() -> Towns:
    return towns(package_folder("data") / "towns_geonames.csv")
