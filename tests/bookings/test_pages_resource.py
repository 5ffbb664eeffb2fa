"""`/resources/<id>` over HTTP: the week, the list, the rules, the prices for who asks, the calendar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.db import write
from booking.occupancy.actions import block, take_off
from booking.occupancy.rules import BlockKind
from booking.people.rules import Role
from booking.resources.rules import Audience, ResourceKind
from booking.tariffs.rules import Period
from tests.support.statements import counted
from tests.support.visits import Visit, words
from tests.support.world import NOW, World, stretch

LASER = "la-grande-ecluse-laser"
PAGE = f"/resources/{LASER}"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu("La Grande Écluse")
    made.resource(
        "Laser",
        kind=ResourceKind.MACHINE,
        summary="Plateau de 900 × 600 mm",
        text="Bois et cuir.\n\nJamais de PVC.",
        buffer_after=15,
        notice=60,
        longest=240,
        rates={Period.HOUR: 1400, Period.DAY: 8400},
        member_rates={Period.HOUR: 1000},
    )
    return made


def read(visit: Visit, path: str = PAGE) -> str:
    page = visit.get(path)
    assert page.status_code == 200
    return words(page).replace("\u00a0", " ")


def test_a_visitor_reads_rules_prices_and_the_free_windows_of_the_week(app: Flask, world: World) -> None:
    assert world
    page = Visit(app).get(PAGE)
    text = words(page).replace("\u00a0", " ")
    for expected in (
        "Plateau de 900 × 600 mm",
        "Jamais de PVC.",
        "8 au 14 juin",
        "L’heure 14,00 €",
        "La journée 84,00 €",
        "TVA comprise",
        "Durée 30 min à 4 h",
        "Préavis 1 h au moins",
        "Battement 15 min après",
        "gratuite 1 j avant, puis le lieu garde 50 %",
        "Libre à 12 h",
    ):
        assert expected in text, expected
    # Friday, all day: one link, not twenty-four cells; it books the longest stretch that may be booked.
    friday = f"{PAGE}/book?start=2026-06-12T06:00:00Z&amp;end=2026-06-12T10:00:00Z"
    assert page.text.count("/book?start=2026-06-12T") == 1
    assert friday in page.text


def test_the_first_free_hours_are_one_button_away_however_short(app: Flask, world: World) -> None:
    """NOW is 10:40 in Rennes, and the laser wants an hour's notice; then only half an hour of the week is left."""
    button = r'<a class="button primary" href="([^"]*)" data-sheet>'
    (href,) = re.findall(button, Visit(app).get(PAGE).text)
    assert href == f"{PAGE}/book?start=2026-06-11T10:00:00Z&amp;end=2026-06-11T11:00:00Z"
    others = (("2026-06-11", "12:45", "20:00"), *((f"2026-06-{day}", "08:00", "20:00") for day in (12, 13, 14)))
    for day, start, end in others:
        block = (LASER, BlockKind.MAINTENANCE, stretch(day, start, end), "Entretien", NOW)
        write(take_off, world.staff("la-grande-ecluse"), world.lieux["la-grande-ecluse"], *block)
    (href,) = re.findall(button, Visit(app).get(PAGE).text)
    assert href.endswith("start=2026-06-11T10:00:00Z&amp;end=2026-06-11T10:30:00Z")
    (href,) = re.findall(button, Visit(app).get(f"{PAGE}?week=2026-06-17").text)
    assert href == f"{PAGE}/book?start=2026-06-15T06:00:00Z&amp;end=2026-06-15T07:00:00Z"


def test_who_is_of_the_lieu_reads_the_better_price(app: Flask, world: World) -> None:
    member = world.joined(world.member(), "la-grande-ecluse")
    assert "L’heure 10,00 €" in read(Visit(app, member))


def test_others_are_a_word_and_staff_read_names(app: Flask, world: World) -> None:
    ines = world.member("Inès Le Goff")
    write(book, ines, BookingRequest(LASER, stretch("2026-06-12", "14:00", "16:00")), NOW)
    manager = world.staff("la-grande-ecluse")
    lieu = world.lieux["la-grande-ecluse"]
    span = stretch("2026-06-13", "08:00", "12:00")
    write(block, manager, lieu, world.resources[LASER], BlockKind.MAINTENANCE, span, "Tube à changer", NOW)
    stranger = read(Visit(app))
    assert "14:00–16:00 réservé" in stranger
    assert "Inès" not in stranger
    assert "Tube à changer" in stranger
    assert "14:00–16:00 à vous" in read(Visit(app, ines)).replace("À", "à")
    assert "14:00–16:00 Inès Le Goff" in read(Visit(app, manager))


def test_the_list_says_the_same_as_the_agenda(app: Flask, world: World) -> None:
    write(book, world.member(), BookingRequest(LASER, stretch("2026-06-12", "14:00", "16:00")), NOW)
    visit = Visit(app)
    agenda, listed = visit.get(PAGE).text, visit.get(f"{PAGE}?view=list").text
    links = {part.split('"')[0] for part in agenda.split(f"{PAGE}/book?start=")[1:]}
    assert links == {part.split('"')[0] for part in listed.split(f"{PAGE}/book?start=")[1:]}
    assert len(links) == 6  # five windows, and the first hour of the first
    assert "data-origin" not in listed


