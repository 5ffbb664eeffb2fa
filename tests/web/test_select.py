"""Choosing hours in a free window, in a real browser: by pointer, by touch, by keys and by the two fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.page_kit import ORIGIN, ROOT, morning, rendered

pytestmark = pytest.mark.browser

SOURCE = """{% extends "base.html" %}{% from "components/timeline.html" import timeline, lanes, lane %}
{% from "components/selection.html" import selection %}{% from "components/module.html" import module %}
{% block title %}Planning{% endblock %}{% block main %}<h1>Planning</h1>
{% call timeline(whole) %}{% call lanes("Salles") %}{{ lane("Salle Filao", slots, choose=choose) }}{% endcall %}
{% endcall %}
{{ selection("/book") }}{% endblock %}{% block scripts %}{{ module("select") }}{% endblock %}"""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'"
)


@pytest.fixture
def planning(page: Page) -> Page:
    whole, slots, choose = morning()
    source = rendered(SOURCE, whole=whole, slots=slots, choose=choose)

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.path.startswith("/static/"):
            route.fulfill(path=ROOT / url.path.removeprefix("/"))
        elif url.path == "/quote":
            asked = parse_qs(url.query)
            if asked["start"] == ["2026-06-11T07:00:00Z"]:
                route.fulfill(
                    status=409, content_type="text/plain; charset=utf-8", body="Cette place vient d’être prise."
                )
            else:
                route.fulfill(content_type="text/plain; charset=utf-8", body="1 h, 9,00 €")
        elif url.path == "/book":
            route.fulfill(content_type="text/html", body=f"<!doctype html><title>Réserver</title><p>{url.query}</p>")
        else:
            route.fulfill(content_type="text/html", body=source, headers={"Content-Security-Policy": CSP})

    page.route(f"{ORIGIN}/**", answer)
    page.goto(f"{ORIGIN}/planning")
    return page


def window(page: Page) -> tuple[float, float, float]:
    """The left edge, the middle and the width of the free window, 150 minutes of the axis, in pixels."""
    box = page.locator('[data-state="free"] a').bounding_box()
    assert box is not None
    return box["x"], box["y"] + box["height"] / 2, box["width"]


def drag(page: Page, start: float, end: float) -> None:
    left, middle, width = window(page)
    page.mouse.move(left + start / 150 * width, middle)
    page.mouse.down()
    page.mouse.move(left + (start + end) / 300 * width, middle)
    page.mouse.move(left + end / 150 * width, middle)
    page.mouse.up()


def by_drag(page: Page) -> None:
    drag(page, 35, 85)


def by_drag_backwards(page: Page) -> None:
    drag(page, 85, 35)


def by_click(page: Page) -> None:
    left, middle, width = window(page)
    page.mouse.click(left + 40 / 150 * width, middle)


def by_keys(page: Page) -> None:
    page.locator('[data-state="free"] a').focus()
    for key in ("ArrowRight", "ArrowRight"):
        page.keyboard.press(key)


def by_fields(page: Page) -> None:
    by_click(page)
    page.get_by_label("De", exact=True).select_option(label="9:30")
    page.get_by_label("De", exact=True).select_option(label="10:00")
    page.get_by_label("À", exact=True).select_option(label="11:00")


@pytest.mark.parametrize("way", [by_drag, by_drag_backwards, by_click, by_keys, by_fields])
def test_all_ways_lead_to_the_same_hours(planning: Page, way: Callable[[Page], None]) -> None:
    way(planning)
    expect(planning.locator("output")).to_have_text("Salle Filao, 10:00–11:00")
    expect(planning.locator('[data-state="draft"]')).to_have_text("10:00–11:00")
    expect(planning.locator("[data-selection-price]")).to_have_text("1 h, 9,00 €")
    expect(planning.get_by_label("De", exact=True)).to_have_value("2026-06-11T06:00:00Z")
    expect(planning.get_by_label("À", exact=True)).to_have_value("2026-06-11T07:00:00Z")


def test_the_stretch_keeps_to_its_least_its_most_and_its_window(planning: Page) -> None:
    drag(planning, 5, 20)
    expect(planning.locator("output")).to_have_text("Salle Filao, 9:30–10:30")
    drag(planning, 5, 149)
    expect(planning.locator("output")).to_have_text("Salle Filao, 9:30–11:30")
    planning.locator('[data-state="free"] a').focus()
    for _ in range(9):
        planning.keyboard.press("ArrowRight")
    expect(planning.locator("output")).to_have_text("Salle Filao, 10:00–12:00")
    for _ in range(9):
        planning.keyboard.press("Shift+ArrowLeft")
    expect(planning.locator("output")).to_have_text("Salle Filao, 10:00–11:00")


def test_enter_books_what_is_chosen(planning: Page) -> None:
    by_keys(planning)
    planning.keyboard.press("Enter")
    planning.wait_for_url(re.compile("/book"))
    assert parse_qs(urlsplit(planning.url).query) == {
        "resource": ["salle-filao"],
        "start": ["2026-06-11T06:00:00Z"],
        "end": ["2026-06-11T07:00:00Z"],
    }


def test_enter_on_an_untouched_window_follows_its_link(planning: Page) -> None:
    planning.locator('[data-state="free"] a').focus()
    planning.keyboard.press("Enter")
    planning.wait_for_url(f"{ORIGIN}/book?whole=1")


def test_escape_clears_and_gives_the_focus_back(planning: Page) -> None:
    by_fields(planning)
    planning.get_by_label("À", exact=True).focus()
    planning.keyboard.press("Escape")
    expect(planning.locator("form[data-selection]")).to_be_hidden()
    expect(planning.locator('[data-state="draft"]')).to_have_count(0)
    expect(planning.locator('[data-state="free"] a')).to_be_focused()


def test_the_server_s_refusal_is_said_where_the_price_would_stand(planning: Page) -> None:
    drag(planning, 95, 149)
    expect(planning.locator("[data-selection-price]")).to_have_text("Cette place vient d’être prise.")
    expect(planning.locator("[data-selection-price]")).to_have_class(re.compile("error"))


def test_a_price_that_cannot_be_had_is_said_too(planning: Page) -> None:
    planning.route("**/quote*", lambda route: route.abort())
    by_click(planning)
    expect(planning.locator("[data-selection-price]")).to_contain_text("n’a pas pu être demandé")
