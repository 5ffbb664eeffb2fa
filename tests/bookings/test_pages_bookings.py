"""`/bookings` and below over HTTP: one's own, moving, cancelling, taking it back, and what one owes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from booking.bookings.actions import book, cancel
from booking.bookings.models import Booking
from booking.bookings.queries.seen import booking_by_code
from booking.bookings.rules import Status
from booking.bookings.schemas import BookingRequest, BookingSeen
from booking.db import read, write
from booking.ledger.actions import record_payment
from booking.ledger.rules import Means, Payment
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.tariffs.models import RateRow
from booking.tariffs.rules import Period
from booking.values.money import Money
from tests.support.statements import counted
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, at, stretch

DESK = "la-grande-ecluse-quai-6"


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
    return world.member("Inès Le Goff")


@pytest.fixture
def visit(app: Flask, ines: Asker) -> Visit:
    return Visit(app, ines)


def booked(who: Asker, day: str = "2026-06-15", start: str = "14:00", end: str = "16:00") -> str:
    return write(book, who, BookingRequest(DESK, stretch(day, start, end)), NOW).code


def told(page: TestResponse) -> str:
    return words(page).replace("\u00a0", " ")


def seen(who: Asker, code: str) -> BookingSeen:
    return read(booking_by_code, who, code, NOW)


def test_one_reads_what_is_running_what_comes_and_what_is_over(
    visit: Visit, ines: Asker, clock: time_machine.Traveller
) -> None:
    booked(ines, "2026-06-12", "09:00", "10:00")
    booked(ines, "2026-06-15", "14:00", "16:00")
    later = booked(ines, "2026-06-15", "18:00", "19:00")
    cancelled = booked(ines, "2026-06-16")
    write(cancel, ines, cancelled, NOW)
    clock.move_to(at("2026-06-15 15:00"))
    text = told(visit.get("/bookings"))
    assert "En ce moment Quai 6 , jusqu’à 16 h" in text
    assert "Porte 41 73" in text
    assert "Aujourd’hui 18:00–19:00 Quai 6 La Grande Écluse 3,00 €" in text
    assert cancelled not in text
    assert "Vos comptes La Grande Écluse" in text
    assert "/account/statement?lieu=la-grande-ecluse" in visit.get("/bookings").text
    past = told(visit.get("/bookings?view=past"))
    assert "ven. 12 juin 9:00–10:00" in past
    assert "annulée" in past
    assert "18:00–19:00" not in past
    assert later


def test_nothing_yet_leads_on(visit: Visit) -> None:
    assert "Rien de prévu" in told(visit.get("/bookings"))
    assert "Rien de passé" in told(visit.get("/bookings?view=past"))
    assert "Rien à régler" in told(visit.get("/account/statement"))


def test_the_list_comes_in_pages(visit: Visit, ines: Asker, world: World) -> None:
    world.resource("Gratuit", free=True)
    for day in range(12, 35):
        date = dt.date(2026, 6, 1) + dt.timedelta(days=day)
        wanted = stretch(date.isoformat(), "09:00", "10:00")
        write(book, ines, BookingRequest("la-grande-ecluse-gratuit", wanted), NOW)
    first = visit.get("/bookings")
    assert first.text.count('class="booking"') == 20
    onward = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = visit.get(onward)
    assert second.text.count('class="booking"') == 3
    assert 'rel="prev"' in second.text
    assert visit.get("/bookings?cursor=nope").status_code in (400, 404)


def test_a_booking_tells_the_way_in_the_price_and_its_history_to_its_holder_alone(
    app: Flask, visit: Visit, ines: Asker, world: World
) -> None:
    code = booked(ines)
    text = told(visit.get(f"/bookings/{code}"))
    for expected in (
        "lundi 15 juin 2026, de 14 h à 16 h",
        "Porte 41 73",
        "2 × heure à 3,00 € 6,00 €",
        "Annulation gratuite jusqu’au dimanche 14 juin, 14 h ; ensuite le lieu garde 50 % du prix.",
        "Réservée · Inès Le Goff",
        code,
    ):
        assert expected in text, expected
    assert f"/bookings/{code}.ics" in visit.get(f"/bookings/{code}").text
    world.lieu("Ailleurs")
    for stranger in (world.member(), world.joined(world.member(), "la-grande-ecluse"), world.staff("ailleurs")):
        for path in ("", "/move", "/cancel"):
            assert Visit(app, stranger).get(f"/bookings/{code}{path}").status_code == 404
            assert Visit(app, stranger).send(f"/bookings/{code}{path}").status_code in (404, 405)
        assert Visit(app, stranger).send(f"/bookings/{code}/restore").status_code == 404
    assert Visit(app).get(f"/bookings/{code}").status_code == 303
    assert seen(ines, code).status is Status.CONFIRMED


@pytest.mark.parametrize("code", ["R-AAAAAA", "nope", "%00", "R-" + "A" * 200, "é"])
def test_a_code_that_is_none_is_not_found(visit: Visit, code: str) -> None:
    for path in ("", "/move", "/cancel"):
        assert visit.get(f"/bookings/{code}{path}").status_code == 404


def test_a_booking_moves_at_the_price_shown_and_keeps_its_code(visit: Visit, ines: Asker) -> None:
    code = booked(ines)
    before = visit.get(f"/bookings/{code}/move")
    assert "Ce sont les heures actuelles" in told(before)
    page = visit.get(f"/bookings/{code}/move?day=2026-06-16&from=09:00&to=12:00")
    text = told(page)
    assert "3 × heure à 3,00 € 9,00 €" in text
    assert "Au lieu de 6,00 €" in text
    assert 'name="shown" value="900"' in page.text
    assert seen(ines, code).stretch == stretch("2026-06-15", "14:00", "16:00")
    hours = {"day": "2026-06-16", "from": "09:00", "to": "12:00", "quantity": "1"}
    answer = visit.send(f"/bookings/{code}/move", {**hours, "shown": "900"})
    assert answer.status_code == 303
    after = told(visit.get(answer.location))
    assert "Réservation déplacée : mar. 16 juin, 9:00–12:00." in after
    assert "Déplacée · Inès Le Goff" in after
    assert seen(ines, code).price == Money(900)


@pytest.mark.parametrize("shown", ["600", "", "0", "-900", "x"])
def test_a_move_at_another_price_than_shown_changes_nothing(visit: Visit, ines: Asker, shown: str) -> None:
    code = booked(ines)
    hours = {"day": "2026-06-16", "from": "09:00", "to": "12:00", "quantity": "1"}
    page = visit.send(f"/bookings/{code}/move", {**hours, "shown": shown})
    assert page.status_code in (409, 422)
    assert 'name="shown" value="900"' in page.text
    assert seen(ines, code).stretch == stretch("2026-06-15", "14:00", "16:00")


def test_a_move_onto_a_taken_slot_keeps_the_old_place_and_proposes_others(
    visit: Visit, ines: Asker, world: World
) -> None:
    code = booked(ines)
    booked(world.member(), "2026-06-16", "14:00", "16:00")
    hours = {"day": "2026-06-16", "from": "14:00", "to": "16:00", "quantity": "1"}
    page = visit.send(f"/bookings/{code}/move", {**hours, "shown": "600"})
    text = told(page)
    assert page.status_code == 409
    assert "Ce créneau vient d’être pris." in text
    assert "Libre tout près" in text
    assert f"/bookings/{code}/move?start=2026-06-16T10:00:00Z" in page.text
    assert seen(ines, code).stretch == stretch("2026-06-15", "14:00", "16:00")


def test_a_move_may_overlap_its_own_place(visit: Visit, ines: Asker) -> None:
    code = booked(ines)
    page = visit.get(f"/bookings/{code}/move?day=2026-06-15&from=15:00&to=17:00")
    assert "Pas possible" not in told(page)
    hours = {"day": "2026-06-15", "from": "15:00", "to": "17:00", "quantity": "1", "shown": "600"}
    assert visit.send(f"/bookings/{code}/move", hours).status_code == 303


@pytest.mark.parametrize(
    ("values", "field"),
    [({"day": "x"}, "day"), ({"from": ""}, "from"), ({"to": "08:00"}, "to"), ({"quantity": "0"}, "quantity")],
)
def test_what_cannot_be_moved_to_is_told_at_its_field(
    visit: Visit, ines: Asker, values: dict[str, str], field: str
) -> None:
    code = booked(ines)
    hours = {"day": "2026-06-16", "from": "09:00", "to": "12:00", "quantity": "1", "shown": "900"}
    page = visit.send(f"/bookings/{code}/move", {**hours, **values})
    assert page.status_code == 422
    assert errors_at(page).get(field) or field == "quantity"
    assert seen(ines, code).sequence == 0


def test_cancelling_in_time_costs_nothing_and_can_be_taken_back_for_half_a_minute(
    visit: Visit, ines: Asker, clock: time_machine.Traveller
) -> None:
    code = booked(ines)
    answer = visit.send(f"/bookings/{code}/cancel", {"shown": "0"})
    page = visit.get(answer.location)
    assert "Réservation annulée, rien à payer." in told(page)
    assert f'action="/bookings/{code}/restore"' in page.text
    assert "Porte 41 73" not in told(page)
    clock.shift(29)
    assert "Réservation rétablie." in told(visit.get(visit.send(f"/bookings/{code}/restore").location))
    assert seen(ines, code).status is Status.CONFIRMED
    visit.send(f"/bookings/{code}/cancel", {"shown": "0"})
    clock.shift(31)
    assert "/restore" not in visit.get(f"/bookings/{code}").text
    assert "L’annulation est définitive." in told(visit.get(visit.send(f"/bookings/{code}/restore").location))


def test_a_place_that_somebody_else_took_does_not_come_back(visit: Visit, ines: Asker, world: World) -> None:
    code = booked(ines)
    visit.send(f"/bookings/{code}/cancel", {"shown": "0"})
    booked(world.member())
    text = told(visit.get(visit.send(f"/bookings/{code}/restore").location))
    assert "Quelqu’un d’autre a pris la place entre-temps" in text


def test_from_the_list_one_click_cancels_and_the_list_offers_the_way_back(visit: Visit, ines: Asker) -> None:
    code = booked(ines)
    assert f'action="/bookings/{code}/cancel"' in visit.get("/bookings").text
    answer = visit.send(f"/bookings/{code}/cancel", {"shown": "0", "back": "list"})
    assert answer.location.startswith("/bookings?")
    page = visit.get(answer.location)
    assert "Réservation annulée : Quai 6." in told(page)
    assert f'action="/bookings/{code}/restore"' in page.text


def test_what_is_kept_is_told_before_and_never_more_is_kept(
    visit: Visit, ines: Asker, clock: time_machine.Traveller
) -> None:
    code = booked(ines)
    clock.move_to(at("2026-06-15 09:00"))
    assert f"/bookings/{code}/cancel" in visit.get("/bookings").text
    assert 'name="shown"' not in visit.get("/bookings").text
    page = visit.get(f"/bookings/{code}/cancel")
    assert "Le lieu garde 3,00 € sur 6,00 €." in told(page)
    late = visit.send(f"/bookings/{code}/cancel", {"shown": "0"})
    assert late.status_code == 409
    assert "Le délai d’annulation gratuite est passé entre-temps." in told(late)
    assert seen(ines, code).status is Status.CONFIRMED
    for forged in ("", "x", "-1"):
        assert visit.send(f"/bookings/{code}/cancel", {"shown": forged}).status_code == 422
    answer = visit.send(f"/bookings/{code}/cancel", {"shown": "300", "waive": "y"})
    assert answer.status_code == 303
    assert "le lieu garde 3,00 €" in told(visit.get(answer.location))
    assert seen(ines, code).kept == Money(300)


def test_too_late_is_said_in_a_sentence(visit: Visit, ines: Asker, clock: time_machine.Traveller) -> None:
    code = booked(ines)
    clock.move_to(at("2026-06-15 09:00"))
    page = visit.get(f"/bookings/{code}/move")
    assert page.status_code == 422
    assert "On déplace une réservation au plus tard 24 h avant son début." in told(page)
    assert "demandez à l’accueil" in told(visit.get(f"/bookings/{code}"))
    clock.move_to(at("2026-06-15 15:00"))
    for path in ("move", "cancel"):
        assert visit.get(f"/bookings/{code}/{path}").status_code == 422
        assert visit.send(f"/bookings/{code}/{path}", {"shown": "300"}).status_code == 422


def test_staff_see_the_holder_move_late_and_waive(
    app: Flask, ines: Asker, world: World, clock: time_machine.Traveller
) -> None:
    code = booked(ines)
    clock.move_to(at("2026-06-15 09:00"))
    host = Visit(app, world.staff("la-grande-ecluse", Role.HOST))
    text = told(host.get(f"/bookings/{code}"))
    assert "Pour Inès Le Goff" in text
    hours = {"day": "2026-06-15", "from": "17:00", "to": "19:00", "quantity": "1", "shown": "600"}
    assert host.send(f"/bookings/{code}/move", hours).status_code == 303
    page = host.get(f"/bookings/{code}/cancel")
    assert "Ne rien garder" in told(page)
    assert host.send(f"/bookings/{code}/cancel", {"shown": "300", "waive": "y"}).status_code == 303
    assert seen(ines, code).kept == Money(0)
    assert "Annulée · La Grande Écluse" in told(Visit(app, ines).get(f"/bookings/{code}"))


def test_the_holder_does_not_waive(visit: Visit, ines: Asker, clock: time_machine.Traveller) -> None:
    code = booked(ines)
    clock.move_to(at("2026-06-15 09:00"))
    assert "Ne rien garder" not in told(visit.get(f"/bookings/{code}/cancel"))


def test_changing_needs_the_token(visit: Visit, ines: Asker) -> None:
    code = booked(ines)
    for path in ("move", "cancel", "restore"):
        assert visit.post(f"/bookings/{code}/{path}", {"shown": "0"}, forged=True).status_code == 403
        assert visit.get(f"/bookings/{code}/{path}").status_code in (200, 405)
    assert seen(ines, code).sequence == 0


def test_the_statement_says_what_is_owed_and_for_what(app: Flask, visit: Visit, ines: Asker, world: World) -> None:
    code = booked(ines)
    manager = world.staff("la-grande-ecluse")
    lieu = world.lieux["la-grande-ecluse"]
    assert manager.member_id is not None
    paid = Payment(Means.CASH, "", "a", manager.member_id)
    write(record_payment, lieu, ines.member_id, Money(200), paid, NOW)
    text = told(visit.get("/account/statement"))
    assert "La Grande Écluse 4,00 € à régler" in text
    assert "Ce lieu fait crédit jusqu’à 200,00 €." in text
    assert f"Quai 6 , lun. 15 juin, 14:00–16:00 , {code} \N{MINUS SIGN}6,00 €" in text
    assert "espèces 2,00 €" in text
    assert visit.get("/account/statement?lieu=nulle-part").status_code == 404
    assert visit.get("/account/statement?before=%00").status_code in (400, 404)
    other = Visit(app, world.member())
    assert other.get("/account/statement?lieu=la-grande-ecluse").status_code == 404


def test_a_booking_of_nothing_costs_nothing_to_cancel(visit: Visit, ines: Asker, world: World) -> None:
    slug = world.resource("Gratuit", free=True)
    code = write(book, ines, BookingRequest(slug, stretch("2026-06-11", "12:00", "13:00")), NOW).code
    text = told(visit.get(f"/bookings/{code}"))
    assert "Cette réservation est gratuite : l’annuler ne coûte rien." in text
    assert visit.send(f"/bookings/{code}/cancel", {"shown": "0"}).status_code == 303


def test_names_are_text_and_nothing_else(visit: Visit, ines: Asker, world: World) -> None:
    slug = world.resource("<img src=x onerror=alert(1)>")
    code = write(book, ines, BookingRequest(slug, stretch("2026-06-15", "12:00", "13:00"), note="<script>"), NOW).code
    for path in (f"/resources/{slug}", f"/resources/{slug}/book", "/bookings", f"/bookings/{code}",
                 f"/bookings/{code}/move", f"/bookings/{code}/cancel", "/account/statement", "/"):  # fmt: skip
        text = visit.get(path).text
        assert "<img src=x" not in text, path
        assert "<script>" not in text.replace('<script type="module"', ""), path


def test_the_statements_are_few_whatever_was_booked(visit: Visit, ines: Asker, world: World) -> None:
    code = booked(ines)

    def statements(path: str) -> int:
        with counted() as sent:
            assert visit.get(path).status_code == 200
        return len(sent)

    paths = ("/bookings", f"/bookings/{code}", f"/bookings/{code}/move", "/account/statement")
    few = [statements(path) for path in paths]
    world.resource("Gratuit", free=True)
    for day in range(16, 26):
        wanted = stretch(f"2026-06-{day}", "09:00", "10:00")
        write(book, ines, BookingRequest("la-grande-ecluse-gratuit", wanted), NOW)
    assert [statements(path) for path in paths] == few
    assert max(few) <= 16


def test_a_price_that_rose_since_is_told_when_moving(visit: Visit, ines: Asker) -> None:
    code = booked(ines)
    write(lambda s: s.execute(sa.update(RateRow).where(RateRow.period == Period.HOUR).values(amount=500)))
    hours = {"day": "2026-06-16", "from": "14:00", "to": "16:00", "quantity": "1"}
    page = visit.send(f"/bookings/{code}/move", {**hours, "shown": "600"})
    assert page.status_code == 409
    assert "Le prix a changé" in told(page)
    assert read(lambda s: s.execute(sa.select(Booking.sequence)).scalar_one()) == 0


def test_who_lives_elsewhere_reads_both_hours(app: Flask, world: World) -> None:
    far = world.member("Ti Jean", timezone="Indian/Reunion")
    code = booked(far)
    text = told(Visit(app, far).get(f"/bookings/{code}"))
    assert "lundi 15 juin 2026, de 14 h à 16 h" in text
    assert "heure de Paris, 2 h de moins que chez vous" in text
    assert "Chez vous : lundi 15 juin 2026, de 16 h à 18 h" in text
    assert "heure de Paris, 2 h de moins que chez vous" in told(Visit(app, far).get(f"/resources/{DESK}"))
    assert "Chez vous" not in told(Visit(app, world.staff("la-grande-ecluse")).get(f"/bookings/{code}"))
