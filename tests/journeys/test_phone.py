"""A narrow window without a script: what one looks for is in view, and nothing is cut off at its edge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from booking import clock
from booking.people.schemas import Asker
from tests.support.live import live, sign_in

LIEU = "la-filature-clermont-ferrand"
TABBED = ("accounts", "blocks", "closures", "day", "hours", "people", "resources", "settings", "tariffs")
WIDTH = 360


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page as wide as the narrowest of phones, with scripts off."""
    context = browser.new_context(
        locale="fr-FR", viewport={"width": WIDTH, "height": 780}, has_touch=True, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def enter(page: Page, base: str, app: Flask, asker: Asker) -> None:
    with app.app_context():
        sign_in(page, base, app, asker, clock.now())


@pytest.mark.browser
def test_the_tab_of_the_page_is_in_view(shown: Flask, cast: dict[str, Asker], phone: Page) -> None:
    with live(shown) as base:
        enter(phone, base, shown, cast["manager"])
        for path in (*(f"/manage/{LIEU}/{name}" for name in TABBED), "/account/tokens", "/account/delete"):
            phone.goto(base + path)
            box = phone.locator(".tabs [aria-current]").bounding_box()
            assert box is not None, path
            assert box["x"] >= 0, path
            assert box["x"] + box["width"] <= WIDTH, path


@pytest.mark.browser
@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("visitor", f"/lieux/{LIEU}"),
        ("member", "/account/statement"),
        ("manager", f"/manage/{LIEU}/accounts"),
        ("manager", f"/manage/{LIEU}/resources"),
        ("manager", f"/manage/{LIEU}/tariffs"),
    ],
)
def test_no_figure_of_a_table_is_cut_off(
    shown: Flask, cast: dict[str, Asker], phone: Page, role: str, path: str
) -> None:
    with live(shown) as base:
        if cast[role].member_id is not None:
            enter(phone, base, shown, cast[role])
        phone.goto(base + path)
        boxes = [cell.bounding_box() for cell in phone.locator("td.num:visible").all()]
        assert len(boxes) > 3 or path.endswith("/resources")
        assert [box for box in boxes if box is None or box["x"] < 0 or box["x"] + box["width"] > WIDTH] == []
        table = phone.locator("table").bounding_box()
        assert table is not None
        assert table["x"] + table["width"] <= WIDTH


@pytest.mark.browser
def test_a_search_opens_at_what_was_found(shown: Flask, phone: Page) -> None:
    with live(shown) as base:
        phone.goto(base)
        phone.get_by_label("Où").fill("Clermont-Ferrand")
        phone.get_by_role("button", name="Chercher").click()
        phone.wait_for_url("**/?q=**")
        found = phone.get_by_role("heading", name="Clermont-Ferrand et alentours").bounding_box()
        assert found is not None
        assert 0 <= found["y"] < 200
        address = phone.url
        phone.set_viewport_size({"width": 1280, "height": 900})
        phone.goto("about:blank")
        phone.goto(address)
        form = phone.get_by_role("search").bounding_box()
        assert form is not None
        assert form["y"] >= 0


@pytest.mark.browser
def test_after_a_mistake_the_search_opens_at_what_is_wrong(shown: Flask, phone: Page) -> None:
    with live(shown) as base:
        phone.goto(f"{base}/?day=hier#trouve")
        summary = phone.get_by_role("alert").bounding_box()
        assert summary is not None
        assert 0 <= summary["y"] < 400


@pytest.mark.browser
def test_the_way_back_from_a_cancelling_is_one_key_away(shown: Flask, cast: dict[str, Asker], phone: Page) -> None:
    with live(shown) as base:
        enter(phone, base, shown, cast["member"])
        phone.goto(base + "/bookings")
        free = phone.locator("li.booking form button", has_text="Annuler")
        free.last.click()
        phone.wait_for_url("**/bookings?cancelled=*")
        phone.locator(".toast:focus").wait_for()
        phone.keyboard.press("Tab")
        assert phone.locator(":focus").inner_text() == "Rétablir"
        phone.keyboard.press("Enter")
        phone.wait_for_url("**/bookings/R-*")
        assert "Réservation rétablie." in phone.get_by_role("status").inner_text()
