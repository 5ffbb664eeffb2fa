"""`/resources/<id>/book` over HTTP: the price explained, every reason why not, and booking at what was shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from booking.bookings.actions import book
from booking.bookings.models import Booking
from booking.bookings.schemas import BookingRequest
from booking.db import read, write
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.places.models import Lieu
from booking.resources.rules import Audience
from booking.tariffs.models import Quote, RateRow
from booking.tariffs.rules import Period
from tests.support.statements import counted
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, at, stretch

DESK = "la-grande-ecluse-quai-6"
PAGE = f"/resources/{DESK}/book"
FRIDAY = {"day": "2026-06-12", "from": "14:00", "to": "16:00", "quantity": "1"}
CODE = re.compile(r"/bookings/(R-\w{6})")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu("La Grande Écluse")
    made.resource("Quai 6", rates={Period.HOUR: 300, Period.DAY: 1800})
    return made


@pytest.fixture
def ines(world: World) -> Asker:
    return world.member()


def told(page: TestResponse) -> str:
    return words(page).replace("\u00a0", " ")


def wrong(page: TestResponse) -> dict[str, str]:
    """The sentences at the fields, by the field's name."""
    return {name.removeprefix("resa-"): text for name, text in errors_at(page).items()}


def held() -> list[Any]:
    return read(lambda s: list(s.execute(sa.select(Booking.__table__).order_by(Booking.id))))


def quotes() -> int:
    return read(lambda s: s.scalar(sa.select(sa.func.count()).select_from(Quote))) or 0


def query(**values: str) -> str:
    told = {**FRIDAY, **{name.rstrip("_"): value for name, value in values.items()}}
    return PAGE + "?" + "&".join(f"{name}={value}" for name, value in told.items())


def test_a_visitor_reads_the_price_line_by_line_and_is_asked_to_come_in(app: Flask, world: World) -> None:
    assert world
    page = Visit(app).get(query())
    text = told(page)
    assert page.status_code == 200
    for expected in (
        "vendredi 12 juin, 14:00–16:00",
        "2 × heure à 3,00 € 6,00 €",
        "À payer dont TVA 20 % : 1,00 € 6,00 €",
        "Annulation gratuite jusqu’au jeudi 11 juin, 14 h ; ensuite le lieu garde 50 % du prix.",
        "Se connecter pour réserver",
    ):
        assert expected in text, expected
    assert "/sign-in?next=/resources/la-grande-ecluse-quai-6/book?start%3D2026-06-12T12:00:00Z" in page.text
    assert 'name="shown"' not in page.text
    assert quotes() == 0


def test_the_cheapest_combination_is_said_beside_what_hours_alone_would_cost(app: Flask, world: World) -> None:
    assert world
    text = told(Visit(app).get(query(from_="09:00", to="18:00")))
    assert "1 × journée 18,00 €" in text
    assert "Heure par heure ce serait 27,00 €" in text


def test_a_member_books_at_the_price_shown_and_reads_the_booking(app: Flask, ines: Asker) -> None:
    visit = Visit(app, ines)
    page = visit.get(query())
    assert "Vous devrez 6,00 € à ce lieu. Il fait crédit jusqu’à 200,00 €." in told(page)
    assert 'name="shown" value="600"' in page.text
    assert (quotes(), held()) == (0, [])
    answer = visit.send(PAGE, {**FRIDAY, "shown": "600", "note": "Bonjour\r\n<b>"})
    assert answer.status_code == 303
    code = CODE.search(answer.location)
    assert code
    after = visit.get(answer.location)
    assert "C’est réservé." in told(after)
    assert "Porte 41 73" in told(after)
    assert "<b>" not in after.text.split("Un mot")[1][:200]
    (row,) = held()
    assert (row.code, row.note, row.starts_at, row.ends_at) == (
        code[1], "Bonjour\n<b>", at("2026-06-12 14:00"), at("2026-06-12 16:00"),
    )  # fmt: skip


def test_a_form_sent_twice_books_once(app: Flask, world: World, ines: Asker) -> None:
    world.resource("Pool", units=3)
    visit = Visit(app, ines)
    sent = {**FRIDAY, "shown": "600", "key": "the-same-page"}
    path = "/resources/la-grande-ecluse-pool/book"
    first, second = visit.send(path, sent), visit.send(path, sent)
    assert first.location == second.location
    assert len(held()) == 1
    third = visit.send(path, {**sent, "day": "2026-06-13"})
    assert third.location != first.location
    assert len(held()) == 2


