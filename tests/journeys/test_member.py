"""A member's story in a real browser: find, book, move, cancel, take back; by keys, by pointer, without a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from booking import clock
from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.db import write
from booking.people.schemas import Asker
from booking.tariffs.rules import Period
from booking.values.wall import today
from tests.support.live import faults, live, sideways, sign_in
from tests.support.world import PARIS, World, stretch

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]

DESK = "la-grande-ecluse-quai-6"
FARTHEST = 120


@pytest.fixture
def day() -> dt.date:
    """A day on which everything is free; on a Monday, so that a whole week is ahead of it."""
    date = today(clock.now(), PARIS)
    return date + dt.timedelta(days=7 - date.weekday())


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu("La Grande Écluse")
    made.resource("Quai 6", rates={Period.HOUR: 300, Period.DAY: 1800})
    made.resource("Quai 7", rates={Period.HOUR: 300})
    return made


@pytest.fixture
def ines(world: World) -> Asker:
    return world.member("Inès Le Goff")


@pytest.fixture
def base(app: Flask) -> Iterator[str]:
    with live(app) as address:
        yield address


@pytest.fixture
def hers(page: Page, base: str, app: Flask, ines: Asker) -> Page:
    """Inès's page."""
    sign_in(page, base, app, ines, clock.now())
    return page


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there; it must be seen, not behind what sticks to the window."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    assert wanted.evaluate(
        """wanted => {
            const box = wanted.getBoundingClientRect();
            const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return wanted.contains(seen) || seen?.contains(wanted);
        }"""
    ), "the focus is hidden behind something"


def press(page: Page, wanted: Locator) -> None:
    """Go there by Tab and press Enter."""
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def test_by_keys_alone_one_finds_books_cancels_and_takes_back(hers: Page, base: str, day: dt.date) -> None:
    hers.goto(f"{base}/?day={day}&from=14:00&to=16:00")
    tab_to(hers, hers.get_by_label("Où"))
    hers.keyboard.type("rennes")
    hers.keyboard.press("Enter")
    expect(hers.get_by_role("heading", name="Rennes et alentours")).to_be_visible()
    press(hers, hers.get_by_role("link", name="Réserver Quai 6"))
    expect(hers.get_by_role("heading", name="Quai 6")).to_be_visible()
    press(hers, hers.get_by_role("button", name="Réserver pour 6,00"))
    expect(hers.get_by_text("C’est réservé.")).to_be_visible()
    expect(hers.get_by_text("Porte 41 73")).to_be_visible()
    press(hers, hers.get_by_role("button", name="Annuler"))
    expect(hers.get_by_text("Réservation annulée, rien à payer.")).to_be_visible()
    press(hers, hers.get_by_role("button", name="Rétablir"))
    expect(hers.get_by_text("Réservation rétablie.")).to_be_visible()
    press(hers, hers.get_by_role("link", name="Mes réservations"))
    press(hers, hers.get_by_role("button", name="Annuler"))
    expect(hers.get_by_text("Réservation annulée : Quai 6.")).to_be_visible()
    expect(hers.get_by_text("Rien de prévu")).to_be_visible()


def test_hours_are_chosen_in_the_agenda_by_keys_and_booked_in_a_sheet(hers: Page, base: str, day: dt.date) -> None:
    hers.goto(f"{base}/resources/{DESK}?week={day}")
    window = hers.locator(".slot[data-state=free] > a").first
    tab_to(hers, window)
    hers.keyboard.press("ArrowDown")
    hers.keyboard.press("ArrowDown")
    hers.keyboard.press("Shift+ArrowDown")
    expect(hers.locator("[data-selection-price]")).to_contain_text("6,00")
    hers.keyboard.press("Enter")
    sheet = hers.get_by_role("dialog")
    expect(sheet.get_by_role("heading", name="Quai 6")).to_be_focused()
    expect(sheet.get_by_label("De", exact=True)).to_have_value("08:30")
    expect(sheet.get_by_label("À", exact=True)).to_have_value("10:00")
    assert faults(hers) == []
    hers.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    hers.locator("form[data-selection] button[type=submit]").click()
    sheet.get_by_label("À", exact=True).fill("12:30")
    sheet.get_by_label("À", exact=True).dispatch_event("change")
    expect(sheet.get_by_role("button", name="Réserver pour 12,00")).to_be_visible()
    sheet.get_by_label("À", exact=True).fill("08:00")
    sheet.get_by_label("À", exact=True).dispatch_event("change")
    expect(sheet.locator("#resa-prix")).to_contain_text("La fin vient après le début.")
    sheet.get_by_label("À", exact=True).fill("20:00")
    sheet.get_by_label("À", exact=True).dispatch_event("change")
    sheet.get_by_role("button", name="Réserver pour 18,00").click()
    expect(hers.get_by_text("C’est réservé.")).to_be_visible()


