"""A morning at the desk of a lieu, in a real browser: the planning, a repair, a booking for somebody, a payment.

And every page that staff use, looked at by axe, at two widths, by day and by night.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.db import read, write
from booking.ledger.queries import balances_of_member
from booking.occupancy.actions import take_off
from booking.occupancy.rules import BlockKind
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.resources.rules import ResourceKind, Take
from booking.tariffs.rules import Period
from booking.values.money import Money
from tests.support.live import faults, live, sideways, sign_in
from tests.support.world import NOW, World, at, stretch

pytestmark = pytest.mark.browser

ECLUSE = "la-grande-ecluse"
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
    desks = tuple(made.resource(f"Quai {n}", position=n) for n in range(1, 4))
    made.resource("N’importe lequel", over=desks, take=Take.ANY, rates={Period.HOUR: 300, Period.DAY: 1800})
    made.resource("Découpeuse laser", kind=ResourceKind.MACHINE, buffer_after=15, step=15)
    made.resource("Portables", kind=ResourceKind.EQUIPMENT, units=3)
    return made


@pytest.fixture
def ines(world: World) -> Asker:
    member = world.joined(world.member("Inès Le Goff"), ECLUSE)
    write(book, member, BookingRequest(f"{ECLUSE}-quai-1", stretch(TODAY, "11:00", "13:00"), note="Au calme"), EARLIER)
    return member


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with live(app) as served:
        yield served


def test_a_morning_at_the_desk(app: Flask, world: World, ines: Asker, address: str, page: Page) -> None:
    sign_in(page, address, app, world.staff(ECLUSE), NOW)

    # The planning names who is there; a booking leads to its page.
    page.goto(f"{address}/lieux/{ECLUSE}/planning")
    lane = page.locator(".lane", has=page.get_by_role("link", name="Quai 1", exact=True))
    lane.get_by_role("link", name="Inès Le Goff").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Quai 1")
    page.go_back()

    # Filters and days without a reload; the address keeps them.
    page.get_by_role("checkbox", name="Machines").uncheck()
    expect(page.get_by_role("heading", name="Machines")).to_have_count(0)
    assert "kind=desk" in page.url
    page.get_by_label("Aller au jour").fill("2026-06-12")
    page.get_by_label("Aller au jour").dispatch_event("change")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vendredi 12 juin")
    page.get_by_role("link", name="Aujourd’hui").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jeudi 11 juin")

    # A free window, by the keys alone, leads to booking for somebody found by name.
    free = page.locator(".lane", has=page.get_by_role("link", name="Quai 2", exact=True)).get_by_role(
        "link", name=re.compile("réserver")
    )
    free.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("form[data-selection] output")).to_have_text("Quai 2, 10:30–12:00")
    expect(page.locator("[data-selection-price]")).to_contain_text("6,00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Réserver pour quelqu’un")
    page.get_by_label("Nom ou adresse").fill("ines")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Réserver pour Inès Le Goff").click()
    page.get_by_role("button", name=re.compile("Réserver pour")).click()
    expect(page.get_by_text("C’est réservé.")).to_be_visible()

    # The laser breaks down: Inès is in the way of nothing, the repair is on the planning at once.
    page.goto(f"{address}/manage/{ECLUSE}/blocks/new")
    page.get_by_label("Quoi", exact=True).select_option(label="Découpeuse laser")
    page.get_by_label("Jour", exact=True).fill(TODAY)
    page.get_by_label("De", exact=True).fill("11:00")
    page.get_by_label("À", exact=True).fill("18:00")
    page.get_by_label("Pourquoi").fill("Lentille à changer")
    page.get_by_role("button", name="Bloquer").click()
    expect(page.get_by_text("C’est bloqué.")).to_be_visible()
    page.get_by_role("link", name="Voir le planning").click()
    expect(page.get_by_text("Lentille à changer")).to_be_visible()

    # Inès pays what she owes; pressing twice records it once.
    page.goto(f"{address}/manage/{ECLUSE}/accounts")
    page.get_by_role("link", name="Inès Le Goff").click()
    expect(page.get_by_label("Montant")).to_have_value(re.compile("1[02],[05]0"))
    page.get_by_role("radio", name="Carte").check()
    page.get_by_role("button", name="Noter le paiement").dblclick()
    expect(page.get_by_text("Rien à régler.").first).to_be_visible()
    assert [b.balance for b in read(balances_of_member, ines)] == [Money(0)]

    # The day's list has it all.
    page.goto(f"{address}/manage/{ECLUSE}/day")
    expect(page.get_by_role("listitem").filter(has_text="11:00–13:00")).to_contain_text("Au calme")


STAFF_PAGES = (
    f"/lieux/{ECLUSE}/planning",
    f"/lieux/{ECLUSE}/planning?vue=liste",
    f"/lieux/{ECLUSE}/planning?day=2026-06-13&kind=machine&free=now",
    f"/manage/{ECLUSE}/day",
    f"/manage/{ECLUSE}/day?day=rien",
    f"/manage/{ECLUSE}/book?q=ines",
    f"/manage/{ECLUSE}/book?resource={ECLUSE}-quai-2&start=2026-06-11T12:00:00Z&end=2026-06-11T14:00:00Z&q=ines",
    f"/manage/{ECLUSE}/blocks",
    f"/manage/{ECLUSE}/blocks/new",
    f"/manage/{ECLUSE}/accounts",
    f"/manage/{ECLUSE}/accounts/guests",
    "/legal",
    "/privacy",
    "/terms",
    "/accessibility",
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_of_the_desk_is_readable_by_all(
    app: Flask, world: World, ines: Asker, address: str, browser: Browser, width: int, theme: str
) -> None:
    manager = world.staff(ECLUSE)
    repaired = stretch(TODAY, "12:00", "14:00")
    made = write(
        take_off, manager, world.lieux[ECLUSE], f"{ECLUSE}-quai-1", BlockKind.MAINTENANCE, repaired, "Vis", EARLIER
    )
    host = world.staff(ECLUSE, Role.HOST)
    guest = BookingRequest(f"{ECLUSE}-quai-3", stretch(TODAY, "10:00", "12:00"), guest_name="Madame Tanguy")
    write(book, host, guest, EARLIER)
    portables = BookingRequest(f"{ECLUSE}-portables", stretch(TODAY, "10:00", "12:00"), quantity=2)
    write(book, ines, portables, EARLIER)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if theme == "dark" else "light", locale="fr-FR"
    )
    page = context.new_page()
    sign_in(page, address, app, manager, NOW)
    found = {}
    more = (f"/manage/{ECLUSE}/blocks/{made.uid}", f"/manage/{ECLUSE}/accounts/{ines.uid}")
    for path in (*STAFF_PAGES, *more):
        page.goto(address + path)
        if problems := faults(page):
            found[path] = problems
        assert sideways(page) == 0, path
    context.close()
    assert found == {}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_planning_prints_in_landscape_without_its_chrome(
    app: Flask, world: World, ines: Asker, address: str, page: Page
) -> None:
    sign_in(page, address, app, ines, NOW)
    assert world
    page.goto(f"{address}/lieux/{ECLUSE}/planning")
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("À vous").or_(page.get_by_text("à vous")).first).to_be_visible()
    for hidden in (".masthead", ".chips", ".selection", "button[data-print]"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.querySelector('.timeline')).page") == "planning"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_visitor_without_scripts_books_from_a_free_window(
    app: Flask, world: World, address: str, browser: Browser
) -> None:
    assert app
    assert world
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{address}/lieux/{ECLUSE}/planning")
    expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()
    page.get_by_role("link", name=re.compile("Quai 2, réserver")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quai 2")
    expect(page.get_by_role("link", name="Se connecter pour réserver")).to_be_visible()
    context.close()
