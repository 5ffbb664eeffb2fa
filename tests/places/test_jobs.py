"""The library's holidays become rows, once a month, and only in the worker."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db import write
from booking.places import jobs
from booking.places.models import PublicHoliday
from booking.places.rules import HOLIDAYS, HolidayTerritory, holidays_in
from tests.support.world import NOW

EASTER_2026 = dt.date(2026, 4, 5)


def known(session: Session, territory: HolidayTerritory) -> dict[str, str]:
    rows = session.execute(
        sa.select(PublicHoliday.day, PublicHoliday.name).where(
            PublicHoliday.territory == territory, PublicHoliday.day.between(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
        )
    )
    return {row.day.isoformat(): row.name for row in rows}


def test_every_territory_gets_its_own_days(session: Session) -> None:
    write(jobs.refresh_holidays, {}, NOW)
    mainland = known(session, HolidayTerritory.MAINLAND)
    assert len(mainland) == 11, "Code du travail, L3133-1"
    assert mainland["2026-05-01"] == "Fête du Travail"
    assert mainland[(EASTER_2026 + dt.timedelta(days=1)).isoformat()] == "Lundi de Pâques"
    extra = {t: set(known(session, t)) - set(mainland) for t in HolidayTerritory}
    assert extra[HolidayTerritory.ALSACE_MOSELLE] == {"2026-04-03", "2026-12-26"}, "L3134-13"
    assert "2026-12-20" in extra[HolidayTerritory.REUNION], "L3422-2"
    assert "2026-05-27" in extra[HolidayTerritory.GUADELOUPE], "L3422-2"
    assert "2026-05-22" in extra[HolidayTerritory.MARTINIQUE], "L3422-2"
    assert "2026-06-10" in extra[HolidayTerritory.GUYANE], "L3422-2"
    assert "2026-04-27" in extra[HolidayTerritory.MAYOTTE], "L3422-2"
    assert "2026-09-24" in extra[HolidayTerritory.NOUVELLE_CALEDONIE]
    assert all(set(mainland) <= set(known(session, t)) for t in HolidayTerritory)


def test_twice_is_once(session: Session) -> None:
    write(jobs.refresh_holidays, {}, NOW)
    first = session.scalar(sa.select(sa.func.count()).select_from(PublicHoliday))
    write(jobs.refresh_holidays, {}, NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(PublicHoliday)) == first


def test_every_holiday_has_a_name_that_is_translated() -> None:
    told = {(day, name) for _, day, name in jobs.holidays(range(2024, 2040))}
    assert {name for _, name in told if not holidays_in(name)} == set()
    assert {name for _, reason in told for name in holidays_in(reason)} == HOLIDAYS
    assert (dt.date(2031, 5, 22), "Abolition de l’esclavage, Ascension") in told


def test_two_holidays_on_one_day_are_both_read() -> None:
    assert holidays_in("Abolition de l’esclavage, Ascension") == ("Abolition de l’esclavage", "Ascension")
    assert holidays_in("Noël") == ("Noël",)
    assert holidays_in("Noël, puis inventaire") == ()
    assert holidays_in("Inventaire") == ()
    assert holidays_in("") == ()


@pytest.mark.parametrize("module", ["booking.app", "booking.places.jobs"])
def test_a_server_does_not_load_the_library(module: str) -> None:
    code = f"import sys, {module}; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