def test_without_a_script_everything_works(browser: Browser, base: str, app: Flask, ines: Asker, day: dt.date) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    sign_in(page, base, app, ines, clock.now())
    page.goto(f"{base}/?day={day}&from=14:00&to=16:00&q=quai")
    page.get_by_label("Où").fill("Rennes")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="La Grande Écluse").first.click()
    page.goto(f"{base}/resources/{DESK}?week={day}")
    page.locator(".slot[data-state=free] > a").first.click()
    expect(page.get_by_role("button", name="Réserver pour 18,00")).to_be_visible()
    page.get_by_label("À", exact=True).fill("10:00")
    page.get_by_role("button", name="Voir le prix").click()
    expect(page.get_by_role("button", name="Réserver pour 6,00")).to_be_visible()
    page.get_by_role("button", name="Réserver pour 6,00").click()
    expect(page.get_by_text("C’est réservé.")).to_be_visible()
    page.get_by_role("link", name="Déplacer").click()
    page.get_by_label("De", exact=True).fill("12:00")
    page.get_by_label("À", exact=True).fill("13:00")
    page.get_by_role("button", name="Voir le prix").first.click()
    page.get_by_role("button", name="Déplacer, 3,00").click()
    expect(page.get_by_text("Réservation déplacée")).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    page.get_by_role("button", name="Rétablir").click()
    expect(page.get_by_text("Réservation rétablie.")).to_be_visible()
    context.close()


def test_who_comes_second_loses_nothing_and_takes_the_next_best(
    hers: Page, base: str, world: World, day: dt.date
) -> None:
    hers.goto(f"{base}/resources/{DESK}/book?day={day}&from=14:00&to=16:00")
    hers.get_by_label("Un mot pour l’accueil").fill("J’arrive à vélo")
    write(book, world.member(), BookingRequest(DESK, stretch(day.isoformat(), "14:00", "16:00")), clock.now())
    hers.get_by_role("button", name="Réserver pour 6,00").click()
    expect(hers.get_by_role("alert")).to_be_focused()
    expect(hers.get_by_role("alert")).to_contain_text("Ce créneau vient d’être pris.")
    expect(hers.get_by_label("Un mot pour l’accueil")).to_have_value("J’arrive à vélo")
    assert faults(hers) == []
    hers.get_by_role("link", name="Choisir").filter(has_text="Quai 7").click()
    hers.get_by_role("button", name="Réserver pour 6,00").click()
    expect(hers.get_by_text("C’est réservé.")).to_be_visible()
    expect(hers.get_by_role("heading", name="Quai 7")).to_be_visible()


def test_a_visitor_comes_in_and_finds_the_same_hours(
    page: Page, base: str, app: Flask, ines: Asker, day: dt.date
) -> None:
    page.goto(f"{base}/resources/{DESK}/book?day={day}&from=14:00&to=16:00")
    page.get_by_role("link", name="Se connecter pour réserver").click()
    expect(page).to_have_url(
        f"{base}/sign-in?next=/resources/{DESK}/book?start%3D{day}T13:00:00Z%26end%3D{day}T15:00:00Z"
    )
    sign_in(page, base, app, ines, clock.now())
    page.reload()
    expect(page.get_by_label("De", exact=True)).to_have_value("14:00")
    expect(page.get_by_role("button", name="Réserver pour 6,00")).to_be_visible()


def test_filters_answer_in_place(hers: Page, base: str, day: dt.date) -> None:
    hers.goto(f"{base}/?day={day}&from=14:00&to=16:00&where=Rennes")
    expect(hers.get_by_text("1 lieu a de la place")).to_be_visible()
    hers.get_by_label("Écran").check()
    expect(hers.get_by_text("Rien de tel sur Archipel pour l’instant")).to_be_visible()
    assert "feature=screen" in hers.url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_goes_wrong_is_accessible_too(
    hers: Page, base: str, world: World, ines: Asker, day: dt.date, theme: str
) -> None:
    hers.emulate_media(color_scheme="light" if theme == "light" else "dark")
    hers.set_viewport_size({"width": 1280, "height": 900} if theme == "light" else {"width": 360, "height": 780})
    code = write(book, ines, BookingRequest(DESK, stretch(day.isoformat(), "09:00", "10:00")), clock.now()).code
    write(book, world.member(), BookingRequest(DESK, stretch(day.isoformat(), "14:00", "16:00")), clock.now())
    found = {}
    for path in (
        "/?where=Atlantide",
        f"/?where=Saint-Denis&day={day}&from=14:00&to=16:00",
        f"/?q=introuvable&day={day}",
        f"/resources/{DESK}?view=list&week={day}",
        f"/resources/{DESK}/book?day={day}&from=15:00&to=17:00",
        f"/resources/{DESK}/book?day={day}&from=15:00&to=14:00",
        "/resources/la-grande-ecluse-quai-6/book?day=2026-10-25&from=02:30&to=05:00",
        f"/bookings/{code}/move?day={day}&from=14:00&to=15:00",
        f"/bookings/{code}/cancel",
        "/bookings?view=past",
        "/account/statement",
        "/nulle-part",
    ):
        hers.goto(base + path)
        wrong = (faults(hers), max(0, sideways(hers)))
        if wrong != ([], 0):
            found[path] = wrong
    hers.goto(f"{base}/bookings/{code}")
    hers.get_by_role("button", name="Annuler").click()
    expect(hers.get_by_text("Réservation annulée")).to_be_visible()
    assert (found, faults(hers)) == ({}, [])