@pytest.mark.parametrize("shown", ["1", "0", "599", "601", "999999999999999", "-600", "6,00", "600.0", "NaN", ""])
def test_a_forged_price_books_nothing_and_shows_the_real_one(app: Flask, ines: Asker, shown: str) -> None:
    page = Visit(app, ines).send(PAGE, {**FRIDAY, "shown": shown})
    assert page.status_code in (409, 422)
    assert 'name="shown" value="600"' in page.text
    assert (held(), quotes()) == ([], 0)


def test_a_price_that_changed_is_told_never_charged(app: Flask, ines: Asker) -> None:
    visit = Visit(app, ines)
    visit.get(query())
    write(lambda s: s.execute(sa.update(RateRow).where(RateRow.period == Period.HOUR).values(amount=500)))
    page = visit.send(PAGE, {**FRIDAY, "shown": "600", "note": "gardé"})
    assert page.status_code == 409
    assert "Le prix a changé depuis qu’il a été affiché." in told(page)
    assert 'name="shown" value="1000"' in page.text
    assert "gardé" in page.text
    assert held() == []
    assert visit.send(PAGE, {**FRIDAY, "shown": "1000"}).status_code == 303


def test_a_slot_that_was_just_taken_leaves_the_choices_and_the_next_best(app: Flask, world: World, ines: Asker) -> None:
    world.resource("Quai 7", rates={Period.HOUR: 300})
    write(book, world.member(), BookingRequest(DESK, stretch("2026-06-12", "14:00", "16:00")), NOW)
    page = Visit(app, ines).send(PAGE, {**FRIDAY, "shown": "600", "note": "gardé"})
    text = told(page)
    assert page.status_code == 409
    assert "Ce créneau vient d’être pris. Rien n’a été enregistré." in text
    assert 'value="14:00"' in page.text
    assert "gardé" in page.text
    assert "Libre tout près" in text
    assert "Quai 7, La Grande Écluse" in text
    assert "/resources/la-grande-ecluse-quai-7/book?start=2026-06-12T12:00:00Z" in page.text
    assert f"/resources/{DESK}/book?start=2026-06-12T14:00:00Z" in page.text


def test_every_reason_why_not_is_told_at_once(app: Flask, world: World) -> None:
    slug = world.resource("Rare", notice=2880, longest=60, booked_by=Audience.MEMBERS)
    page = Visit(app, world.member(confirmed=False)).get(
        f"/resources/{slug}/book?day=2026-06-12&from=14:10&to=16:10&quantity=5"
    )
    text = told(page)
    assert page.status_code == 200
    for expected in (
        "Confirmez d’abord votre adresse",
        "Cette ressource est réservée aux membres de La Grande Écluse",
        "Au plus 1 à la fois.",
        "Le début se choisit de 30 en 30 minutes.",
        "Au plus 1 h d’affilée.",
        "Il faut réserver au moins 2 j à l’avance.",
    ):
        assert expected in text, expected
    assert 'name="shown"' not in page.text


