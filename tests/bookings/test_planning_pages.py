"""The day of a lieu over HTTP: the timeline and its list, who may see what, odd hours and days, the desk's pages."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.db import write
from booking.occupancy.actions import close_days, take_off
from booking.occupancy.rules import BlockKind
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import Lieu, Opening
from booking.resources.models import ResourceFeature
from booking.resources.rules import Audience, Feature, ResourceKind, Take
from booking.values.ids import LieuId
from tests.support.statements import counted
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, at, stretch

ECLUSE = "la-grande-ecluse"
PAGE = f"/lieux/{ECLUSE}/planning"
DAY = f"/manage/{ECLUSE}/day"
BOOK = f"/manage/{ECLUSE}/book"
TODAY = "2026-06-11"
EARLIER = at(f"{TODAY} 06:00")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:
    assert app
    made = World()
    made.lieu("La Grande Écluse")
    made.resource("Quai 6", position=1)
    made.resource("Salle Vanne", kind=ResourceKind.ROOM, position=2, buffer_after=30)
    return made


def booked(world: World, asker: Asker, resource: str, start: str, end: str, day: str = TODAY, **more: object) -> str:
    assert world
    return write(book, asker, BookingRequest(resource, stretch(day, start, end), **more), EARLIER).code  # type: ignore[arg-type]  # as told


def read(visit: Visit, path: str = PAGE, status: int = 200) -> str:
    page = visit.get(path)
    assert page.status_code == status, words(page)
    return words(page).replace("\u00a0", " ")


def slots(visit: Visit, path: str = PAGE) -> list[tuple[str, int, int]]:
    """Every slot of the page: state, from, to."""
    found = re.findall(r'data-state="(\w+)" style="--from:(\d+);--to:(\d+)"', visit.get(path).text)
    return [(state, int(low), int(high)) for state, low, high in found]


def axis(visit: Visit, path: str = PAGE) -> tuple[str, int]:
    """Where the axis begins, and how many minutes it has."""
    found = re.search(r'data-origin="([^"]+)"[^>]*style="--span:(\d+)', visit.get(path).text)
    assert found
    return found[1], int(found[2])


class TestWhoSeesWhat:
    def test_a_visitor_sees_that_a_place_is_taken_and_not_by_whom(self, app: Flask, world: World) -> None:
        code = booked(world, world.member("Yann Le Bihan"), f"{ECLUSE}-quai-6", "14:00", "16:00")
        text = read(Visit(app))
        assert "Jeudi 11 juin" in text
        assert "Ouvert de 8 h à 20 h" in text
        assert "14:00–16:00 réservé" in text
        assert "Yann" not in text
        assert code not in Visit(app).get(PAGE).text
        assert "Réserver pour quelqu’un" not in text

    def test_members_see_their_own_and_go_to_it(self, app: Flask, world: World) -> None:
        member, other = world.member(), world.member("Yann Le Bihan")
        code = booked(world, member, f"{ECLUSE}-quai-6", "14:00", "16:00")
        hidden = booked(world, other, f"{ECLUSE}-quai-6", "16:00", "17:00")
        page = Visit(app, member, at=NOW).get(PAGE)
        assert "14:00–16:00 à vous" in words(page)
        assert f'href="/bookings/{code}"' in page.text
        assert hidden not in page.text

    @pytest.mark.parametrize("role", [Role.HOST, Role.MANAGER, Role.TREASURER])
    def test_staff_see_names_and_go_to_any_booking(self, app: Flask, world: World, role: Role) -> None:
        code = booked(world, world.member("Yann Le Bihan"), f"{ECLUSE}-quai-6", "14:00", "16:00")
        page = Visit(app, world.staff(ECLUSE, role), at=NOW).get(PAGE)
        assert "14:00–16:00 Yann Le Bihan" in words(page)
        assert f'href="/bookings/{code}"' in page.text
        assert f'href="{BOOK}?resource={ECLUSE}-quai-6&amp;start=2026-06-11T14:00:00Z' in page.text

    def test_staff_of_another_lieu_are_visitors_here(self, app: Flask, world: World) -> None:
        world.lieu("L'Étamine")
        booked(world, world.member("Yann Le Bihan"), f"{ECLUSE}-quai-6", "14:00", "16:00")
        assert "Yann" not in read(Visit(app, world.staff("l-etamine"), at=NOW))

    def test_a_resource_for_members_is_not_there_for_visitors(self, app: Flask, world: World) -> None:
        world.resource("Atelier", seen_by=Audience.MEMBERS)
        assert "Atelier" not in read(Visit(app))
        assert "Atelier" in read(Visit(app, world.joined(world.member(), ECLUSE), at=NOW))

    @pytest.mark.parametrize("slug", ["nulle-part", "x" * 300, "%00", "../etc"])
    def test_no_such_lieu(self, app: Flask, world: World, slug: str) -> None:
        assert world
        assert Visit(app).get(f"/lieux/{slug}/planning").status_code == 404

    def test_a_lieu_that_is_not_on_archipel_has_no_planning(self, app: Flask, world: World) -> None:
        write(lambda s: s.execute(sa.update(Lieu).values(bookable=False)))
        assert Visit(app).get(PAGE).status_code == 404
        assert "Rien à réserver ici" in read(Visit(app, world.staff(ECLUSE), at=NOW))


class TestTheDay:
    def test_free_windows_lead_to_the_booking_sheet_and_can_be_picked(self, app: Flask, world: World) -> None:
        assert world
        page = Visit(app).get(PAGE).text
        sheet = f"/resources/{ECLUSE}-quai-6/book"
        assert f'href="{sheet}?start=2026-06-11T08:30:00Z&amp;end=2026-06-11T18:00:00Z"' in page
        assert f'data-book-url="{sheet}" data-quote-url="/resources/{ECLUSE}-quai-6/price"' in page
        assert "data-selection" in page

    def test_the_list_says_the_same(self, app: Flask, world: World) -> None:
        booked(world, world.member(), f"{ECLUSE}-quai-6", "14:00", "16:00")
        visit = Visit(app)
        frise, listed = (visit.get(path).text for path in (PAGE, f"{PAGE}?vue=liste"))
        assert 'data-view="frise"' in frise
        assert 'data-view="list"' in listed
        links = r'href="(/resources/[^"]+/book[^"]+)"'
        assert re.findall(links, frise) == re.findall(links, listed) != []
        assert "data-selection" in frise
        assert "data-selection" not in listed  # hours are told by fields there, not by where one touches

    def test_what_the_address_says_is_kept_from_day_to_day(self, app: Flask, world: World) -> None:
        assert world
        page = Visit(app).get(f"{PAGE}?day=2026-06-12&kind=room&vue=liste").text.replace("&amp;", "&")
        assert f'href="{PAGE}?day=2026-06-11&kind=room&vue=liste"' in page
        assert f'href="{PAGE}?day=2026-06-13&kind=room&vue=liste"' in page
        assert f'href="{PAGE}?kind=room&vue=liste"' in page  # today
        assert f'href="{PAGE}?day=2026-06-12&kind=room"' in page  # as a timeline
        assert 'name="day" type="date" value="2026-06-12"' in page or 'value="2026-06-12"' in page

    @pytest.mark.parametrize("text", ["hier", "2026-02-30", "9999-12-31", "0001-01-01", "<b>", "1" * 400])
    def test_a_day_that_is_none_is_said_at_its_field(self, app: Flask, world: World, text: str) -> None:
        assert world
        page = Visit(app).get(PAGE, query_string={"day": text})
        assert page.status_code == 422
        assert errors_at(page) == {"day": "Une date s’écrit comme 11/06/2026."}
        assert "Jeudi 11 juin" in words(page)

    @pytest.mark.parametrize("day", ["1970-01-01", "2199-12-31"])
    def test_days_at_both_ends_of_the_calendar(self, app: Flask, world: World, day: str) -> None:
        assert world
        read(Visit(app), f"{PAGE}?day={day}")

    def test_kinds_features_and_what_is_free_now(self, app: Flask, world: World) -> None:
        booked(world, world.member(), f"{ECLUSE}-quai-6", "10:00", "12:00")
        world.resource("Quai 7")
        write(
            lambda s: s.execute(
                sa.insert(ResourceFeature).values(
                    resource_id=world.resources[f"{ECLUSE}-quai-7"], feature=Feature.WHEELCHAIR
                )
            )
        )
        names = ("Quai 6", "Quai 7", "Salle Vanne")

        def shown(query: str) -> list[str]:
            text = read(Visit(app), f"{PAGE}?{query}")
            return [name for name in names if f"{name}, réserver" in text or f"{name} " in text.split("Légende")[0]]

        assert shown("kind=desk") == ["Quai 6", "Quai 7"]
        assert shown("kind=desk&kind=room") == list(names)
        assert shown("free=now") == ["Quai 7", "Salle Vanne"]
        assert shown("feature=wheelchair") == ["Quai 7"]
        assert shown("kind=rien&feature=rien&free=rien") == list(names)
        assert "Rien ne correspond" in read(Visit(app), f"{PAGE}?kind=room&feature=wheelchair")

    def test_buffers_blocks_and_the_present_hour(self, app: Flask, world: World) -> None:
        room, manager = f"{ECLUSE}-salle-vanne", world.staff(ECLUSE)
        booked(world, world.member(), room, "14:00", "15:00")
        write(
            take_off, manager, world.lieux[ECLUSE], f"{ECLUSE}-quai-6", BlockKind.MAINTENANCE,
            stretch(TODAY, "08:00", "12:00"), "Pied cassé", EARLIER,
        )  # fmt: skip
        visit = Visit(app)
        assert ("taken", 360, 420) in slots(visit)
        assert ("buffer", 420, 450) in slots(visit)
        assert ("maintenance", 0, 240) in slots(visit)
        assert "Pied cassé" in read(visit)
        assert "--now:160" in visit.get(PAGE).text
        assert "--now" not in visit.get(f"{PAGE}?day=2026-06-12").text

    def test_a_pool_shows_how_many_stay_free_and_a_whole_what_takes_a_part(self, app: Flask, world: World) -> None:
        desks = tuple(world.resource(f"Poste {n}", kind=ResourceKind.EQUIPMENT) for n in range(2))
        kind = ResourceKind.EQUIPMENT
        world.resource("N’importe lequel", over=desks, kind=kind, take=Take.ANY, position=-1)
        world.resource("Tout le banc", over=desks, kind=kind, take=Take.ALL)
        booked(world, world.member(), desks[0], "10:00", "12:00")
        page = Visit(app).get(f"{PAGE}?kind=equipment")
        assert "1 sur 3 libre en ce moment" in words(page).replace("\u00a0", " ")
        assert 'class="tide"' in page.text
        assert "V50H240" in page.text  # one of two, until noon
        assert "10:00–12:00 pris en partie" in words(page)
        assert words(page).index("N’importe lequel") < words(page).index("Poste 0")

    def test_staff_see_which_of_several_is_taken_where_none_has_a_name(self, app: Flask, world: World) -> None:
        pool = world.resource("Portables", kind=ResourceKind.EQUIPMENT, units=3)
        booked(world, world.member("Yann Le Bihan"), pool, "10:00", "12:00", quantity=2)
        text = read(Visit(app, world.staff(ECLUSE), at=NOW))
        assert "Portables 1 10:00–12:00 Yann Le Bihan" in text
        assert "Portables 2 10:00–12:00 Yann Le Bihan" in text
        assert "Portables 3 " not in text
        assert "Portables 1 " not in read(Visit(app))

    def test_a_thing_of_a_pool_with_a_lane_of_its_own_stands_there_only(self, app: Flask, world: World) -> None:
        kind = ResourceKind.EQUIPMENT
        alone, others = world.resource("Le grand", kind=kind), world.resource("Les petits", kind=kind, units=2)
        pool = world.resource("N’importe lequel", kind=kind, over=(alone, others), take=Take.ANY)
        booked(world, world.member("Yann Le Bihan"), pool, "10:00", "12:00", quantity=3)
        text = read(Visit(app, world.staff(ECLUSE), at=NOW))
        assert "Le grand 10:00–12:00 Yann Le Bihan" in text.replace("3,00 € l’heure ", "")
        assert "Les petits 1 10:00–12:00 Yann Le Bihan" in text
        assert "Le grand 1 10:00–12:00" not in text

    def test_the_same_few_statements_however_many_resources(self, app: Flask, world: World) -> None:
        visit = Visit(app, world.staff(ECLUSE), at=NOW)
        member = world.member()
        booked(world, member, world.resource("Table"), "09:00", "10:00", "2026-06-11")
        visit.get(PAGE)
        with counted() as few:
            visit.get(PAGE)
        for n in range(20):
            booked(world, member, world.resource(f"Bureau {n}"), "09:00", "10:00", "2026-06-11")
        visit.get(PAGE)
        with counted() as many:
            visit.get(PAGE)
        assert len(many) == len(few) <= 16

    @pytest.mark.parametrize("database", ["sqlite"], indirect=True)
    def test_a_hundred_resources_weigh_little(self, app: Flask, world: World) -> None:
        member, manager = world.member("Yann Le Bihan"), world.staff(ECLUSE)
        for n in range(100):
            slug = world.resource(f"Bureau {n}", free=True)
            booked(world, member, slug, "09:00", "11:00")
            booked(world, member, slug, "14:00", "16:00")
        for who in (None, manager):
            page = Visit(app, who, at=NOW).get(PAGE)
            assert len(gzip.compress(page.data)) < 60_000


def hours_of(world: World, lieu: str, *hours: tuple[int, int]) -> LieuId:
    """Make these the hours of every day of a lieu."""
    lieu_id = world.lieux[lieu]
    write(lambda s: s.execute(sa.delete(Opening).where(Opening.lieu_id == lieu_id)))
    rows = [{"lieu_id": lieu_id, "weekday": d, "opens": o, "closes": c} for d in range(7) for o, c in hours]
    write(lambda s: s.execute(sa.insert(Opening).values(rows)))
    return lieu_id


class TestOddHours:
    def test_half_hours_and_breaks(self, app: Flask, world: World) -> None:
        hours_of(world, ECLUSE, (510, 720), (810, 1110))
        visit = Visit(app)
        assert axis(visit, f"{PAGE}?day=2026-06-12") == ("2026-06-12T06:00:00+00:00", 660)  # 8 h to 19 h
        found = slots(visit, f"{PAGE}?day=2026-06-12&kind=desk")
        assert [s for s in found if s[0] == "closed"] == [("closed", 0, 30), ("closed", 240, 330), ("closed", 630, 660)]
        assert [s for s in found if s[0] == "free"] == [("free", 30, 240), ("free", 330, 630)]
        assert "Ouvert de 8 h 30 à 12 h et de 13 h 30 à 18 h 30" in read(visit)

    def test_a_night_is_told_with_its_evening(self, app: Flask, world: World, clock: time_machine.Traveller) -> None:
        hours_of(world, ECLUSE, (1080, 1560))
        booked(world, world.member(), f"{ECLUSE}-quai-6", "23:00", "23:30")
        visit = Visit(app)
        assert axis(visit) == ("2026-06-11T16:00:00+00:00", 480)  # 18 h to 2 h
        assert "ven." in read(visit)
        assert "Ouvert de 18 h à 2 h" in read(visit)
        clock.move_to(at("2026-06-12 00:30"))
        assert "Jeudi 11 juin" in read(visit)  # the night is not over
        assert "--now:390" in visit.get(PAGE).text
        assert "Vendredi 12 juin" in read(visit, f"{PAGE}?day=2026-06-12")
        clock.move_to(at("2026-06-12 03:00"))
        assert "Vendredi 12 juin" in read(visit)

    @pytest.mark.parametrize(("day", "minutes"), [("2026-10-25", 1500), ("2027-03-28", 1380), ("2026-06-13", 1440)])
    def test_days_on_which_clocks_jump_are_as_long_as_they_are(
        self, app: Flask, world: World, day: str, minutes: int
    ) -> None:
        hours_of(world, ECLUSE, (0, 1440))
        write(lambda s: s.execute(sa.text("UPDATE resource SET horizon_days = 400, longest = 3000")))
        visit = Visit(app)
        assert axis(visit, f"{PAGE}?day={day}")[1] == minutes
        assert slots(visit, f"{PAGE}?day={day}&kind=desk") == [("free", 0, minutes)]
        assert "jour et nuit" in read(visit, f"{PAGE}?day={day}")

    def test_the_axis_of_a_half_hour_zone_begins_on_its_own_hours(self, app: Flask, world: World) -> None:
        world.lieu("Te Fare", zone="Pacific/Marquesas")
        world.resource("Fare", lieu="te-fare")
        origin, span = axis(Visit(app), "/lieux/te-fare/planning?day=2026-06-12")
        assert (origin, span) == ("2026-06-12T17:30:00+00:00", 720)  # 8 h to 20 h at 9 h 30 behind UTC

    def test_a_reader_elsewhere_sees_both_clocks(self, app: Flask, world: World) -> None:
        world.lieu("L'Anse", zone="Indian/Reunion")
        world.resource("Filao", lieu="l-anse")
        text = read(Visit(app), "/lieux/l-anse/planning?day=2026-06-12")
        assert "heure de La Réunion, 2 h de plus qu’à Paris" in text
        assert "heure de Paris" in text
        there = world.member("Maëva", timezone="Indian/Reunion")
        assert "heure de Paris" not in read(Visit(app, there, at=NOW), "/lieux/l-anse/planning?day=2026-06-12")

    def test_a_booking_outside_the_hours_of_today_is_shown(self, app: Flask, world: World) -> None:
        booked(world, world.member(), f"{ECLUSE}-quai-6", "18:00", "20:00", "2026-06-12")
        hours_of(world, ECLUSE, (540, 1020))
        assert axis(Visit(app), f"{PAGE}?day=2026-06-12") == ("2026-06-12T07:00:00+00:00", 660)  # 9 h to 20 h
        assert "18:00–20:00 réservé" in read(Visit(app), f"{PAGE}?day=2026-06-12")

    def test_a_closed_day_says_why(self, app: Flask, world: World) -> None:
        manager, day = world.staff(ECLUSE), dt.date(2026, 7, 14)
        write(close_days, manager, world.lieux[ECLUSE], day, day, "Fête nationale", NOW)
        text = read(Visit(app), f"{PAGE}?day=2026-07-14")
        assert "Fermé ce jour-là" in text
        assert "Fête nationale" in text
        assert f'href="{PAGE}?day=2026-07-15"' in Visit(app).get(f"{PAGE}?day=2026-07-14").text
