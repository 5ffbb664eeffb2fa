"""The page of the API in a real browser."""

from __future__ import annotations

from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.support.live import faults, live, sideways

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_well_at_every_width_and_in_the_dark(
    app: Flask, page: Page, width: int, scheme: Literal["light", "dark"]
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    with live(app) as address:
        page.goto(f"{address}/api/v1/docs")
        assert faults(page) == []
        assert sideways(page) <= 0
        page.get_by_role("link", name="BookingList").first.click()
        assert page.locator("#shape-BookingList").is_visible()
        assert page.url.endswith("#shape-BookingList")
