"""A lieu comes to Archipel, in a real browser: a steward brings it, its manager fills it, everybody sees it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from booking.db import read
from booking.people.rules import Role
from booking.people.schemas import VISITOR
from booking.places.queries.lieux import lieu_by_slug
from booking.resources.queries.seen import resource_by_slug
from tests.support.live import faults, live, sideways, sign_in
from tests.support.world import NOW, World

pytestmark = pytest.mark.browser

SLUG = "la-coutellerie"
MANAGE = f"/manage/{SLUG}"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with live(app) as found:
        yield found


def photo(folder: Path) -> Path:
    file = folder / "laser.jpg"
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "#0a5361").save(out, "JPEG")
    file.write_bytes(out.getvalue())
    return file


def fine(page: Page) -> None:
    """What every page on the way is."""
    assert faults(page) == []
    assert sideways(page) == 0


def create_lieu(page: Page, address: str) -> None:
    """A steward's part; the first try has a town that does not exist."""
    page.goto(f"{address}/steward/lieux/new")
    fine(page)
    page.get_by_label("Nom", exact=True).fill("La Coutellerie")
    page.get_by_label("Genre").select_option("fablab")
    page.get_by_label("Code postal").fill("63300")
    page.get_by_label("Commune").fill("Tiers")
    page.get_by_role("button", name="Mettre sur Archipel").click()
    expect(page.get_by_role("alert")).to_contain_text("Nous ne connaissons pas cette commune")
    fine(page)
    page.get_by_label("Commune").fill("Thiers")
    page.get_by_role("button", name="Mettre sur Archipel").click()
    expect(page.get_by_role("button", name="Envoyer l", exact=False)).to_be_visible()


def write_tariff(page: Page, address: str) -> None:
    page.goto(f"{address}{MANAGE}/tariffs/new")
    fine(page)
    page.get_by_label("Nom du tarif").fill("Machines")
    page.get_by_label("Heure, Tout le monde", exact=True).fill("14")
    page.get_by_label("Journée, Tout le monde", exact=True).fill("84,00")
    page.get_by_role("button", name="Enregistrer le tarif").click()
    expect(page.get_by_role("link", name="Machines")).to_be_visible()


def offer_machine(page: Page, address: str, picture: Path) -> None:
    """A length that means nothing is shown again as it was typed."""
    page.goto(f"{address}{MANAGE}/resources/new")
    fine(page)
    page.get_by_label("Machine", exact=True).check()
    page.get_by_label("Nom", exact=True).fill("Découpeuse laser")
    page.get_by_label("En une ligne").fill("100 W, plateau de 90 sur 60 cm")
    page.get_by_label("Ventilation").check()
    page.locator("#tariff").select_option(label="Machines")
    page.get_by_label("Battement après").fill("15 min")
    page.get_by_label("Au moins").fill("une heure")
    page.get_by_role("button", name="Ajouter la ressource").click()
    expect(page.locator("#shortest")).to_have_value("une heure")
    page.locator("#shortest").fill("1 h")
    page.get_by_role("button", name="Ajouter la ressource").click()
    expect(page.get_by_role("heading", name="Découpeuse laser", level=1)).to_be_visible()
    page.locator("#photo-photo").set_input_files(picture)
    page.locator("#photo-alt").fill("La découpeuse, capot ouvert")
    page.get_by_role("button", name="Ajouter la photo").click()
    expect(page.get_by_alt_text("La découpeuse, capot ouvert")).to_be_visible()
    fine(page)


def set_hours(page: Page, address: str) -> None:
    page.goto(f"{address}{MANAGE}/hours")
    fine(page)
    page.get_by_label("Samedi, plage 1, de").fill("10:00")
    page.get_by_label("Samedi, plage 1, à").fill("13:00")
    page.get_by_role("button", name="Enregistrer les horaires").click()
    expect(page.get_by_text("Les horaires sont à jour.")).to_be_visible()
    page.goto(f"{address}{MANAGE}/closures")
    fine(page)
    page.get_by_label("Premier jour").fill("2026-07-14")
    page.locator("#close-label").fill("Fête nationale")
    page.get_by_role("button", name="Fermer", exact=True).click()
    expect(page.get_by_text("mardi 14 juillet 2026")).to_be_visible()
    fine(page)


def test_from_nothing_to_something_that_anybody_can_book(app: Flask, address: str, page: Page, tmp_path: Path) -> None:
    world = World()
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, address, app, world.steward(), NOW)
    create_lieu(page, address)
    world.lieux[SLUG] = read(lieu_by_slug, VISITOR, SLUG).id

    page.context.clear_cookies()
    sign_in(page, address, app, world.staff(SLUG, Role.MANAGER), NOW)
    page.goto(address + MANAGE)
    fine(page)
    expect(page.get_by_text("Rien ne se réserve encore")).to_be_visible()
    write_tariff(page, address)
    offer_machine(page, address, photo(tmp_path))
    set_hours(page, address)

    page.context.clear_cookies()
    page.goto(f"{address}/lieux/{SLUG}")
    fine(page)
    expect(page.get_by_text("14,00")).to_be_visible()
    expect(page.get_by_text("Fête nationale")).to_be_visible()
    page.get_by_role("link", name="Découpeuse laser").click()
    expect(page.get_by_alt_text("La découpeuse, capot ouvert")).to_be_visible()
    assert read(resource_by_slug, VISITOR, f"{SLUG}-decoupeuse-laser").buffer_after == 15
