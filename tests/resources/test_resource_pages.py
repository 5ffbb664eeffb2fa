"""`/manage/<lieu>/resources` and `/photos` over HTTP."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image

from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.db import read, write
from booking.people.schemas import Asker
from booking.resources.queries.managed import resource_to_manage, resources_to_manage
from booking.resources.rules import Audience, Feature, ResourceKind, Take
from booking.resources.schemas import ResourceManaged
from booking.tariffs.actions.sheets import save_tariff
from booking.tariffs.queries.sheets import tariffs_of_resources
from booking.tariffs.schemas import TariffDraft
from tests.support.statements import counted
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, stretch

BASE = "/manage/la-grande-ecluse/resources"
QUAI = f"{BASE}/la-grande-ecluse-quai-6"
SENT = {
    "kind": "desk",
    "name": "Quai 6",
    "summary": "Calme, côté canal",
    "text": "Deux écrans.",
    "features": ["screen", "quiet"],
    "capacity": "1",
    "units": "",
    "more_units": "",
    "take": "all",
    "tariff": "",
    "step": "30 min",
    "shortest": "1 h",
    "longest": "2 j",
    "notice": "",
    "horizon_days": "60",
    "buffer_before": "",
    "buffer_after": "15",
    "seen_by": "everyone",
    "booked_by": "members",
    "free_cancel_hours": "48",
    "kept_percent": "30",
    "position": "3",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


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


def now_is(manager: Asker, slug: str = "la-grande-ecluse-quai-6") -> ResourceManaged:
    return read(resource_to_manage, manager, slug)


def jpeg(colour: str = "#a3175b") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def test_a_resource_is_offered(visit: Visit, world: World, manager: Asker) -> None:
    number = world.lieux["la-grande-ecluse"]
    tariff = write(save_tariff, manager, number, TariffDraft("Gratuit", free=True, rates={}), NOW)
    assert tariff in visit.get(f"{BASE}/new").text
    answer = visit.post(f"{BASE}/new", SENT | {"tariff": tariff})
    assert (answer.status_code, answer.location) == (303, QUAI)
    draft = now_is(manager).draft
    assert (draft.kind, draft.units, draft.take) == (ResourceKind.DESK, ("Quai 6",), Take.ALL)
    assert draft.features == {Feature.SCREEN, Feature.QUIET}
    assert (draft.step, draft.shortest, draft.longest, draft.buffer_after) == (30, 60, 2880, 15)
    assert (draft.seen_by, draft.booked_by, draft.free_cancel_hours) == (Audience.EVERYONE, Audience.MEMBERS, 48)
    assert list(read(tariffs_of_resources, manager, number).values()) == [(tariff, "Gratuit")]
    page = visit.get(answer.location)
    assert 'value="2\u00a0j"' in page.text
    assert "Quai 6" in words(visit.get(BASE))
    assert "Quai 6" in words(visit.get("/lieux/la-grande-ecluse"))


def test_identical_units_are_numbered_past_those_that_the_lieu_has(visit: Visit, manager: Asker) -> None:
    portables = SENT | {"name": "Portable", "more_units": "3", "take": "any"}
    assert visit.post(f"{BASE}/new", portables).status_code == 303
    assert now_is(manager, "la-grande-ecluse-portable").draft.units == ("Portable 1", "Portable 2", "Portable 3")
    assert visit.post(f"{BASE}/new", portables | {"more_units": "2"}).status_code == 303
    assert now_is(manager, "la-grande-ecluse-portable-2").draft.units == ("Portable 4", "Portable 5")
    room = SENT | {"name": "Salle", "units": "Portable 1\r\n\r\n Portable  2 \r\nPortable 1"}
    assert visit.post(f"{BASE}/new", room).status_code == 303
    assert now_is(manager, "la-grande-ecluse-salle").draft.units == ("Portable 1", "Portable 2")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "palace"}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"summary": "x" * 301}, "summary"),
        ({"text": "x" * 4001}, "text"),
        ({"features": ["gold"]}, "features"),
        ({"capacity": ""}, "capacity"),
        ({"capacity": "0"}, "capacity"),
        ({"capacity": "9" * 40}, "capacity"),
        ({"units": "x" * 121}, "units"),
        ({"units": "\n".join(str(n) for n in range(201))}, "units"),
        ({"units": "a\nA"}, "units"),
        ({"more_units": "201"}, "more_units"),
        ({"more_units": "-1"}, "more_units"),
        ({"take": "some"}, "take"),
        ({"tariff": "019eb5d6-9700-70cd-8334-93ac030b499a"}, "tariff"),
        ({"tariff": "x\0"}, "tariff"),
        ({"step": ""}, "step"),
        ({"step": "7 min"}, "step"),
        ({"step": "longtemps"}, "step"),
        ({"shortest": "45 min"}, "shortest"),
        ({"shortest": "0"}, "shortest"),
        ({"longest": "30 min"}, "longest"),
        ({"longest": "9999 j"}, "longest"),
        ({"notice": "99 j"}, "notice"),
        ({"notice": "-1"}, "notice"),
        ({"horizon_days": "801"}, "horizon_days"),
        ({"buffer_before": "25 h"}, "buffer_before"),
        ({"booked_by": "nobody"}, "booked_by"),
        ({"seen_by": "staff"}, "booked_by"),
        ({"free_cancel_hours": "1.5"}, "free_cancel_hours"),
        ({"kept_percent": "101"}, "kept_percent"),
        ({"position": "x"}, "position"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_kept_as_typed(
    visit: Visit, world: World, manager: Asker, change: dict[str, Any], field: str
) -> None:
    answer = visit.post(f"{BASE}/new", SENT | change)
    assert answer.status_code == 422
    assert field in errors_at(answer)
    assert f'href="#{field}"' in answer.text
    assert "Deux écrans." in answer.text or "text" in change
    assert read(resources_to_manage, manager, world.lieux["la-grande-ecluse"]) == []
    assert visit.post(f"{BASE}/new", SENT).status_code == 303
    before = now_is(manager)
    assert visit.post(QUAI, SENT | change).status_code == 422
    assert now_is(manager) == before


def test_an_empty_form_and_one_of_nonsense_are_only_refused(visit: Visit) -> None:
    assert visit.post(f"{BASE}/new", {}).status_code == 422
    assert visit.post(f"{BASE}/new", dict.fromkeys(SENT, "\0\u202e<b>'\"%00")).status_code == 422


def test_another_lieus_tariff_is_not_to_be_had(visit: Visit, world: World) -> None:
    other = world.lieu("Une autre")
    theirs = write(save_tariff, world.staff("une-autre"), other, TariffDraft("Leur", free=True, rates={}), NOW)
    answer = visit.post(f"{BASE}/new", SENT | {"tariff": theirs})
    assert (answer.status_code, list(errors_at(answer))) == (422, ["tariff"])


def test_another_lieus_resource_is_not_there(visit: Visit, world: World) -> None:
    world.lieu("Une autre")
    world.resource("Établi", "une-autre")
    both = f"{BASE}/une-autre-etabli"
    assert visit.get(both).status_code == 404
    for path in (both, f"{both}/retire", f"{both}/photos", f"{both}/units"):
        assert visit.post(path, SENT).status_code == 404
    for nowhere in ("nulle-part", "%00", "a" * 300):
        assert visit.get(f"{BASE}/{nowhere}").status_code == 404


def test_what_is_booked_ahead_stays(visit: Visit, world: World, manager: Asker) -> None:
    visit.post(f"{BASE}/new", SENT)
    world.resource("Table", units=2)
    table = f"{BASE}/la-grande-ecluse-table"
    wanted = stretch("2026-06-15", "14:00", "16:00")
    write(book, world.member(), BookingRequest("la-grande-ecluse-table", wanted), NOW)
    answer = visit.post(f"{table}/retire")
    assert answer.status_code == 409
    assert "1 réservation est encore à venir. Déplacez-la" in words(answer)
    held, free = now_is(manager, "la-grande-ecluse-table").draft.units
    assert visit.post(table, SENT | {"name": "Table", "take": "any", "units": free}).status_code == 422
    assert visit.post(table, SENT | {"name": "Table", "take": "all", "units": f"{held}\n{free}"}).status_code == 422
    assert visit.post(table, SENT | {"name": "Table", "take": "any", "units": held}).status_code == 303


def test_out_of_use_and_back(visit: Visit) -> None:
    visit.post(f"{BASE}/new", SENT)
    assert visit.post(f"{QUAI}/retire").location == BASE
    assert "Hors service" in words(visit.get(BASE))
    assert "Quai 6" not in words(visit.get("/lieux/la-grande-ecluse"))
    assert "Personne ne la voit" in words(visit.get(QUAI))
    assert visit.post(QUAI, SENT).status_code == 409
    assert visit.post(f"{QUAI}/bring-back").location == QUAI
    assert "Quai 6" in words(visit.get("/lieux/la-grande-ecluse"))


def test_a_unit_gets_another_name(visit: Visit, manager: Asker) -> None:
    visit.post(f"{BASE}/new", SENT | {"units": "a\nb"})
    assert visit.post(f"{QUAI}/units", {"unit-unit": "a", "unit-new_name": "Le premier"}).status_code == 303
    assert now_is(manager).draft.units == ("Le premier", "b")
    for unit, name, field in (
        ("nulle part", "x", "unit-unit"),
        ("b", "", "unit-new_name"),
        ("b", "x" * 121, "unit-new_name"),
        ("b", "le premier", "unit-new_name"),
    ):
        answer = visit.post(f"{QUAI}/units", {"unit-unit": unit, "unit-new_name": name})
        assert (answer.status_code, list(errors_at(answer))) == (422, [field])
    assert now_is(manager).draft.units == ("Le premier", "b")


class TestPhotos:
    """Pictures sent by a form, and their files."""

    def sent(self, visit: Visit, content: bytes, alt: str = "Le bureau", name: str = "photo.jpg") -> Any:
        visit.post(f"{BASE}/new", SENT)
        return visit.send(f"{QUAI}/photos", {"photo-alt": alt}, **{"photo-photo": (io.BytesIO(content), name)})

    def test_a_photo_is_shown_and_served_for_ever(self, app: Flask, visit: Visit, manager: Asker) -> None:
        answer = self.sent(visit, jpeg())
        assert (answer.status_code, answer.location) == (303, f"{QUAI}#photos")
        [photo] = now_is(manager).photos
        assert photo.alt == "Le bureau"
        path = f"/photos/{photo.digest}"
        assert path in visit.get(QUAI).text
        file = Visit(app).client.get(path)
        assert (file.status_code, file.mimetype) == (200, "image/webp")
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in file.headers["Content-Security-Policy"]
        assert file.data[:4] == b"RIFF"
        etag = file.headers["ETag"]
        assert Visit(app).client.get(path, headers={"If-None-Match": etag}).status_code == 304
        head = Visit(app).client.head(path)
        assert (head.status_code, head.data) == (200, b"")

    def test_a_hidden_resources_photo_is_private(self, app: Flask, visit: Visit, manager: Asker) -> None:
        self.sent(visit, jpeg())
        visit.post(QUAI, SENT | {"seen_by": "staff", "booked_by": "staff"})
        [photo] = now_is(manager).photos
        assert Visit(app).get(f"/photos/{photo.digest}").status_code == 404
        assert visit.client.get(f"/photos/{photo.digest}").headers["Cache-Control"].startswith("private")

    @pytest.mark.parametrize(
        ("content", "alt", "field"),
        [
            (b"", "Le bureau", "photo-photo"),
            (b"<svg onload=alert(1)>", "Le bureau", "photo-photo"),
            (b"GIF89a", "Le bureau", "photo-photo"),
            (b"\xff\xd8" + b"\0" * 6_400_000, "Le bureau", "photo-photo"),
            (jpeg(), "", "photo-alt"),
            (jpeg(), "x" * 201, "photo-alt"),
        ],
        ids=["nothing", "svg", "gif", "large", "no text", "long text"],
    )
    def test_what_is_no_photo(self, visit: Visit, manager: Asker, content: bytes, alt: str, field: str) -> None:
        answer = self.sent(visit, content, alt)
        assert (answer.status_code, list(errors_at(answer))) == (422, [field])
        assert now_is(manager).photos == ()

    def test_text_where_a_file_is_expected(self, visit: Visit) -> None:
        visit.post(f"{BASE}/new", SENT)
        answer = visit.post(f"{QUAI}/photos", {"photo-photo": "not a file", "photo-alt": "x"})
        assert (answer.status_code, list(errors_at(answer))) == (422, ["photo-photo"])

    def test_a_body_of_ten_megabytes_is_not_read(self, visit: Visit) -> None:
        assert self.sent(visit, b"\0" * 10_000_000).status_code == 413

    def test_the_same_twice_is_a_conflict(self, visit: Visit, manager: Asker) -> None:
        self.sent(visit, jpeg())
        again = visit.send(f"{QUAI}/photos", {"photo-alt": "x"}, **{"photo-photo": (io.BytesIO(jpeg()), "p.jpg")})
        assert again.status_code == 409
        assert "Cette photo y est déjà." in words(again)
        assert len(now_is(manager).photos) == 1

    def test_order_and_removal(self, visit: Visit, manager: Asker) -> None:
        self.sent(visit, jpeg())
        visit.send(f"{QUAI}/photos", {"photo-alt": "bleu"}, **{"photo-photo": (io.BytesIO(jpeg("#0a5361")), "p.jpg")})
        first, second = now_is(manager).photos
        visit.post(f"{QUAI}/photos/{second.digest}/first")
        assert now_is(manager).photos == (second, first)
        visit.post(f"{QUAI}/photos/{second.digest}/remove")
        assert now_is(manager).photos == (first,)
        for action in ("first", "remove"):
            assert visit.post(f"{QUAI}/photos/{second.digest}/{action}").status_code == 404
            assert visit.post(f"{QUAI}/photos/%00/{action}").status_code == 404


def test_pages_cost_the_same_however_much_there_is(visit: Visit, world: World) -> None:
    world.resource("Un")
    for path in (BASE, f"{BASE}/la-grande-ecluse-un"):
        visit.get(path)
        with counted() as few:
            visit.get(path)
        for number in range(6):
            world.resource(f"{path[-2:]} {number}")
        with counted() as many:
            visit.get(path)
        assert len(many) == len(few) <= 13
