"""`/manage` over HTTP: what managers decide of their lieu, form by form."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from booking.bookings.actions import book
from booking.bookings.schemas import BookingRequest
from booking.db import read, write
from booking.people.rules import Role
from booking.people.schemas import VISITOR, Asker
from booking.places.actions.hours import store_holidays
from booking.places.queries.hours import hours_of, special_days_ahead
from booking.places.queries.lieux import lieu_by_slug, lieu_to_manage
from booking.places.rules import HolidayTerritory, Hours
from booking.places.schemas import LieuManaged
from tests.support.visits import Visit, errors_at, words
from tests.support.world import NOW, World, stretch

BASE = "/manage/la-grande-ecluse"
PLACES = ("first", "second", "third", "fourth", "fifth")
PAGES = ("", "/settings", "/hours", "/closures", "/resources", "/resources/new", "/tariffs", "/tariffs/new")


FRENCH_SPACING = re.compile(r" [:;?!]|[«»]")


IDENTITY = {
    "identity-name": "La Petite Écluse",
    "identity-kind": "fablab",
    "identity-status": "open",
    "identity-summary": "Au bord de l’eau",
    "identity-address": "1, quai Neuf",
    "identity-postcode": "35000",
    "identity-commune": "Rennes",
    "identity-website": "ecluse.example",
    "identity-latitude": "48,12",
    "identity-longitude": "-1.7",
    "identity-timezone": "Europe/Paris",
}


LEGAL = {
    "legal-legal_name": "SCIC L'Écluse",
    "legal-siret": "732 829 320 00074",
    "legal-vat_regime": "included",
    "legal-vat_rate": "8,5",
    "legal-debt_ceiling": "150",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(app: Flask) -> World:  # noqa: ARG001 - it is made on the application's database
    made = World()
    made.lieu(postcode="35000", department="35")
    return made


@pytest.fixture
def manager(world: World) -> Asker:
    return world.staff("la-grande-ecluse")


@pytest.fixture
def visit(app: Flask, manager: Asker) -> Visit:
    return Visit(app, manager)


def now_is(manager: Asker) -> LieuManaged:
    return read(lieu_to_manage, manager, "la-grande-ecluse")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_stands_for_its_managers_and_for_nobody_else(app: Flask, world: World, page: str) -> None:
    world.resource()
    assert Visit(app, world.staff("la-grande-ecluse")).get(BASE + page).status_code == 200
    world.lieu("Une autre")
    for asker in (
        world.member(),
        world.steward(),
        world.staff("la-grande-ecluse", Role.HOST),
        world.staff("la-grande-ecluse", Role.TREASURER),
        world.staff("une-autre"),
    ):
        assert Visit(app, asker).get(BASE + page).status_code == 404
    answer = Visit(app).get(BASE + page)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "path",
    [
        "/settings/identity",
        "/settings/practice",
        "/settings/legal",
        "/hours",
        "/closures",
        "/special-days",
        "/special-days/2026-06-15/drop",
        "/holidays",
        "/closures/019eb5d6-9700-70cd-8334-93ac030b499a/reopen",
        "/resources/new",
        "/resources/la-grande-ecluse-quai-6",
        "/resources/la-grande-ecluse-quai-6/retire",
        "/resources/la-grande-ecluse-quai-6/bring-back",
        "/resources/la-grande-ecluse-quai-6/photos",
        "/resources/la-grande-ecluse-quai-6/units",
        "/tariffs/new",
        "/tariffs/019eb5d6-9700-70cd-8334-93ac030b499a",
        "/tariffs/019eb5d6-9700-70cd-8334-93ac030b499a/remove",
    ],
)
def test_nobody_else_sends_anything_and_nothing_comes_without_its_token(app: Flask, world: World, path: str) -> None:
    world.resource()
    world.lieu("Une autre")
    for asker in (
        world.member(),
        world.steward(),
        world.staff("la-grande-ecluse", Role.HOST),
        world.staff("une-autre"),
    ):
        assert Visit(app, asker).post(BASE + path).status_code == 404
    assert Visit(app).post(BASE + path).status_code == 401
    assert Visit(app, world.staff("la-grande-ecluse")).post(BASE + path, forged=True).status_code == 403


def test_my_lieux(app: Flask, world: World, visit: Visit) -> None:
    assert visit.get("/manage").location == BASE
    world.lieu("L'Étamine")
    both = world.joined(world.staff("la-grande-ecluse"), "l-etamine", Role.TREASURER)
    text = words(Visit(app, both).get("/manage"))
    assert "La Grande Écluse" in text
    assert "L'Étamine" in text
    host = world.joined(world.member(), "l-etamine", Role.HOST)
    assert Visit(app, host).get("/manage").location == "/manage/l-etamine/day"
    assert "/manage/l-etamine/day" in Visit(app, both).get("/manage").text
    assert "Aucun lieu pour l’instant" in words(Visit(app, world.member()).get("/manage"))


def test_what_is_left_to_do(world: World, visit: Visit) -> None:
    text = words(visit.get(BASE + "/"))
    assert "Rien ne se réserve encore" in text
    assert "La raison sociale ou le SIRET manque" in text
    world.resource()
    assert "Rien ne se réserve encore" not in words(visit.get(BASE))


def test_who_is_still_expected_today(world: World, visit: Visit) -> None:
    assert "Personne n’est attendu" in words(visit.get(BASE))
    yann = world.member("Yann Le Bihan")
    for day, hour in (("2026-06-11", "12:00"), ("2026-06-12", "12:00")):
        end = f"{int(hour[:2]) + 1}:00"
        write(book, yann, BookingRequest(world.resource(f"Quai {day[-1]}"), stretch(day, hour, end)), NOW)
    text = words(visit.get(BASE))
    assert "12:00–13:00 Yann Le Bihan" in text
    assert text.count("Yann Le Bihan") == 1


class TestSettings:
    """Who and where, how, and before the law."""

    def test_the_identity_is_changed(self, visit: Visit, manager: Asker) -> None:
        answer = visit.post(BASE + "/settings/identity", IDENTITY)
        assert (answer.status_code, answer.location) == (303, BASE + "/settings#identity")
        identity = now_is(manager).identity
        assert (identity.name, identity.website, identity.latitude) == (
            "La Petite Écluse",
            "https://ecluse.example",
            48.12,
        )
        assert "C’est enregistré." in words(visit.get(BASE + "/settings"))

    def test_without_a_position_the_towns_centre_stands_for_it(self, visit: Visit, manager: Asker) -> None:
        blank = {"identity-latitude": "", "identity-longitude": "", "identity-timezone": ""}
        assert visit.post(BASE + "/settings/identity", IDENTITY | blank).status_code == 303
        identity = now_is(manager).identity
        assert (round(identity.latitude, 1), round(identity.longitude, 1)) == (48.1, -1.7)
        away = {"identity-postcode": "97400", "identity-commune": "Saint-Denis"}
        assert visit.post(BASE + "/settings/identity", IDENTITY | blank | away).status_code == 303
        assert now_is(manager).identity.timezone == "Indian/Reunion"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"identity-name": ""}, "identity-name"),
            ({"identity-name": "x" * 121}, "identity-name"),
            ({"identity-name": "a\u202eb"}, "identity-name"),
            ({"identity-kind": "palace"}, "identity-kind"),
            ({"identity-summary": "x" * 301}, "identity-summary"),
            ({"identity-postcode": "3500"}, "identity-postcode"),
            ({"identity-commune": ""}, "identity-commune"),
            ({"identity-website": "javascript:alert(1)"}, "identity-website"),
            ({"identity-latitude": "91"}, "identity-latitude"),
            ({"identity-latitude": "nord"}, "identity-latitude"),
            ({"identity-longitude": ""}, "identity-longitude"),
            ({"identity-longitude": "1" * 50}, "identity-longitude"),
            ({"identity-timezone": "Europe/London"}, "identity-timezone"),
            ({"identity-timezone": "Indian/Reunion"}, "identity-timezone"),
            ({"identity-latitude": "", "identity-longitude": "", "identity-commune": "Xyzzyville"}, "identity-commune"),
            ({"identity-latitude": "10", "identity-longitude": "10", "identity-timezone": ""}, "identity-timezone"),
        ],
    )
    def test_a_wrong_identity_is_told_at_its_field_and_kept_as_typed(
        self, visit: Visit, manager: Asker, change: dict[str, str], field: str
    ) -> None:
        before = now_is(manager)
        answer = visit.post(BASE + "/settings/identity", IDENTITY | change)
        assert answer.status_code == 422
        assert field in errors_at(answer)
        assert f'href="#{field}"' in answer.text
        assert 'value="1, quai Neuf"' in answer.text
        assert now_is(manager) == before

    def test_a_line_break_in_a_name_is_a_space_and_html_is_text(self, visit: Visit, manager: Asker) -> None:
        name = "La <b>Grande</b>\r\nÉcluse\0"
        assert visit.post(BASE + "/settings/identity", IDENTITY | {"identity-name": name}).status_code == 303
        assert now_is(manager).name == "La <b>Grande</b> Écluse"
        assert "<b>Grande</b>" not in visit.get("/lieux/la-grande-ecluse").text

    def test_the_zone_stays_while_a_booking_is_ahead(self, world: World, visit: Visit, manager: Asker) -> None:
        quai = world.resource()
        ines = world.member()
        booking = BookingRequest(quai, stretch("2026-06-15", "14:00", "16:00"))
        write(book, ines, booking, NOW)
        away = {"identity-latitude": "-20,88", "identity-longitude": "55,45", "identity-timezone": "Indian/Reunion"}
        answer = visit.post(BASE + "/settings/identity", IDENTITY | away)
        assert answer.status_code == 422
        assert "1 réservation est encore à venir" in errors_at(answer)["identity-timezone"]
        assert now_is(manager).timezone == "Europe/Paris"
        assert visit.post(BASE + "/settings/identity", IDENTITY).status_code == 303

    def test_the_zone_stays_while_a_closure_is_ahead(self, visit: Visit, manager: Asker) -> None:
        visit.post(BASE + "/closures", {"close-first": "2026-06-15", "close-label": "Inventaire"})
        away = {"identity-latitude": "-20,88", "identity-longitude": "55,45", "identity-timezone": "Indian/Reunion"}
        answer = visit.post(BASE + "/settings/identity", IDENTITY | away)
        assert answer.status_code == 422
        assert "Fermetures et blocages encore à venir" in errors_at(answer)["identity-timezone"]
        assert now_is(manager).timezone == "Europe/Paris"

    def test_practice(self, visit: Visit, manager: Asker) -> None:
        sent = {"practice-access": "Code 41 73.\r\nSonnez.", "practice-half_day_split": "12:30"}
        assert visit.post(BASE + "/settings/practice", sent).location == BASE + "/settings#practice"
        practice = now_is(manager).practice
        assert (practice.access, practice.half_day_split, practice.public_feeds) == ("Code 41 73.\nSonnez.", 750, False)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"practice-half_day_split": ""}, "practice-half_day_split"),
            ({"practice-half_day_split": "25:00"}, "practice-half_day_split"),
            ({"practice-half_day_split": "00:00"}, "practice-half_day_split"),
            ({"practice-access": "x" * 4001}, "practice-access"),
        ],
    )
    def test_a_wrong_practice(self, visit: Visit, manager: Asker, change: dict[str, str], field: str) -> None:
        before = now_is(manager)
        sent = {"practice-access": "", "practice-half_day_split": "13:00"} | change
        answer = visit.post(BASE + "/settings/practice", sent)
        assert (answer.status_code, list(errors_at(answer))) == (422, [field])
        assert now_is(manager) == before

    def test_legal(self, visit: Visit, manager: Asker) -> None:
        assert visit.post(BASE + "/settings/legal", LEGAL).status_code == 303
        legal = now_is(manager).legal
        assert (legal.siret, legal.vat_basis_points, legal.debt_ceiling.amount) == ("73282932000074", 850, 15_000)
        none = LEGAL | {"legal-vat_regime": "none", "legal-vat_rate": "", "legal-siret": ""}
        assert visit.post(BASE + "/settings/legal", none).status_code == 303
        assert now_is(manager).legal.siret is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"legal-siret": "73282932000075"}, "legal-siret"),
            ({"legal-siret": "x" * 31}, "legal-siret"),
            ({"legal-vat_rate": ""}, "legal-vat_rate"),
            ({"legal-vat_rate": "vingt"}, "legal-vat_rate"),
            ({"legal-vat_rate": "120"}, "legal-vat_rate"),
            ({"legal-vat_regime": "none"}, "legal-vat_rate"),
            ({"legal-debt_ceiling": "-5"}, "legal-debt_ceiling"),
            ({"legal-debt_ceiling": ""}, "legal-debt_ceiling"),
            ({"legal-debt_ceiling": "999999999"}, "legal-debt_ceiling"),
        ],
    )
    def test_a_wrong_legal_identity(self, visit: Visit, manager: Asker, change: dict[str, str], field: str) -> None:
        before = now_is(manager)
        answer = visit.post(BASE + "/settings/legal", LEGAL | change)
        assert (answer.status_code, list(errors_at(answer))) == (422, [field])
        assert now_is(manager) == before

    def test_a_regime_that_does_not_exist(self, visit: Visit) -> None:
        assert visit.post(BASE + "/settings/legal", LEGAL | {"legal-vat_regime": "black"}).status_code == 422


class TestHours:
    """The week."""

    @staticmethod
    def week(**stretches: str) -> dict[str, str]:
        """`d0_0="09:00 12:30"` is Monday's first stretch."""
        sent: dict[str, str] = {}
        for name, hours in stretches.items():
            day, number = name.removeprefix("d").split("_")
            opens, _, closes = hours.partition(" ")
            place = f"weekday_{day}-{PLACES[int(number)]}"
            sent |= {f"{place}-opens": opens, f"{place}-closes": closes}
        return sent

    def test_breaks_nights_and_whole_days(self, visit: Visit, world: World) -> None:
        sent = self.week(d0_0="09:00 12:30", d0_1="14:00 18:00", d4_0="20:00 02:00", d6_2="00:00 00:00")
        assert visit.post(BASE + "/hours", sent).status_code == 303
        week = read(hours_of, world.lieux["la-grande-ecluse"], NOW.date(), NOW.date()).week
        assert week == {0: (Hours(540, 750), Hours(840, 1080)), 4: (Hours(1200, 1560),), 6: (Hours(0, 1440),)}
        shown = visit.get(BASE + "/hours")
        assert 'value="20:00"' in shown.text
        assert 'value="02:00"' in shown.text

    def test_an_empty_week_closes_the_lieu_and_says_so(self, visit: Visit) -> None:
        assert visit.post(BASE + "/hours", {}).status_code == 303
        assert "Le lieu n’ouvre aucun jour" in words(visit.get(BASE + "/hours"))

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"d0_0": "09:00 "}, "weekday_0-first"),
            ({"d0_1": " 12:00"}, "weekday_0-second"),
            ({"d0_0": "25:00 26:00"}, "weekday_0-first"),
            ({"d0_0": "midi minuit"}, "weekday_0-first"),
            ({"d0_0": "09:00 09:00"}, "weekday_0-first"),
            ({"d0_0": "09:00 12:01", "d0_1": "12:00 14:00"}, "weekday_0-first"),
            ({"d4_0": "20:00 02:00", "d5_0": "01:00 05:00"}, "weekday_5-first"),
        ],
    )
    def test_what_contradicts_itself_is_told_and_kept(
        self, visit: Visit, world: World, sent: dict[str, str], field: str
    ) -> None:
        number = world.lieux["la-grande-ecluse"]
        before = read(hours_of, number, NOW.date(), NOW.date())
        answer = visit.post(BASE + "/hours", self.week(**sent))
        assert answer.status_code == 422
        assert field in errors_at(answer)
        assert read(hours_of, number, NOW.date(), NOW.date()) == before

    def test_more_stretches_than_a_page_has_are_let_go(self, visit: Visit, world: World) -> None:
        sent = self.week(**{f"d0_{n}": f"{n:02d}:00 {n:02d}:30" for n in range(5)})
        assert visit.post(BASE + "/hours", sent).status_code == 303
        week = read(hours_of, world.lieux["la-grande-ecluse"], NOW.date(), NOW.date()).week
        assert len(week[0]) == 4


