"""A real Chromium for tests of pages, one a worker; each test gets a page with no cookie and no memory.

Loaded by `-p tests.support.browser` (pyproject.toml). Playwright's loop runs in the thread of the tests: once a worker
has opened its browser, no test of that worker can call `asyncio.run` in this thread.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from tests.support import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(**chromium.launch_options())
        yield instance
        instance.close()


def faults_of(page: Page) -> list[str]:
    """A list that grows with each script of the page that fails and each thing its content security policy stops."""
    faults: list[str] = []

    def on_error(error: Error) -> None:
        faults.append(f"script: {error.message}")

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(f"policy: {message.text}")

    page.on("pageerror", on_error)
    page.on("console", on_console)
    return faults


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A French visitor's page. The test fails when a script fails or the content security policy stops something."""
    context = browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    opened = context.new_page()
    faults = faults_of(opened)
    yield opened
    context.close()
    assert faults == []
