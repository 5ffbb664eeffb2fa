"""The accounts of a lieu over HTTP: who owes what, payments recorded once and taken back, ceilings, the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from booking.bookings.actions import book, cancel
from booking.bookings.schemas import BookingRequest
from booking.db import read, survey, write
from booking.db.invariants import broken
from booking.ledger.invariants import INVARIANTS
from booking.ledger.models import Transfer
from booking.ledger.queries import balances_of_member
from booking.ledger.rules import Cause
from booking.people.rules import Role
from booking.people.schemas import Asker
from booking.values.money import Money
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, at, stretch

ECLUSE = "la-grande-ecluse"
ACCOUNTS = f"/manage/{ECLUSE}/accounts"
EARLIER = at("2026-06-11 06:00")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:
    assert app
    made = World()
    made.lieu("La Grande Écluse")
    made.resource("Quai 6")
    return made


@pytest.fixture
def ines(world: World) -> Asker:
    """Somebody who owes 12 €."""
    member = world.joined(world.member("Inès Le Goff"), ECLUSE)
    write(book, member, BookingRequest(f"{ECLUSE}-quai-6", stretch("2026-06-11", "14:00", "18:00")), EARLIER)
    return member


@pytest.fixture
def desk(app: Flask, world: World) -> Visit:
    """The treasurer at a browser."""
    return Visit(app, world.staff(ECLUSE, Role.TREASURER), at=NOW)


def text_of(visit: Visit, path: str) -> str:
    page = visit.get(path)
    assert page.status_code == 200, words(page)
    return words(page).replace("\u00a0", " ")


def key(visit: Visit, path: str) -> str:
    found = re.search(r'name="key" type="hidden" value="([^"]+)"', visit.get(path).text)
    assert found
    return found[1]


def pay(visit: Visit, member: Asker, **sent: str) -> Any:
    path = f"{ACCOUNTS}/{member.uid}"
    form = {"amount": "5", "means": "cash", "note": "", "key": key(visit, path)} | sent
    return visit.post(f"{path}/payments", form)


def owed(member: Asker) -> int:
    return -sum(b.balance.amount for b in read(balances_of_member, member))


def payments() -> int:
    of_payments = sa.select(sa.func.count()).where(Transfer.cause == Cause.PAYMENT)
    return read(lambda s: s.scalar(of_payments)) or 0


class TestTheList:
    def test_it_tells_who_owes_what_deepest_first(self, world: World, desk: Visit, ines: Asker) -> None:
        yann = world.joined(world.member("Yann Le Bihan"), ECLUSE)
        write(book, yann, BookingRequest(f"{ECLUSE}-quai-6", stretch("2026-06-12", "09:00", "18:00")), EARLIER)
        text = text_of(desk, ACCOUNTS)
        assert "Dû au lieu 39,00 € par 2 comptes" in text
        assert text.index("Yann Le Bihan") < text.index("Inès Le Goff") < text.index("Personnes de passage")
        assert f"{ines.email} 12,00 €" in text

    def test_people_are_found_without_accents_and_before_they_owe_anything(
        self, world: World, desk: Visit, ines: Asker
    ) -> None:
        world.joined(world.member("Hélène Ar Gall"), ECLUSE)
        world.member("Hélène Ailleurs")
        found = text_of(desk, f"{ACCOUNTS}?q=ines")
        assert "Inès Le Goff" in found
        assert "Hélène" not in found
        found = text_of(desk, f"{ACCOUNTS}?q=ar+hel")
        assert "Hélène Ar Gall" in found
        assert "Hélène Ailleurs" not in found
        assert "Inès Le Goff" in text_of(desk, f"{ACCOUNTS}?q={ines.email}")
        assert "Personne de ce nom" in text_of(desk, f"{ACCOUNTS}?q=personne")

    def test_it_is_paged(self, world: World, desk: Visit) -> None:
        for n in range(55):
            member = world.member(f"Membre {n:02d}")
            day = f"2026-06-{12 + n // 10}"
            hours = stretch(day, f"{8 + n % 10:02d}:00", f"{9 + n % 10:02d}:00")
            write(book, member, BookingRequest(f"{ECLUSE}-quai-6", hours), EARLIER)
        first = desk.get(ACCOUNTS)
        assert "Dû au lieu 165,00" in words(first).replace("\u00a0", " ")
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert following
        second = desk.get(following[1].replace("&amp;", "&"))
        names = re.findall(r"Membre \d\d", first.text + second.text)
        assert len(set(names)) == 55
        assert 'rel="next"' not in second.text
        assert desk.get(f"{ACCOUNTS}?after=nonsense").status_code == 400

    def test_bookkeepers_alone_know_that_it_is_there(self, app: Flask, world: World, ines: Asker) -> None:
        world.lieu("L'Étamine")
        own, others = f"{ACCOUNTS}/{ines.uid}", f"/manage/l-etamine/accounts/{ines.uid}"
        elsewhere = world.staff("l-etamine")
        for asker in (ines, world.staff(ECLUSE, Role.HOST), world.steward(), elsewhere):
            visit = Visit(app, asker, at=NOW)
            for path in (ACCOUNTS, own, f"{own}/statement.csv", f"{ACCOUNTS}/guests"):
                assert visit.get(path).status_code == 404
            for path in (f"{own}/payments", f"{own}/ceiling", f"{ACCOUNTS}/guests/payments"):
                assert visit.post(path, {"amount": "5", "means": "cash", "key": "k" * 30}).status_code == 404
        assert Visit(app, elsewhere, at=NOW).get(others).status_code == 404
        assert Visit(app).get(ACCOUNTS).status_code == 303
        for role in (Role.MANAGER, Role.TREASURER):
            assert Visit(app, world.staff(ECLUSE, role), at=NOW).get(own).status_code == 200
        assert (owed(ines), payments()) == (1200, 0)


class TestPayments:
    def test_a_payment_lowers_what_is_owed_and_stands_in_the_statement(self, desk: Visit, ines: Asker) -> None:
        answer = pay(desk, ines, amount="7,50", means="cheque", note="n° 123")
        assert (answer.status_code, answer.location) == (303, f"{ACCOUNTS}/{ines.uid}")
        text = text_of(desk, str(answer.location))
        assert "Paiement de 7,50 € noté. Reste à régler : 4,50 €." in text
        assert "Paiement reçu, chèque n° 123 noté par treasurer la-grande-ecluse" in text
        assert owed(ines) == 450

    @pytest.mark.parametrize(
        ("amount", "cents"), [("12", 1200), ("0,01", 1), ("0.10", 10), ("1 200,5 €", 120050), ("19,99", 1999)]
    )
    def test_cents_are_exact(self, desk: Visit, ines: Asker, amount: str, cents: int) -> None:
        assert pay(desk, ines, amount=amount).status_code == 303
        assert owed(ines) == 1200 - cents

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"amount": ""}, "amount"), ({"amount": "0"}, "amount"), ({"amount": "-5"}, "amount"),
            ({"amount": "1,234"}, "amount"), ({"amount": "NaN"}, "amount"), ({"amount": "1e3"}, "amount"),
            ({"amount": "100 000,01"}, "amount"), ({"amount": "9" * 400}, "amount"), ({"amount": "douze"}, "amount"),
            ({"means": ""}, "means"), ({"means": "coquillages"}, "means"), ({"note": "x" * 201}, "note"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
        self, desk: Visit, ines: Asker, sent: dict[str, str], field: str
    ) -> None:
        answer = pay(desk, ines, **({"note": "gardée"} | sent))
        assert answer.status_code == 422
        assert list(errors_at(answer)) == [field]
        assert ("gardée" in answer.text) is ("note" not in sent)
        assert (owed(ines), payments()) == (1200, 0)

    def test_a_double_click_is_one_payment(self, desk: Visit, ines: Asker) -> None:
        once = key(desk, f"{ACCOUNTS}/{ines.uid}")
        answers = [pay(desk, ines, amount="5", key=once) for _ in range(3)]
        assert [a.status_code for a in answers] == [303, 303, 303]
        assert (owed(ines), payments()) == (700, 1)

    def test_an_old_form_with_another_amount_is_no_silent_loss(self, desk: Visit, ines: Asker) -> None:
        once = key(desk, f"{ACCOUNTS}/{ines.uid}")
        pay(desk, ines, amount="5", key=once)
        again = pay(desk, ines, amount="6", key=once)
        assert again.status_code == 409
        assert "déjà servi pour un autre paiement" in words(again)
        fresh = re.search(r'name="key" type="hidden" value="([^"]+)"', again.text)
        assert fresh
        assert fresh[1] != once
        assert (owed(ines), payments()) == (700, 1)
        assert pay(desk, ines, amount="6", key=fresh[1]).status_code == 303
        assert owed(ines) == 100

    @pytest.mark.parametrize("forged", ["", "court", "x" * 300, "'; DROP TABLE transfer"])
    def test_a_form_without_a_key_of_ours_is_shown_again(self, desk: Visit, ines: Asker, forged: str) -> None:
        answer = pay(desk, ines, key=forged)
        assert answer.status_code == 422
        assert "Vérifiez, puis enregistrez à nouveau" in words(answer)
        assert payments() == 0

    def test_more_than_is_owed_is_an_advance(self, desk: Visit, ines: Asker) -> None:
        assert "Avance : 8,00 €." in text_of(desk, str(pay(desk, ines, amount="20").location))
        assert "Payé d’avance 8,00 €" in text_of(desk, ACCOUNTS)

    def test_a_payment_is_taken_back_by_its_opposite_once(self, desk: Visit, ines: Asker) -> None:
        pay(desk, ines, amount="5")
        path = f"{ACCOUNTS}/{ines.uid}"
        undo = re.search(rf'action="({path}/payments/[0-9a-f-]+/undo)"', desk.get(path).text)
        assert undo
        for _ in range(2):
            assert desk.post(undo[1]).status_code == 303
        assert owed(ines) == 1200
        text = text_of(desk, path)
        assert "Paiement repris, espèces" in text
        assert "repris depuis" in text
        assert "/undo" not in desk.get(path).text
        assert survey(broken, INVARIANTS) == []

    def test_only_a_payment_of_that_account_is_taken_back(self, world: World, desk: Visit, ines: Asker) -> None:
        pay(desk, ines, amount="5")
        yann = world.joined(world.member("Yann Le Bihan"), ECLUSE)
        group = read(lambda s: s.scalar(sa.select(Transfer.group_uid).where(Transfer.cause == Cause.PAYMENT)))
        sale = read(lambda s: s.scalar(sa.select(Transfer.group_uid).where(Transfer.cause == Cause.BOOKING)))
        for path in (f"{yann.uid}/payments/{group}", f"guests/payments/{group}", f"{ines.uid}/payments/{sale}"):
            assert desk.post(f"{ACCOUNTS}/{path}/undo").status_code == 404
        assert owed(ines) == 700

    def test_taking_back_never_passes_the_ceiling(self, desk: Visit, ines: Asker) -> None:
        pay(desk, ines, amount="5")
        desk.post(f"{ACCOUNTS}/{ines.uid}/ceiling", {"ceiling-ceiling": "10"})
        path = f"{ACCOUNTS}/{ines.uid}"
        undo = re.search(rf'action="({path}/payments/[0-9a-f-]+/undo)"', desk.get(path).text)
        assert undo
        desk.post(undo[1])
        assert "plus que son plafond de 10,00 €" in text_of(desk, path)
        assert owed(ines) == 700

    def test_walk_ins_have_one_account_together(self, world: World, desk: Visit) -> None:
        host = world.staff(ECLUSE, Role.HOST)
        asked = BookingRequest(f"{ECLUSE}-quai-6", stretch("2026-06-11", "14:00", "18:00"), guest_name="Mme Tanguy")
        code = write(book, host, asked, EARLIER).code
        path = f"{ACCOUNTS}/guests"
        assert f"Réservation {code} 12,00 €" in text_of(desk, path)
        sent = {"amount": "12", "means": "card", "key": key(desk, path)}
        assert desk.post(f"{path}/payments", sent).status_code == 303
        assert "Rien à régler." in text_of(desk, path)
        assert "plafond" not in text_of(desk, path)

    def test_people_unknown_here_have_no_account_here(self, world: World, desk: Visit) -> None:
        stranger = world.member("Soazig")
        assert desk.get(f"{ACCOUNTS}/{stranger.uid}").status_code == 404
        sent = {"amount": "5", "means": "cash", "key": "k" * 30}
        assert desk.post(f"{ACCOUNTS}/{stranger.uid}/payments", sent).status_code == 404
        assert payments() == 0


class TestCeilings:
    def test_a_ceiling_is_set_and_lifted(self, desk: Visit, ines: Asker) -> None:
        path = f"{ACCOUNTS}/{ines.uid}"
        assert desk.post(f"{path}/ceiling", {"ceiling-ceiling": "50,00"}).status_code == 303
        [balance] = read(balances_of_member, ines)
        assert balance.ceiling == Money(5000)
        assert desk.post(f"{path}/ceiling", {"ceiling-unlimited": "y"}).status_code == 303
        [balance] = read(balances_of_member, ines)
        assert balance.ceiling is None

    def test_it_can_be_set_before_anything_is_owed(self, world: World, desk: Visit) -> None:
        member = world.joined(world.member("Hélène"), ECLUSE)
        assert "Rien n’a encore été dû" in text_of(desk, f"{ACCOUNTS}/{member.uid}")
        assert desk.post(f"{ACCOUNTS}/{member.uid}/ceiling", {"ceiling-ceiling": "0"}).status_code == 303
        assert [b.ceiling for b in read(balances_of_member, member)] == [Money(0)]

    @pytest.mark.parametrize("text", ["", "-1", "beaucoup", "11,99"])
    def test_what_is_wrong_is_said_at_the_field(self, desk: Visit, ines: Asker, text: str) -> None:
        answer = desk.post(f"{ACCOUNTS}/{ines.uid}/ceiling", {"ceiling-ceiling": text})
        assert answer.status_code == 422
        assert list(errors_at(answer)) == ["ceiling-ceiling"]
        assert [b.ceiling for b in read(balances_of_member, ines)] == [Money(20_000)]


class TestStatements:
    def test_a_move_or_a_cancellation_is_one_line(self, world: World, desk: Visit, ines: Asker) -> None:
        hours = stretch("2026-06-20", "10:00", "12:00")
        code = write(book, ines, BookingRequest(f"{ECLUSE}-quai-6", hours), EARLIER).code
        write(cancel, ines, code, NOW)
        assert world
        text = text_of(desk, f"{ACCOUNTS}/{ines.uid}")
        assert f"Réservation annulée {code} 6,00 €" in text
        assert f"Réservation {code} 6,00 €" in text

    def test_it_is_paged(self, world: World, desk: Visit) -> None:
        member = world.joined(world.member("Yann"), ECLUSE)
        for n in range(55):
            day = f"2026-06-{12 + n // 10}"
            hours = stretch(day, f"{8 + n % 10:02d}:00", f"{9 + n % 10:02d}:00")
            write(book, member, BookingRequest(f"{ECLUSE}-quai-6", hours), EARLIER)
        path = f"{ACCOUNTS}/{member.uid}"
        first = desk.get(path)
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert following
        second = desk.get(following[1].replace("&amp;", "&"))
        codes = re.findall(r'href="/bookings/(R-\w+)"', first.text + second.text)
        assert (len(codes), len(set(codes))) == (55, 55)
        assert desk.get(f"{path}?after=nonsense").status_code == 400

    def test_the_file_holds_every_line_and_runs_nothing(self, desk: Visit, ines: Asker) -> None:
        pay(desk, ines, amount="5", note="=1+1")
        answer = desk.get(f"{ACCOUNTS}/{ines.uid}/statement.csv")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        disposition = answer.headers["Content-Disposition"]
        assert disposition == "attachment; filename=la-grande-ecluse-ines-le-goff.csv"
        assert answer.text.startswith("\ufeff")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
        assert rows[0][:2] == ["Date", "Heure"]
        assert rows[1][:3] == ["2026-06-11", "06:00", "Réservation"]
        assert rows[1][5:7] == ["12,00", ""]
        assert rows[2][2:7] == ["Paiement reçu, espèces", "cash", "'=1+1", "", "5,00"]
        assert rows[3][2:7] == ["Reste dû", "", "", "7,00", ""]
        assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)

    def test_the_english_file_has_english_numbers(self, desk: Visit, ines: Asker) -> None:
        answer = desk.get(f"{ACCOUNTS}/{ines.uid}/statement.csv?lang=en")
        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert rows[1][5] == "12.00"