def test_weeks_follow_each_other(app: Flask, world: World) -> None:
    assert world
    visit = Visit(app)
    text = read(visit, f"{PAGE}?week=2026-06-17")
    assert "15 au 21 juin" in text
    page = visit.get(f"{PAGE}?week=2026-06-17").text
    assert "week=2026-06-08" in page
    assert "week=2026-06-22" in page
    assert "29 juin au 5 juillet" in read(visit, f"{PAGE}?week=2026-07-05")


@pytest.mark.parametrize("week", ["demain", "2026-13-01", "9999-12-31", "0001-01-01", "%01"])
def test_a_week_that_is_none_is_refused_in_a_sentence(app: Flask, world: World, week: str) -> None:
    assert world
    page = Visit(app).get(f"{PAGE}?week={week}")
    assert page.status_code == 400
    assert "Une semaine se désigne" in words(page)


def test_of_several_alike_the_week_says_when_one_is_free(app: Flask, world: World) -> None:
    slug = world.resource("Quai", units=2)
    for hours in (("09:00", "12:00"), ("10:00", "14:00")):
        write(book, world.member(), BookingRequest(slug, stretch("2026-06-12", *hours)), NOW)
    page = Visit(app).get(f"/resources/{slug}")
    text = words(page)
    assert "10:00–12:00 complet" in text.replace("Complet", "complet")
    for window in ("06:00:00Z&amp;end=2026-06-12T08:00:00Z", "10:00:00Z&amp;end=2026-06-12T18:00:00Z"):
        assert f"start=2026-06-12T{window}" in page.text, window


def test_a_night_is_one_window_of_the_day_on_which_it_begins(app: Flask, world: World) -> None:
    world.lieu("La Veilleuse", hours=(1080, 1560))
    slug = world.resource("Table", "la-veilleuse")
    page = Visit(app).get(f"/resources/{slug}").text
    assert "start=2026-06-12T16:00:00Z&amp;end=2026-06-13T00:00:00Z" in page


def test_the_calendar_is_offered_where_the_lieu_has_one(app: Flask, world: World) -> None:
    page = Visit(app).get(PAGE).text
    https = page.index("http://127.0.0.1:8000/calendars/resources/la-grande-ecluse-laser.ics")
    assert https < page.index("webcal://127.0.0.1:8000/calendars/resources/la-grande-ecluse-laser.ics")
    assert "Google peut avoir un jour de retard" in page
    world.lieu("Discret", public_feeds=False)
    world.resource("Quai", "discret")
    assert "webcal:" not in Visit(app).get("/resources/discret-quai").text
    world.resource("Entre nous", seen_by=Audience.MEMBERS)
    member = world.joined(world.member(), "la-grande-ecluse")
    assert "webcal:" not in Visit(app, member).get("/resources/la-grande-ecluse-entre-nous").text


def test_what_is_not_for_everybody_is_not_there(app: Flask, world: World) -> None:
    slug = world.resource("Coulisses", seen_by=Audience.STAFF)
    for asker in (None, world.member(), world.joined(world.member(), "la-grande-ecluse")):
        assert Visit(app, asker).get(f"/resources/{slug}").status_code == 404
    assert Visit(app, world.staff("la-grande-ecluse", Role.HOST)).get(f"/resources/{slug}").status_code == 200


@pytest.mark.parametrize("path", ["nulle-part", "%00", "a" * 300, "A-B", "é"])
def test_what_is_not_there_is_not_found(app: Flask, world: World, path: str) -> None:
    assert world
    for below in ("", "/book", "/price"):
        start, end = "2026-06-12T12:00:00Z", "2026-06-12T14:00:00Z"
        assert Visit(app).get(f"/resources/{path}{below}?start={start}&end={end}").status_code == 404


def test_the_statements_are_few_whatever_was_booked(app: Flask, world: World) -> None:
    def statements() -> int:
        visit = Visit(app)
        with counted() as sent:
            assert visit.get(PAGE).status_code == 200
        return len(sent)

    member = world.member()
    write(book, member, BookingRequest(LASER, stretch("2026-06-11", "16:00", "17:00")), NOW)
    statements()
    few = statements()
    for day in range(12, 15):
        member = world.member()
        for hour in range(8, 20, 2):
            wanted = stretch(f"2026-06-{day}", f"{hour:02d}:00", f"{hour + 1:02d}:00")
            write(book, member, BookingRequest(LASER, wanted), NOW)
    assert statements() == few
    assert few <= 16


def test_the_two_days_a_year_on_which_clocks_jump_have_all_their_hours(
    app: Flask, world: World, clock: time_machine.Traveller
) -> None:
    clock.move_to(dt.datetime(2026, 10, 20, 8, tzinfo=dt.UTC))
    world.lieu("Toujours", hours=(0, 1440))
    slug = world.resource("Phare", "toujours")
    page = Visit(app).get(f"/resources/{slug}").text
    assert "--span:1500" in page
    assert "start=2026-10-24T22:00:00Z&amp;end=2026-10-25T23:00:00Z" in page