def test_what_one_would_owe_too_much_is_told_before(app: Flask, world: World, ines: Asker) -> None:
    write(lambda s: s.execute(sa.update(Lieu).values(debt_ceiling=500)))
    visit = Visit(app, ines)
    assert "Vous devriez alors 6,00 € à ce lieu" in told(visit.get(query()))
    page = visit.send(PAGE, {**FRIDAY, "shown": "600"})
    assert page.status_code == 422
    assert "Vous devriez alors 6,00 € à ce lieu" in told(page)
    assert held() == []
    assert world


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "12 juin"}, "day"),
        ({"day": "10000-01-01"}, "day"),
        ({"from": ""}, "from"),
        ({"from": "quatorze"}, "from"),
        ({"to": "14:00"}, "to"),
        ({"to": "13:00"}, "to"),
        ({"until": "2026-06-11"}, "until"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-3"}, "quantity"),
        ({"quantity": "9999999999"}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_what_cannot_be_sent_is_told_at_its_field_and_nothing_is_lost(
    app: Flask, world: World, values: dict[str, str], field: str
) -> None:
    slug = world.resource("Pool", units=3)
    page = Visit(app, world.member()).send(
        f"/resources/{slug}/book", {**FRIDAY, "shown": "600", "note": "gardé", **values}
    )
    assert page.status_code == 422
    assert wrong(page)[field]
    assert 'value="2026-06-12"' in page.text or field == "day"
    assert "gardé" in page.text or field == "note"
    assert held() == []


@pytest.mark.parametrize(
    "values",
    [
        {"day": "2026-06-10"},
        {"day": "2029-06-12"},
        {"from": "06:00", "to": "07:00"},
        {"until": "2199-12-31"},
        {"from": "14:07"},
        {
            "resource": "other",
            "price": "1",
            "status": "confirmed",
            "lieu_id": "2",
            "member_id": "1",
            "day": "1999-01-01",
        },
    ],
)
def test_what_the_rules_refuse_books_nothing(app: Flask, ines: Asker, values: dict[str, str]) -> None:
    page = Visit(app, ines).send(PAGE, {**FRIDAY, "shown": "600", **values})
    assert page.status_code == 422
    assert held() == []


def test_fields_that_nobody_asked_for_are_ignored(app: Flask, ines: Asker) -> None:
    forged = {"price": "1", "total": "0", "status": "completed", "lieu_id": "99", "member_id": "99", "code": "R-AAAAAA"}
    assert Visit(app, ines).send(PAGE, {**FRIDAY, "shown": "600", **forged}).status_code == 303
    (row,) = held()
    assert (row.member_id, row.status, row.code != "R-AAAAAA") == (ines.member_id, "confirmed", True)


def test_without_a_script_the_price_is_asked_for_by_a_button(app: Flask, ines: Asker) -> None:
    page = Visit(app, ines).send(PAGE, {**FRIDAY, "to": "17:00", "check": "1", "note": "gardé"})
    assert page.status_code == 200
    assert 'name="shown" value="900"' in page.text
    assert "gardé" in page.text
    assert held() == []


def test_a_form_without_its_token_or_its_member_books_nothing(app: Flask, ines: Asker) -> None:
    assert Visit(app, ines).post(PAGE, {**FRIDAY, "shown": "600"}, forged=True).status_code == 403
    assert Visit(app).send(PAGE, {**FRIDAY, "shown": "600"}).status_code == 401
    assert held() == []


def test_an_hour_that_the_clocks_skip_is_refused_with_the_next_one(
    app: Flask, world: World, clock: time_machine.Traveller
) -> None:
    clock.move_to(dt.datetime(2027, 3, 20, 8, tzinfo=dt.UTC))
    world.lieu("Toujours", hours=(0, 1440))
    slug = world.resource("Phare", "toujours")
    page = Visit(app).get(f"/resources/{slug}/book?day=2027-03-28&from=02:30&to=05:00")
    assert page.status_code == 422
    assert "2 h 30 n’existe pas ce jour-là : les horloges avancent. Prenez 3 h." in wrong(page)["from"].replace(
        "\u00a0", " "
    )
    assert "0:00" not in told(Visit(app).get(f"/resources/{slug}/book?day=2027-03-28&from=03:00&to=05:00"))


def test_an_hour_that_comes_twice_is_asked_for(app: Flask, world: World, clock: time_machine.Traveller) -> None:
    clock.move_to(dt.datetime(2026, 10, 20, 8, tzinfo=dt.UTC))
    world.lieu("Toujours", hours=(0, 1440))
    slug = world.resource("Phare", "toujours", rates={Period.HOUR: 300})
    ines = world.member()
    visit = Visit(app, ines)
    night = {"day": "2026-10-25", "from": "02:00", "to": "05:00", "quantity": "1"}
    page = visit.get(f"/resources/{slug}/book?" + "&".join(f"{k}={v}" for k, v in night.items()))
    text = told(page)
    assert page.status_code == 422
    assert "Cette heure existe deux fois cette nuit-là : laquelle ?" in text
    assert "2 h, la première fois (UTC+2)" in text
    assert "2 h, la seconde fois (UTC+1)" in text
    first = visit.send(f"/resources/{slug}/book", {**night, "from_fold": "0", "check": "1"})
    assert "4 × heure" in told(first)
    second = visit.send(f"/resources/{slug}/book", {**night, "from_fold": "1", "shown": "900"})
    assert second.status_code == 303
    assert held()[0].starts_at == dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)
    assert "data-now" not in second.text


def test_instants_of_an_address_become_the_hours_of_the_lieu(app: Flask, world: World) -> None:
    world.lieu("La Ravine Bleue", zone="Indian/Reunion", latitude=-21.16, longitude=55.29)
    slug = world.resource("Varangue", "la-ravine-bleue")
    page = Visit(app).get(f"/resources/{slug}/book?start=2026-06-12T10:00:00Z&end=2026-06-12T12:00:00Z")
    assert 'value="14:00"' in page.text
    assert "heure de La Réunion, 2 h de plus qu’à Paris" in told(page)
    for bad in (
        "start=hier&end=demain",
        "start=2026-06-12T10:00:00&end=2026-06-12T12:00:00",
        "start=&end=%0a",
        "start=2026-06-12T12:00:00Z&end=2026-06-12T10:00:00Z",
        "start=99999-01-01T00:00:00Z&end=x",
    ):
        assert Visit(app).get(f"/resources/{slug}/book?{bad}").status_code == 422, bad


def test_a_stretch_may_end_another_day(app: Flask, ines: Asker) -> None:
    page = Visit(app, ines).send(
        PAGE, {**FRIDAY, "from": "08:00", "until": "2026-06-14", "to": "20:00", "shown": "5400"}
    )
    assert page.status_code == 303
    assert held()[0].ends_at == at("2026-06-14 20:00")


def test_staff_book_for_a_member_or_a_walk_in(app: Flask, world: World, ines: Asker) -> None:
    host = Visit(app, world.staff("la-grande-ecluse", Role.HOST))
    world.joined(ines, "la-grande-ecluse")
    assert "Pour qui" in told(host.get(query()))
    assert "Pour qui" not in told(Visit(app, ines).get(query()))
    guest = host.send(PAGE, {**FRIDAY, "whom": "guest", "guest": "Madame Petit", "shown": "600"})
    assert guest.status_code == 303
    assert "Madame Petit" in told(host.get(guest.location))
    sent = {**FRIDAY, "day": "2026-06-13", "whom": "member", "email": ines.email or "", "shown": "600"}
    assert host.send(PAGE, sent).status_code == 303
    rows = held()
    assert [(r.member_id, r.guest_name) for r in rows] == [(None, "Madame Petit"), (ines.member_id, None)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"whom": "guest", "guest": "  "}, "guest"),
        ({"whom": "member", "email": "pas une adresse"}, "email"),
        ({"whom": "member", "email": "personne@exemple.fr"}, "email"),
        ({"whom": "empereur"}, "whom"),
    ],
)
def test_for_whom_is_checked(app: Flask, world: World, values: dict[str, str], field: str) -> None:
    host = Visit(app, world.staff("la-grande-ecluse", Role.HOST))
    page = host.send(PAGE, {**FRIDAY, "shown": "600", **values})
    assert page.status_code == 422
    assert wrong(page)[field]
    assert held() == []


