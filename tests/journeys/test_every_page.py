"""Every page there is, for whoever may see it: it stands, is whole for readers of all kinds, and fits a phone."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from booking import clock
from booking.bookings.models import Booking
from booking.bookings.rules import Status
from booking.db import read
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.models import Resource
from booking.tariffs.models import Tariff
from tests.support.live import faults, live, remember, sideways, sign_in

MANAGED = "la-filature-clermont-ferrand"

# Not pages: files, programs' answers, links that do something once and are tried by their own tests.
NO_PAGE = re.compile(
    r"/(static|api|calendars/|photos|healthz|readyz|metrics|robots|favicon)|\.ics|\.csv|/export|/price|/page$|<token>"
    r"|/sign-out|/mailed/"
)


class Whole(HTMLParser):
    """Counts what a page must have once."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.languages: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        given = dict(attrs)
        if given.get("id"):
            self.ids[given["id"] or ""] += 1
        if tag == "html":
            self.languages.add(given.get("lang") or "")


def examples(session: Session) -> dict[str, str | None]:
    """What the parts of addresses stand for in the demonstration."""
    ours = sa.and_(Lieu.slug == MANAGED)
    coming = sa.and_(ours, Booking.status == Status.CONFIRMED, Booking.starts_at > clock.now())
    return {
        "lieu": MANAGED,
        "slug": MANAGED,
        "resource": session.scalar(sa.select(Resource.slug).join(Lieu, Lieu.id == Resource.lieu_id).where(ours)),
        "code": session.scalar(
            sa.select(Booking.code)
            .join(Lieu, Lieu.id == Booking.lieu_id)
            .where(coming)
            .order_by(Booking.starts_at.desc())
            .limit(1)
        ),
        "tariff": session.scalar(sa.select(Tariff.uid).join(Lieu, Lieu.id == Tariff.lieu_id).where(ours).limit(1)),
    }


@pytest.fixture(scope="module")
def addresses(shown: Flask) -> list[str]:
    """An address of every page, its parts filled with what the demonstration holds."""
    with shown.app_context():
        one = read(examples)
    found = []
    for rule in shown.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not NO_PAGE.search(rule.rule):
            named = re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda m: str(one.get(m[1]) or f"<{m[1]}>"), rule.rule)
            if "<" not in named:
                found.append(named)
    return sorted({*found, "/?where=Thiers&from=14:00&to=16:00", f"/lieux/{MANAGED}/planning?vue=liste", "/nulle-part"})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_stands_for_everybody(
    shown: Flask, cast: dict[str, Asker], addresses: list[str], language: str
) -> None:
    seen: Counter[str] = Counter()
    for role, asker in cast.items():
        client = shown.test_client()
        client.set_cookie("lang", language)
        if asker.member_id is not None:
            with client.session_transaction() as session:
                session["_user_id"] = secret_of(shown, asker)
        for address in addresses:
            answered = client.get(address)
            assert answered.status_code < 500, (role, address)
            if answered.status_code == 200 and answered.mimetype == "text/html":
                seen[role] += 1
                whole = Whole()
                whole.feed(answered.get_data(as_text=True))
                assert (whole.tags["h1"], whole.tags["title"], whole.tags["main"]) == (1, 1, 1), (role, address)
                assert [i for i, n in whole.ids.items() if n > 1] == [], (role, address)
                assert whole.languages == {language}, (role, address)
    assert seen["visitor"] > 8
    assert seen["manager"] > seen["member"] > seen["visitor"]


@pytest.mark.parametrize("role", ["visitor", "member", "neighbour", "treasurer", "host"])
def test_where_a_lieu_is_run_is_closed_to_others(
    shown: Flask, cast: dict[str, Asker], addresses: list[str], role: str
) -> None:
    """Nobody from outside sees a page on which a lieu is run; of its staff each sees their own pages only."""
    client = shown.test_client()
    if cast[role].member_id is not None:
        with client.session_transaction() as session:
            session["_user_id"] = secret_of(shown, cast[role])
    run = [address for address in addresses if address.startswith((f"/manage/{MANAGED}", "/steward"))]
    answers = {address: client.get(address).status_code for address in run}
    assert len(answers) > 10
    opened = {address for address, status in answers.items() if status == 200}
    assert set(answers.values()) <= {200, 302, 303, 403, 404}
    if role in {"visitor", "member", "neighbour"}:
        assert opened == set()
    else:
        assert opened
        assert not [address for address in opened if "/settings" in address or "/tariffs" in address]


def secret_of(shown: Flask, asker: Asker) -> str:
    """The secret of a new sign-in."""
    with shown.app_context():
        return remember(asker, clock.now())


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", ["visitor", "member", "manager", "steward"])
def test_every_page_is_accessible(
    shown: Flask, cast: dict[str, Asker], addresses: list[str], page: Page, role: str, theme: str
) -> None:
    page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    page.set_viewport_size({"width": 1280, "height": 900} if theme == "light" else {"width": 360, "height": 780})
    found: dict[str, object] = {}
    looked = 0
    with live(shown) as base:
        if cast[role].member_id is not None:
            with shown.app_context():
                sign_in(page, base, shown, cast[role], clock.now())
        for address in addresses:
            answered = page.goto(base + address)
            assert answered is not None
            if answered.status != 200 or "text/html" not in answered.headers.get("content-type", ""):
                continue
            looked += 1
            wrong = faults(page)
            if wrong or sideways(page) > 0:
                found[address] = (wrong, sideways(page))
    assert found == {}
    assert looked > 8
