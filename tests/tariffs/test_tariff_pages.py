"""`/manage/<lieu>/tariffs` over HTTP."""

from __future__ import annotations

import pytest
from flask import Flask

from booking.db import read, write
from booking.people.schemas import Asker
from booking.tariffs.actions.sheets import save_tariff
from booking.tariffs.queries.sheets import tariffs_to_manage
from booking.tariffs.rules import Period
from booking.tariffs.schemas import TariffDraft, TariffManaged
from booking.tariffs.words import RateAudience
from booking.values.money import Money
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World

BASE = "/manage/la-grande-ecluse/tariffs"
SENT = {"name": "Bureaux", "public_hour": "3", "public_day": "18,00", "member_hour": "2.50"}


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu()
    return made


@pytest.fixture
def manager(world: World) -> Asker:
    return world.staff("la-grande-ecluse")


@pytest.fixture
def visit(app: Flask, manager: Asker) -> Visit:
    return Visit(app, manager)


def lists(world: World, manager: Asker) -> list[TariffManaged]:
    return read(tariffs_to_manage, manager, world.lieux["la-grande-ecluse"])


def test_a_price_list_is_written_read_and_changed(visit: Visit, world: World, manager: Asker) -> None:
    assert "Aucun tarif" in words(visit.get(BASE))
    assert visit.post(f"{BASE}/new", SENT).location == BASE
    [made] = lists(world, manager)
    assert made.draft.rates == {
        (RateAudience.PUBLIC, Period.HOUR): Money(300),
        (RateAudience.PUBLIC, Period.DAY): Money(1800),
        (RateAudience.MEMBER, Period.HOUR): Money(250),
    }
    text = words(visit.get(BASE)).replace("\u00a0", " ")
    assert "3,00 €" in text
    assert "Membres du lieu" in text
    page = visit.get(f"{BASE}/{made.uid}")
    assert 'value="2,50"' in page.text
    assert visit.post(f"{BASE}/{made.uid}", SENT | {"public_hour": "4"}).status_code == 303
    assert lists(world, manager)[0].draft.rates[RateAudience.PUBLIC, Period.HOUR] == Money(400)


def test_free(visit: Visit, world: World, manager: Asker) -> None:
    assert visit.post(f"{BASE}/new", {"name": "Cabines", "free": "y"}).status_code == 303
    assert lists(world, manager)[0].draft.free
    assert "gratuit" in words(visit.get(BASE))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"public_hour": "-3"}, "public_hour"),
        ({"public_hour": "trois"}, "public_hour"),
        ({"public_hour": "3,005"}, "public_hour"),
        ({"public_month": "9" * 40}, "public_month"),
        ({"public_month": "2000000"}, "public_month"),
        ({"member_day": "1e3"}, "member_day"),
        ({"free": "y"}, "free"),
        ({"public_hour": "", "public_day": "", "member_hour": ""}, "public_hour"),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(
    visit: Visit, world: World, manager: Asker, change: dict[str, str], field: str
) -> None:
    answer = visit.post(f"{BASE}/new", SENT | change)
    assert (answer.status_code, list(errors_at(answer))) == (422, [field])
    assert f'href="#{field}"' in answer.text
    assert lists(world, manager) == []


def test_removing_asks_for_nothing_to_be_booked_at_it(visit: Visit, world: World, manager: Asker) -> None:
    world.resource()
    [used] = lists(world, manager)
    answer = visit.post(f"{BASE}/{used.uid}/remove")
    assert answer.status_code == 409
    assert "Ce tarif sert encore à 1 ressource. Donnez-lui-en" in words(answer)
    visit.post(f"{BASE}/new", SENT)
    spare = next(each for each in lists(world, manager) if each.uid != used.uid)
    assert visit.post(f"{BASE}/{spare.uid}/remove").status_code == 303
    assert [each.uid for each in lists(world, manager)] == [used.uid]


def test_another_lieus_list_is_not_there(visit: Visit, world: World) -> None:
    other = world.lieu("Une autre")
    theirs = write(save_tariff, world.staff("une-autre"), other, TariffDraft("Leur", free=True, rates={}), NOW)
    for uid in (theirs, "019eb5d6-9700-70cd-8334-93ac030b499a", "x", "%00"):
        assert visit.get(f"{BASE}/{uid}").status_code == 404
        assert visit.post(f"{BASE}/{uid}", SENT).status_code == 404
        assert visit.post(f"{BASE}/{uid}/remove").status_code == 404