class TestClosures:
    """Days that do not follow the week."""

    def special(self, world: World) -> list[tuple[str, str, int]]:
        return [
            (each.day.isoformat(), each.label, len(each.hours))
            for each in read(special_days_ahead, world.lieux["la-grande-ecluse"], NOW.date())
        ]

    def test_a_day_and_a_range(self, visit: Visit, world: World) -> None:
        one = {"close-first": "2026-06-15", "close-label": "Inventaire"}
        assert visit.post(BASE + "/closures", one).location == BASE + "/closures"
        several = {"close-first": "01/08/2026", "close-last": "2026-08-03", "close-label": "Congés d’été"}
        assert visit.post(BASE + "/closures", several).status_code == 303
        assert [day for day, *_ in self.special(world)] == ["2026-06-15", "2026-08-01", "2026-08-02", "2026-08-03"]
        text = words(visit.get(BASE + "/closures")).replace("\u00a0", " ")
        assert "lundi 15 juin 2026" in text
        assert "du samedi 1er août 2026 au lundi 3 août 2026" in text

    def test_bookings_in_the_way_are_listed_and_keep_their_place(self, visit: Visit, world: World) -> None:
        quai = world.resource()
        ines = world.member()
        made = write(book, ines, BookingRequest(quai, stretch("2026-06-15", "14:00", "16:00")), NOW).code
        sent = {"close-first": "2026-06-15", "close-label": "Inventaire"}
        answer = visit.post(BASE + "/closures", sent)
        page = visit.get(answer.location)
        assert made in page.text
        assert "Inès Le Goff" in words(page)
        assert "Une réservation est déjà prise" in words(page)

    def test_reopening(self, visit: Visit, world: World) -> None:
        visit.post(BASE + "/closures", {"close-first": "2026-06-15", "close-label": "Inventaire"})
        page = visit.get(BASE + "/closures")
        [path] = {p for p in page.text.split('"') if p.endswith("/reopen")}
        assert visit.post(path).status_code == 303
        assert self.special(world) == []
        assert visit.post(path).status_code == 404

    @pytest.mark.parametrize(
        ("sent", "status", "field"),
        [
            ({"close-first": "", "close-label": "x"}, 422, "close-first"),
            ({"close-first": "demain", "close-label": "x"}, 422, "close-first"),
            ({"close-first": "2026-06-10", "close-label": "x"}, 422, "close-first"),
            ({"close-first": "9999-12-31", "close-label": "x"}, 422, "close-first"),
            ({"close-first": "2026-06-15", "close-last": "2026-06-14", "close-label": "x"}, 422, "close-last"),
            ({"close-first": "2026-06-15", "close-last": "2028-06-14", "close-label": "x"}, 422, "close-last"),
            ({"close-first": "2026-06-15", "close-label": ""}, 422, "close-label"),
            ({"close-first": "2026-06-15", "close-label": "x" * 121}, 422, "close-label"),
        ],
    )
    def test_odd_closures(self, visit: Visit, world: World, sent: dict[str, str], status: int, field: str) -> None:
        answer = visit.post(BASE + "/closures", sent)
        assert (answer.status_code, list(errors_at(answer))) == (status, [field])
        assert self.special(world) == []

    def test_closed_twice_is_a_conflict_told_in_place(self, visit: Visit) -> None:
        sent = {"close-first": "2026-06-15", "close-label": "Inventaire"}
        visit.post(BASE + "/closures", sent)
        answer = visit.post(BASE + "/closures", sent)
        assert answer.status_code == 409
        assert "Le lieu est déjà fermé ces jours-là." in words(answer)
        assert 'value="Inventaire"' in answer.text

    def test_a_day_with_hours_of_its_own(self, visit: Visit, world: World) -> None:
        sent = {
            "special-first": "2026-06-14",
            "special-label": "Portes ouvertes",
            "special-hours-first-opens": "10:00",
            "special-hours-first-closes": "12:00",
            "special-hours-second-opens": "14:00",
            "special-hours-second-closes": "00:00",
        }
        assert visit.post(BASE + "/special-days", sent).status_code == 303
        assert self.special(world) == [("2026-06-14", "Portes ouvertes", 2)]
        text = words(visit.get(BASE + "/closures")).replace("\u00a0", " ")
        assert "10 h – 12 h, 14 h – minuit" in text
        assert visit.post(BASE + "/special-days/2026-06-14/drop").status_code == 303
        assert self.special(world) == []
        assert visit.post(BASE + "/special-days/2026-06-14/drop").status_code == 404
        assert visit.post(BASE + "/special-days/hier/drop").status_code == 404

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"special-first": ""}, "special-first"),
            ({"special-label": ""}, "special-label"),
            ({"special-hours-first-opens": "", "special-hours-first-closes": ""}, "special-hours-first"),
            ({"special-hours-first-closes": ""}, "special-hours-first"),
            ({"special-hours-second-opens": "11:00", "special-hours-second-closes": "13:00"}, "special-hours-first"),
        ],
    )
    def test_odd_hours_of_a_day(self, visit: Visit, world: World, change: dict[str, str], field: str) -> None:
        sent = {
            "special-first": "2026-06-14",
            "special-label": "Portes ouvertes",
            "special-hours-first-opens": "10:00",
            "special-hours-first-closes": "12:00",
        }
        answer = visit.post(BASE + "/special-days", sent | change)
        assert answer.status_code == 422
        assert field in errors_at(answer)
        assert self.special(world) == []

    def test_public_holidays_one_by_one_or_all(self, visit: Visit, world: World) -> None:
        days = [dt.date(2026, 7, 14), dt.date(2026, 8, 15), dt.date(2026, 11, 1)]
        write(store_holidays, [(HolidayTerritory.MAINLAND, day, f"Fête {day.month}") for day in days])
        assert words(visit.get(BASE + "/closures")).count("Fermer") >= 4
        assert visit.post(BASE + "/holidays", {"day": "2026-08-15"}).status_code == 303
        assert self.special(world) == [("2026-08-15", "Fête 8", 0)]
        assert visit.post(BASE + "/holidays", {"day": "2026-08-15"}).status_code == 404
        assert visit.post(BASE + "/holidays", {"day": "2026-08-16"}).status_code == 404
        assert visit.post(BASE + "/holidays", {}).status_code == 404
        assert visit.post(BASE + "/holidays", {"day": "all"}).status_code == 303
        assert [day for day, *_ in self.special(world)] == [day.isoformat() for day in days]

    def test_public_holidays_are_named_in_the_readers_language_and_kept_in_french(
        self, visit: Visit, world: World
    ) -> None:
        day = dt.date(2026, 7, 14)
        world.resource()
        write(store_holidays, [(HolidayTerritory.MAINLAND, day, "Fête nationale")])
        assert "mardi 14 juillet 2026\u00a0: Fête nationale" in visit.get(BASE + "/closures").text
        assert "Tuesday 14 July 2026: Bastille Day" in visit.get(BASE + "/closures?lang=en").text
        visit.post(BASE + "/holidays", {"day": "2026-07-14"})
        assert self.special(world) == [("2026-07-14", "Fête nationale", 0)]
        pages = (
            f"{BASE}/closures",
            BASE,
            f"{BASE}/blocks",
            "/lieux/la-grande-ecluse",
            "/lieux/la-grande-ecluse/planning?day=2026-07-14",
        )
        for page in pages:
            with_lang = f"{page}{'&' if '?' in page else '?'}lang="
            french, english = words(visit.get(f"{with_lang}fr")), words(visit.get(f"{with_lang}en"))
            assert "Fête nationale" in french, page
            assert "Bastille Day" not in french, page
            assert "Bastille Day" in english, page
            assert "Fête nationale" not in english, page

    def test_another_lieus_closure_is_not_there(self, app: Flask, visit: Visit, world: World) -> None:
        world.lieu("Une autre")
        visit.post(BASE + "/closures", {"close-first": "2026-06-15", "close-label": "Inventaire"})
        [path] = {p for p in visit.get(BASE + "/closures").text.split('"') if p.endswith("/reopen")}
        stranger = Visit(app, world.staff("une-autre"))
        assert stranger.post(path.replace("la-grande-ecluse", "une-autre")).status_code == 404
        assert visit.post(BASE + "/closures/x/reopen").status_code == 404


def test_pages_are_english_for_who_reads_english(visit: Visit) -> None:
    for page in PAGES:
        shown = visit.get(f"{BASE}{page}?lang=en")
        assert '<html lang="en">' in shown.text
        assert FRENCH_SPACING.findall(words(shown)) == [], page


def test_refused_forms_are_english_to_the_last_colon(visit: Visit, world: World) -> None:
    world.resource()
    visit.get(f"{BASE}?lang=en")
    for path in ("/closures", "/special-days", "/resources/new", "/tariffs/new"):
        answer = visit.post(BASE + path, {})
        assert answer.status_code == 422
        assert "<title>Error: " in answer.text, path
        assert FRENCH_SPACING.findall(words(answer)) == [], path
    assert FRENCH_SPACING.findall("Error : « no »") == [" :", "«", "»"]


def test_the_public_page_shows_what_was_decided(visit: Visit) -> None:
    visit.post(BASE + "/closures", {"close-first": "2026-06-15", "close-label": "Inventaire"})
    assert "lundi 15 juin" in words(visit.get("/lieux/la-grande-ecluse"))
    assert read(lieu_by_slug, VISITOR, "la-grande-ecluse").slug == "la-grande-ecluse"
