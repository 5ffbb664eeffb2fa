"""The page of calendars in a real browser."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from booking.people.schemas import Asker
from tests.support.archipelago import DESK, ECLUSE
from tests.support.live import faults, live, sideways, sign_in
from tests.support.world import NOW, World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


@pytest.fixture
def manager(world: World) -> Asker:
    return world.staff(ECLUSE)


@pytest.mark.parametrize("width", [390, 1280])
def test_an_address_is_made_copied_and_taken_back(app: Flask, page: Page, manager: Asker, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    with live(app) as address:
        sign_in(page, address, app, manager, NOW)
        page.goto(f"{address}/account/calendars")
        assert faults(page) == []
        page.get_by_label("Calendrier", exact=True).select_option(f"resources/{DESK}")
        page.get_by_label("Avec les noms de qui réserve").check()
        page.get_by_role("button", name="Créer l’adresse").click()
        field = page.get_by_label("Adresse de l’agenda")
        expect(field).to_have_value(re.compile(rf"/calendars/[\w-]{{43}}/resources/{DESK}\.ics$"))
        assert faults(page) == []
        assert not sideways(page)
        page.get_by_role("button", name="Copier l’adresse").click()
        expect(page.get_by_text("Adresse copiée")).to_be_visible()
        page.goto(f"{address}/account/calendars")
        expect(page.get_by_role("heading", name="Quai 6, La Grande Écluse")).to_be_visible()
        page.locator("summary", has_text="Révoquer").click()
        page.get_by_role("button", name="Révoquer l’adresse").click()
        expect(page.get_by_role("status")).to_contain_text("Cette adresse ne donne plus rien.")
        expect(page.get_by_role("heading", name="Aucune adresse")).to_be_visible()
