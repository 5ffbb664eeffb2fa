"""What the worker does for places: keeps the public holidays of every territory two years ahead."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from booking.jobs.schemas import Handlers, Payload, Task
from booking.places.actions.hours import store_holidays
from booking.places.rules import HolidayTerritory

YEARS_AHEAD = 3
"""Years whose holidays are known, the present one among them."""

_SUBDIVISIONS = {
    HolidayTerritory.MAINLAND: None,
    HolidayTerritory.ALSACE_MOSELLE: "57",
    HolidayTerritory.GUADELOUPE: "971",
    HolidayTerritory.MARTINIQUE: "972",
    HolidayTerritory.GUYANE: "973",
    HolidayTerritory.REUNION: "974",
    HolidayTerritory.MIQUELON: "PM",
    HolidayTerritory.MAYOTTE: "976",
    HolidayTerritory.ST_BARTHELEMY: "BL",
    HolidayTerritory.ST_MARTIN: "MF",
    HolidayTerritory.WALLIS: "WF",
    HolidayTerritory.POLYNESIE: "PF",
    HolidayTerritory.NOUVELLE_CALEDONIE: "NC",
}
"""How the library names what it calls subdivisions of France."""


def refresh_holidays(session: Session, _payload: Payload, now: dt.datetime) -> None:
    """Store the public holidays of this year and the following ones, of every territory."""
    store_holidays(session, list(holidays(range(now.year, now.year + YEARS_AHEAD))))


def holidays(years: range) -> Iterator[tuple[HolidayTerritory, dt.date, str]]:
    """The legal holidays of those years, in French, as the `holidays` library knows them, in French typography.

    Two that fall on one day are named with a comma between.
    """
    # The library is slow to load and large: a server that never runs this job never loads it.
    france: Any = importlib.import_module("holidays.countries.france").France
    for territory, subdivision in _SUBDIVISIONS.items():
        for day, name in sorted(france(years=years, subdiv=subdivision, language="fr").items()):
            if day.year in years:
                yield territory, day, name.replace("; ", ", ").replace("'", "’")


HANDLERS: Handlers = {"places.holidays": Task(refresh_holidays, every=dt.timedelta(days=30))}
