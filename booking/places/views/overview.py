"""`/manage`: the lieux in which somebody has a part, and what is left to do in one of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.bookings.queries.seen import SHOWN, bookings_seen
from booking.bookings.schemas import BookingFilter
from booking.db import read
from booking.people.asking import asker, signed_in
from booking.people.rules import BOOKKEEPERS, ROLE_NAMES, STAFF, Role
from booking.places.queries import hours as calendar
from booking.places.queries import lieux
from booking.places.rules import state_at
from booking.places.schemas import LieuManaged, MyLieu, OpeningHours
from booking.places.views.frame import blueprint, managed, page
from booking.places.views.words import days_in_short, hours_said, state_said
from booking.resources.queries.managed import resources_to_manage
from booking.tariffs.queries.sheets import tariffs_of_resources
from booking.values.wall import day_start, today
from booking.web.axis import hours_of
from booking.web.i18n import ngettext

FEW = 5
ONE_DAY = dt.timedelta(days=1)
SOON = 90
"""Days in which an undecided public holiday is worth a reminder."""


@dataclass(frozen=True, slots=True)
class Todo:
    """Something left to do: the fact, the verb and where it is done."""

    fact: str
    verb: str
    href: str


@blueprint.get("/manage")
@signed_in
def manage_home() -> ResponseReturnValue:
    """The lieux of who asks; with one alone, what they come for: its overview to manage it, its day as a host."""
    mine = read(lieux.lieux_of, asker())
    if len(mine) == 1 and mine[0].managed:
        return redirect(url_for("places.overview", lieu=mine[0].slug), 303)
    if len(mine) == 1 and Role.HOST in mine[0].roles:
        return redirect(f"/manage/{mine[0].slug}/day", 303)
    return page("manage_home", lieux=[(each, _links(each), _roles(each)) for each in mine])


@blueprint.get("/manage/<lieu>", strict_slashes=False)
@signed_in
def overview(lieu: str) -> ResponseReturnValue:
    """What a lieu is like today, and what is left to do in it."""
    who = asker()
    seen = managed(lieu)
    now = clock.now()
    day = today(now, seen.timezone)
    opening = read(calendar.hours_of, seen.id, day, day + dt.timedelta(days=60))
    resources = [each for each in read(resources_to_manage, who, seen.id) if each.retired_at is None]
    priced = read(tariffs_of_resources, who, seen.id)
    state = state_at(opening.week, opening.special_days, seen.timezone, now)
    rest = BookingFilter(
        lieu=seen.slug, since=now, until=day_start(day + ONE_DAY, seen.timezone), statuses=tuple(sorted(SHOWN))
    )
    coming, _more = read(bookings_seen, who, rest, now, cursor=None, limit=FEW)
    unpriced = [each.name for each in resources if each.id not in priced]
    return page(
        "overview",
        lieu=seen,
        state=state,
        state_said=state_said(state, seen.timezone, now),
        resources=len(resources),
        coming=[(each, hours_of(each.stretch, seen.timezone), each.stretch.start <= now) for each in coming],
        special=days_in_short(read(calendar.special_days_ahead, seen.id, day))[:FEW],
        hours_said=hours_said,
        todos=_todos(seen, opening, len(resources), unpriced, _undecided(seen, day)),
    )


def _undecided(seen: LieuManaged, day: dt.date) -> int:
    return sum(not each.decided for each in read(calendar.holidays_ahead, seen.id, day, SOON))


def _todos(seen: LieuManaged, opening: OpeningHours, resources: int, unpriced: list[str], undecided: int) -> list[Todo]:
    settings = url_for("places.settings_page", lieu=seen.slug)
    found = []
    if not seen.bookable:
        fact = _("Le lieu est en projet : personne d’autre que son équipe n’y réserve")
        found.append(Todo(fact, _("L’ouvrir"), settings))
    if not resources:
        fact = _("Rien ne se réserve encore")
        found.append(Todo(fact, _("Ajouter une ressource"), url_for("resources.new_resource", lieu=seen.slug)))
    if unpriced:
        fact = ngettext(
            "%(num)s ressource n’a pas de tarif : elle ne se réserve pas (%(names)s)",
            "%(num)s ressources n’ont pas de tarif : elles ne se réservent pas (%(names)s)",
            len(unpriced),
            names=", ".join(unpriced[:FEW]) + ("…" if len(unpriced) > FEW else ""),
        )
        found.append(Todo(fact, _("Donner un tarif"), url_for("resources.resource_list", lieu=seen.slug)))
    if not any(opening.week.values()):
        fact = _("Le lieu n’ouvre aucun jour de la semaine")
        found.append(Todo(fact, _("Fixer les horaires"), url_for("places.hours_page", lieu=seen.slug)))
    if undecided:
        fact = ngettext(
            "%(num)s jour férié approche sans que vous ayez dit si vous ouvrez",
            "%(num)s jours fériés approchent sans que vous ayez dit si vous ouvrez",
            undecided,
        )
        found.append(Todo(fact, _("Décider"), url_for("places.closures_page", lieu=seen.slug) + "#holidays"))
    if not seen.practice.access:
        fact = _("Les personnes qui réservent ne savent pas comment entrer")
        found.append(Todo(fact, _("Le leur dire"), f"{settings}#practice"))
    if not seen.legal.legal_name or not seen.legal.siret:
        fact = _("La raison sociale ou le SIRET manque")
        found.append(Todo(fact, _("Compléter"), f"{settings}#legal"))
    return found


def _links(mine: MyLieu) -> list[tuple[str, str]]:
    found = [(_("Page du lieu"), f"/lieux/{mine.slug}")]
    if mine.roles & STAFF:
        found.append((_("Journée"), f"/manage/{mine.slug}/day"))
    if mine.roles - {Role.MEMBER} or mine.bookable:
        found.append((_("Planning"), f"/lieux/{mine.slug}/planning"))
    if mine.roles & BOOKKEEPERS:
        found.append((_("Comptes"), f"/manage/{mine.slug}/accounts"))
    if mine.managed:
        found.append((_("Gérer"), url_for("places.overview", lieu=mine.slug)))
    return found


def _roles(mine: MyLieu) -> list[str]:
    return [_(name) for role, name in ROLE_NAMES.items() if role in mine.roles]
