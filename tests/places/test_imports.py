"""The real census, imported on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from booking.db import read, write
from booking.errors import Refusal
from booking.people.schemas import VISITOR
from booking.places.actions.imports import import_census
from booking.places.actions.lieux import adopt_lieu, edit_identity
from booking.places.census import CensusEntry, Rejected, read_csv
from booking.places.models import Lieu
from booking.places.queries.lieux import lieu_by_slug, lieu_to_manage, search_lieux
from booking.places.rules import LieuKind, LieuStatus
from booking.places.schemas import LieuFilter
from booking.settings import package_folder
from tests.support.statements import counted
from tests.support.world import NOW, World

pytestmark = pytest.mark.usefixtures("app")
LATER = NOW.replace(hour=12)
ENTRY = CensusEntry(
    line=2,
    ref="cget-2019:1",
    name="La Fabrique",
    kind=LieuKind.FABLAB,
    status=LieuStatus.OPEN,
    address="1, rue du Port",
    postcode="01000",
    commune="Bourg-en-Bresse",
    insee="01053",
    department="01",
    region="Auvergne-Rhône-Alpes",
    website="https://fabrique.example",
    latitude=46.2,
    longitude=5.22,
    timezone="Europe/Paris",
)


@pytest.fixture
def rows() -> list[CensusEntry | Rejected]:
    return list(read_csv((package_folder("data") / "tierslieux_fr_2019.csv").read_bytes()))


def test_the_real_census_goes_in_whole_and_twice_is_once(session: Session, rows: list[CensusEntry | Rejected]) -> None:
    with counted() as sent:
        first = write(import_census, rows, NOW)
    assert first.created + len(first.refused) == 1512
    assert first.created > 1490
    assert len(sent) <= 12, "a few statements a chunk, not one a lieu"
    with counted() as sent:
        again = write(import_census, rows, LATER)
    assert (again.created, again.updated, again.unchanged) == (0, 0, first.created)
    assert again.refused == first.refused
    assert not [each for each in sent if each.startswith(("INSERT", "UPDATE"))]
    assert session.scalar(sa.select(sa.func.count()).select_from(Lieu)) == first.created
    assert session.scalar(sa.select(sa.func.count()).where(Lieu.bookable)) == 0
    assert session.scalar(sa.select(sa.func.count()).where(Lieu.updated_at != NOW)) == 0
    cordees = read(search_lieux, VISITOR, LieuFilter(q="la cordee"), limit=50).items
    assert len({c.slug for c in cordees}) == len(cordees) >= 4
    assert "01" in set(session.scalars(sa.select(Lieu.department))), "leading zeros are kept"


def test_a_dry_run_tells_the_same_and_writes_nothing(session: Session, rows: list[CensusEntry | Rejected]) -> None:
    told = read(import_census, rows, NOW, dry_run=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Lieu)) == 0
    assert write(import_census, rows, NOW) == told


def test_an_entry_that_changed_is_updated_and_keeps_its_address(session: Session) -> None:
    write(import_census, [ENTRY], NOW)
    report = write(import_census, [replace(ENTRY, name="La Nouvelle Fabrique", latitude=46.21)], LATER)
    assert (report.created, report.updated, report.unchanged) == (0, 1, 0)
    row = session.execute(sa.select(Lieu)).scalar_one()
    assert (row.slug, row.name, row.latitude, row.updated_at) == ("la-fabrique", "La Nouvelle Fabrique", 46.21, LATER)
    assert row.folded == "la nouvelle fabrique bourg en bresse"


def test_an_entry_that_the_file_no_longer_names_stays(session: Session) -> None:
    write(import_census, [ENTRY, replace(ENTRY, ref="cget-2019:2", name="Autre")], NOW)
    write(import_census, [ENTRY], LATER)
    assert session.scalar(sa.select(sa.func.count()).select_from(Lieu)) == 2


def test_bad_rows_are_told_with_their_line_and_the_others_go_in(session: Session) -> None:
    reason = Refusal("no_name", "Sans nom.")
    rows: list[CensusEntry | Rejected] = [
        Rejected(3, (reason,), name=None),
        ENTRY,
        replace(ENTRY, line=9, name="La même"),
        replace(ENTRY, line=10, ref="cget-2019:3", warnings=(reason,)),
    ]
    report = write(import_census, rows, NOW)
    assert [(r.line, [x.code for x in r.reasons]) for r in report.refused] == [(3, ["no_name"]), (9, ["repeated"])]
    assert [(r.line, [x.code for x in r.reasons]) for r in report.warnings] == [(10, ["no_name"])]
    assert report.created == 2
    assert sorted(session.scalars(sa.select(Lieu.slug))) == ["la-fabrique", "la-fabrique-bourg-en-bresse"]


class TestOwnWord:
    """What a lieu says of itself is not overwritten by an old census."""

    def test_a_lieu_on_archipel_keeps_its_data(self) -> None:
        world = World()
        write(import_census, [ENTRY], NOW)
        write(adopt_lieu, world.steward(), "la-fabrique", NOW)
        world.lieux["la-fabrique"] = read(lieu_by_slug, VISITOR, "la-fabrique").id
        manager = world.staff("la-fabrique")
        own = replace(read(lieu_to_manage, manager, "la-fabrique").identity, name="Notre Fabrique")
        write(edit_identity, manager, world.lieux["la-fabrique"], own, NOW, reasons_to_stay=[])
        report = write(import_census, [replace(ENTRY, website=None)], LATER)
        assert (report.kept, report.updated) == (1, 0)
        seen = read(lieu_by_slug, VISITOR, "la-fabrique")
        assert (seen.name, seen.website) == ("Notre Fabrique", "https://fabrique.example")

    def test_a_project_with_people_keeps_its_data(self) -> None:
        world = World()
        project = replace(ENTRY, status=LieuStatus.PROJECT)
        write(import_census, [project], NOW)
        world.lieux["la-fabrique"] = read(lieu_by_slug, VISITOR, "la-fabrique").id
        world.staff("la-fabrique")
        report = write(import_census, [replace(project, name="Autrement")], LATER)
        assert (report.kept, report.updated) == (1, 0)
        assert read(lieu_by_slug, VISITOR, "la-fabrique").name == "La Fabrique"
