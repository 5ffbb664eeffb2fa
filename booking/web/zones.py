"""Zones as people say them: whose hour it is, and how far it is from another."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from flask_babel import gettext as _

from booking.errors import N_
from booking.values.wall import zone
from booking.web.formats import duration

PARIS = "Europe/Paris"
"""The hour that a reader goes by who has not said another."""

ZONE_NAMES = {
    PARIS: N_("heure de Paris"),
    "America/Miquelon": N_("heure de Saint-Pierre-et-Miquelon"),
    "America/Guadeloupe": N_("heure de Guadeloupe"),
    "America/Martinique": N_("heure de Martinique"),
    "America/St_Barthelemy": N_("heure de Saint-Barthélemy"),
    "America/Marigot": N_("heure de Saint-Martin"),
    "America/Cayenne": N_("heure de Guyane"),
    "Indian/Reunion": N_("heure de La Réunion"),
    "Indian/Mayotte": N_("heure de Mayotte"),
    "Pacific/Noumea": N_("heure de Nouvelle-Calédonie"),
    "Pacific/Wallis": N_("heure de Wallis-et-Futuna"),
    "Pacific/Tahiti": N_("heure de Tahiti"),
    "Pacific/Marquesas": N_("heure des Marquises"),
    "Pacific/Gambier": N_("heure des Gambier"),
}


def zone_said(name: str) -> str:
    """`heure de La Réunion`; the zone's own name when it is none of France's."""
    known = ZONE_NAMES.get(name)
    said: str = _(known) if known else name.rpartition("/")[2].replace("_", " ")
    return said


def gap_said(at: dt.datetime, there: str, here: str) -> str:
    """How far the clock of `there` is from that of `here` at an instant: `2 h de plus qu’à Paris`; empty when alike."""
    minutes = _offset(at, there) - _offset(at, here)
    if not minutes:
        return ""
    words = {
        (True, True): N_("%(gap)s de plus qu’à Paris"),
        (True, False): N_("%(gap)s de plus que chez vous"),
        (False, True): N_("%(gap)s de moins qu’à Paris"),
        (False, False): N_("%(gap)s de moins que chez vous"),
    }
    said: str = _(words[minutes > 0, here == PARIS], gap=duration(abs(minutes)))
    return said


def offset_said(at: dt.datetime, name: str) -> str:
    """`UTC+2`, `UTC-9:30`: what tells apart the two hours of a night on which the clocks go back."""
    minutes = _offset(at, name)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def _offset(at: dt.datetime, name: str) -> int:
    offset = at.astimezone(zone(name)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)


def register(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.globals.update(zone_said=zone_said, gap_said=gap_said, offset_said=offset_said)