def test_strangers_to_the_lieu_are_not_found_by_their_address(app: Flask, world: World, ines: Asker) -> None:
    host = Visit(app, world.staff("la-grande-ecluse", Role.HOST))
    known = host.send(PAGE, {**FRIDAY, "shown": "600", "whom": "member", "email": ines.email or ""})
    unknown = host.send(PAGE, {**FRIDAY, "shown": "600", "whom": "member", "email": "personne@exemple.fr"})
    assert wrong(known) == wrong(unknown)


def test_who_is_no_staff_books_for_nobody_else(app: Flask, world: World, ines: Asker) -> None:
    other = world.staff("la-grande-ecluse")
    page = Visit(app, ines).send(PAGE, {**FRIDAY, "shown": "600", "whom": "guest", "guest": "Madame Petit"})
    assert page.status_code == 303
    assert [(r.member_id, r.guest_name) for r in held()] == [(ines.member_id, None)]
    assert other.member_id != ines.member_id


def test_the_price_in_one_sentence(app: Flask, world: World) -> None:
    path = f"/resources/{DESK}/price?start=2026-06-12T12:00:00Z&end=2026-06-12T14:00:00Z"
    answer = Visit(app).get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text.replace("\u00a0", " ") == "6,00 € : 2 × heure"
    write(book, world.member(), BookingRequest(DESK, stretch("2026-06-12", "14:00", "16:00")), NOW)
    refused = Visit(app).get(path)
    assert (refused.status_code, refused.mimetype) == (422, "text/plain")
    assert refused.text == "Ce créneau est déjà pris."
    assert quotes() == 1


@pytest.mark.parametrize(
    "query",
    ["", "start=x&end=y", "start=2026-06-12T12:00:00Z", "start=2026-06-12T14:00:00Z&end=2026-06-12T12:00:00Z",
     "start=2026-06-12T12:00:00Z&end=2026-06-12T14:00:00Z&quantity=-1",
     "start=2026-06-12T12:00:00Z&end=2026-06-12T14:00:00Z&quantity=0",
     "start=2026-06-12T12:00:00Z&end=2026-06-12T14:00:00Z&quantity=99999",
     "start=2026-06-12T12:00:00Z&end=2026-06-12T14:00:00Z&quantity=%C2%B2",
     "start=2000-01-01T00:00:00Z&end=2199-01-01T00:00:00Z"],
)  # fmt: skip
def test_a_price_that_there_is_not_is_a_sentence_too(app: Flask, world: World, query: str) -> None:
    assert world
    answer = Visit(app).get(f"/resources/{DESK}/price?{query}")
    assert (answer.status_code, answer.mimetype) == (422, "text/plain")
    assert answer.text.strip()


def test_the_statements_are_few(app: Flask, ines: Asker) -> None:
    visit = Visit(app, ines)
    with counted() as sent:
        assert visit.get(query()).status_code == 200
    assert len(sent) <= 14
